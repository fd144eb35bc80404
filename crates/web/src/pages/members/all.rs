//! Everybody who works here, and the keys in use.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use touchstone_service::operations::signing_key::{KeyState, signing_keys};
use touchstone_service::operations::{self, Permission, Scope, members};

use super::{in_words, role_list, show};
use crate::ApiError;
use crate::signed_in::{Posted, SignedIn};
use crate::state::Web;
use crate::templates::{Problem, moment};
use crate::text::sentence;

/// `GET /members`
pub async fn all(State(web): State<Web>, by: SignedIn) -> Result<Response, ApiError> {
    by.may(Permission::Read)?;
    Ok(show::show(&by.desk, &view(&web, &by, None, Vec::new()).await?).into_response())
}

/// The page again, with what was refused and why.
pub(super) async fn refused(
    web: &Web,
    posted: &Posted,
    field: &str,
    words: &str,
) -> Result<Response, ApiError> {
    let problems = vec![Problem {
        field: field.to_owned(),
        words: sentence(words),
    }];
    let view = view(web, &posted.by, None, problems).await?;
    let page = show::show(&posted.by.desk, &view);
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

pub(super) async fn view(
    web: &Web,
    by: &SignedIn,
    fresh_key: Option<String>,
    problems: Vec<Problem>,
) -> Result<show::View, ApiError> {
    let tenant = by.tenant();
    let api = if by.desk.may(Permission::Administer) {
        operations::keys(&web.world, tenant).await?
    } else {
        Vec::new()
    };
    let members = members(&web.world, tenant).await?;
    let api = api.into_iter().map(|key| program(key, &members));
    let api = api.collect();
    let signing = signing_keys(&web.world, tenant).await?.into_iter();
    Ok(show::View {
        members: members
            .into_iter()
            .map(|member| show::Member {
                roles: in_words(&member.roles),
                id: member.id,
                name: member.name,
                email: member.email,
                disabled: member.disabled,
            })
            .collect(),
        signing: signing
            .map(|key| show::SigningKey {
                active: key.state == KeyState::Active,
                since: key.made_at.into(),
                until: key.ended_at().map(Into::into),
                name: key.id,
            })
            .collect(),
        api,
        roles: role_list(),
        scopes: Scope::ALL
            .into_iter()
            .map(|scope| (scope.as_str(), scope_words(scope)))
            .collect(),
        fresh_key,
        problems,
    })
}

fn program(key: operations::ApiKey, members: &[operations::Member]) -> show::ApiKey {
    let made = |one: &&operations::Member| key.maker.as_ref() == Some(&one.id);
    let maker = members.iter().find(made);
    let maker = maker.map(|one| match one.may(Permission::Administer) {
        true => one.name.clone(),
        // Their key is from before keys ended with the access of who made them, or has ended with it.
        false => format!("{} (no owner now)", one.name),
    });
    let scopes: Vec<_> = key.scopes.iter().map(|scope| scope.as_str()).collect();
    show::ApiKey {
        ended: !key.stands,
        id: key.id,
        name: key.name,
        prefix: format!("ts_{}", key.prefix),
        scopes: scopes.join(", "),
        until: key.expires_at.map(moment),
        used: key.last_used_at.map(moment),
        maker,
    }
}

fn scope_words(scope: Scope) -> &'static str {
    match scope {
        Scope::Read => "Look at achievements, cohorts and credentials.",
        Scope::Define => "Write achievements.",
        Scope::Issue => "Upload and confirm cohorts.",
        Scope::Hire => "Open roles, and read and uncover who applied.",
        Scope::Revoke => "Withdraw, pause and correct credentials.",
        Scope::Audit => "Read the record.",
        Scope::Administer => "Add members and keys. Such a key can make others: keep it apart.",
    }
}
