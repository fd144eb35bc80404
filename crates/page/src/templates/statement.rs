//! Who says that whom can do what, as one sentence: the heading of a credential.

use maud::{Markup, html};

/// The sentence in its three parts. `who` may hold the name in italics.
pub fn statement(lead: &Markup, who: &Markup, what: &str) -> Markup {
    html! {
        h1.statement {
            span.lead { (lead) } " "
            span.who { (who) } " "
            bdi { (what) }
        }
    }
}
