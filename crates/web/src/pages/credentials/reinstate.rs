//! Making a paused credential count again.

use axum::extract::{Path, State};
use axum::response::Response;
use touchstone_service::issuing::{self, ReinstateError, Reinstatement};
use touchstone_service::operations::Permission;

use super::refuse::{ask_again, back};
use crate::ApiError;
use crate::signed_in::Posted;
use crate::state::Web;

/// `POST /credentials/ID/reinstate`
pub async fn reinstate(
    State(web): State<Web>,
    Path(id): Path<String>,
    posted: Posted,
) -> Result<Response, ApiError> {
    posted.by.may(Permission::Revoke)?;
    let order = Reinstatement {
        tenant: posted.by.tenant().clone(),
        credential: id.clone(),
        actor: posted.by.member.id.clone(),
        reason: posted.fields.text("reason").to_owned(),
    };
    match issuing::reinstate(&web.world, &order).await {
        Err(ReinstateError::Reason(error)) => {
            ask_again(&web, &posted, &id, "reinstate", error).await
        }
        done => {
            done?;
            Ok(back(&id))
        }
    }
}
