//! One member, as an owner sees them.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use touchstone_service::operations::{Member, Permission, Role, member};

use super::{role_list, show_one};
use crate::ApiError;
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
    let roles = member.roles.clone();
    Ok(show_one::show(&by.desk, &view(&by, member, &roles, Vec::new())).into_response())
}

pub(super) async fn find(web: &Web, by: &SignedIn, id: &str) -> Result<Member, ApiError> {
    let found = member(&web.world, by.tenant(), id).await?;
    found.ok_or_else(|| ApiError::not_found("member_not_found"))
}

/// The member, with these roles ticked.
pub(super) fn view(
    by: &SignedIn,
    member: Member,
    ticked: &[Role],
    problems: Vec<Problem>,
) -> show_one::View {
    show_one::View {
        oneself: member.id == by.member.id,
        id: member.id,
        name: member.name,
        email: member.email,
        disabled: member.disabled,
        roles: role_list()
            .into_iter()
            .map(|(name, words)| (name, words, ticked.iter().any(|role| role.as_str() == name)))
            .collect(),
        problems,
    }
}
