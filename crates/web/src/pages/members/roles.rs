//! Changing what a member may do.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use touchstone_service::operations::{self, MemberError, Permission, Role, RoleChange};

use super::{one, show_one};
use crate::ApiError;
use crate::signed_in::Posted;
use crate::state::Web;
use crate::templates::Problem;
use crate::text::sentence;

/// `POST /members/ID/roles`
pub async fn roles(
    State(web): State<Web>,
    Path(id): Path<String>,
    Posted { by, fields }: Posted,
) -> Result<Response, ApiError> {
    by.may(Permission::Administer)?;
    let order = RoleChange {
        tenant: by.tenant().clone(),
        actor: by.member.id.clone(),
        member: id,
        roles: fields.all("role").filter_map(Role::parse).collect(),
    };
    let words = match operations::change_roles(&web.world, &order).await {
        // Whoever gave up being an owner may not see the list of roles any more.
        Ok(member) if !member.may(Permission::Administer) && member.id == by.member.id => {
            return Ok(Redirect::to("/me").into_response());
        }
        Ok(_) => return Ok(Redirect::to("/members").into_response()),
        Err(error @ (MemberError::NoRole | MemberError::LastOwner)) => sentence(&error.to_string()),
        Err(error) => return Err(error.into()),
    };
    let member = one::find(&web, &by, &order.member).await?;
    let problem = Problem {
        field: "role-owner".into(),
        words,
    };
    let view = show_one::View {
        roles: one::ticked(&order.roles),
        ..one::view(&web, &by, member, vec![problem]).await?
    };
    let page = show_one::show(&by.desk, &view);
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}
