//! `GET /api/v1/postings/ID`

use axum::Json;
use axum::extract::{Path, State};
use touchstone_service::hiring::posting;

use super::Posting;
use crate::ApiError;
use crate::api::caller::{By, Hire};
use crate::state::Web;

/// Shows a posting
#[utoipa::path(
    get,
    path = "/api/v1/postings/{id}",
    tag = "hiring",
    operation_id = "showPosting",
    security(("key" = ["hire"])),
    params(("id" = String, Path, description = "Its id")),
    responses(
        (status = 200, description = "The posting", body = Posting),
        (status = 404, description = "`posting_not_found`"),
    )
)]
pub(crate) async fn show(
    by: By<Hire>,
    State(web): State<Web>,
    Path(id): Path<String>,
) -> Result<Json<Posting>, ApiError> {
    let found = posting(&web.world, &by.tenant, &id).await?;
    let found = found.ok_or_else(|| ApiError::not_found("posting_not_found"))?;
    Ok(Json(Posting::of(&web, found)))
}
