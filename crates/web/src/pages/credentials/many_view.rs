//! The two pages of changing many: whom it is about, and what came of it.

use maud::{Markup, html};
use touchstone_service::issuing::Fate;

use crate::pages::desk::{Desk, nothing, trail};
use crate::templates::{
    Column, Control, Field, Moment, Problem, day_text, error_summary, field, ledger, note,
};

/// Whom it is about.
#[derive(Clone, Debug)]
pub struct View {
    /// What is to become of them.
    pub fate: Fate,
    /// Those that would be changed.
    pub changes: Vec<Line>,
    /// Those that would stay as they are.
    pub stays: Vec<Line>,
    /// The reason, as entered so far.
    pub reason: String,
    /// Why the reason was refused.
    pub refused: Option<String>,
}

/// One credential.
#[derive(Clone, Debug)]
#[expect(missing_docs)] // The names say it.
pub struct Line {
    pub id: String,
    pub person: String,
    pub address: Option<String>,
    pub identifier: Option<String>,
    pub achievement: String,
    pub issued: Moment,
    /// Why it stays as it is.
    pub why: Option<String>,
}

impl Line {
    /// A credential of which nothing is known here.
    pub(in crate::pages) fn unknown(id: &str) -> Self {
        Self {
            id: id.to_owned(),
            person: "Not known here".into(),
            address: None,
            identifier: None,
            achievement: String::new(),
            issued: Moment(0),
            why: None,
        }
    }
}

/// What came of it.
#[derive(Clone, Debug)]
pub struct Result {
    /// What was to become of them.
    pub fate: Fate,
    /// Why.
    pub reason: String,
    /// Those that were changed.
    pub changed: Vec<Line>,
    /// Those that stayed as they were.
    pub stayed: Vec<Line>,
}

/// Renders whom it is about.
pub fn show(desk: &Desk, view: &View) -> Markup {
    let count = view.changes.len() as u64;
    let title = question(view.fate, count);
    let main = html! {
        (trail(&[("/credentials", "Credentials")]))
        h1 { (title) }
        (error_summary("That was not done", &refusals(view.refused.as_deref())))
        @if count == 0 {
            @let said = if view.stays.is_empty() { "Nobody is chosen. Go back and tick who it is about." } else { "None of those that are chosen would change." };
            (nothing(said, Some(("/credentials", "Back to the credentials"))))
        } @else {
            p { "Nothing is changed yet. These are all whom it is about; nobody else is touched." }
            (people("Whom it is about", &view.changes))
        }
        @if !view.stays.is_empty() { (as_they_are("These stay as they are", &view.stays)) }
        @if count > 0 {
            (why(desk, &Why {
                fate: view.fate,
                action: "/credentials/change",
                about: html! {
                    input type="hidden" name="fate" value=(view.fate.as_str());
                    @for line in &view.changes { input type="hidden" name="id" value=(line.id); }
                },
                count,
                reason: &view.reason,
                refused: view.refused.as_deref(),
            }))
        }
    };
    desk.page(&title, "/credentials", &main)
}

/// What is asked, in a few words.
pub(in crate::pages) fn question(fate: Fate, count: u64) -> String {
    match count {
        0 => "Nobody to change".to_owned(),
        count => format!("{} {}", Words::of(fate).act, credentials(count)),
    }
}

/// Why it was not done.
pub(in crate::pages) fn refusals(refused: Option<&str>) -> Vec<Problem> {
    let problem = |words: &str| Problem {
        field: "reason".into(),
        words: words.to_owned(),
    };
    refused.map(problem).into_iter().collect()
}

/// The question for the reason.
pub(in crate::pages) struct Why<'a> {
    pub(in crate::pages) fate: Fate,
    /// Where the form goes.
    pub(in crate::pages) action: &'a str,
    /// What it says beside the reason.
    pub(in crate::pages) about: Markup,
    pub(in crate::pages) count: u64,
    pub(in crate::pages) reason: &'a str,
    pub(in crate::pages) refused: Option<&'a str>,
}

