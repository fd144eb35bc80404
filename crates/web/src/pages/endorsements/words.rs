//! The words for how a request stands.

use maud::{Markup, html};
use touchstone_service::endorsing::State;

use crate::templates::{Tone, outcome};

/// How a request stands, with its sign.
pub(super) fn state(state: State, hidden: bool) -> Markup {
    let (tone, word) = match state {
        State::Endorsed if hidden => (Tone::Wait, "Not shown"),
        State::Asked => (Tone::Wait, "Asked"),
        State::Lapsed => (Tone::Warn, "No answer"),
        State::TakenBack => (Tone::Warn, "Request taken back"),
        State::Declined => (Tone::Warn, "Declined"),
        State::Endorsed => (Tone::Pass, "Endorsed"),
        State::Expired => (Tone::Warn, "Ended"),
        State::Withdrawn => (Tone::Warn, "Taken back"),
    };
    html! { span class=(tone.class()) { (outcome(tone, word)) } }
}
