//! How credentials reach their holders.

mod list;
mod paper_code;
mod resend;
mod resend_given_up;

use touchstone_service::holding::ResendError;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::ApiError;
use crate::state::Web;
use crate::text::sentence;

pub(super) fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(list::list))
        .routes(routes!(resend::resend))
        .routes(routes!(resend_given_up::resend_given_up))
        .routes(routes!(paper_code::paper_code))
}

impl From<ResendError> for ApiError {
    fn from(error: ResendError) -> Self {
        let said = sentence(&error.to_string());
        match error {
            ResendError::NoSuchCredential => Self::not_found("credential_not_found"),
            ResendError::NoAddress => Self::conflict("no_address").with_detail(said),
            ResendError::Address => Self::unprocessable("bad_address").with_field("address", said),
            ResendError::Store(error) => error.into(),
        }
    }
}
