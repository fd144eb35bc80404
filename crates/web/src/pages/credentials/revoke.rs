//! Taking a credential back.

use axum::extract::{Path, State};
use axum::response::Response;
use touchstone_service::issuing::{self, Revocation, RevokeError};
use touchstone_service::operations::Permission;

use super::refuse::{ask_again, back};
use crate::ApiError;
use crate::signed_in::Posted;
use crate::state::Web;

/// `POST /credentials/ID/revoke`
pub async fn revoke(
    State(web): State<Web>,
    Path(id): Path<String>,
    posted: Posted,
) -> Result<Response, ApiError> {
    posted.by.may(Permission::Revoke)?;
    let order = Revocation {
        tenant: posted.by.tenant().clone(),
        credential: id.clone(),
        actor: posted.by.member.id.clone(),
        reason: posted.fields.text("reason").to_owned(),
    };
    match issuing::revoke(&web.world, &order).await {
        Err(RevokeError::Reason(error)) => ask_again(&web, &posted, &id, "revoke", error).await,
        done => {
            done?;
            Ok(back(&id))
        }
    }
}
