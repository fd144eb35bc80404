//! What is logged, and how.

use super::concern::{Given, Setting, concern};

concern! {
    /// What is logged, and how. Log lines go to standard error and never carry personal data.
    Log is "log" {
        /// How a line looks: `text` for people, `json` for machines.
        format: Format = Format::Text, example "\"json\"";

        /// What is logged: `error`, `warn`, `info`, `debug`, `trace`, or a filter by module like `info,touchstone_web=debug`.
        level: String = "info".into(), example "\"warn\"";
    }
}

/// How a log line looks.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Format {
    /// For people.
    Text,
    /// For machines.
    Json,
}

impl Setting for Format {
    const KIND: &'static str = "\"text\" or \"json\"";

    fn read(given: &Given) -> Result<Self, String> {
        match String::read(given)?.as_str() {
            "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            other => Err(format!("\"{other}\" is neither \"text\" nor \"json\"")),
        }
    }

    fn write(&self) -> Option<String> {
        let word = match self {
            Self::Text => "\"text\"",
            Self::Json => "\"json\"",
        };
        Some(word.into())
    }
}
