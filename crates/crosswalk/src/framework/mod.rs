//! Frameworks of tasks, skills and occupations, from any of the forms in which they are published, as one small model.
//!
//! Read and written: O*NET's tables ([`onet`]), ESCO as CSV, and read as JSON ([`esco`]), CASE 1.1 ([`case`]), CTDL-ASN ([`ctdl`]),
//! Rich Skill Descriptors ([`rsd`]) and plain tables ([`csv`]). What a form has no place for is counted as a [`Loss`] and never
//! dropped silently.
//!
//! Start at [`Framework`]; [`diff`] says what an update changes, and for whom.

pub mod case;
pub mod csv;
pub mod ctdl;
mod ctdl_credential;
mod diff;
pub mod esco;
mod fault;
pub mod form;
mod identifier;
pub mod onet;
pub mod rsd;
mod value;

use std::{
    borrow::Cow,
    collections::BTreeMap,
    fmt::{self, Display},
};

pub use case::AssociationType;
pub use diff::{FieldChange, FrameworkDiff, StatementChange, diff};
pub use fault::{FrameworkFault, FrameworkReason};
pub use form::{Form, FormError};
pub use identifier::uuid_of;

/// A framework in one version.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Framework {
    /// What identifies it.
    pub origin: Origin,
    /// What it states, in the order of the file.
    pub statements: Vec<Statement>,
}

/// Where statements come from. Tables do not say it; whoever reads one does.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Origin {
    /// Its identifier.
    pub uri: String,
    /// Its title.
    pub title: String,
    /// Its version, as its publisher writes it.
    pub version: Option<String>,
    /// The language of its texts (BCP 47).
    pub language: Option<String>,
    /// Who publishes it.
    pub publisher: Option<String>,
    /// What it is about.
    pub description: Option<String>,
    /// Under which licence, by address.
    pub license: Option<String>,
}

/// One thing that a framework states.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Statement {
    /// Its identifier, the same through all versions.
    pub uri: String,
    /// The publisher's own code.
    pub code: Option<String>,
    /// What it is.
    pub kind: StatementKind,
    /// What it is called: a few words, or all that is stated.
    pub label: String,
    /// What it means, at length.
    pub description: Option<String>,
    /// Other words for the same.
    pub alternates: Vec<String>,
    /// Words that it is found by, and that are not the same.
    pub keywords: Vec<String>,
    /// What stands above it, by identifier.
    pub parents: Vec<String>,
    /// What else it relates to.
    pub links: Vec<Link>,
}

/// What a statement is.
#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
#[expect(missing_docs)] // The names say it.
pub enum StatementKind {
    Task,
    Activity,
    Occupation,
    Skill,
    Knowledge,
    #[default]
    Competency,
    Group,
}

/// How a statement relates to another one, of this framework or of another.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Link {
    /// How.
    pub relation: LinkRelation,
    /// The other one: an identifier, or a code where the file has no more.
    pub target: String,
}

/// How two statements relate.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum LinkRelation {
    /// The same.
    Exact,
    /// Nearly the same.
    Close,
    /// The other is broader.
    Broad,
    /// The other is narrower.
    Narrow,
    /// Associated somehow.
    Related,
    /// The other is needed for this one.
    Essential,
    /// The other is useful for this one.
    Optional,
    /// This task is an instance of the other, an activity.
    Activity,
    /// A kind of association in CASE that says something else, in CASE's word.
    Case(AssociationType),
}

macro_rules! words {
    ($type:ident: $($variant:ident $word:literal),* $(,)?) => {
        impl $type {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The word for it in tables.
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }

            /// What a word stands for, in any case of letters.
            pub fn from_word(word: &str) -> Option<Self> {
                let same = |known: &&Self| known.word().eq_ignore_ascii_case(word.trim());
                Self::ALL.iter().find(same).copied()
            }
        }

        impl Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.word())
            }
        }
    };
}

words!(StatementKind: Task "task", Activity "activity", Occupation "occupation", Skill "skill", Knowledge "knowledge",
    Competency "competency", Group "group");

impl LinkRelation {
    /// All of them that are not named by a word of CASE.
    pub const ALL: [Self; 8] = [
        Self::Exact,
        Self::Close,
        Self::Broad,
        Self::Narrow,
        Self::Related,
        Self::Essential,
        Self::Optional,
        Self::Activity,
    ];

    /// The word for it in tables.
    pub fn word(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::Exact => "exact",
            Self::Close => "close",
            Self::Broad => "broad",
            Self::Narrow => "narrow",
            Self::Related => "related",
            Self::Essential => "essential",
            Self::Optional => "optional",
            Self::Activity => "activity",
            Self::Case(word) => return Cow::Owned(format!("{CASE}{}", word.word())),
        })
    }

    /// What a word stands for, in any case of letters; those of CASE as they are.
    pub fn from_word(word: &str) -> Option<Self> {
        let word = word.trim();
        if let Some(word) = word.strip_prefix(CASE) {
            return AssociationType::new(word).map(Self::Case);
        }
        let same = |known: &Self| known.word().eq_ignore_ascii_case(word);
        Self::ALL.into_iter().find(same)
    }
}

impl Display for LinkRelation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.word())
    }
}

/// Before words of CASE, in tables.
const CASE: &str = "case:";

impl Framework {
    /// How many statements it has of each kind.
    pub fn counts(&self) -> BTreeMap<StatementKind, usize> {
        let mut counts = BTreeMap::new();
        for statement in &self.statements {
            *counts.entry(statement.kind).or_insert(0) += 1;
        }
        counts
    }
}

/// A file that was written.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct File {
    /// Its name, as its publisher names it.
    pub name: String,
    /// What stands in it.
    pub text: String,
}

/// A document, and what it has no place for.
#[derive(Clone, Debug, PartialEq)]
pub struct Written<D> {
    /// The document.
    pub document: D,
    /// What is not in it.
    pub lost: Vec<Loss>,
}

impl Written<Vec<File>> {
    /// Tables with a line of names each: those that hold anything, and how many statements have a place in none.
    fn tables(
        named: impl IntoIterator<Item = (String, String)>,
        mut lost: Vec<Loss>,
        homeless: usize,
    ) -> Self {
        lost.extend((homeless > 0).then_some(Loss {
            field: "statement",
            statements: homeless,
        }));
        let tables = named.into_iter();
        let tables = tables.filter(|(_, text)| text.lines().nth(1).is_some());
        Self {
            document: tables.map(|(name, text)| File { name, text }).collect(),
            lost,
        }
    }
}

/// Whether a statement has a field.
type Has = fn(&Statement) -> bool;

/// A field that a form has no place for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Loss {
    /// The field.
    pub field: &'static str,
    /// Of how many statements.
    pub statements: usize,
}

impl Loss {
    /// The fields, of those named, that any statement has.
    fn of(framework: &Framework, fields: &[(&'static str, Has)]) -> Vec<Self> {
        let count = |has: Has| {
            framework
                .statements
                .iter()
                .filter(|statement| has(statement))
                .count()
        };
        let losses = fields.iter().map(|(field, has)| Self {
            field,
            statements: count(*has),
        });
        losses.filter(|loss| loss.statements > 0).collect()
    }
}
