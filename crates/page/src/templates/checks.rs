//! What was looked at: the outcome, a sentence, and the details for those who ask.

use maud::{Markup, html};

use super::{Tone, outcome};

/// One line of the list.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct CheckLine {
    /// How it turned out.
    pub tone: Tone,
    /// The outcome in one or two words.
    pub word: &'static str,
    /// The finding as a sentence.
    pub sentence: String,
    /// What stands behind the disclosure, a paragraph each. A part between backticks is an identifier.
    pub details: Vec<String>,
}

/// The list of checks.
pub fn checks(lines: &[CheckLine]) -> Markup {
    html! { ul.checks { @for line in lines { (check(line)) } } }
}

/// Outcomes without details, in a list: progress, advice.
pub fn steps(lines: &Markup) -> Markup {
    html! { ul.checks { (lines) } }
}

/// One outcome without details.
pub fn step(tone: Tone, word: &str, sentence: &Markup) -> Markup {
    html! { li class=(tone.class()) { div.step { (outcome(tone, word)) " " div { (sentence) } } } }
}

fn check(line: &CheckLine) -> Markup {
    if line.details.is_empty() {
        return step(line.tone, line.word, &html! { (line.sentence) });
    }
    html! {
        li class=(line.tone.class()) {
            details {
                summary { (outcome(line.tone, line.word)) " " span { (line.sentence) } }
                @for text in &line.details { p { (with_identifiers(text)) } }
            }
        }
    }
}

fn with_identifiers(text: &str) -> Markup {
    html! {
        @for (place, part) in text.split('`').enumerate() {
            @if place % 2 == 1 { code { (part) } } @else { (part) }
        }
    }
}
