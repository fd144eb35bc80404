//! Active contexts and the terms in them.
//!
//! JSON-LD 1.1 API §4.1. A term carries what a statement needs already written out: its IRI in `<>`, the suffix of its
//! literals. So the walk over a document copies text and looks nothing up twice.

use super::keyword::Keyword;
use crate::iri;
use crate::json::Value;
use alloc::boxed::Box;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use hashbrown::HashMap;

/// An active context: what keys and values of a document mean.
#[derive(Clone, Debug, Default)]
pub(crate) struct Active {
    /// Which context this is; [`UNPLACED`] until it is kept somewhere.
    pub(crate) id: u32,
    pub(crate) terms: HashMap<Arc<str>, Arc<Term>>,
    /// The terms that stand for keywords, sorted; filled when the context is kept.
    pub(crate) aliases: Vec<(Arc<str>, Keyword)>,
    pub(crate) vocab: Option<Arc<str>>,
    pub(crate) base: Option<Arc<str>>,
    pub(crate) language: Option<Arc<str>>,
    pub(crate) direction: Option<Direction>,
    /// The context to return to when a new node begins.
    pub(crate) previous: Option<u32>,
    /// What making it cost, in terms.
    pub(crate) cost: usize,
}

impl Active {
    /// The empty context with a base IRI to resolve against.
    pub(crate) fn new(base: Option<Arc<str>>) -> Self {
        Self {
            id: UNPLACED,
            base,
            ..Self::default()
        }
    }

    /// The definition of `name`.
    pub(crate) fn term(&self, name: &str) -> Option<&Term> {
        self.terms.get(name).map(Arc::as_ref)
    }

    /// Whether it came from the registry alone, so that its id means the same in every document.
    pub(crate) fn is_registered(&self) -> bool {
        !super::room::is_own(self.id)
    }

    /// The keyword that `key` is or stands for.
    pub(crate) fn keyword(&self, key: &str) -> Option<Keyword> {
        if let Some(keyword) = Keyword::of(key) {
            return Some(keyword);
        }
        let alias = self.aliases.iter().find(|(alias, _)| **alias == *key);
        alias.map(|(_, keyword)| *keyword)
    }

    /// Whether some term may not be redefined.
    pub(crate) fn is_protected(&self) -> bool {
        self.terms.values().any(|term| term.protected)
    }

    /// Expands `value` to an IRI (JSON-LD 1.1 API §5.2).
    pub(crate) fn expand<'x>(
        &'x self,
        value: &'x str,
        vocab: bool,
        relative: bool,
    ) -> Expanded<'x> {
        if let Some(keyword) = Keyword::of(value) {
            return Expanded::Keyword(keyword);
        }
        if Keyword::is_reserved(value) {
            return Expanded::Null;
        }
        if !vocab {
            if let Some((_, keyword)) = self.aliases.iter().find(|(alias, _)| **alias == *value) {
                return Expanded::Keyword(*keyword);
            }
        } else if let Some(term) = self.term(value) {
            return match term.mapping {
                Mapping::Keyword(keyword) => Expanded::Keyword(keyword),
                Mapping::Iri(_) => Expanded::Term(term),
                Mapping::Null => Expanded::Null,
            };
        }
        self.expand_text(value, vocab, relative)
    }

    /// Steps 6 to 9: `value` is no keyword and no term.
    pub(crate) fn expand_text<'x>(
        &self,
        value: &'x str,
        vocab: bool,
        relative: bool,
    ) -> Expanded<'x> {
        if let Some((prefix, suffix)) = split(value) {
            if prefix == "_" || suffix.starts_with("//") {
                return Expanded::Text(value);
            }
            if let Some(Term {
                mapping: Mapping::Iri(iri),
                prefix: true,
                ..
            }) = self.term(prefix)
            {
                return Expanded::Owned([iri, suffix].concat());
            }
            if iri::has_scheme(value) {
                return Expanded::Text(value);
            }
        }
        match (&self.vocab, &self.base) {
            (Some(vocabulary), _) if vocab => Expanded::Owned([vocabulary, value].concat()),
            (_, Some(base)) if relative => Expanded::Owned(iri::resolve(base, value)),
            _ => Expanded::Text(value),
        }
    }

    /// Fills what is derived from the terms.
    pub(super) fn seal(&mut self, id: u32) {
        self.id = id;
        let aliases = self
            .terms
            .iter()
            .filter_map(|(name, term)| match term.mapping {
                Mapping::Keyword(keyword) if Keyword::of(name).is_none() => {
                    Some((name.clone(), keyword))
                }
                _ => None,
            });
        self.aliases = aliases.collect();
        self.aliases.sort_unstable_by(|one, two| one.0.cmp(&two.0));
    }
}

/// What a string stands for.
#[derive(Clone, Debug)]
pub(crate) enum Expanded<'x> {
    /// Nothing: reserved, or mapped to null.
    Null,
    Keyword(Keyword),
    /// What the term maps to.
    Term(&'x Term),
    /// The string itself; an IRI, a blank node label or something relative.
    Text(&'x str),
    Owned(String),
}

impl Expanded<'_> {
    /// The IRI, blank node label or relative reference; `None` for keywords and nothing.
    pub(crate) fn as_iri(&self) -> Option<&str> {
        match self {
            Self::Term(Term {
                mapping: Mapping::Iri(iri),
                ..
            }) => Some(iri),
            Self::Text(text) => Some(text),
            Self::Owned(text) => Some(text),
            _ => None,
        }
    }

    /// The keyword, if it is one.
    pub(crate) fn as_keyword(&self) -> Option<Keyword> {
        match self {
            Self::Keyword(keyword) => Some(*keyword),
            _ => None,
        }
    }
}

