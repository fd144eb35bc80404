//! The verdict: the first thing on a page about one credential, once.

use maud::{Markup, html};

use super::{Tone, icon};

/// The band with the word that counts, and when it was found out.
pub fn verdict(tone: Tone, words: &str, aside: &Markup) -> Markup {
    html! {
        p class={ "verdict " (tone.class()) } {
            (icon(tone.icon())) " " strong { (words) } " " span { (aside) }
        }
    }
}
