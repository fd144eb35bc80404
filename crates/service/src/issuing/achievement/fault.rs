//! What can be wrong with a definition document.

use std::fmt;

/// One fault of a definition document. Written out, it says where, what and the way out.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct DefinitionFault {
    /// Where: `resultDescription[0].requiredLevel`.
    pub field: String,
    /// What.
    pub kind: DefinitionFaultKind,
}

/// What is wrong with a field.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum DefinitionFaultKind {
    /// It must be there.
    Missing,
    /// No field has that name; the nearest that has.
    Unknown(Option<&'static str>),
    /// It is not what it should be: "a text", "a whole number from 1 to 100".
    Expected(String),
    /// There is nothing in it.
    Empty,
    /// It has more characters than that.
    TooLong(usize),
    /// It has more entries than that.
    TooMany(usize),
    /// It has characters that cannot be seen.
    ControlCharacters,
    /// It is none of the words that Open Badges knows, which are these.
    NotInVocabulary(&'static [&'static str]),
    /// It stands there twice.
    Repeated,
    /// There is no such level in this rubric, which has these.
    NoSuchLevel(Vec<u32>),
    /// There is another rubric already.
    SecondRubric,
    /// It has fewer entries than that.
    TooFew(usize),
    /// It is no picture of that kind, or larger than so many bytes.
    NotAPicture(&'static str, usize),
    /// It requires or translates itself.
    Itself,
    /// What can be suspended must be revocable.
    SuspensionWithoutRevocation,
}

impl DefinitionFaultKind {
    /// A stable name for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Unknown(_) => "unknown_field",
            Self::Expected(_) => "wrong_kind",
            Self::Empty => "empty",
            Self::TooLong(_) => "too_long",
            Self::TooMany(_) => "too_many",
            Self::ControlCharacters => "control_characters",
            Self::NotInVocabulary(_) => "not_in_vocabulary",
            Self::Repeated => "repeated",
            Self::NoSuchLevel(_) => "no_such_level",
            Self::SecondRubric => "second_rubric",
            Self::TooFew(_) => "too_few",
            Self::NotAPicture(..) => "not_a_picture",
            Self::Itself => "itself",
            Self::SuspensionWithoutRevocation => "suspension_without_revocation",
        }
    }
}

impl fmt::Display for DefinitionFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = if self.field.is_empty() {
            "the document"
        } else {
            &self.field
        };
        write!(f, "{place}: {}", self.kind)
    }
}

impl fmt::Display for DefinitionFaultKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("is missing; add it"),
            Self::Unknown(None) => f.write_str("is not a field of a definition; remove it"),
            Self::Unknown(Some(near)) => write!(f, "is not a field here; did you mean “{near}”?"),
            Self::Expected(what) => write!(f, "must be {what}"),
            Self::Empty => f.write_str("is empty; fill it in or remove it"),
            Self::TooLong(limit) => write!(f, "is too long; shorten it to {limit} characters"),
            Self::TooMany(limit) => write!(f, "has too many entries; keep at most {limit}"),
            Self::ControlCharacters => {
                f.write_str("has characters that cannot be seen; type it anew instead of pasting it")
            }
            Self::NotInVocabulary(words) => {
                write!(f, "is not a word of Open Badges; use one of {}, or ext: and a word of your own", words.join(", "))
            }
            Self::Repeated => f.write_str("stands there twice; keep one"),
            Self::NoSuchLevel(levels) => {
                let levels: Vec<_> = levels.iter().map(u32::to_string).collect();
                write!(f, "is not a level of this rubric; use one of {}", levels.join(", "))
            }
            Self::SecondRubric => f.write_str(
                "is a second rubric; an achievement has one, so make the other an achievement of its own",
            ),
            Self::TooFew(least) => write!(f, "has too few entries; it needs at least {least}"),
            Self::NotAPicture(kind, limit) => {
                write!(f, "must be the bytes of a {kind} picture in base64, at most {} KiB", limit / 1024)
            }
            Self::Itself => f.write_str("names this achievement itself; remove it"),
            Self::SuspensionWithoutRevocation => {
                f.write_str("needs “revocable”: what can be suspended must be revocable; set one of the two")
            }
        }
    }
}
