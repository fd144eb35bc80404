//! `GET /api/v1/achievements/ID/exchange/FORMAT`

use axum::extract::{Path, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use touchstone_service::issuing::{ExchangeError, ExchangeForm, exchange};
use utoipa::IntoParams;

use crate::ApiError;
use crate::api::caller::{By, Read};
use crate::api::query::Asked;
use crate::state::Web;
use crate::text::sentence;

/// Writes an achievement in a form that other systems exchange
#[utoipa::path(
    get,
    path = "/api/v1/achievements/{id}/exchange/{format}",
    tag = "achievements",
    operation_id = "exchangeAchievement",
    security(("key" = ["read"])),
    params(
        ("id" = String, Path, description = "Its id or its short name"),
        ("format" = String, Path, description = "`json-ld`, `ctdl`, `case` or `elm`"),
        Wanted,
    ),
    responses(
        (status = 200, description = "The document: JSON-LD of Open Badges 3.0, of CTDL or of the European Learning Model, or a CFPackage of CASE 1.1",
            content((Object = "application/ld+json"), (Object = "application/json"))),
        (status = 400, description = "`bad_query`"),
        (status = 404, description = "`achievement_not_found`, `format_not_found`"),
        (status = 409, description = "`country_missing`"),
    )
)]
pub(crate) async fn write(
    by: By<Read>,
    State(web): State<Web>,
    Path((id, format)): Path<(String, String)>,
    Asked(asked): Asked<Wanted>,
) -> Result<Response, ApiError> {
    let form = ExchangeForm::parse(&format).ok_or_else(|| {
        ApiError::not_found("format_not_found")
            .with_detail("The formats are json-ld, ctdl, case and elm.")
    })?;
    let found = exchange(&web.world, &by.tenant, &id, asked.version, form).await?;
    let found = found.ok_or_else(|| ApiError::not_found("achievement_not_found"))?;
    Ok(([(CONTENT_TYPE, found.media_type)], found.text).into_response())
}

/// Which version.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanted {
    /// The version; left out, the newest.
    version: Option<i64>,
}

impl From<ExchangeError> for ApiError {
    fn from(error: ExchangeError) -> Self {
        match error {
            ExchangeError::NoCountry => {
                Self::conflict("country_missing").with_detail(sentence(&error.to_string()))
            }
            ExchangeError::Store(error) => error.into(),
        }
    }
}
