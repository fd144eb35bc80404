//! Removing the passkey of another member, whose device was lost.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use touchstone_service::operations::Permission;
use touchstone_service::operations::passkey::{self, Removal};

use crate::ApiError;
use crate::signed_in::Posted;
use crate::state::Web;

/// `POST /members/ID/passkeys/PASSKEY/remove`
pub async fn remove_passkey(
    State(web): State<Web>,
    Path((id, passkey)): Path<(String, String)>,
    Posted { by, .. }: Posted,
) -> Result<Response, ApiError> {
    by.may(Permission::Administer)?;
    let order = Removal {
        tenant: by.tenant().clone(),
        actor: by.member.id.clone(),
        member: id,
        passkey,
    };
    passkey::remove(&web.world, &order).await?;
    Ok(Redirect::to(&format!("/members/{}", order.member)).into_response())
}
