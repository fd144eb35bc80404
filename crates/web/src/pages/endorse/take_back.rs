//! `POST /endorse/TOKEN/withdraw`

use axum::extract::{Form, Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use touchstone_service::endorsing::{self, AnswerError, EndorsementError};

use super::{again, show::Typed, unknown};
use crate::ApiError;
use crate::state::Web;

/// Takes back what was said. Doing it again changes nothing.
pub async fn withdraw(
    State(web): State<Web>,
    Path(token): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response, ApiError> {
    match endorsing::withdraw(&web.world, &token, &typed.reason).await {
        Ok(()) | Err(EndorsementError::Withdrawn) => {
            Ok(Redirect::to(&format!("/endorse/{token}")).into_response())
        }
        Err(EndorsementError::Reason) => {
            again(&web, &token, &typed, Some(AnswerError::Reason)).await
        }
        Err(EndorsementError::Store(error)) => Err(error.into()),
        Err(_) => Err(unknown()),
    }
}
