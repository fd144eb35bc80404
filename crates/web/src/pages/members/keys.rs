//! Keys of programs: made, and ended.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use touchstone_service::operations::{self, KeyError, KeyOrder, Permission, Scope};

use super::all::{refused, view};
use super::show;
use crate::ApiError;
use crate::signed_in::Posted;
use crate::state::Web;

/// `POST /keys`: the key stands on the page that answers, and nowhere else.
pub async fn make_key(State(web): State<Web>, posted: Posted) -> Result<Response, ApiError> {
    posted.by.may(Permission::Administer)?;
    let scopes = posted.fields.all("scope").filter_map(Scope::parse);
    let order = KeyOrder {
        tenant: posted.by.tenant().clone(),
        actor: posted.by.member.id.clone(),
        name: posted.fields.text("name").to_owned(),
        scopes: scopes.collect(),
        days: posted.fields.text("days").parse().unwrap_or(0),
    };
    let error = match operations::make_key(&web.world, &order).await {
        Ok(key) => {
            let view = view(&web, &posted.by, Some(key), Vec::new()).await?;
            return Ok(show::show(&posted.by.desk, &view).into_response());
        }
        Err(error @ (KeyError::Store(_) | KeyError::Maker)) => return Err(error.into()),
        Err(error) => error,
    };
    let field = match error {
        KeyError::Days => "days",
        KeyError::NoScope => "scope-read",
        _ => "name-key",
    };
    refused(&web, &posted, field, &error.to_string()).await
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
