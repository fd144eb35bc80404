//! What is there and not shown.

use maud::{Markup, html};

/// The value of a fact that is left out.
pub fn withheld() -> Markup {
    html! { span.withheld { span { "not shown" } } }
}
