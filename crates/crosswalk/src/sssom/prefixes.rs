//! Prefixes: short names of identifiers in a file, whole ones in memory.
//!
//! SSSOM, "Identifiers": every prefix is declared in the file, but for the built-in ones.

use std::collections::{BTreeMap, BTreeSet};

/// The prefixes that a file declares.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Prefixes(BTreeMap<String, String>);

/// Why a name cannot stand for an address.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum PrefixError {
    /// The name is built in and stands for something else.
    #[error("the prefix is built in and stands for {0}")]
    BuiltIn(&'static str),
    /// The name has letters that a prefix may not have.
    #[error("this is no name of a prefix")]
    Name,
}

/// How an identifier in a file reads.
pub(super) enum Expanded {
    Iri(String),
    /// A prefix that nobody declared.
    Undeclared(String),
    /// An IRI already.
    Full,
    Neither,
}

impl Prefixes {
    /// Declares that `name` stands for `address`.
    pub fn declare(&mut self, name: &str, address: &str) -> Result<(), PrefixError> {
        if let Some((_, built_in)) = BUILT_IN.iter().find(|(built_in, _)| *built_in == name) {
            return match *built_in == address {
                true => Ok(()),
                false => Err(PrefixError::BuiltIn(built_in)),
            };
        }
        if !is_name(name) {
            return Err(PrefixError::Name);
        }
        self.0.insert(name.to_owned(), address.to_owned());
        Ok(())
    }

    /// What was declared, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(name, address)| (name.as_str(), address.as_str()))
    }

    fn address(&self, name: &str) -> Option<&str> {
        let built_in = BUILT_IN.iter().find(|(built_in, _)| *built_in == name);
        match built_in {
            Some((_, address)) => Some(address),
            None => self.0.get(name).map(String::as_str),
        }
    }

    /// Reads `prefix:rest`.
    pub(super) fn expand(&self, text: &str) -> Expanded {
        let Some((prefix, rest)) = text.split_once(':') else {
            return Expanded::Neither;
        };
        if let Some(address) = self.address(prefix) {
            return Expanded::Iri(format!("{address}{rest}"));
        }
        if rest.starts_with("//") || ["urn", "did", "mailto", "doi"].contains(&prefix) {
            return Expanded::Full;
        }
        match is_name(prefix) {
            true => Expanded::Undeclared(prefix.to_owned()),
            false => Expanded::Neither,
        }
    }

    /// The prefix whose address is the longest beginning of `iri`, and the rest; of equals the first by name.
    fn fitting<'a>(&'a self, iri: &'a str) -> Option<(&'a str, &'a str)> {
        let declared = self.iter();
        let all = declared.chain(BUILT_IN.iter().copied());
        let fitting = all.filter_map(|(name, address)| {
            let rest = iri.strip_prefix(address)?;
            (!address.is_empty()).then_some((name, rest))
        });
        fitting.min_by_key(|(name, rest)| (rest.len(), *name))
    }

    /// Writes an IRI as `prefix:rest`, if a prefix fits, and notes which one was used.
    pub(super) fn contract(&self, iri: &str, used: &mut BTreeSet<String>) -> Option<String> {
        let (name, rest) = self.fitting(iri)?;
        if BUILT_IN.iter().all(|(built_in, _)| *built_in != name) {
            used.insert(name.to_owned());
        }
        Some(format!("{name}:{rest}"))
    }

    /// Declares a prefix for `iri` if none fits: everything up to its last `/`, `#` or `:`.
    pub(super) fn cover(&mut self, iri: &str) {
        if self.fitting(iri).is_some() {
            return;
        }
        let Some(end) = iri.rfind(['/', '#', ':']) else {
            return;
        };
        let numbered = (1u32..).map(|number| format!("ns{number}"));
        let mut free = numbered.filter(|name| self.address(name).is_none());
        if let Some(name) = free.next() {
            self.0.insert(name, iri[..=end].to_owned());
        }
    }

    /// Writes an IRI as short as the prefixes allow, for people.
    pub fn short(&self, iri: &str) -> String {
        self.contract(iri, &mut BTreeSet::new())
            .unwrap_or_else(|| iri.to_owned())
    }
}

fn is_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_alphabetic() || first == '_')
        && name
            .chars()
            .all(|letter| letter.is_alphanumeric() || "._-".contains(letter))
}

/// "IRI prefixes" of the specification.
const BUILT_IN: [(&str, &str); 8] = [
    ("linkml", "https://w3id.org/linkml/"),
    ("owl", "http://www.w3.org/2002/07/owl#"),
    ("rdf", "http://www.w3.org/1999/02/22-rdf-syntax-ns#"),
    ("rdfs", "http://www.w3.org/2000/01/rdf-schema#"),
    ("semapv", "https://w3id.org/semapv/vocab/"),
    ("skos", "http://www.w3.org/2004/02/skos/core#"),
    ("sssom", "https://w3id.org/sssom/"),
    ("xsd", "http://www.w3.org/2001/XMLSchema#"),
];