/// A term definition.
#[derive(Clone, Debug)]
pub(crate) struct Term {
    pub(crate) name: Arc<str>,
    pub(crate) mapping: Mapping,
    /// The IRI in `<>`; empty unless it is an absolute IRI.
    pub(crate) rendered: Box<str>,
    pub(crate) prefix: bool,
    pub(crate) protected: bool,
    pub(crate) reverse: bool,
    pub(crate) coercion: Coercion,
    pub(crate) language: Setting<Arc<str>>,
    pub(crate) direction: Setting<Direction>,
    pub(crate) containers: u8,
    /// The property that index keys become, where it is not `@index`.
    pub(crate) index: Option<Arc<str>>,
    pub(crate) nest: Option<Arc<str>>,
    pub(crate) context: Option<Arc<Scoped>>,
}

impl Term {
    /// A term that adds nothing to the values it stands over.
    pub(crate) fn plain() -> Self {
        Self {
            name: Arc::from(""),
            mapping: Mapping::Null,
            rendered: Box::from(""),
            prefix: false,
            protected: false,
            reverse: false,
            coercion: Coercion::Unset,
            language: Setting::Unset,
            direction: Setting::Unset,
            containers: 0,
            index: None,
            nest: None,
            context: None,
        }
    }

    /// Whether the container mapping includes any of `containers`.
    pub(crate) fn contains(&self, containers: u8) -> bool {
        self.containers & containers != 0
    }

    /// Bytes of the IRIs in it, each of which may have a whole vocabulary before it.
    pub(crate) fn bytes(&self) -> usize {
        let mapping = match &self.mapping {
            Mapping::Iri(iri) => iri.len(),
            _ => 0,
        };
        let datatype = match &self.coercion {
            Coercion::Datatype(iri, _) => iri.len(),
            _ => 0,
        };
        mapping + datatype
    }

    /// Sets the mapping and what is written out from it.
    pub(crate) fn map_to(&mut self, mapping: Mapping) {
        self.rendered = match &mapping {
            Mapping::Iri(iri) if iri::is_absolute(iri) => ["<", iri, ">"].concat().into(),
            _ => Box::from(""),
        };
        self.mapping = mapping;
    }

    /// Whether both say the same, protection aside.
    pub(crate) fn says_as(&self, other: &Self) -> bool {
        let same_scope = match (&self.context, &other.context) {
            (Some(one), Some(two)) => one.base == two.base && one.local == two.local,
            (None, None) => true,
            _ => false,
        };
        self.mapping == other.mapping
            && self.prefix == other.prefix
            && self.reverse == other.reverse
            && self.coercion == other.coercion
            && self.language == other.language
            && self.direction == other.direction
            && self.containers == other.containers
            && self.index == other.index
            && self.nest == other.nest
            && same_scope
    }
}

/// What a term stands for.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Mapping {
    Null,
    Keyword(Keyword),
    Iri(Arc<str>),
}

/// How the strings under a term are read.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Coercion {
    Unset,
    /// `@none`: no type is added.
    None,
    Id,
    Vocab,
    Json,
    /// A datatype: its IRI, and the suffix of its literals (`None` if it is no IRI).
    Datatype(Arc<str>, Option<Box<str>>),
}

/// A mapping that can be absent, or present and null.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Setting<T> {
    Unset,
    Null,
    Value(T),
}

impl<T> Setting<T> {
    /// The value that holds, given the default.
    pub(crate) fn or<'x>(&'x self, default: Option<&'x T>) -> Option<&'x T> {
        match self {
            Self::Unset => default,
            Self::Null => None,
            Self::Value(value) => Some(value),
        }
    }
}

/// The base direction of a string.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Direction {
    Ltr,
    Rtl,
}

impl Direction {
    /// Reads `ltr` or `rtl`.
    pub(crate) fn of(value: &Value<'_>) -> Option<Self> {
        match value.as_str()? {
            "ltr" => Some(Self::Ltr),
            "rtl" => Some(Self::Rtl),
            _ => None,
        }
    }

    /// `ltr` or `rtl`.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Ltr => "ltr",
            Self::Rtl => "rtl",
        }
    }
}

/// A context that applies to the values of a term or to objects of a type.
#[derive(Debug)]
pub(crate) struct Scoped {
    /// Names this context among all that were read.
    pub(crate) id: u32,
    pub(crate) local: Value<'static>,
    /// Where relative context URLs in it are resolved.
    pub(crate) base: Option<Arc<str>>,
}

/// The suffix of literals with datatype `iri`; `xsd:string` is left out, as canonical N-Quads wants it.
pub(crate) fn datatype_suffix(iri: &str) -> Option<Box<str>> {
    match iri {
        "http://www.w3.org/2001/XMLSchema#string" => Some(Box::from("")),
        _ if iri::is_absolute(iri) => Some(["^^<", iri, ">"].concat().into()),
        _ => None,
    }
}

/// Splits at the first colon that is not the first character.
pub(super) fn split(value: &str) -> Option<(&str, &str)> {
    let at = value.bytes().position(|byte| byte == b':')?;
    (at > 0).then(|| (&value[..at], &value[at + 1..]))
}

/// Containers, as bits.
pub(crate) const LIST: u8 = 1;
pub(crate) const SET: u8 = 2;
pub(crate) const INDEX: u8 = 4;
pub(crate) const ID: u8 = 8;
pub(crate) const TYPE: u8 = 16;
pub(crate) const GRAPH: u8 = 32;
pub(crate) const LANGUAGE: u8 = 64;

/// The id of a context that is not kept anywhere yet.
pub(crate) const UNPLACED: u32 = u32::MAX;
