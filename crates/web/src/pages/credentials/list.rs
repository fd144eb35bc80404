//! Finding a credential.

use maud::{Markup, html};
use touchstone_service::operations::Permission;
use touchstone_service::rows::{BulkChangeRow, ChangeState};

use crate::pages::changes::listed;
use crate::pages::desk::{Desk, further, nothing};
use crate::templates::{
    Column, Control, Field, Moment, Tone, day_text, field, ledger, option, outcome,
};

/// Everything on the page.
#[derive(Clone, Debug, Default)]
pub struct View {
    /// What was searched for.
    pub q: String,
    /// Only those in this state.
    pub state: String,
    /// Only those of this achievement: its id.
    pub achievement: String,
    /// Achievements to choose from: id and name.
    pub achievements: Vec<(String, String)>,
    /// Only those of this cohort: its id and name.
    pub batch: Option<(String, String)>,
    /// Only those of this person: an id, or empty.
    pub learner: String,
    /// How many match.
    pub total: Option<u64>,
    /// Newest first.
    pub rows: Vec<Row>,
    /// Where the next ones stand.
    pub next: Option<String>,
    /// Changes of many at once, newest first.
    pub changes: Vec<BulkChangeRow>,
}

/// One credential in the list.
#[derive(Clone, Debug)]
#[expect(missing_docs)] // The names say it.
pub struct Row {
    pub id: String,
    pub person: String,
    pub address: Option<String>,
    pub identifier: Option<String>,
    pub achievement: String,
    pub issued: Moment,
    pub until: Option<Moment>,
    pub state: State,
}

/// How a credential stands, by our own rows.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(missing_docs)]
pub enum State {
    Stands,
    Ended,
    Paused,
    Withdrawn,
    Replaced,
}

impl State {
    /// Tone and word.
    pub fn told(self) -> (Tone, &'static str) {
        match self {
            Self::Stands => (Tone::Pass, "Stands"),
            Self::Ended => (Tone::Wait, "Ended"),
            Self::Paused => (Tone::Warn, "Paused"),
            Self::Withdrawn => (Tone::Fail, "Withdrawn"),
            Self::Replaced => (Tone::Fail, "Corrected"),
        }
    }
}

/// Renders the list.
pub fn show(desk: &Desk, view: &View) -> Markup {
    let states = [
        ("", "Any"),
        ("standing", "Stands"),
        ("revoked", "Withdrawn"),
        ("suspended", "Paused"),
        ("expired", "Ended"),
    ];
    let achievements: Vec<(&str, &str)> = std::iter::once(("", "Any"))
        .chain(
            view.achievements
                .iter()
                .map(|(id, name)| (id.as_str(), name.as_str())),
        )
        .collect();
    let runs = |row: &BulkChangeRow| row.state == ChangeState::Running;
    let running = view.changes.iter().any(runs);
    let main = html! {
        h1 { "Credentials" }
        @if running { (listed(desk, &view.changes)) }
        @if !view.learner.is_empty() { p { "Of one person. " a href="/credentials" { "Show all" } } }
        @if let Some((_, name)) = &view.batch { p { "Of the cohort " strong { (name) } ". " a href="/credentials" { "Show all" } } }
        form action="/credentials" method="get" role="search" {
            @if let Some((id, _)) = &view.batch { input type="hidden" name="batch" value=(id); }
            @if !view.learner.is_empty() { input type="hidden" name="learner" value=(view.learner); }
            div.row {
                (field(&Field { name: "q", label: "Name, e-mail or number", value: &view.q, ..Field::default() }))
                (field(&Field { name: "state", label: "State", value: &view.state, control: Control::Choice(&states), ..Field::default() }))
                (field(&Field { name: "achievement", label: "Achievement", value: &view.achievement, control: Control::Choice(&achievements), ..Field::default() }))
            }
            p.acts { button.main { "Find" } }
        }
        @if view.rows.is_empty() {
            (nothing("No credential matches. A part of the name is enough; capitals do not matter.", None))
        } @else {
            @if desk.may(Permission::Revoke) { (desk.form("/credentials/choose", &choosing(desk, view))) } @else { (table(desk, view)) }
            (further(view.next.as_deref()))
        }
        @if !running { (listed(desk, &view.changes)) }
    };
    desk.page("Credentials", "/credentials", &main)
}

/// The table with a box in each row, and what can be done with those that are ticked.
fn choosing(desk: &Desk, view: &View) -> Markup {
    let total = view.total.unwrap_or_default();
    html! {
        (table(desk, view))
        @for (name, value) in [("q", &view.q), ("state", &view.state), ("achievement", &view.achievement), ("learner", &view.learner)] {
            input type="hidden" name=(name) value=(value);
        }
        @if let Some((id, _)) = &view.batch { input type="hidden" name="batch" value=(id); }
        @if total > 1 { (option("checkbox", "all", "yes", &html! { "All " (total) " that match, not only those that are ticked" }, false)) }
        p.acts {
            button name="fate" value="revoke" { "Withdraw …" } " "
            button name="fate" value="suspend" { "Pause …" } " "
            button name="fate" value="reinstate" { "End the pause …" } " "
            span.hint { "You see whom it is about, and are asked for the reason, before anything is changed." }
        }
    }
}

fn table(desk: &Desk, view: &View) -> Markup {
    let caption = match view.total {
        Some(1) => "1 matches".to_owned(),
        Some(total) => format!("{total} match, newest first"),
        None => "Newest first".to_owned(),
    };
    let columns = [
        Column::words("Person"),
        Column::words("Achievement"),
        Column::words("Issued"),
        Column::words("Good until"),
        Column::words("State"),
    ];
    ledger(&caption, columns, view.rows.iter().map(|row| {
        let (tone, word) = row.state.told();
        [
            html! {
                @if desk.may(Permission::Revoke) { input type="checkbox" name="id" value=(row.id) aria-label={ "Choose " (row.person) ", " (row.achievement) }; " " }
                a href={ "/credentials/" (row.id) } { bdi { (row.person) } }
                small { @if let Some(address) = &row.address { (address) } @if let Some(number) = &row.identifier { " " (number) } }
            },
            html! { (row.achievement) },
            html! { (day_text(row.issued)) },
            html! { @match row.until { Some(until) => (day_text(until)), None => "No end" } },
            html! { span class=(tone.class()) { (outcome(tone, word)) } },
        ]
    }))
}
