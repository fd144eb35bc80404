//! A state, named by a shape and a word; never by colour alone.

use maud::{Markup, html};

use super::icon;

/// How something turned out. The class of its element and the icon beside its word.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Tone {
    /// It is so.
    Pass,
    /// It is not so.
    Fail,
    /// Nobody could look.
    Unsure,
    /// It is for the reader to judge.
    Warn,
    /// It has not happened yet.
    Wait,
}

impl Tone {
    /// The class of the element that has this outcome.
    pub fn class(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Unsure => "unsure",
            Self::Warn => "warn",
            Self::Wait => "wait",
        }
    }

    /// The icon of this outcome.
    pub fn icon(self) -> &'static str {
        match self {
            Self::Wait => "clock",
            other => other.class(),
        }
    }
}

/// Shape and word. Stands inside an element with the outcome's class.
pub fn outcome(tone: Tone, word: &str) -> Markup {
    html! { b.o { (icon(tone.icon())) " " (word) } }
}
