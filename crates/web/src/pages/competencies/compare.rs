//! `GET /competencies/ID/compare`: two versions side by side.

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use serde::Deserialize;
use touchstone_service::competency::{Change, Comparison, RubricLevel, VersionView};
use touchstone_service::crosswalk::Task;
use touchstone_service::operations::Permission;

use super::version::{seen, task_words};
use super::words;
use crate::ApiError;
use crate::pages::crosswalk::words as votes;
use crate::pages::desk::{nothing, trail};
use crate::signed_in::SignedIn;
use crate::state::Web;
use crate::templates::{Column, day_text, ledger, moment, outcome};

/// Which two; the latest and the one before it unless it is said.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct Asked {
    before: Option<i64>,
    after: Option<i64>,
}

/// Both, and what changed from the one to the other.
pub async fn compare(
    State(web): State<Web>,
    by: SignedIn,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, ApiError> {
    by.may(Permission::Read)?;
    let found = touchstone_service::competency::compare(
        &web.world,
        by.tenant(),
        &id,
        asked.before,
        asked.after,
    );
    let found = found.await?;
    let found = found.ok_or_else(|| ApiError::not_found("version_not_found"))?;
    let main = show(&found);
    Ok(by
        .desk
        .page("Side by side", "/mappings", &main)
        .into_response())
}

fn show(found: &Comparison) -> Markup {
    let (before, after) = (&found.before, &found.after);
    let row = &found.detail.summary.row;
    let here = format!("/competencies/{}", row.id);
    let columns = || {
        [
            Column::words("What changed"),
            Column::words("Before"),
            Column::words("After"),
        ]
    };
    html! {
        (trail(&[("/mappings", "Crosswalks"), ("/competencies", "Written together"), (&here, &row.title)]))
        h1 { "Version " (before.row.number) " beside version " (after.row.number) }
        p { "Before is version " (before.row.number) ", after is version " (after.row.number) ". " (counted(found)) }
        (ledger("Who, when and why", [Column::words("Version"), Column::words("Written by"), Column::words("Why"), Column::words("State"), Column::words("Votes")],
            [before, after].map(|one| about(one, &here))))
        h2 { "Tasks" }
        @if found.tasks.is_empty() { (nothing("There are none.", None)) } @else {
            (ledger("In the order of the version after", columns(), found.tasks.iter().map(|one| [
                html! { (words::change(one.change)) },
                task(one.before.as_ref()),
                task(one.after.as_ref()),
            ])))
        }
        h2 { "Rubric" }
        @if found.levels.is_empty() { (nothing("Neither version has one.", None)) } @else {
            (ledger("Lowest first", columns(), found.levels.iter().map(|one| [
                html! { (words::change(one.change)) },
                level(one.before.as_ref()),
                level(one.after.as_ref()),
            ])))
        }
        h2 { "What was said" }
        (said(before)) (said(after))
    }
}

/// How much changed, in a sentence.
fn counted(found: &Comparison) -> String {
    let tasks = found.tasks.iter().filter(|one| one.change != Change::Same);
    let levels = found.levels.iter().filter(|one| one.change != Change::Same);
    match (tasks.count(), levels.count()) {
        (0, 0) => "They say the same.".to_owned(),
        (tasks, levels) => format!(
            "Between them, {tasks} of {} tasks and {levels} of {} levels differ.",
            found.tasks.len(),
            found.levels.len()
        ),
    }
}

fn about(one: &VersionView, here: &str) -> [Markup; 5] {
    let (tone, word) = words::state(&one.row, one.due);
    [
        html! { a href={ (here) "?version=" (one.row.number) } { "Version " (one.row.number) } small { (words::part(one.row.part)) } },
        html! { bdi { (one.organization.name) } ", " (day_text(moment(one.row.written_at))) },
        html! { bdi { (one.row.why) } },
        html! { span class=(tone.class()) { (outcome(tone, word)) } },
        html! { @if one.row.rubric.is_empty() { "It has no rubric yet." } @else { (votes::tally(&one.ballots.tally)) } },
    ]
}

fn task(task: Option<&Task>) -> Markup {
    html! { @match task { Some(task) => (task_words(task)), None => "Not there" } }
}

fn level(level: Option<&(RubricLevel, bool)>) -> Markup {
    html! { @match level { Some((level, required)) => { strong { bdi { (level.name) } } @if *required { " (must be reached)" } ": " (seen(level)) }, None => "Not there" } }
}

fn said(version: &VersionView) -> Markup {
    html! {
        h3 { "Of version " (version.row.number) }
        @if version.comments.is_empty() { p { "Nothing." } } @else {
            ul { @for one in &version.comments { li { strong { bdi { (one.organization.name) } } ": " bdi { (one.row.said) } } } }
        }
    }
}
