//! `GET /api/v1/frameworks/ID/exchange/FORMAT`

use axum::extract::{Path, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use touchstone_service::crosswalk::{Form, write_framework};

use crate::ApiError;
use crate::api::caller::{By, Read};
use crate::state::Web;

/// Writes a framework in a form that other systems exchange
///
/// `case` and `csv` hold everything that was taken in; `ctdl` and `rsd` have no place for some of it. `onet` and `esco` are written of
/// what was taken in as such, as a ZIP file of the tables that their publishers have.
#[utoipa::path(
    get,
    path = "/api/v1/frameworks/{id}/exchange/{format}",
    tag = "crosswalk",
    operation_id = "exchangeFramework",
    security(("key" = ["read"])),
    params(
        ("id" = String, Path, description = "The version, by its id here"),
        ("format" = String, Path, description = "`case`, `csv`, `ctdl`, `rsd`, `onet` or `esco`"),
    ),
    responses(
        (status = 200, description = "The document: a CFPackage of CASE 1.1, a table, JSON-LD of CTDL-ASN, Rich Skill Descriptors, or a ZIP file of tables",
            content((Object = "application/json"), (Object = "application/ld+json"), (String = "text/csv"), (Vec<u8> = "application/zip"))),
        (status = 404, description = "`framework_not_found`, also where it was not taken in as one of `onet` or `esco`; `format_not_found`"),
    )
)]
pub(crate) async fn write(
    by: By<Read>,
    State(web): State<Web>,
    Path((id, format)): Path<(String, String)>,
) -> Result<Response, ApiError> {
    let form = Form::parse(&format).ok_or_else(|| {
        let known = Form::ALL.map(|(name, _)| name).join(", ");
        ApiError::not_found("format_not_found").with_detail(format!("The formats are {known}."))
    })?;
    let found = write_framework(&web.world, &by.tenant, &id, form).await?;
    let found = found.ok_or_else(|| ApiError::not_found("framework_not_found"))?;
    Ok(([(CONTENT_TYPE, found.media_type)], found.bytes).into_response())
}
