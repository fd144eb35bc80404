//! How much a posting wants a thing: by the member in which it stands, or by its own words.
//!
//! JDX JobSchema+ tells credentials, education and experience that are required or the minimum from those that are preferred, alternative or
//! equivalent. schema.org has one member for all, so that there, and in plain text, only words tell (*a forklift licence preferred*). A role has
//! no *either, or* between tasks: what may stand in place of something else is wanted, and whoever reads the posting decides.

use super::Need;

/// How much a posting wants a thing.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum JobWish {
    /// It is required, or the least that is, or nothing is said of it.
    #[default]
    Required,
    /// It is preferred.
    Preferred,
    /// It is an alternative or an equivalent: it may stand in place of something that is required.
    InPlace,
}

impl JobWish {
    /// What it comes to in a role.
    #[must_use]
    pub fn need(self) -> Need {
        match self {
            Self::Required => Need::Must,
            Self::Preferred | Self::InPlace => Need::Nice,
        }
    }

    /// The same, unless these words say that it is only preferred.
    pub(super) fn unless_said(self, text: &str) -> Self {
        match self {
            Self::Required if is_preferred(text) => Self::Preferred,
            _ => self,
        }
    }

    /// Of what is said twice: required, where it is said to be so once.
    pub(super) fn or_required(self, other: Self) -> Self {
        match other {
            Self::Required => other,
            Self::Preferred | Self::InPlace => self,
        }
    }
}

/// Whether a text says, as its first or its last words, that what it names is not required. In the middle the words may belong to the work:
/// *visits preferred suppliers*.
fn is_preferred(text: &str) -> bool {
    let words = text.to_lowercase();
    let words = words_of(&words);
    let first = |said: &&str| {
        let rest = words.strip_prefix(*said);
        rest.is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
    };
    let last = |said: &&str| {
        let rest = words.strip_suffix(*said);
        rest.is_some_and(|rest| !rest.ends_with(char::is_alphanumeric))
    };
    FIRST.iter().any(first) || LAST.iter().any(last)
}

/// Whether a text says that what it names is not required, and names nothing.
pub(super) fn is_wish_alone(text: &str) -> bool {
    let words = text.to_lowercase();
    let words = words_of(&words);
    FIRST.contains(&words) || LAST.contains(&words)
}

fn words_of(text: &str) -> &str {
    text.trim_matches(|sign: char| !sign.is_alphanumeric())
}

/// English, German, Spanish, French.
const FIRST: [&str; 18] = [
    "preferred",
    "preferably",
    "desirable",
    "ideally",
    "optional",
    "nice to have",
    "nice-to-have",
    "idealerweise",
    "wünschenswert",
    "von vorteil",
    "deseable",
    "deseables",
    "se valorará",
    "idéalement",
    "souhaité",
    "souhaitée",
    "souhaités",
    "souhaitées",
];
const LAST: [&str; 21] = [
    "preferred",
    "desirable",
    "optional",
    "nice to have",
    "nice-to-have",
    "a plus",
    "a bonus",
    "an advantage",
    "an asset",
    "not required",
    "wünschenswert",
    "von vorteil",
    "deseable",
    "deseables",
    "se valorará",
    "souhaité",
    "souhaitée",
    "souhaités",
    "souhaitées",
    "un atout",
    "un plus",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_at_either_end_say_that_a_thing_is_only_preferred() {
        for text in [
            "Forklift licence (preferred).",
            "Preferred qualifications",
            "Two years at a lathe is a plus",
            "CAD von Vorteil",
            "Idealerweise Erfahrung mit CNC-Fräsen",
            "Se valorará experiencia en soldadura",
            "Permis cariste souhaité",
            "PREFERRED: metrology",
        ] {
            assert_eq!(JobWish::Required.unless_said(text), JobWish::Preferred);
            assert_eq!(JobWish::InPlace.unless_said(text), JobWish::InPlace);
        }
        for text in [
            "Visits preferred suppliers",
            "Surplus",
            "Preferredness",
            "Turns shafts",
            "",
        ] {
            let wish = JobWish::Required.unless_said(text);
            assert_eq!(wish.need(), Need::Must, "{text}");
        }
        assert_eq!(JobWish::InPlace.need(), Need::Nice);
        assert!(is_wish_alone("Nice to have:") && is_wish_alone("(Von Vorteil)"));
        assert!(!is_wish_alone("A forklift licence preferred") && !is_wish_alone(""));
    }
}
