//! The share of a whole, beside the number that says it.

use maud::{Markup, html};

/// A bar that is `part` of `whole` long.
pub fn bar(part: u64, whole: u64) -> Markup {
    let share = (part.min(whole) * 100).checked_div(whole).unwrap_or(0);
    html! {
        svg.bar viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true" {
            path d={ "M0 0h" (share) "v1H0z" } {}
        }
    }
}
