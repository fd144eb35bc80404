//! What is wrong with a mapping set: where, why, and the way out.

use std::fmt;

use super::{Kind, Slot, YamlError};
use crate::table::TableError;

/// Where something stands in a file.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Place {
    /// A line of a text file, from 1, and the column or slot of it.
    Line(usize, Option<String>),
    /// A mapping of a JSON file, from 0, and the key of it.
    Record(usize, Option<String>),
    /// A slot of the set as a whole.
    Set(Option<String>),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (number, column) = match self {
            Self::Line(line, column) => (format!("line {line}"), column),
            Self::Record(record, column) => (format!("mappings[{record}]"), column),
            Self::Set(column) => ("the set".to_owned(), column),
        };
        match column {
            Some(column) => write!(f, "{number}, {column}"),
            None => write!(f, "{number}"),
        }
    }
}

/// One thing that keeps a file from being a mapping set.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{at}: {reason}")]
pub struct Fault {
    /// Where.
    pub at: Place,
    /// Why, and the way out.
    pub reason: Reason,
}

/// Why a value, a line or a file is refused.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[expect(missing_docs)] // The messages say it.
pub enum Reason {
    #[error("the file is not UTF-8: save it as UTF-8")]
    NotUtf8,
    #[error("the file begins with a byte order mark: save it as UTF-8 without one")]
    ByteOrderMark,
    #[error(
        "there is no line with column names: write one after the lines with #, its values apart by tabs"
    )]
    NoHeader,
    #[error("the lines with # are YAML, and here they are not: {0}")]
    Yaml(#[from] YamlError),
    #[error("{0}")]
    Table(#[from] TableError),
    #[error("this is not JSON: {0}")]
    Json(String),
    #[error("the metadata are no mapping of names to values: write `name: value` on each line")]
    NoMetadata,
    #[error("the column stands twice: remove one")]
    ColumnTwice,
    #[error(
        "the row has {found} values and the header {expected}: check for a tab too many or too few"
    )]
    RowLength { found: usize, expected: usize },
    #[error("it has no value, and a mapping needs one: fill it in")]
    Missing,
    #[error("a mapping of a literal has its text here: fill it in, or change the type")]
    MissingLiteral,
    #[error("`{0}` has the prefix `{1}`, which is not declared: add it to curie_map")]
    UndeclaredPrefix(String, String),
    #[error(
        "`{0}` is a full IRI: declare a prefix for it in curie_map and write it as prefix:rest"
    )]
    FullIri(String),
    #[error("`{0}` is no identifier: write it as prefix:rest, with the prefix in curie_map")]
    NotAnIdentifier(String),
    #[error("`{0}` is no address with a scheme: write it whole, as in https://example.org/…")]
    NotAUri(String),
    #[error("`{0}` is no date: write it as 2026-01-31")]
    NotADate(String),
    #[error("`{0}` is no number: write it with a decimal point, as in 0.95")]
    NotANumber(String),
    #[error("{0} lies outside {1} to {2}: write a number from {1} to {2}")]
    OutOfRange(String, i8, i8),
    #[error("`{0}` is not one of {1}: write one of them")]
    NotAWord(String, String),
    #[error("only one value may stand here: keep one")]
    OnlyOne,
    #[error("there is no reviewer: name one in reviewer_id or reviewer_label, or remove it")]
    NoReviewer,
    #[error("`{0}` may stand in subject_id and object_id only: remove it")]
    NoTermElsewhere(String),
    #[error(
        "prefix `{0}` is built in and stands for {1}: choose another name, or this very address"
    )]
    BuiltInPrefix(String, &'static str),
    #[error(
        "`{0}` is no prefix name: letters, digits, `.`, `_` and `-`, beginning with a letter or `_`"
    )]
    PrefixName(String),
    #[error(
        "SSSOM {0} is newer than what is read here (1.1): write sssom_version: \"1.1\" if the file keeps to it"
    )]
    Version(String),
    #[error("a text was expected here: write it without nested names or lists")]
    NotAText,
    #[error("no declared prefix fits <{0}>, so it cannot be written: add one to curie_map")]
    NoPrefix(String),
    #[error("there are more faults; mend these first")]
    More,
}

