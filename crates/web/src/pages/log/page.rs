//! The page about the log, from the log itself.

use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Deserialize;
use touchstone_service::logging::{self, Explored};

use super::show::{Line, One, View, show};
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
    let failed = |error: logging::LogError| ApiError::internal(&error);
    let explored = logging::explore(&web.world, asked.before, ENTRIES).await;
    let Some(explored) = explored.map_err(failed)? else {
        return Err(ApiError::not_found("log_not_begun"));
    };
    // As it is written on the page: with commas between thousands.
    let typed: String = asked.entry.trim().replace([',', '.', ' '], "");
    let index = typed.parse().ok();
    let one = match index {
        Some(index) => logging::placed(&web.world, index).await.map_err(failed)?,
        None => None,
    };
    let view = View {
        fault: (!typed.is_empty() && one.is_none()).then(|| fault(&explored)),
        typed: asked.entry,
        one: one.map(|one| One::from(&one)),
        lines: explored.entries.iter().map(Line::from).collect(),
        next: explored.next.map(|next| format!("/log?before={next}")),
        size: explored.size,
        root: explored.root.0,
        shown_at: explored.shown_at.into(),
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

/// Entries on one page.
const ENTRIES: usize = 20;
