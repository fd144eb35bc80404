//! `POST /api/v1/credentials/ID/paper-code`

use axum::extract::{Path, State};
use axum::response::Response;
use serde::Serialize;
use touchstone_service::holding;
use utoipa::ToSchema;

use crate::ApiError;
use crate::api::caller::Issue;
use crate::api::order::{Made, Order};
use crate::state::Web;

/// Makes a code for paper, for a holder without mail
///
/// The code is told this once: a repeated request is answered without it.
#[utoipa::path(
    post,
    path = "/api/v1/credentials/{id}/paper-code",
    tag = "deliveries",
    operation_id = "makePaperCode",
    security(("key" = ["issue"])),
    params(("id" = String, Path, description = "The credential")),
    responses(
        (status = 201, description = "The code", body = PaperCode),
        (status = 404, description = "`credential_not_found`"),
    )
)]
pub(crate) async fn paper_code(
    State(web): State<Web>,
    Path(credential): Path<String>,
    order: Order<Issue>,
) -> Result<Response, ApiError> {
    order
        .once(&web, async move |world, by| {
            let code = holding::paper_code(&world, &by.tenant, &credential, &by.actor).await?;
            let made = PaperCode {
                credential,
                code: None,
            };
            Ok(Made::new(made).and_secret("code", code))
        })
        .await
}

/// A code for paper.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PaperCode {
    /// The credential that it claims.
    credential: String,
    /// The code; `null` where the request was repeated.
    code: Option<String>,
}
