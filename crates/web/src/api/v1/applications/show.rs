//! `GET /api/v1/applications/ID`

use axum::Json;
use axum::extract::{Path, State};
use touchstone_service::hiring::application_in_full;

use super::Application;
use crate::ApiError;
use crate::api::caller::{By, Hire};
use crate::state::Web;

/// Shows an application, read task by task as things stand now
#[utoipa::path(
    get,
    path = "/api/v1/applications/{id}",
    tag = "hiring",
    operation_id = "showApplication",
    security(("key" = ["hire"])),
    params(("id" = String, Path, description = "Its id")),
    responses(
        (status = 200, description = "The application", body = Application),
        (status = 404, description = "`application_not_found`: also once it was taken back"),
    )
)]
pub(crate) async fn show(
    by: By<Hire>,
    State(web): State<Web>,
    Path(id): Path<String>,
) -> Result<Json<Application>, ApiError> {
    let found = application_in_full(&web.world, &by.tenant, &id).await?;
    let found = found.ok_or_else(|| ApiError::not_found("application_not_found"))?;
    Ok(Json(Application::in_full(found)))
}
