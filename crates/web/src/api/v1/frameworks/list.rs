//! `GET /api/v1/frameworks`

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use touchstone_service::crosswalk::frameworks;
use utoipa::ToSchema;

use crate::ApiError;
use crate::api::caller::{By, Read};
use crate::api::wire::time;
use crate::state::Web;

/// Lists the frameworks that your institution took in, by title
#[utoipa::path(
    get,
    path = "/api/v1/frameworks",
    tag = "crosswalk",
    operation_id = "listFrameworks",
    security(("key" = ["read"])),
    responses((status = 200, description = "All of them", body = Frameworks))
)]
pub(crate) async fn list(
    by: By<Read>,
    State(web): State<Web>,
) -> Result<Json<Frameworks>, ApiError> {
    let all = frameworks(&web.world, &by.tenant).await?.into_iter();
    Ok(Json(Frameworks {
        frameworks: all
            .map(|row| Framework {
                id: row.id,
                uri: row.uri,
                title: row.title,
                version: row.version,
                form: row.form,
                statements: row.statements,
                sha256: row.sha256,
                taken_at: time(row.taken_at),
            })
            .collect(),
    }))
}

/// Frameworks.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Frameworks {
    /// By title, the latest taken in first.
    frameworks: Vec<Framework>,
}

/// A framework in one version.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Framework {
    /// Its id here.
    id: String,
    /// Its identifier.
    uri: String,
    /// Its title.
    title: String,
    /// Its version; empty if it has none.
    version: String,
    /// The form in which it came.
    form: String,
    /// How many statements it has.
    statements: i64,
    /// SHA-256 over the files that were read, in hex.
    sha256: String,
    /// When it was taken in.
    taken_at: String,
}
