//! `GET /api/v1/audit/record`

use axum::extract::State;
use axum::response::Response;

use crate::ApiError;
use crate::api::caller::{Audit, By};
use crate::pages::audit::recorded;
use crate::state::Web;

/// Gives the whole audit record with proofs that it was not altered
///
/// The file that `touchstone audit verify` checks (`docs/formats/audit.md`). It is made while it is sent, so it has no length to begin
/// with; a connection that is cut before the end leaves no whole file.
#[utoipa::path(
    get,
    path = "/api/v1/audit/record",
    tag = "audit",
    operation_id = "exportAuditRecord",
    security(("key" = ["audit"])),
    responses(
        (status = 200, description = "The file", body = Vec<u8>, content_type = "application/vnd.touchstone.audit+jsonl"),
        (status = 409, description = "`log_not_begun`"),
    )
)]
pub(crate) async fn record(by: By<Audit>, State(web): State<Web>) -> Result<Response, ApiError> {
    recorded(&web.world, &by.tenant).await
}
