//! `GET /api/v1/claims/TOKEN/file`

use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;
use touchstone_service::holding::{self, ClaimError, Format, look};
use utoipa::IntoParams;

use crate::ApiError;
use crate::answer;
use crate::api::query::{Asked, word};
use crate::state::Web;

/// Gives a credential that was taken as a file
#[utoipa::path(
    get,
    path = "/api/v1/claims/{token}/file",
    tag = "holders",
    operation_id = "exportClaim",
    params(
        ("token" = String, Path, description = "The last part of the link in the mail, or the code on paper"),
        Form,
    ),
    responses(
        (status = 200, description = "The file", content(
            (Vec<u8> = "application/vc"),
            (Vec<u8> = "image/png"),
            (Vec<u8> = "image/svg+xml"),
            (Vec<u8> = "application/pdf"),
            (Vec<u8> = "application/vnd.touchstone.bundle+json"),
        )),
        (status = 400, description = "`bad_query`"),
        (status = 404, description = "`claim_not_found`"),
        (status = 409, description = "`claim_not_taken`"),
        (status = 410, description = "`claim_expired`, `claim_superseded`"),
        (status = 503, description = "`not_logged_yet`: ask for the bundle again in some seconds"),
    )
)]
pub(crate) async fn file(
    State(web): State<Web>,
    Path(token): Path<String>,
    Asked(asked): Asked<Form>,
) -> Result<Response, ApiError> {
    let known = "json, png, svg, pdf, bundle";
    let format = word("format", asked.format.as_deref(), Format::parse, known)?;
    let format = format.unwrap_or(Format::Json);
    let claim = look(&web.world, &token).await?;
    if claim.claimed_at.is_none() {
        return Err(ClaimError::NotClaimed.into());
    }
    let bytes = holding::file(&web.world, &claim.credential, format).await?;
    let name = format!("credential.{}", format.as_str());
    Ok(answer::file(format.media_type(), &name, bytes))
}

/// In which form.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Form {
    /// `json`, `png`, `svg`, `pdf` or `bundle`; `json` if it is left out.
    format: Option<String>,
}
