//! `POST /presentations/verify`

use axum::http::StatusCode;

use crate::ApiError;

/// Says that presentations cannot be checked yet
///
/// They come with wallets. The credentials in a presentation can be checked one by one.
#[utoipa::path(
    post,
    path = "/presentations/verify",
    tag = "vc-api",
    operation_id = "verifyPresentation",
    responses((status = 501, description = "`presentations_unsupported`"))
)]
pub(crate) async fn check_presentation() -> ApiError {
    ApiError::new(StatusCode::NOT_IMPLEMENTED, "presentations_unsupported").with_detail(
        "Presentations cannot be checked yet. Send each credential in it to POST /credentials/verify.",
    )
}
