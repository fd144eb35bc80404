//! Counts that wait for somebody.

use maud::{Markup, html};

/// The list: how many, and of what.
pub fn todo(lines: &[(u64, Markup)]) -> Markup {
    html! { ul.plain.todo { @for (count, words) in lines { li { b { (count) } " " span { (words) } } } } }
}
