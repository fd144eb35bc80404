//! `GET /api/v1/postings`

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use touchstone_service::hiring::postings;
use utoipa::ToSchema;

use super::Posting;
use crate::ApiError;
use crate::api::caller::{By, Hire};
use crate::state::Web;

/// Lists the postings of your institution, latest first
#[utoipa::path(
    get,
    path = "/api/v1/postings",
    tag = "hiring",
    operation_id = "listPostings",
    security(("key" = ["hire"])),
    responses((status = 200, description = "All of them", body = Postings))
)]
pub(crate) async fn list(by: By<Hire>, State(web): State<Web>) -> Result<Json<Postings>, ApiError> {
    let all = postings(&web.world, &by.tenant, None).await?;
    Ok(Json(Postings {
        postings: all.into_iter().map(|one| Posting::of(&web, one)).collect(),
    }))
}

/// Postings.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Postings {
    /// Latest first.
    postings: Vec<Posting>,
}
