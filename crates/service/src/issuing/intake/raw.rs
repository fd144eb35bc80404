//! A line as it was written, before anybody asked whether it is right.

use serde::{Deserialize, Serialize};

use super::{Column, value::word};
use crate::issuing::RowInput;

/// The fields of a line, each as text, empty ones left out. Kept for faulty rows, so that they can be corrected.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs)] // The names say it.
pub struct RawRow {
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub email: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub identifier: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub did: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub level: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub result: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub evidence: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub assessor: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub awarded_on: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub language: String,
}

impl RawRow {
    /// Writes a field. The parts of a name are joined, given name first, whichever comes first.
    pub fn set(&mut self, column: Column, text: &str) {
        let field = match column {
            Column::GivenName if self.name.is_empty() => &mut self.name,
            Column::GivenName => {
                self.name = format!("{text} {}", self.name).trim().to_owned();
                return;
            }
            Column::FamilyName => {
                self.name = format!("{} {text}", self.name).trim().to_owned();
                return;
            }
            Column::Name => &mut self.name,
            Column::Email => &mut self.email,
            Column::Identifier => &mut self.identifier,
            Column::Did => &mut self.did,
            Column::Level => &mut self.level,
            Column::Result => &mut self.result,
            Column::Evidence => &mut self.evidence,
            Column::Assessor => &mut self.assessor,
            Column::AwardedOn => &mut self.awarded_on,
            Column::Language => &mut self.language,
        };
        text.clone_into(field);
    }

    /// The fields that a checked row was made from, near enough that checking them again gives the same row.
    pub fn from_input(row: &RowInput) -> Self {
        let text = |field: &Option<String>| field.clone().unwrap_or_default();
        let evidence = row.evidence.iter().map(|piece| {
            let bare = match (&piece.url, &piece.sha256) {
                (Some(url), Some(sha256)) => format!("{url}#sha256={sha256}"),
                (Some(url), None) => url.clone(),
                (None, sha256) => format!("sha256:{}", sha256.as_deref().unwrap_or_default()),
            };
            match piece.kind.as_deref().map(word) {
                Some(kind) if !kind.is_empty() => format!("{kind}={bare}"),
                _ => bare,
            }
        });
        Self {
            name: text(&row.name),
            email: text(&row.email),
            identifier: text(&row.identifier),
            did: text(&row.did),
            level: row.level.map(|level| level.to_string()).unwrap_or_default(),
            result: text(&row.result),
            evidence: evidence.collect::<Vec<_>>().join(" | "),
            assessor: text(&row.assessor),
            awarded_on: if row.dated {
                row.awarded_on.to_string()
            } else {
                String::new()
            },
            language: text(&row.language),
        }
    }
}
