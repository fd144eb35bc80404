//! All cohorts.

use maud::{Markup, html};

use crate::pages::desk::{Desk, further, nothing};
use crate::pages::today::{Cohort, cohorts};
use crate::templates::{Act, acts};

/// Renders the list.
pub fn show(desk: &Desk, rows: &[Cohort], next: Option<&str>) -> Markup {
    let main = html! {
        h1 { "Cohorts" }
        p { "People who are awarded the same achievement together." }
        (acts(&[Act { href: "/cohorts/new", icon: Some("people"), label: "Award a cohort", main: true, ..Act::default() }]))
        @if rows.is_empty() { (nothing("There is none yet.", None)) } @else { (cohorts("Newest first", rows)) (further(next)) }
    };
    desk.page("Cohorts", "/cohorts", &main)
}
