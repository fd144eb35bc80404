//! The keywords of JSON-LD 1.1.

/// A keyword.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[repr(u8)]
pub(crate) enum Keyword {
    Id,
    Type,
    Value,
    Language,
    Direction,
    Index,
    List,
    Set,
    Graph,
    Reverse,
    Included,
    Nest,
    Context,
    Base,
    Vocab,
    Import,
    Propagate,
    Protected,
    Version,
    Container,
    Prefix,
    Json,
    None,
}

impl Keyword {
    /// The keyword that `text` is.
    pub(crate) fn of(text: &str) -> Option<Self> {
        if !text.starts_with('@') {
            return None;
        }
        Some(match text {
            "@id" => Self::Id,
            "@type" => Self::Type,
            "@value" => Self::Value,
            "@language" => Self::Language,
            "@direction" => Self::Direction,
            "@index" => Self::Index,
            "@list" => Self::List,
            "@set" => Self::Set,
            "@graph" => Self::Graph,
            "@reverse" => Self::Reverse,
            "@included" => Self::Included,
            "@nest" => Self::Nest,
            "@context" => Self::Context,
            "@base" => Self::Base,
            "@vocab" => Self::Vocab,
            "@import" => Self::Import,
            "@propagate" => Self::Propagate,
            "@protected" => Self::Protected,
            "@version" => Self::Version,
            "@container" => Self::Container,
            "@prefix" => Self::Prefix,
            "@json" => Self::Json,
            "@none" => Self::None,
            _ => return None,
        })
    }

    /// Whether `text` is no keyword but has the form of one, `@` and letters: reserved for later versions.
    pub(crate) fn is_reserved(text: &str) -> bool {
        let letters = text.strip_prefix('@').unwrap_or_default();
        !letters.is_empty()
            && letters.bytes().all(|byte| byte.is_ascii_alphabetic())
            && Self::of(text).is_none()
    }

    /// This keyword as a bit, for sets of keywords.
    pub(crate) const fn bit(self) -> u32 {
        1 << self as u8
    }
}
