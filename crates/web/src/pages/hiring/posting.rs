//! `GET /postings/ID`: a posting with its link, and the applications to it side by side.

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use touchstone_service::crosswalk::Besides;
use touchstone_service::hiring::{By, applications};
use touchstone_service::operations::Permission;

use super::show;
use crate::ApiError;
use crate::credits;
use crate::signed_in::SignedIn;
use crate::state::Web;

/// Which applications, and by what they are ordered.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    pub(super) by: String,
    #[serde(default)]
    after: String,
    /// So many are still being deleted, as of when that was asked for.
    #[serde(default)]
    pub(super) waiting: u64,
}

/// The posting.
pub async fn posting(
    State(web): State<Web>,
    by: SignedIn,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, ApiError> {
    by.may(Permission::Hire)?;
    let (order, after) = (ordered(&asked.by), &asked.after);
    // Side by side nobody sees what is told beside an answer.
    let besides = Besides::LeftOut;
    let found = applications(&web.world, by.tenant(), &id, order, after, PAGE, besides).await?;
    let found = found.ok_or_else(|| ApiError::not_found("posting_not_found"))?;
    let (role, ours) = (&found.posting.role, &by.desk.institution);
    let credits = credits::of(&web, role, ours).await?;
    let main = show::page(&web, &by.desk, &found, &asked, &credits);
    Ok(by
        .desk
        .page(&found.posting.role.role.title, "/roles", &main)
        .into_response())
}

/// By what somebody wants them ordered: `sent`, or the place of a task from 1.
pub(crate) fn ordered(by: &str) -> By {
    match (by, by.parse::<usize>()) {
        ("sent", _) => By::Sent,
        (_, Ok(task)) if task > 0 => By::Task(task - 1),
        _ => By::Nothing,
    }
}

/// As many as stand beside one another.
const PAGE: u64 = 6;
