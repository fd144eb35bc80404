//! `GET /api/v1/batches/ID/credentials.zip`

use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;
use touchstone_service::holding::{Format, Zipping};
use utoipa::IntoParams;

use crate::ApiError;
use crate::api::caller::{By, Read};
use crate::api::query::{Asked, word};
use crate::pages::cohorts::zipped;
use crate::state::Web;

/// Gives all credentials of a batch as one file
///
/// A ZIP file: a folder for each format, and `credentials.csv`, which names everybody in it. It is made while it is sent, so it has
/// no length to begin with; a connection that is cut before the end leaves no whole file.
#[utoipa::path(
    get,
    path = "/api/v1/batches/{id}/credentials.zip",
    tag = "batches",
    operation_id = "exportBatch",
    security(("key" = ["read"])),
    params(("id" = String, Path, description = "The batch"), Forms),
    responses(
        (status = 200, description = "The file", body = Vec<u8>, content_type = "application/zip"),
        (status = 400, description = "`bad_query`"),
        (status = 404, description = "`batch_not_found`"),
        (status = 409, description = "`batch_nothing_issued`"),
    )
)]
pub(crate) async fn zip(
    by: By<Read>,
    State(web): State<Web>,
    Path(batch): Path<String>,
    Asked(asked): Asked<Forms>,
) -> Result<Response, ApiError> {
    let mut formats = Vec::new();
    for name in asked.format.as_deref().unwrap_or("json").split(',') {
        let format = word("format", Some(name), Format::parse, "json, png, svg, pdf")?;
        formats.extend(format.filter(|format| !formats.contains(format)));
    }
    let tenant = by.tenant;
    zipped(
        &web.world,
        Zipping {
            tenant,
            batch,
            formats,
        },
    )
    .await
}

/// In which forms.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Forms {
    /// One or more of `json`, `png`, `svg` and `pdf`, with commas between them; `json` if it is left out.
    format: Option<String>,
}
