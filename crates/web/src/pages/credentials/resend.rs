//! Announcing a credential again.

use axum::extract::{Path, State};
use axum::response::Response;
use touchstone_service::holding::{self, ResendError, Resending};
use touchstone_service::operations::Permission;

use super::refuse::{back, refused};
use crate::ApiError;
use crate::signed_in::Posted;
use crate::state::Web;
use crate::templates::Problem;
use crate::text::sentence;

/// `POST /credentials/ID/resend`: to the same address, or to a corrected one.
pub async fn resend(
    State(web): State<Web>,
    Path(id): Path<String>,
    posted: Posted,
) -> Result<Response, ApiError> {
    posted.by.may(Permission::Issue)?;
    let order = Resending {
        tenant: posted.by.tenant().clone(),
        credential: id.clone(),
        actor: posted.by.member.id.clone(),
        address: posted.fields.some("email"),
        drawn: posted.fields.drawn(),
    };
    match holding::resend(&web.world, &order).await {
        Err(error @ (ResendError::Address | ResendError::NoAddress)) => {
            let problem = Problem {
                field: "email-resend".into(),
                words: sentence(&error.to_string()),
            };
            refused(&web, &posted, &id, problem).await
        }
        done => {
            done?;
            Ok(back(&id))
        }
    }
}
