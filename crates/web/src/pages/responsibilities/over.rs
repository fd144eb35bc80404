//! That a crosswalk or a competency is no longer to be used, on the pages of those who use it.

use maud::{Markup, html};
use touchstone_service::governing::SaidOver;

use crate::templates::{Tone, day_text, moment, note};
use crate::text::clean;

/// The note under `heading`; nothing for what is used. `after` stands behind it.
pub(in crate::pages) fn over(heading: &str, told: Option<&SaidOver>, after: &Markup) -> Markup {
    html! { @if let Some(told) = told {
        (note(Some(Tone::Warn), None, heading, &html! {
            p {
                "Its publisher says so since " (day_text(moment(told.since))) ". "
                @match told.replaced_by.as_str() {
                    "" => "Nothing takes its place.",
                    by => { "In its place: " bdi { (clean(by)) } "." }
                }
                " " (after)
            }
        }))
    } }
}
