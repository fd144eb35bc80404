//! What waits, what runs and what happened lately: the first page after signing in.

use maud::{Markup, html};
use touchstone_service::operations::Permission;

use crate::pages::desk::{Desk, nothing};
use crate::templates::{
    Act, Column, Moment, Tone, acts, bar, day_text, ledger, minute_text, outcome, todo,
};

/// Everything on the page.
#[derive(Clone, Debug, Default)]
pub struct View {
    /// Counts that wait for the reader.
    pub waiting: Vec<Waiting>,
    /// Whether keys and lists are in order, a sentence each.
    pub order: Vec<String>,
    /// Cohorts, newest first.
    pub cohorts: Vec<Cohort>,
    /// Lately: when, who, what. `None` for those whom the record is not for.
    pub lately: Option<Vec<(Moment, String, String)>>,
}

/// How many, where to look, what they are, and what is behind it.
pub type Waiting = (u64, &'static str, &'static str, String);

/// One cohort in the list.
#[derive(Clone, Debug)]
pub struct Cohort {
    /// Where it stands.
    pub href: String,
    /// What the registrar calls it.
    pub name: String,
    /// What is awarded.
    pub achievement: String,
    /// When it was made.
    pub made: Moment,
    /// How many people.
    pub people: u64,
    /// How many have taken theirs, once it is issued.
    pub claimed: Option<u64>,
    /// How far it is.
    pub tone: Tone,
    /// The same in words.
    pub state: String,
}

/// Renders it.
pub fn show(desk: &Desk, view: &View) -> Markup {
    let waiting: Vec<(u64, Markup)> = view
        .waiting
        .iter()
        .map(|(count, href, words, behind)| {
            (*count, html! { a href=(href) { (words) } ". " (behind) })
        })
        .collect();
    let starts = [
        (
            Permission::Issue,
            Act {
                href: "/cohorts/new",
                icon: Some("people"),
                label: "Award a cohort",
                main: true,
                ..Act::default()
            },
        ),
        (
            Permission::Define,
            Act {
                href: "/achievements/new",
                icon: Some("file"),
                label: "Write an achievement",
                ..Act::default()
            },
        ),
    ];
    let starts = starts.into_iter().filter(|(needs, _)| desk.may(*needs));
    let starts: Vec<_> = starts.map(|(_, act)| act).collect();
    let main = html! {
        h1 { "Today at " (desk.institution) }
        div.cols {
            section {
                h2 { "Waiting for you" }
                @if waiting.is_empty() { p { "Nothing." @if desk.may(Permission::Issue) { " Everything that was started is done." } } } @else { (todo(&waiting)) }
            }
            section {
                @if starts.is_empty() { h2 { "In order" } } @else { h2 { "Start" } (acts(&starts)) }
                p.hint { @for line in &view.order { (line) " " } }
            }
        }
        section {
            h2 { "Cohorts" }
            @if view.cohorts.is_empty() { (nothing("No cohort yet. Once one is awarded, it stands here with how far it is.", None)) }
            @else { (cohorts("Newest first", &view.cohorts)) p { a href="/cohorts" { "All cohorts" } } }
        }
        @if let Some(lately) = &view.lately { section {
            h2 { "Lately" }
            @if lately.is_empty() { p { "Nothing has happened yet." } } @else {
                (ledger("From the audit record; nothing in it can be changed",
                    [Column::words("When"), Column::words("Who"), Column::words("What")],
                    lately.iter().map(|(at, who, what)| [html! { (minute_text(*at)) }, html! { (who) }, html! { (what) }])))
                @if desk.may(Permission::Audit) { p { a href="/audit" { "The whole record" } } }
            }
        } }
    };
    desk.page(&format!("Today at {}", desk.institution), "/today", &main)
}

/// The table of cohorts, here and on their own page.
pub fn cohorts(caption: &str, rows: &[Cohort]) -> Markup {
    ledger(
        caption,
        [
            Column::words("Cohort"),
            Column::words("Achievement"),
            Column::numbers("People"),
            Column::words("Claimed"),
            Column::words("State"),
        ],
        rows.iter().map(|row| {
            [
                html! { a href=(row.href) { (row.name) } small { (day_text(row.made)) } },
                html! { (row.achievement) },
                html! { (row.people) },
                html! { @match row.claimed { Some(claimed) => { (bar(claimed, row.people)) (claimed) " of " (row.people) } None => "–" } },
                html! { span class=(row.tone.class()) { (outcome(row.tone, &row.state)) } },
            ]
        }),
    )
}
