//! The way back to changes whose page was left: under the list of credentials, and on the page of the cohort they are about.

use maud::{Markup, html};
use touchstone_service::issuing::Fate;
use touchstone_service::operations::Permission;
use touchstone_service::rows::{BulkChangeRow, ChangeState};

use super::show::title;
use crate::pages::desk::Desk;
use crate::templates::{Tone, minute, moment, step, steps};

/// What runs, and what was done last. Nothing where there is nothing, or for whom it does not concern.
pub(in crate::pages) fn listed(desk: &Desk, changes: &[BulkChangeRow]) -> Markup {
    let running = |row: &&BulkChangeRow| row.state == ChangeState::Running;
    let (run, done): (Vec<_>, Vec<_>) = changes.iter().partition(running);
    let shown: Vec<_> = run.into_iter().chain(done.into_iter().take(DONE)).collect();
    html! { @if !shown.is_empty() && desk.may(Permission::Revoke) {
        section aria-labelledby="changes" {
            h2 id="changes" { "Changes to many credentials" }
            (steps(&html! { @for row in shown { @if let Some(fate) = Fate::parse(&row.fate) { (line(row, fate)) } } }))
        }
    } }
}

fn line(row: &BulkChangeRow, fate: Fate) -> Markup {
    let done = row.state == ChangeState::Done;
    let (tone, word) = if done {
        (Tone::Pass, "Done")
    } else {
        (Tone::Wait, "Running")
    };
    let had = row.changed + row.stayed;
    step(
        tone,
        word,
        &html! {
            a href={ "/changes/" (row.id) } { (title(row, fate)) }
            @match (done, row.stayed) {
                (false, _) => { ": " (had) " had their turn" }
                (true, 0) => {}
                (true, 1) => "; 1 stayed as it was"
                (true, stayed) => { "; " (stayed) " stayed as they were" }
            }
            p.hint { (minute(moment(row.ended_at.unwrap_or(row.created_at)))) ". " q { (row.reason) } }
        },
    )
}

/// How many of those that are done are shown.
const DONE: usize = 5;
