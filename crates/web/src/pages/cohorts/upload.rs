//! The first step: which achievement, and the list of people.

use maud::{Markup, html};

use crate::pages::desk::{Desk, nothing, trail};
use crate::templates::{Control, Field, Problem, error_summary, field, icon, note};

/// What was entered so far.
#[derive(Clone, Debug, Default)]
pub struct Entered {
    /// The achievement's id.
    pub achievement: String,
    /// What the cohort is called.
    pub name: String,
    /// Not before this day.
    pub hold_until: String,
}

/// Renders the form. `achievements` are id and name.
pub fn show(
    desk: &Desk,
    achievements: &[(String, String)],
    entered: &Entered,
    problems: &[Problem],
) -> Markup {
    let error = |name: &str| {
        problems
            .iter()
            .find(|problem| problem.field == name)
            .map(|problem| problem.words.as_str())
    };
    let choices: Vec<(&str, &str)> = achievements
        .iter()
        .map(|(id, name)| (id.as_str(), name.as_str()))
        .collect();
    let main = html! {
        (trail(&[("/cohorts", "Cohorts")]))
        h1 { "Award a cohort" }
        @if choices.is_empty() {
            (nothing("Before people can be awarded, there must be something to award.", Some(("/achievements/new", "Write an achievement"))))
        } @else {
            p { "Upload a list of people. You will see what would be issued, and every row that needs you, before anything happens." }
            (error_summary("The list could not be taken", problems))
            div.cols {
                div { (desk.upload("/cohorts", &html! {
                    (field(&Field { name: "achievement", label: "What is awarded", value: &entered.achievement, error: error("achievement"), control: Control::Choice(&choices), required: true, ..Field::default() }))
                    (field(&Field { name: "name", label: "What to call this cohort", hint: Some("For your own lists, such as “Metrology autumn B”. Empty: the name of the file."), value: &entered.name, error: error("name"), ..Field::default() }))
                    (field(&Field { name: "file", label: "The list", hint: Some("A CSV file from any spreadsheet program, in any encoding. The first row names the columns."), error: error("file"), control: Control::File(".csv,.txt,text/csv"), required: true, ..Field::default() }))
                    (field(&Field { name: "hold_until", label: "Not before", hint: Some("Leave it empty to issue as soon as you confirm."), value: &entered.hold_until, error: error("hold_until"), control: Control::Typed("date"), ..Field::default() }))
                    p.acts { button.main { (icon("people")) " Upload and look" } }
                })) }
                (columns())
            }
        }
    };
    desk.page("Award a cohort", "/cohorts", &main)
}

fn columns() -> Markup {
    let line =
        |name: &str, meaning: &str| html! { div { dt { code { (name) } } dd { (meaning) } } };
    note(
        None,
        Some("file"),
        "The columns",
        &html! {
            dl.facts {
                (line("name", "The person’s name, as it should appear"))
                (line("email", "Where the credential is announced. May be empty: then a code on paper is made"))
                (line("identifier", "Your own number for the person"))
                (line("level", "The level reached, by number or name"))
                (line("result", "A result in words or numbers"))
                (line("evidence", "An https address, or sha256: and the fingerprint of a file"))
                (line("assessor", "Who assessed"))
                (line("awarded_on", "The day, best as 2026-11-21"))
                (line("language", "The language of the mail: en, de, tr …"))
            }
            p.hint { "Only a name, an address or an identifier is needed. Other words for these columns are usually understood." }
        },
    )
}
