//! One thing to know or to do.

use maud::{Markup, html};

use super::{Tone, icon};

/// An inset note. With a tone it has that outcome's edge; an icon stands before its heading.
pub fn note(tone: Option<Tone>, picture: Option<&str>, heading: &str, body: &Markup) -> Markup {
    let class = tone.map_or_else(
        || "note".to_owned(),
        |tone| format!("note {}", tone.class()),
    );
    html! {
        div class=(class) {
            h2 { @if let Some(name) = picture { (icon(name)) " " } (heading) }
            (body)
        }
    }
}
