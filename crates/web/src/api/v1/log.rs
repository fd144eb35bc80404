//! `GET /api/v1/log`

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use touchstone_service::logging::{Standby, Standing, standing};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::ApiError;
use crate::api::caller::{By, Read};
use crate::state::Web;

pub(super) fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new().routes(routes!(show))
}

/// Shows how the public log stands
///
/// The log itself is read as static files below `/log/`, without a key.
#[utoipa::path(
    get,
    path = "/api/v1/log",
    tag = "log",
    operation_id = "showLog",
    security(("key" = ["read"])),
    responses(
        (status = 200, description = "How it stands", body = Log),
        (status = 404, description = "`log_not_begun`"),
        (status = 503, description = "`log_not_known`: a backup was restored, and what was published since is not known yet"),
    )
)]
pub(crate) async fn show(_: By<Read>, State(web): State<Web>) -> Result<Json<Log>, ApiError> {
    let log = standing(&web.world).await?;
    let log = log.ok_or_else(|| ApiError::not_found("log_not_begun"))?;
    Ok(Json(Log::from(&log)))
}

/// The public log.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Log {
    /// Entries under the checkpoint that is shown.
    size: u64,
    /// When it was first shown, by our clock (RFC 3339, UTC).
    shown_at: String,
    /// Changes that wait to be entered.
    queued: u64,
    /// `none`: no witness is asked; `pending`: too few have cosigned the checkpoint that is shown, which is neither right nor wrong;
    /// `reached`: enough have.
    quorum: &'static str,
    /// Entries under the newest checkpoint that enough witnesses have cosigned.
    witnessed: Option<u64>,
    /// Each witness that is asked.
    witnesses: Vec<Witness>,
}

/// A witness of the public log.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = LogWitness)]
pub(crate) struct Witness {
    /// What the policy calls it.
    name: String,
    /// Where it is asked.
    url: String,
    /// Whether it has cosigned the checkpoint that is shown.
    has_cosigned: bool,
    /// Entries under the newest checkpoint that it cosigned.
    cosigned: u64,
    /// When it was asked last.
    asked_at: Option<String>,
    /// Why it did not cosign then.
    refused: Option<String>,
    /// It has seen another history of this log, or more of it.
    is_against_the_log: bool,
}

impl From<&Standing> for Log {
    fn from(log: &Standing) -> Self {
        Self {
            size: log.size,
            shown_at: log.shown_at.to_string(),
            queued: log.queued,
            quorum: log.quorum.as_str(),
            witnessed: log.witnessed,
            witnesses: log.witnesses.iter().map(Witness::from).collect(),
        }
    }
}

impl From<&Standby> for Witness {
    fn from(one: &Standby) -> Self {
        Self {
            name: one.name.clone(),
            url: one.url.clone(),
            has_cosigned: one.has_cosigned,
            cosigned: one.cosigned,
            asked_at: one.asked_at.map(|at| at.to_string()),
            refused: one.refused.as_ref().map(|(_, why)| why.clone()),
            is_against_the_log: one.is_against_the_log,
        }
    }
}
