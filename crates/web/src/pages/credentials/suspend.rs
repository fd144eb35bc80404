//! Pausing a credential.

use axum::extract::{Path, State};
use axum::response::Response;
use touchstone_service::issuing::{self, SuspendError, Suspension};
use touchstone_service::operations::Permission;

use super::refuse::{ask_again, back};
use crate::ApiError;
use crate::signed_in::Posted;
use crate::state::Web;

/// `POST /credentials/ID/suspend`
pub async fn suspend(
    State(web): State<Web>,
    Path(id): Path<String>,
    posted: Posted,
) -> Result<Response, ApiError> {
    posted.by.may(Permission::Revoke)?;
    let order = Suspension {
        tenant: posted.by.tenant().clone(),
        credential: id.clone(),
        actor: posted.by.member.id.clone(),
        reason: posted.fields.text("reason").to_owned(),
    };
    match issuing::suspend(&web.world, &order).await {
        Err(SuspendError::Reason(error)) => ask_again(&web, &posted, &id, "suspend", error).await,
        done => {
            done?;
            Ok(back(&id))
        }
    }
}