impl Reason {
    /// The reason why `value` does not fit `kind`, or nothing. Identifiers are looked at elsewhere, with their prefixes.
    pub(super) fn of(kind: Kind, value: &str) -> Option<Self> {
        match kind {
            Kind::Text | Kind::Entity => None,
            Kind::Uri => (!has_scheme(value)).then(|| Self::NotAUri(value.to_owned())),
            Kind::Date => (!is_date(value)).then(|| Self::NotADate(value.to_owned())),
            Kind::Number(least, most) => match number(value) {
                None => Some(Self::NotANumber(value.to_owned())),
                Some(number) if number < f64::from(least) || number > f64::from(most) => {
                    Some(Self::OutOfRange(value.to_owned(), least, most))
                }
                Some(_) => None,
            },
            Kind::Word(words) => (!words.contains(&value))
                .then(|| Self::NotAWord(value.to_owned(), words.join(", "))),
        }
    }
}

/// A number of decimal digits: neither `inf` nor `NaN`.
pub(super) fn number(text: &str) -> Option<f64> {
    text.parse().ok().filter(|number: &f64| number.is_finite())
}

/// A URI begins with a scheme (RFC 3986 §3.1).
pub(super) fn has_scheme(text: &str) -> bool {
    text.split_once(':').is_some_and(|(scheme, rest)| {
        scheme.starts_with(|first: char| first.is_ascii_alphabetic())
            && scheme
                .chars()
                .all(|letter| letter.is_ascii_alphanumeric() || "+-.".contains(letter))
            && !rest.is_empty()
            && !text.contains(char::is_whitespace)
    })
}

/// `yyyy-mm-dd`, a day that exists.
pub(crate) fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts[..] else {
        return false;
    };
    let lengths = [year.len(), month.len(), day.len()];
    let digits = text
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'-');
    let (Ok(year), Ok(month), Ok(day)) = (
        year.parse::<u32>(),
        month.parse::<u32>(),
        day.parse::<u32>(),
    ) else {
        return false;
    };
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    };
    lengths == [4, 2, 2] && digits && (1..=days).contains(&day)
}

/// What is lawful in a set, and still deserves a look.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Notice {
    /// A required slot of the set is empty; sets without it are found in the wild.
    #[error("{} is missing: a set needs it before others can rely on it", .0.name())]
    Incomplete(Slot),
    /// A name that SSSOM does not know.
    #[error("{at}: `{name}` is neither a slot of SSSOM nor declared in extension_definitions; it is kept as an extension{}", did_you_mean(.nearest.as_deref()))]
    Undeclared {
        /// Where it stands.
        at: Place,
        /// The name.
        name: String,
        /// The slot that it may have meant.
        nearest: Option<String>,
    },
    /// A definition of an extension that the specification says to leave out.
    #[error(
        "extension_definitions: `{0}` is left out: it needs a slot_name, and property and type_hint as prefix:rest"
    )]
    Definition(String),
}

fn did_you_mean(name: Option<&str>) -> String {
    name.map_or_else(String::new, |name| format!(" (did you mean `{name}`?)"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_that_does_not_exist_is_no_date() {
        for good in ["2024-02-29", "2026-12-31", "2000-02-29"] {
            assert!(is_date(good), "{good}");
        }
        for bad in [
            "2026-02-29",
            "1900-02-29",
            "2026-13-01",
            "2026-1-01",
            "26-01-01",
            "2026-01-01T00",
        ] {
            assert!(!is_date(bad), "{bad}");
        }
    }

    #[test]
    fn a_relative_address_is_no_uri() {
        assert!(has_scheme("mailto:a@b.example"));
        for bad in ["file.txt", "/a/b", "//example.org/a", "https:", "a b:c"] {
            assert!(!has_scheme(bad), "{bad}");
        }
    }
}
