//! Members and keys.

pub mod show;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use touchstone_service::operations::{
    self, Invitation, MemberError, KeyError, KeyOrder, Permission, Role, Scope, keys, members,
};
use touchstone_service::rows::KeyState;

use crate::ApiError;
use crate::pages::today::moment;
use crate::signed_in::{Posted, SignedIn};
use crate::state::Web;
use crate::templates::Problem;
use crate::text::sentence;

/// `GET /members`
pub async fn all(State(web): State<Web>, by: SignedIn) -> Result<Response, ApiError> {
    by.may(Permission::Read)?;
    Ok(show::show(&by.desk, &view(&web, &by, None, Vec::new()).await?).into_response())
}

/// `POST /members`
pub async fn join(State(web): State<Web>, posted: Posted) -> Result<Response, ApiError> {
    posted.by.may(Permission::Administer)?;
    let order = Invitation {
        tenant: posted.by.tenant().clone(),
        actor: posted.by.member.id.clone(),
        name: posted.fields.text("name").to_owned(),
        email: posted.fields.text("email").to_owned(),
        roles: posted.fields.all("role").filter_map(Role::parse).collect(),
    };
    match operations::join(&web.world, &order).await {
        Ok(_) => Ok(Redirect::to("/members").into_response()),
        Err(MemberError::Store(error)) => Err(error.into()),
        Err(error) => {
            let field = match error {
                MemberError::Email => "email",
                MemberError::NoRole => "role-registrar",
                _ => "name",
            };
            refused(&web, &posted, field, &error.to_string()).await
        }
    }
}

/// `POST /members/ID/disable`
pub async fn disable(
    State(web): State<Web>,
    Path(id): Path<String>,
    posted: Posted,
) -> Result<Response, ApiError> {
    posted.by.may(Permission::Administer)?;
    if id == posted.by.member.id {
        return Err(ApiError::conflict("own_access")
            .with_detail("You cannot take your own access away. Ask another owner."));
    }
    match operations::disable(
        &web.world,
        posted.by.tenant(),
        &id,
        &posted.by.member.id,
        true,
    )
    .await
    {
        Ok(()) => Ok(Redirect::to("/members").into_response()),
        Err(MemberError::Store(error)) => Err(error.into()),
        Err(error @ MemberError::LastOwner) => {
            Err(ApiError::conflict("last_owner").with_detail(sentence(&error.to_string())))
        }
        Err(_) => Err(ApiError::not_found("member_not_found")),
    }
}

/// `POST /keys`: the key stands on the page that answers, and nowhere else.
pub async fn make_key(State(web): State<Web>, posted: Posted) -> Result<Response, ApiError> {
    posted.by.may(Permission::Administer)?;
    let order = KeyOrder {
        tenant: posted.by.tenant().clone(),
        actor: posted.by.member.id.clone(),
        name: posted.fields.text("name").to_owned(),
        scopes: posted
            .fields
            .all("scope")
            .filter_map(Scope::parse)
            .collect(),
        days: posted.fields.text("days").parse().unwrap_or(0),
    };
    match operations::make_key(&web.world, &order).await {
        Ok(key) => {
            let view = view(&web, &posted.by, Some(key), Vec::new()).await?;
            Ok(show::show(&posted.by.desk, &view).into_response())
        }
        Err(KeyError::Store(error)) => Err(error.into()),
        Err(error) => {
            let field = match error {
                KeyError::Days => "days",
                KeyError::NoScope => "scope-read",
                _ => "name-key",
            };
            refused(&web, &posted, field, &error.to_string()).await
        }
    }
}

/// `POST /keys/ID/revoke`
pub async fn revoke_key(
    State(web): State<Web>,
    Path(id): Path<String>,
    posted: Posted,
) -> Result<Response, ApiError> {
    posted.by.may(Permission::Administer)?;
    match operations::revoke_key(&web.world, posted.by.tenant(), &id, &posted.by.member.id).await {
        Ok(()) => Ok(Redirect::to("/members").into_response()),
        Err(KeyError::Store(error)) => Err(error.into()),
        Err(_) => Err(ApiError::not_found("key_not_found")),
    }
}

async fn refused(
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
    Ok((
        StatusCode::UNPROCESSABLE_ENTITY,
        show::show(&posted.by.desk, &view),
    )
        .into_response())
}

async fn view(
    web: &Web,
    by: &SignedIn,
    fresh_key: Option<String>,
    problems: Vec<Problem>,
) -> Result<show::View, ApiError> {
    let tenant = by.tenant();
    let signing = web.world.store.read().signing_keys(tenant).await?;
    let may_change = by.member.may(Permission::Administer);
    let api = if may_change {
        keys(&web.world, tenant).await?
    } else {
        Vec::new()
    };
    let now = web.world.clock.now().unix_millis();
    Ok(show::View {
        members: members(&web.world, tenant)
            .await?
            .into_iter()
            .map(|member| show::Member {
                roles: member
                    .roles
                    .iter()
                    .map(|role| role.as_str())
                    .collect::<Vec<_>>()
                    .join(", "),
                id: member.id,
                name: member.name,
                email: member.email,
                disabled: member.disabled,
            })
            .collect(),
        signing: signing
            .into_iter()
            .map(|key| show::SigningKey {
                name: key.verification_method,
                active: key.state == KeyState::Active,
                since: moment(key.created_at),
                until: key.retired_at.map(moment),
            })
            .collect(),
        api: api
            .into_iter()
            .map(|key| show::ApiKey {
                ended: key.revoked_at.is_some() || key.expires_at.is_some_and(|until| until < now),
                id: key.id,
                name: key.name,
                prefix: format!("ts_{}", key.prefix),
                scopes: key.scopes.replace(['[', ']', '"'], "").replace(',', ", "),
                until: key.expires_at.map(moment),
                used: key.last_used_at.map(moment),
            })
            .collect(),
        roles: Role::ALL
            .into_iter()
            .map(|role| (role.as_str(), role_words(role)))
            .collect(),
        scopes: Scope::ALL
            .into_iter()
            .map(|scope| (scope.as_str(), scope_words(scope)))
            .collect(),
        fresh_key,
        may_change,
        problems,
    })
}

fn role_words(role: Role) -> &'static str {
    match role {
        Role::Owner => "May do everything, and decides who is a member.",
        Role::Registrar => {
            "Writes achievements, awards cohorts, withdraws and corrects credentials."
        }
        Role::Approver => "Agrees to what will be issued.",
        Role::Assessor => "Looks at achievements, cohorts and credentials.",
        Role::Auditor => "Reads the record of everything that was done.",
        Role::Billing => "Sees bills only.",
    }
}

fn scope_words(scope: Scope) -> &'static str {
    match scope {
        Scope::Read => "Look at achievements, cohorts and credentials.",
        Scope::Define => "Write achievements.",
        Scope::Issue => "Upload and confirm cohorts.",
        Scope::Revoke => "Withdraw, pause and correct credentials.",
        Scope::Audit => "Read the record.",
        Scope::Administer => "Add members and keys. Such a key can make others: keep it apart.",
    }
}
