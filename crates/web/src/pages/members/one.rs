//! One member, as an owner sees them.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use touchstone_service::operations::{Member, Permission, Role, keys, member};

use super::{role_list, show_one};
use crate::ApiError;
use crate::pages::me::known;
use crate::signed_in::SignedIn;
use crate::state::Web;
use crate::templates::Problem;

/// `GET /members/ID`
pub async fn one(
    State(web): State<Web>,
    Path(id): Path<String>,
    by: SignedIn,
) -> Result<Response, ApiError> {
    by.may(Permission::Administer)?;
    let member = find(&web, &by, &id).await?;
    let view = view(&web, &by, member, Vec::new()).await?;
    Ok(show_one::show(&by.desk, &view).into_response())
}

pub(super) async fn find(web: &Web, by: &SignedIn, id: &str) -> Result<Member, ApiError> {
    let found = member(&web.world, by.tenant(), id).await?;
    found.ok_or_else(|| ApiError::not_found("member_not_found"))
}

/// The member as they are, with what was refused.
pub(super) async fn view(
    web: &Web,
    by: &SignedIn,
    member: Member,
    problems: Vec<Problem>,
) -> Result<show_one::View, ApiError> {
    let keys = keys(&web.world, by.tenant()).await?.into_iter();
    let theirs = keys.filter(|key| key.stands && key.maker.as_ref() == Some(&member.id));
    let keys = theirs.map(|key| key.name).collect();
    Ok(show_one::View {
        oneself: member.id == by.member.id,
        keys,
        administers: member.may(Permission::Administer),
        passkeys: known(web, &member.id).await?,
        entered: (member.name.clone(), member.email.clone()),
        roles: ticked(&member.roles),
        id: member.id,
        name: member.name,
        email: member.email,
        disabled: member.disabled,
        problems,
    })
}

/// Every role, with these ticked.
pub(super) fn ticked(roles: &[Role]) -> Vec<(&'static str, &'static str, bool)> {
    let all = role_list().into_iter();
    all.map(|(name, words)| (name, words, roles.iter().any(|role| role.as_str() == name)))
        .collect()
}
