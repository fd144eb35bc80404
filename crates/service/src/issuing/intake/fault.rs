//! What can be wrong with a row.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Column;

/// One fault of a row, in words that say the way out. Kept beside the row.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct RowFault {
    /// Where. Absent where it concerns the whole row.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<Column>,
    /// What, for programs.
    pub code: FaultCode,
    /// What and the way out, for people.
    pub message: String,
}

/// A stable name of a fault.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs)] // The names say it.
pub enum FaultCode {
    AlreadyEnded,
    BadDate,
    BadDid,
    BadEmail,
    BadEvidence,
    BadLanguage,
    AmbiguousDate,
    BelowRequiredLevel,
    ControlCharacters,
    DuplicatePerson,
    EvidenceMissing,
    FieldCount,
    Formula,
    FutureDate,
    KeyEnded,
    LevelMissing,
    NameMissing,
    NoLevels,
    NoPerson,
    NotIssuable,
    NotHttps,
    Spoiled,
    TooLong,
    UnknownLevel,
}

impl RowFault {
    pub(in crate::issuing) fn new(
        column: impl Into<Option<Column>>,
        code: FaultCode,
        message: impl Into<String>,
    ) -> Self {
        Self {
            column: column.into(),
            code,
            message: message.into(),
        }
    }

    /// The fault with its place: `Row 58, level: “Expert” is not a level of this rubric; use …`.
    pub fn at(&self, line: i64) -> impl fmt::Display {
        match self.column {
            Some(column) => format!("Row {line}, {}: {}", column.word(), self.message),
            None => format!("Row {line}: {}", self.message),
        }
    }
}
