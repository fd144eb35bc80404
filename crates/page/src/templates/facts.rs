//! The body of the report: a label in the margin, a value beside it.

use maud::{Markup, html};

/// The list that holds [`fact`]s.
pub fn facts(lines: &Markup) -> Markup {
    html! { dl.facts { (lines) } }
}

/// One label with its value.
pub fn fact(label: &str, value: &Markup) -> Markup {
    html! { div { dt { (label) } dd { (value) } } }
}
