//! Does a sentence say what somebody does, so that another can watch it?
//!
//! "Measure finished parts" can be watched; "Understand measuring", "Knowledge of gauges", "This course introduces …" and a bare title
//! cannot. Rules and word lists for each language, no statistics: whoever is told *no* is told which word it was. How hard the sentence
//! is to read comes from a published formula ([`Reading`]).
//!
//! The difference is that of learning outcomes which name an observable action, as Bloom's taxonomy sorts verbs and Cedefop, *Defining,
//! writing and applying learning outcomes* (2022), asks for.

mod en;
mod germanic;
mod reading;
mod romance;
mod words;

use alloc::string::{String, ToString};

pub use reading::{Formula, Reading};
use words::Sentence;

/// A language whose statements are judged.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
#[expect(missing_docs)] // The names say it.
pub enum Language {
    English,
    Spanish,
    French,
    German,
    Portuguese,
    Dutch,
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::English,
        Self::Spanish,
        Self::French,
        Self::German,
        Self::Portuguese,
        Self::Dutch,
    ];

    /// The language of a BCP 47 tag; `None` if it is not one of these.
    #[must_use]
    pub fn of_tag(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_']).next().unwrap_or_default();
        Self::ALL
            .into_iter()
            .find(|language| language.code().eq_ignore_ascii_case(primary))
    }

    /// Its ISO 639-1 code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Spanish => "es",
            Self::French => "fr",
            Self::German => "de",
            Self::Portuguese => "pt",
            Self::Dutch => "nl",
        }
    }
}

/// What was found in a statement.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// The word that names the action, as it stands there, or why there is none.
    pub action: Result<String, NoAction>,
    /// Whether that word names an act of knowing (explain, name, compare) and not a task.
    pub knowledge: bool,
    /// How long it is and how hard to read.
    pub reading: Reading,
}

/// Why a statement names no observable action.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum NoAction {
    /// There are no words.
    Empty,
    /// This word says what goes on in a head, or nothing in particular.
    Vague(String),
    /// This word tells of a course or of being there, not of what the person does.
    Course(String),
    /// It begins with this word and has no verb where the language puts it: a title or a list of subjects.
    NoVerb(String),
    /// The verb stands alone: it is not said what it is done to.
    NoObject(String),
}

/// Judges a statement, by no more than its first 16 KiB: what is longer is too long whatever follows.
#[must_use]
pub fn judge(text: &str, language: Language) -> Statement {
    let text = &text[..text.floor_char_boundary(MOST)];
    let sentence = Sentence::first_of(text);
    let found = match language {
        Language::English => en::action(&sentence),
        Language::Spanish => romance::SPANISH.action(&sentence),
        Language::French => romance::FRENCH.action(&sentence),
        Language::Portuguese => romance::PORTUGUESE.action(&sentence),
        Language::German => germanic::GERMAN.action(&sentence),
        Language::Dutch => germanic::DUTCH.action(&sentence),
    };
    let knowledge = found.as_ref().is_ok_and(|verb| match language {
        Language::English => en::is_knowledge(verb),
        Language::Spanish => romance::SPANISH.is_knowledge(verb),
        Language::French => romance::FRENCH.is_knowledge(verb),
        Language::Portuguese => romance::PORTUGUESE.is_knowledge(verb),
        Language::German => germanic::GERMAN.is_knowledge(verb),
        Language::Dutch => germanic::DUTCH.is_knowledge(verb),
    });
    Statement {
        action: found.map(|verb| verb.to_string()),
        knowledge,
        reading: Reading::of(text, language),
    }
}

const MOST: usize = 16 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_takes_long_to_judge() {
        // Each ends no sentence, so whoever looks back at each place looks at all of it each time.
        for text in [
            ".".repeat(2 << 20),
            "a.".repeat(1 << 20),
            "wort, ".repeat(1 << 19),
        ] {
            for language in [
                Language::English,
                Language::German,
                Language::Dutch,
                Language::French,
            ] {
                let statement = judge(&text, language);
                assert!(statement.reading.words <= 16 * 1024, "{language:?}");
            }
        }
    }

    #[test]
    fn a_language_is_known_by_the_first_part_of_its_tag() {
        assert_eq!(Language::of_tag("de-CH"), Some(Language::German));
        assert_eq!(Language::of_tag("PT"), Some(Language::Portuguese));
        assert_eq!(Language::of_tag("ja"), None);
        assert_eq!(Language::of_tag(""), None);
    }

    #[test]
    fn whoever_is_told_no_is_told_the_word() {
        let no = |text, language| judge(text, language).action.unwrap_err();
        assert_eq!(
            no("Understands the basics of welding", Language::English),
            NoAction::Vague("understands".into())
        );
        assert_eq!(
            no("Comprehends how welds cool", Language::English),
            NoAction::Vague("comprehends".into()),
            "in any form"
        );
        assert_eq!(
            no("Kenntnisse in der Zerspanung", Language::German),
            NoAction::NoVerb("Kenntnisse".into())
        );
        assert_eq!(
            no("This course introduces welding", Language::English),
            NoAction::Course("course".into())
        );
        assert_eq!(no(" ", Language::French), NoAction::Empty);
    }
}
