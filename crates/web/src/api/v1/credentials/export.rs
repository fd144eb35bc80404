//! `GET /api/v1/credentials/ID/export`

use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;
use touchstone_service::holding::{self, ExportError, Format};
use utoipa::IntoParams;

use crate::ApiError;
use crate::answer::file;
use crate::api::caller::{By, Read};
use crate::api::query::{Asked, word};
use crate::state::Web;
use crate::text::sentence;

/// Gives a credential as a file; what is inside is byte for byte what was sealed
#[utoipa::path(
    get,
    path = "/api/v1/credentials/{id}/export",
    tag = "credentials",
    operation_id = "exportCredential",
    security(("key" = ["read"])),
    params(("id" = String, Path, description = "The credential"), Form),
    responses(
        (status = 200, description = "The file", content(
            (Vec<u8> = "application/vc"),
            (Vec<u8> = "image/png"),
            (Vec<u8> = "image/svg+xml"),
            (Vec<u8> = "application/pdf"),
            (Vec<u8> = "application/vnd.touchstone.bundle+json"),
        )),
        (status = 400, description = "`bad_query`"),
        (status = 404, description = "`credential_not_found`"),
        (status = 409, description = "`several_issuers`: they were issued under more than one identifier of the institution; `bundle_too_large`"),
        (status = 503, description = "`not_logged_yet`: ask for the bundle again in some seconds"),
    )
)]
pub(crate) async fn export(
    by: By<Read>,
    State(web): State<Web>,
    Path(id): Path<String>,
    Asked(asked): Asked<Form>,
) -> Result<Response, ApiError> {
    let format = word(
        "format",
        asked.format.as_deref(),
        Format::parse,
        "json, png, svg, pdf, bundle",
    )?;
    let format = format.unwrap_or(Format::Json);
    let bytes = match &asked.with {
        None => holding::export(&web.world, &by.tenant, &id, format).await?,
        Some(others) if format == Format::Bundle => {
            let mut ids = vec![id];
            ids.extend(others.split(',').map(str::to_owned));
            let made = holding::export_bundle(&web.world, &by.tenant, &ids).await?;
            Some(made.map_err(|id| {
                let said = format!("No credential {id} was issued here.");
                ApiError::not_found("credential_not_found").with_detail(said)
            })?)
        }
        Some(_) => {
            let said = "“with” is for format=bundle: other files hold one credential.";
            return Err(ApiError::bad_request("bad_query").with_detail(said));
        }
    };
    let bytes = bytes.ok_or_else(|| ApiError::not_found("credential_not_found"))?;
    let name = format!("credential.{}", format.as_str());
    Ok(file(format.media_type(), &name, bytes))
}

/// In which form.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Form {
    /// `json`, `png`, `svg`, `pdf` or `bundle`; `json` if it is left out.
    format: Option<String>,
    /// With `bundle`: the ids of further credentials for the same bundle, with commas between them.
    with: Option<String>,
}

impl From<ExportError> for ApiError {
    fn from(error: ExportError) -> Self {
        match error {
            ExportError::NotLogged => Self::unavailable("not_logged_yet"),
            ExportError::SeveralIssuers => {
                Self::conflict("several_issuers").with_detail(sentence(&error.to_string()))
            }
            ExportError::TooMany => {
                Self::conflict("bundle_too_large").with_detail(sentence(&error.to_string()))
            }
            ExportError::Store(error) => error.into(),
            ExportError::Log(error) => (*error).into(),
            ExportError::Unreadable
            | ExportError::Artwork(_)
            | ExportError::Bake(_)
            | ExportError::Objects(_) => Self::internal(&error),
        }
    }
}