/// Renders the question for the reason, and the button that does it.
pub(in crate::pages) fn why(desk: &Desk, why: &Why<'_>) -> Markup {
    let words = Words::of(why.fate);
    html! {
        h2 { "The reason" }
        @if why.fate == Fate::Revoke {
            (note(None, None, "This cannot be undone", &html! {
                p { "Whoever checks one of them from then on reads that it was withdrawn, and why." }
            }))
        }
        (desk.form(why.action, &html! {
            (why.about)
            (field(&Field {
                name: "reason",
                label: "Reason",
                hint: Some("Every holder and everybody who checks the credential read it. Name no person."),
                value: why.reason,
                error: why.refused,
                control: Control::Lines(2),
                required: true,
                ..Field::default()
            }))
            p.acts { button.main { (words.act) " " (credentials(why.count)) (words.after) } " " a href="/credentials" { "Leave them as they are" } }
        }))
    }
}

/// Renders what came of it.
pub fn told(desk: &Desk, view: &Result) -> Markup {
    let words = Words::of(view.fate);
    let title = match view.changed.len() {
        0 => "Nothing was changed".to_owned(),
        1 => format!("1 credential {}", words.one_done),
        count => format!("{count} credentials {}", words.done),
    };
    let main = html! {
        (trail(&[("/credentials", "Credentials")]))
        h1 { (title) }
        @if !view.changed.is_empty() {
            p { "Whoever checks them sees it within a minute. Each has its line in the record. The reason: " q { (view.reason) } }
            (people("Changed", &view.changed))
        }
        @if !view.stayed.is_empty() { (as_they_are("These stayed as they were", &view.stayed)) }
        p.acts { a.button href="/credentials" { "Back to the credentials" } }
    };
    desk.page(&title, "/credentials", &main)
}

pub(in crate::pages) fn people(caption: &str, lines: &[Line]) -> Markup {
    let columns = [
        Column::words("Person"),
        Column::words("Achievement"),
        Column::words("Issued"),
    ];
    let rows = lines
        .iter()
        .map(|line| [person(line), html! { (line.achievement) }, issued(line)]);
    ledger(
        &format!("{caption}: {}", credentials(lines.len() as u64)),
        columns,
        rows,
    )
}

pub(in crate::pages) fn as_they_are(heading: &str, lines: &[Line]) -> Markup {
    let columns = [
        Column::words("Person"),
        Column::words("Achievement"),
        Column::words("Why"),
    ];
    let rows = lines.iter().map(|line| {
        let why = line.why.as_deref().unwrap_or_default();
        [person(line), html! { (line.achievement) }, html! { (why) }]
    });
    html! {
        h2 { (heading) }
        (ledger(&credentials(lines.len() as u64), columns, rows))
    }
}

fn person(line: &Line) -> Markup {
    html! {
        a href={ "/credentials/" (line.id) } { bdi { (line.person) } }
        small { @if let Some(address) = &line.address { (address) } @if let Some(number) = &line.identifier { " " (number) } }
    }
}

fn issued(line: &Line) -> Markup {
    html! { (day_text(line.issued)) }
}

/// So many, in words.
pub(in crate::pages) fn credentials(count: u64) -> String {
    match count {
        1 => "1 credential".into(),
        count => format!("{count} credentials"),
    }
}

/// What a change is called.
pub(in crate::pages) struct Words {
    pub(in crate::pages) act: &'static str,
    pub(in crate::pages) after: &'static str,
    pub(in crate::pages) one_done: &'static str,
    pub(in crate::pages) done: &'static str,
}

impl Words {
    pub(in crate::pages) fn of(fate: Fate) -> Self {
        match fate {
            Fate::Revoke => Self {
                act: "Withdraw",
                after: " for good",
                one_done: "is withdrawn",
                done: "are withdrawn",
            },
            Fate::Suspend => Self {
                act: "Pause",
                after: "",
                one_done: "is paused",
                done: "are paused",
            },
            Fate::Reinstate => Self {
                act: "End the pause of",
                after: "",
                one_done: "stands again",
                done: "stand again",
            },
        }
    }
}
