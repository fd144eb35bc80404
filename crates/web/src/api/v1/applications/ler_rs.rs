//! `GET /api/v1/applications/ID/ler-rs`

use axum::Json;
use axum::extract::{Path, State};
use touchstone_service::hiring::{application_in_full, ler_rs};

use crate::ApiError;
use crate::api::caller::{By, Hire};
use crate::pages::hiring::covered;
use crate::state::Web;

/// An application in the shape of a Learning and Employment Record Resume
///
/// LER-RS of HR Open Standards 4.5, and of it only what its published examples have: `type`, `documentId`, `person.name.formattedName`,
/// `communication`, `job.positionOpening` and `certifications` with `verifications`. A credential that does not stand is left out; check the
/// others, which are in it as they were sent.
#[utoipa::path(
    get,
    path = "/api/v1/applications/{id}/ler-rs",
    tag = "hiring",
    operation_id = "exportApplicationAsLerRs",
    security(("key" = ["hire"])),
    params(("id" = String, Path, description = "Its id")),
    responses(
        (status = 200, description = "The document", body = serde_json::Value),
        (status = 404, description = "`application_not_found`; `credential_covered`: names are covered, and they stand in it"),
    )
)]
pub(crate) async fn show(
    by: By<Hire>,
    State(web): State<Web>,
    Path(id): Path<String>,
) -> Result<Json<serde_json::Value>, ApiError> {
    let found = application_in_full(&web.world, &by.tenant, &id).await?;
    let found = found.ok_or_else(|| ApiError::not_found("application_not_found"))?;
    let document = ler_rs(&web.world, &found).await?;
    Ok(Json(document.ok_or_else(covered)?))
}
