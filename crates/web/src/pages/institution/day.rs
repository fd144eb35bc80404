//! The day that a page about what something meant is asked about.

use maud::{Markup, html};
use serde::Deserialize;
use touchstone_vc::Timestamp;

use crate::ApiError;
use crate::pages::day::end_of_asked;
use crate::templates::{Control, Field, Robots, field, icon, note};

/// The day that is asked about; empty: today.
#[derive(Debug, Default, Deserialize)]
pub struct Day {
    #[serde(default)]
    pub(super) on: String,
}

impl Day {
    /// Its end. `None` where that is not over: what is asked about is how it stands now.
    pub(super) fn past(&self, now: Timestamp) -> Result<Option<Timestamp>, ApiError> {
        if self.on.is_empty() {
            return Ok(None);
        }
        Ok(Some(end_of_asked(&self.on, now)?).filter(|end| *end < now))
    }

    /// Whether no day was asked about.
    pub(super) fn is_today(&self) -> bool {
        self.on.is_empty()
    }

    /// An address, about the same day.
    pub(super) fn of(&self, address: &str) -> String {
        match self.on.as_str() {
            "" => address.to_owned(),
            on => format!("{address}?on={on}"),
        }
    }

    /// There are more days than anybody reads.
    pub(super) fn robots(&self) -> Robots {
        match self.on.as_str() {
            "" => Robots::Index,
            _ => Robots::Hidden,
        }
    }

    /// That a past day is told of, and what stays of it.
    pub(super) fn told(&self, here: &str, stays: &str, today: &str) -> Markup {
        html! { @if !self.on.is_empty() {
            (note(None, Some("clock"), &format!("As it was on {}", self.on), &html! {
                p { (stays) " " a href=(here) { (today) } }
            }))
        } }
    }

    /// The question for another day, and the same for programs.
    pub(super) fn another(&self, here: &str, json: &str, question: &str) -> Markup {
        html! {
            section { h2 { (question) }
                form method="get" action=(here) {
                    (field(&Field { name: "on", label: "The day", hint: Some("At its end, in UTC."), value: &self.on, control: Control::Typed("date"), required: true, ..Field::default() }))
                    p.acts { button { "Show" } a.button href=(json) { (icon("file")) " All of this as JSON" } }
                }
            }
        }
    }
}
