//! Taking a request back.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use touchstone_service::endorsing::{self, EndorsementError, TakingBack};
use touchstone_service::operations::Permission;

use super::one::show;
use crate::ApiError;
use crate::signed_in::Posted;
use crate::state::Web;
use crate::text::sentence;

/// `POST /endorsements/ID/take-back`
pub async fn take_back(
    State(web): State<Web>,
    Path(id): Path<String>,
    posted: Posted,
) -> Result<Response, ApiError> {
    posted.by.may(Permission::Define)?;
    let order = TakingBack {
        tenant: posted.by.tenant().clone(),
        actor: posted.by.member.id.clone(),
        id,
        why: posted.fields.text("why").to_owned(),
    };
    match endorsing::take_back(&web.world, &order).await {
        Ok(()) => Ok(Redirect::to(&format!("/endorsements/{}", order.id)).into_response()),
        Err(error @ EndorsementError::Why) => {
            let refused = (order.why.as_str(), Some(sentence(&error.to_string())));
            show(&web, &posted.by, &order.id, refused).await
        }
        Err(error) => Err(error.into()),
    }
}
