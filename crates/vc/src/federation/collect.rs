//! Whom a federation has, from the trust anchor down: which documents to fetch next, and what came of them.
//!
//! The caller fetches. What an entity lists is only looked at when a chain to the anchor carries the entity: nobody outside the federation can
//! make us fetch anything.
//!
//! **Invariant:** what could not be had and what arrived and does not hold are never the same: the first leaves open what was known before.
//!
//! **Limits:** [`Limits`] bounds how deep, how many and how much; each entity is asked once, whoever leads to it.

use alloc::borrow::ToOwned;
use alloc::collections::{BTreeMap, BTreeSet, VecDeque};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use touchstone_canon::json::Value;

use super::chain::Anchor;
use super::found::Judged;
use super::statement::{Statement, StatementFault};
use super::{configuration_url, is_entity};
use crate::crypto::Crypto;
use crate::time::Timestamp;

/// How far collecting goes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Limits {
    /// The most intermediates below each other.
    pub depth: usize,
    /// The most entities.
    pub entities: usize,
    /// The most documents.
    pub documents: usize,
    /// The most bytes of statements.
    pub bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            depth: 4,
            entities: 1_000,
            documents: 4_000,
            bytes: 32 << 20,
        }
    }
}

/// A document that is wanted.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Want {
    /// What an entity says about itself.
    Configuration {
        /// The entity.
        of: String,
    },
    /// Whom an entity has as its immediate subordinates.
    Subordinates {
        /// The entity.
        of: String,
        /// Where its list is.
        at: String,
    },
    /// What an entity says about one of them.
    Statement {
        /// The entity.
        by: String,
        /// Its subordinate.
        about: String,
        /// Where it answers.
        at: String,
    },
}

impl Want {
    /// Where the document is fetched (§8.1.1, §8.2.1, §9).
    #[must_use]
    pub fn url(&self) -> String {
        match self {
            Self::Configuration { of } => configuration_url(of),
            Self::Subordinates { at, .. } => at.clone(),
            Self::Statement { about, at, .. } => {
                let sign = if at.contains('?') { '&' } else { '?' };
                format!("{at}{sign}sub={}", encoded(about))
            }
        }
    }

    fn place(&self) -> Place {
        match self {
            Self::Configuration { of } => Place::Configuration(of.clone()),
            Self::Subordinates { of, .. } => Place::Subordinates(of.clone()),
            Self::Statement { by, about, .. } => Place::statement(by, about),
        }
    }
}

/// Which document, wherever it is fetched.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Place {
    Configuration(String),
    Subordinates(String),
    Statement { by: String, about: String },
}

impl Place {
    pub(super) fn statement(by: &str, about: &str) -> Self {
        Self::Statement {
            by: by.to_owned(),
            about: about.to_owned(),
        }
    }

    /// Whose absence it would explain if the document could not be had.
    pub(super) fn concerns(&self) -> &str {
        match self {
            Self::Configuration(of) | Self::Subordinates(of) => of,
            Self::Statement { about, .. } => about,
        }
    }
}

/// Goes through a federation.
#[derive(Clone, Debug)]
pub struct Collector {
    pub(super) anchor: Anchor,
    limits: Limits,
    queue: VecDeque<Want>,
    wanted: BTreeSet<Want>,
    pub(super) configurations: BTreeMap<String, Statement>,
    /// Statements of superiors, by whom they are about.
    pub(super) statements: BTreeMap<String, Vec<Statement>>,
    pub(super) depth: BTreeMap<String, usize>,
    bytes: usize,
    /// What could not be had.
    pub(super) missed: BTreeSet<Place>,
    /// What arrived and does not hold by itself.
    pub(super) spoiled: BTreeMap<Place, StatementFault>,
    pub(super) left_out: bool,
    pub(super) judged: Judged,
}

impl Collector {
    /// Begins at the anchor.
    #[must_use]
    pub fn new(anchor: Anchor, limits: Limits) -> Self {
        let mut collector = Self {
            depth: BTreeMap::from([(anchor.id.clone(), 0)]),
            anchor,
            limits,
            queue: VecDeque::new(),
            wanted: BTreeSet::new(),
            configurations: BTreeMap::new(),
            statements: BTreeMap::new(),
            bytes: 0,
            missed: BTreeSet::new(),
            spoiled: BTreeMap::new(),
            left_out: false,
            judged: Judged::default(),
        };
        let of = collector.anchor.id.clone();
        collector.want(Want::Configuration { of });
        collector
    }

    /// The document to fetch next.
    pub fn next_wanted(&mut self) -> Option<Want> {
        self.queue.pop_front()
    }

