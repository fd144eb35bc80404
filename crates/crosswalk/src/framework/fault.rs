//! Why a file is no framework: where, why, and the way out.

use crate::{sssom::Place, table::TableError};

/// One thing that keeps a file from being read.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{}: {reason}", place(at))]
pub struct FrameworkFault {
    /// Where.
    pub at: Place,
    /// Why.
    pub reason: FrameworkReason,
}

/// Why.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[expect(missing_docs)] // The messages say it.
pub enum FrameworkReason {
    #[error("the file is not UTF-8: save it as UTF-8")]
    NotUtf8,
    #[error("{0}")]
    Table(#[from] TableError),
    #[error("this is not JSON: {0}")]
    Json(String),
    #[error("the file has no line with column names: write one first")]
    NoHeader,
    #[error("these columns are none of {0}: {1}")]
    UnknownTable(&'static str, String),
    #[error("there is no column {0}: add one, or name the one that holds it so")]
    NoColumn(&'static str),
    #[error("it has no value: fill it in")]
    Missing,
    #[error("`{0}` stands here a second time: give each statement its own")]
    Twice(String),
    #[error("`{0}` is not one of {1}: write one of them")]
    NotAWord(String, String),
    #[error("{0} has one file, and here are {1}: take them in one after the other, or join them")]
    OneFile(&'static str, usize),
    #[error("nothing here is {0}: this file is of another form")]
    Nothing(&'static str),
    #[error("`{0}` names no statement of the file: add it, or remove the reference")]
    Dangling(String),
    #[error(
        "`{0}` is a group of work activities and has no name: take in IWA Reference and Content Model Reference as well"
    )]
    Unnamed(String),
    #[error("there are more faults than are told here: mend these, and read it again")]
    More,
}

/// A framework has statements, where a set has mappings.
fn place(at: &Place) -> String {
    match at {
        Place::Record(record, Some(field)) => format!("item {}, {field}", record + 1),
        Place::Record(record, None) => format!("item {}", record + 1),
        Place::Set(_) => "the file".to_owned(),
        Place::Line(..) => at.to_string(),
    }
}

impl FrameworkFault {
    /// A fault of an item of a list, from 0.
    pub(super) fn item(item: usize, field: &str, reason: FrameworkReason) -> Self {
        Self {
            at: Place::Record(item, Some(field.to_owned())),
            reason,
        }
    }

    pub(super) fn line(line: usize, column: &str, reason: FrameworkReason) -> Vec<Self> {
        vec![Self {
            at: Place::Line(line, Some(column.to_owned())),
            reason,
        }]
    }

    pub(super) fn file(reason: FrameworkReason) -> Vec<Self> {
        vec![Self {
            at: Place::Set(None),
            reason,
        }]
    }
}
