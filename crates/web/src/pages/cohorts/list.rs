//! All cohorts.

use maud::{Markup, html};
use touchstone_service::operations::Permission;

use crate::pages::desk::{Desk, further, nothing};
use crate::pages::today::{Cohort, cohorts};
use crate::templates::{Act, Field, acts, field};

/// Renders the list.
pub fn show(desk: &Desk, q: &str, rows: &[Cohort], next: Option<&str>) -> Markup {
    let main = html! {
        h1 { "Cohorts" }
        p { "People who are awarded the same achievement together." }
        @if desk.may(Permission::Issue) { (acts(&[Act { href: "/cohorts/new", icon: Some("people"), label: "Award a cohort", main: true, ..Act::default() }])) }
        form action="/cohorts" method="get" role="search" {
            (field(&Field { name: "q", label: "Name of the cohort or of its file", value: q, ..Field::default() }))
            p.acts { button { "Find" } }
        }
        @if rows.is_empty() { (nothing(if q.is_empty() { "There is none yet." } else { "No cohort matches. A part of the name is enough." }, None)) } @else { (cohorts("Newest first", rows)) (further(next)) }
    };
    desk.page("Cohorts", "/cohorts", &main)
}
