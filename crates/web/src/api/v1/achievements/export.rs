//! `GET /api/v1/definitions`

use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use touchstone_service::issuing;

use crate::ApiError;
use crate::api::caller::{By, Read};
use crate::api::wire::DefinitionDocument;
use crate::state::Web;

/// Gives all definition documents, as they can be taken in elsewhere
#[utoipa::path(
    get,
    path = "/api/v1/definitions",
    tag = "achievements",
    operation_id = "exportDefinitions",
    security(("key" = ["read"])),
    responses((status = 200, description = "All of them", body = Vec<DefinitionDocument>))
)]
pub(crate) async fn export(by: By<Read>, State(web): State<Web>) -> Result<Response, ApiError> {
    let json = issuing::export(&web.world, &by.tenant).await?;
    Ok(([(CONTENT_TYPE, "application/json")], json).into_response())
}
