//! The page about the log, from the log itself.

use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Deserialize;
use touchstone_service::logging::{self, Explored, Quorum};

use super::show::{Asking, Line, One, Seen, View, show};
use crate::ApiError;
use crate::answer::{Cache, public};
use crate::state::Web;

/// What was asked of the page.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    /// The number of an entry, as it was typed.
    #[serde(default)]
    entry: String,
    /// Entries before this one.
    before: Option<u64>,
}

/// `GET /log`
pub async fn handler(
    State(web): State<Web>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    // As it is written on the page: with commas between thousands.
    let typed: String = asked.entry.trim().replace([',', '.', ' '], "");
    let index = typed.parse().ok();
    let explored = logging::explore(&web.world, asked.before, ENTRIES, index).await?;
    let Some(explored) = explored else {
        return Err(ApiError::not_found("log_not_begun"));
    };
    let one = explored.one.as_ref();
    let standing = logging::standing(&web.world).await?;
    let view = View {
        fault: (!typed.is_empty() && one.is_none()).then(|| fault(&explored)),
        typed: asked.entry,
        one: one.map(|(placed, proof)| One::new(placed, proof)),
        lines: explored.entries.iter().map(Line::from).collect(),
        next: explored.next.map(|next| format!("/log?before={next}")),
        size: explored.size,
        root: explored.root.0,
        shown_at: explored.shown_at.map(Into::into),
        quorum: standing.as_ref().map_or(Quorum::NotAsked, |log| log.quorum),
        witnessed: standing.as_ref().and_then(|log| log.witnessed),
        witnesses: standing
            .as_ref()
            .map(|log| log.witnesses.iter().map(Seen::from).collect())
            .unwrap_or_default(),
        anchors: standing
            .map(|log| log.anchors.iter().map(Asking::from).collect())
            .unwrap_or_default(),
        anchored: logging::anchored(&web.world, ANCHORED).await?,
        origin: explored.origin,
        key: explored.key,
    };
    let page = show(&web.edge.site, &view).into_string();
    Ok(public(
        &headers,
        "text/html; charset=utf-8",
        page.into(),
        Cache::Seconds(5),
    ))
}

fn fault(explored: &Explored) -> String {
    match explored.size {
        0 => "The log has no entries yet.".to_owned(),
        size => format!(
            "There is no such entry. Type a number from 0 to {}.",
            size - 1
        ),
    }
}

/// Anchored checkpoints on the page.
const ANCHORED: u64 = 10;
/// Entries on one page.
const ENTRIES: u64 = 20;
