//! Adding a member.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use touchstone_service::operations::{self, Invitation, MemberError, Permission, Role};

use super::all::refused;
use crate::ApiError;
use crate::signed_in::Posted;
use crate::state::Web;

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
    let error = match operations::join(&web.world, &order).await {
        Ok(_) => return Ok(Redirect::to("/members").into_response()),
        Err(MemberError::Store(error)) => return Err(error.into()),
        Err(error) => error,
    };
    let field = match error {
        MemberError::Email | MemberError::NotShown => "email",
        MemberError::NoRole => "role-registrar",
        _ => "name",
    };
    refused(&web, &posted, field, &error.to_string()).await
}