    /// Takes what came of it: the document, or `None` if it could not be had. What is no statement and no list at all, such as a page that
    /// says that something went wrong, counts as that.
    pub fn answer(&mut self, want: &Want, document: Option<&[u8]>, at: Timestamp, crypto: &Crypto) {
        let taken = match document {
            None => Err(StatementFault::NoToken),
            Some(document) => match want {
                Want::Configuration { of } => self.configured(of, document, at, crypto),
                Want::Subordinates { of, .. } => self.listed(of, document),
                Want::Statement { by, about, .. } => self.stated(by, about, document, at, crypto),
            },
        };
        match taken {
            Ok(()) => {}
            Err(StatementFault::NoToken) => _ = self.missed.insert(want.place()),
            Err(fault) => _ = self.spoiled.insert(want.place(), fault),
        }
    }

    fn configured(
        &mut self,
        of: &str,
        document: &[u8],
        at: Timestamp,
        crypto: &Crypto,
    ) -> Result<(), StatementFault> {
        let statement = Statement::parse(document.trim_ascii())?;
        let keys = match of == self.anchor.id {
            true => &self.anchor.keys,
            false => statement.keys(),
        };
        if statement.subject() != of || !statement.is_configuration() {
            return Err(StatementFault::OtherParty);
        }
        statement.signed_by(keys, crypto)?;
        statement.at(at)?;
        if self.has_room(document) {
            self.configurations.insert(of.to_owned(), statement);
            self.follow(of, at, crypto);
        }
        Ok(())
    }

    /// Goes on below an entity that has subordinates, once a chain carries it: who only says that somebody is above them has nobody asked.
    fn follow(&mut self, of: &str, at: Timestamp, crypto: &Crypto) {
        let configuration = self.configurations.get(of);
        let list = configuration.and_then(|own| own.endpoint("federation_list_endpoint"));
        let Some(list) = list else { return };
        let want = Want::Subordinates {
            of: of.to_owned(),
            at: list.to_owned(),
        };
        let is_anchor = of == self.anchor.id;
        if self.wanted.contains(&want) || !(is_anchor || self.is_carried(of, at, crypto)) {
            return;
        }
        match self
            .depth
            .get(of)
            .is_some_and(|depth| *depth <= self.limits.depth)
        {
            true => self.want(want),
            false => self.left_out = true,
        }
    }

    fn listed(&mut self, of: &str, document: &[u8]) -> Result<(), StatementFault> {
        let (fetch, list) = self
            .fetch_endpoint(of)
            .zip(Value::parse(document).ok())
            .ok_or(StatementFault::NoToken)?;
        let names = list.as_array().ok_or(StatementFault::NoToken)?;
        let names: Option<Vec<&str>> = names.iter().map(Value::as_str).collect();
        for about in names.ok_or(StatementFault::NoToken)? {
            if !(is_entity(about) || about.starts_with("did:")) || about == self.anchor.id {
                continue;
            }
            if !self.depth.contains_key(about) && self.depth.len() > self.limits.entities {
                self.left_out = true;
                continue;
            }
            let below = self.depth.get(of).map_or(usize::MAX, |depth| depth + 1);
            let depth = self.depth.entry(about.to_owned()).or_insert(below);
            *depth = below.min(*depth);
            self.want(Want::Statement {
                by: of.to_owned(),
                about: about.to_owned(),
                at: fetch.clone(),
            });
        }
        Ok(())
    }

    fn fetch_endpoint(&self, of: &str) -> Option<String> {
        let configuration = self.configurations.get(of)?;
        let endpoint = configuration.endpoint("federation_fetch_endpoint")?;
        Some(endpoint.to_owned())
    }

    fn stated(
        &mut self,
        by: &str,
        about: &str,
        document: &[u8],
        at: Timestamp,
        crypto: &Crypto,
    ) -> Result<(), StatementFault> {
        let statement = Statement::parse(document.trim_ascii())?;
        let superior = self.configurations.get(by);
        let keys = superior.ok_or(StatementFault::NoToken)?.keys();
        if statement.issuer() != by || statement.subject() != about {
            return Err(StatementFault::OtherParty);
        }
        statement.signed_by(keys, crypto)?;
        statement.at(at)?;
        if !self.has_room(document) {
            return Ok(());
        }
        self.statements
            .entry(about.to_owned())
            .or_default()
            .push(statement);
        if is_entity(about) {
            let of = about.to_owned();
            self.want(Want::Configuration { of });
            // Its configuration may be there already, and this the superior that carries it.
            self.follow(about, at, crypto);
        }
        Ok(())
    }

    /// Whether one more document may be kept; if not, that is told.
    fn has_room(&mut self, document: &[u8]) -> bool {
        self.bytes += document.len();
        let has_room = self.bytes <= self.limits.bytes;
        self.left_out |= !has_room;
        has_room
    }

    fn want(&mut self, want: Want) {
        if self.wanted.contains(&want) {
            return;
        }
        if self.wanted.len() >= self.limits.documents {
            self.left_out = true;
            return;
        }
        self.wanted.insert(want.clone());
        self.queue.push_back(want);
    }
}

/// `application/x-www-form-urlencoded`, with everything but letters, digits and `-._~` encoded.
fn encoded(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                out.push(char::from(byte));
            }
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}
