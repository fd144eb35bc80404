//! All achievements.

use maud::{Markup, html};
use touchstone_service::operations::Permission;

use crate::pages::desk::{Desk, nothing};
use crate::templates::{
    Act, Column, Control, Field, Moment, Problem, acts, day_text, error_summary, field, ledger,
};

/// One achievement.
#[derive(Clone, Debug)]
#[expect(missing_docs)] // The names say it.
pub struct Row {
    pub id: String,
    pub name: String,
    pub slug: String,
    pub version: i64,
    pub since: Moment,
    pub archived: bool,
}

/// Renders the list, with what became of a file: its problems, or what of it has no place here.
pub fn show(desk: &Desk, rows: &[Row], problems: &[Problem], left_out: &[String]) -> Markup {
    let may_define = desk.may(Permission::Define);
    let main = html! {
        h1 { "Achievements" }
        p { "What people can earn here. A version that was awarded is never changed; a new version takes its place." }
        (error_summary("The file could not be taken", problems))
        @if !left_out.is_empty() {
            div.note role="status" { p { "The file was taken. What it says besides has no place here and was left out: " bdi { (left_out.join(", ")) } "." } }
        }
        @if may_define { (acts(&[Act { href: "/achievements/new", icon: Some("file"), label: "Write an achievement", main: true, ..Act::default() }])) }
        @if rows.is_empty() { (nothing("There is none yet.", None)) } @else {
            (ledger("By name", [Column::words("Name"), Column::numbers("Version"), Column::words("Since"), Column::words("As a file")],
                rows.iter().map(|row| [
                    html! { a href={ "/achievements/" (row.id) } { bdi { (row.name) } } @if row.archived { small { "out of use" } } },
                    html! { (row.version) },
                    html! { (day_text(row.since)) },
                    html! { a href={ "/achievements/" (row.id) "/definition.json" } download { "JSON" span.vh { " of " (row.name) } } },
                ])))
        }
        @if may_define { details {
            summary { "Take one from a file" }
            (desk.upload("/achievements/import", &html! {
                (field(&Field { name: "file", label: "The definition", hint: Some("A JSON file as exported here or from another Touchstone, or one of the European Learning Model: a specification, or a European Digital Credential."), control: Control::File(".json,.jsonld,application/json,application/ld+json"), required: true, ..Field::default() }))
                p.acts { button { "Take it" } }
            }))
        } }
    };
    desk.page("Achievements", "/achievements", &main)
}
