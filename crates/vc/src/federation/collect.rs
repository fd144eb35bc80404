//! Whom a federation has, from the trust anchor down: which documents to fetch next, and what came of them.
//!
//! The caller fetches. A document is only looked at when what leads to it is known to be the anchor's or a subordinate's: nobody outside the
//! federation can make us fetch anything.
//!
//! **Limits:** [`Limits`] bounds how deep and how many; each entity is asked once, whoever leads to it.

use alloc::borrow::ToOwned;
use alloc::collections::{BTreeMap, BTreeSet, VecDeque};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use touchstone_canon::json::Value;

use super::chain::Anchor;
use super::statement::Statement;
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
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            depth: 4,
            entities: 1_000,
            documents: 4_000,
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

    /// Whose absence it would explain if the document could not be had.
    fn concerns(&self) -> &str {
        match self {
            Self::Configuration { of } | Self::Subordinates { of, .. } => of,
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
    depth: BTreeMap<String, usize>,
    pub(super) unreached: BTreeSet<String>,
    pub(super) left_out: bool,
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
            unreached: BTreeSet::new(),
            left_out: false,
        };
        let of = collector.anchor.id.clone();
        collector.want(Want::Configuration { of });
        collector
    }

    /// The document to fetch next.
    pub fn next_wanted(&mut self) -> Option<Want> {
        self.queue.pop_front()
    }

    /// Takes what came of it: the document, or `None` if it could not be had. One that does not hold counts as one that could not be had.
    pub fn answer(&mut self, want: &Want, document: Option<&[u8]>, at: Timestamp, crypto: &Crypto) {
        let taken = document.and_then(|document| match want {
            Want::Configuration { of } => self.configured(of, document, at, crypto),
            Want::Subordinates { of, .. } => self.listed(of, document),
            Want::Statement { by, about, .. } => self.stated(by, about, document, at, crypto),
        });
        if taken.is_none() {
            self.unreached.insert(want.concerns().to_owned());
        }
    }

    fn configured(
        &mut self,
        of: &str,
        document: &[u8],
        at: Timestamp,
        crypto: &Crypto,
    ) -> Option<()> {
        let statement = Statement::parse(document.trim_ascii()).ok()?;
        let keys = match of == self.anchor.id {
            true => &self.anchor.keys,
            false => statement.keys(),
        };
        let own = statement.subject() == of && statement.is_configuration();
        if !own || statement.signed_by(keys, crypto).is_err() || statement.at(at).is_err() {
            return None;
        }
        let depth = self.depth.get(of).copied().unwrap_or(usize::MAX);
        if let Some(list) = statement.endpoint("federation_list_endpoint") {
            match depth <= self.limits.depth {
                true => self.want(Want::Subordinates {
                    of: of.to_owned(),
                    at: list.to_owned(),
                }),
                false => self.left_out = true,
            }
        }
        self.configurations.insert(of.to_owned(), statement);
        Some(())
    }

    fn listed(&mut self, of: &str, document: &[u8]) -> Option<()> {
        let list = Value::parse(document).ok()?;
        let fetch = self.configurations.get(of)?;
        let fetch = fetch.endpoint("federation_fetch_endpoint")?.to_owned();
        let names: Option<Vec<&str>> = list.as_array()?.iter().map(Value::as_str).collect();
        for about in names? {
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
        Some(())
    }

    fn stated(
        &mut self,
        by: &str,
        about: &str,
        document: &[u8],
        at: Timestamp,
        crypto: &Crypto,
    ) -> Option<()> {
        let statement = Statement::parse(document.trim_ascii()).ok()?;
        let keys = self.configurations.get(by)?.keys();
        let meant = statement.issuer() == by && statement.subject() == about;
        if !meant || statement.signed_by(keys, crypto).is_err() || statement.at(at).is_err() {
            return None;
        }
        self.statements
            .entry(about.to_owned())
            .or_default()
            .push(statement);
        if is_entity(about) {
            let of = about.to_owned();
            self.want(Want::Configuration { of });
        }
        Some(())
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
