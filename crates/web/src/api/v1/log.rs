//! `GET /api/v1/log`

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use touchstone_service::logging::{Anchored, Standby, Standing, StandingAnchor, standing};
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
    /// Each anchor that is configured.
    anchors: Vec<Anchor>,
}

/// An anchor of the public log: a stranger to it who states when it saw a checkpoint.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = LogAnchor)]
pub(crate) struct Anchor {
    /// What the configuration calls it.
    name: String,
    /// `rfc3161`, `opentimestamps` or `evm`.
    kind: &'static str,
    /// Where it is asked.
    url: String,
    /// What it costs to ask it, in words.
    cost: String,
    /// How far apart checkpoints are anchored at the least, in minutes.
    every_minutes: i64,
    /// Whether it is asked: nobody is where the installation may fetch nothing.
    asked: bool,
    /// The newest checkpoint that it was asked about.
    newest: Option<Checkpoint>,
    /// The newest one that it confirmed.
    confirmed: Option<Checkpoint>,
}

/// A checkpoint at an anchor.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = AnchoredCheckpoint)]
pub(crate) struct Checkpoint {
    /// Entries under it.
    size: u64,
    /// `pending`: nothing is shown yet, and nothing is wrong; `confirmed`; `failed`: given up, which says nothing of the log.
    state: &'static str,
    /// Since when it was asked about it, by our clock.
    asked_since: String,
    /// By when the anchor states that it had seen it.
    seen_by: Option<String>,
    /// The Bitcoin block that the proof leads to, whose header says when.
    block: Option<u64>,
    /// Why it was not confirmed when it was asked for last.
    why: Option<String>,
    /// Where the bytes are that were anchored.
    text: String,
    /// Where the proof is, once there is one.
    proof: Option<String>,
}

impl From<&StandingAnchor> for Anchor {
    fn from(one: &StandingAnchor) -> Self {
        Self {
            name: one.name.clone(),
            kind: one.kind,
            url: one.url.clone(),
            cost: one.cost.clone(),
            every_minutes: one.every_ms / 60_000,
            asked: one.is_asked,
            newest: one.newest.as_ref().map(Checkpoint::from),
            confirmed: one.confirmed.as_ref().map(Checkpoint::from),
        }
    }
}

impl From<&Anchored> for Checkpoint {
    fn from(one: &Anchored) -> Self {
        Self {
            size: one.size,
            state: one.state.as_str(),
            asked_since: one.submitted_at.to_string(),
            seen_by: one.seen_by.map(|by| by.to_string()),
            block: one.block,
            why: one.why.clone(),
            text: format!("/log/{}", one.text_path),
            proof: one.proof_path.as_ref().map(|path| format!("/log/{path}")),
        }
    }
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
    /// It has seen another history of this log, or more of it. That stands until it cosigns.
    is_against_the_log: bool,
    /// Nothing more is entered because of it.
    stops_the_log: bool,
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
            anchors: log.anchors.iter().map(Anchor::from).collect(),
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
            is_against_the_log: one.against.is_some(),
            stops_the_log: one.stops_the_log(),
        }
    }
}
