//! The two pages of a large change: whom it is about, and how far it is.

use maud::{Markup, html};
use touchstone_service::issuing::Fate;
use touchstone_service::rows::{BulkChangeRow, ChangeState};

use crate::pages::credentials::{
    Line, Why, Words, as_they_are, credentials, people, question, refusals, why,
};
use crate::pages::desk::{Desk, nothing, trail};
use crate::templates::error_summary;

/// Whom it is about.
#[derive(Clone, Debug)]
pub(super) struct Ask {
    pub(super) fate: Fate,
    pub(super) id: String,
    /// How many were found.
    pub(super) total: u64,
    /// How many of them would be changed.
    pub(super) changes: u64,
    /// The first of those.
    pub(super) first: Vec<Line>,
    /// The reason, as entered so far.
    pub(super) reason: String,
    /// Why the reason was refused.
    pub(super) refused: Option<String>,
}

/// How far it is.
#[derive(Clone, Debug)]
pub(super) struct Progress {
    pub(super) fate: Fate,
    pub(super) row: BulkChangeRow,
    /// The first that stay as they are.
    pub(super) stayed: Vec<Line>,
}

/// Renders whom it is about.
pub(super) fn ask(desk: &Desk, view: &Ask) -> Markup {
    let title = question(view.fate, view.changes);
    let main = html! {
        (trail(&[("/credentials", "Credentials")]))
        h1 { (title) }
        (error_summary("That was not done", &refusals(view.refused.as_deref())))
        @if view.changes == 0 {
            (nothing("None of those that were found would change.", Some(("/credentials", "Back to the credentials"))))
        } @else {
            p { "Nothing is changed yet. " (credentials(view.total)) " were found; " (view.changes) " would change"
                @match view.total.saturating_sub(view.changes) { 0 => ".", 1 => ", and 1 stays as it is.", stay => { ", and " (stay) " stay as they are." } } }
            p { "Exactly these are kept for a day, whatever is issued meanwhile." }
            (people(if view.changes > view.first.len() as u64 { "The first of them" } else { "Whom it is about" }, &view.first))
            (why(desk, &Why {
                fate: view.fate,
                action: &format!("/changes/{}", view.id),
                about: html! {},
                count: view.changes,
                reason: &view.reason,
                refused: view.refused.as_deref(),
            }))
        }
    };
    desk.page(&title, "/credentials", &main)
}

/// Renders how far it is.
pub(super) fn progress(desk: &Desk, view: &Progress) -> Markup {
    let row = &view.row;
    let had = row.changed + row.stayed;
    let done = row.state == ChangeState::Done;
    let title = title(row, view.fate);
    let main = html! {
        (trail(&[("/credentials", "Credentials")]))
        h1 { (title) }
        @if done {
            p { "Whoever checks them sees it within a minute. Each has its line in the record. The reason: " q { (row.reason) } }
        } @else {
            p {
                label for="had" { (had) " of " (row.total) " had their turn" } " "
                progress id="had" max=(row.total) value=(had) { (had) " of " (row.total) }
            }
            p { "It goes on by itself, also if you close this page. The reason: " q { (row.reason) } }
            p.acts { a.button href={ "/changes/" (row.id) } { "See how far it is now" } }
        }
        @if row.stayed > 0 {
            (as_they_are(if done { "These stayed as they were" } else { "These stay as they are" }, &view.stayed))
            @let more = row.stayed.unsigned_abs().saturating_sub(view.stayed.len() as u64);
            @if more > 0 { p { "And " (more) " more." } }
        }
        p.acts { a href="/credentials" { "Back to the credentials" } }
    };
    desk.page(&title, "/credentials", &main)
}

/// What is to be done, or what was.
pub(super) fn title(row: &BulkChangeRow, fate: Fate) -> String {
    let words = Words::of(fate);
    match (row.state == ChangeState::Done, row.changed) {
        (false, _) => format!("{} {}", words.act, credentials(row.total.unsigned_abs())),
        (true, 0) => "Nothing was changed".to_owned(),
        (true, 1) => format!("1 credential {}", words.one_done),
        (true, count) => format!("{count} credentials {}", words.done),
    }
}
