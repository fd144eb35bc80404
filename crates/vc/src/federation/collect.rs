//! Whom a federation has, from the trust anchor down: which documents to fetch next, and what came of them.
//!
//! The caller fetches. What an entity lists is only looked at when a chain to the anchor carries the entity: nobody outside the federation can
//! make us fetch anything.
//!
//! **Invariant:** what could not be had and what arrived and does not hold are never the same: the first leaves open what was known before.
//!
//! **Limits:** [`Limits`] bounds how deep, how many, how much and how long; each entity is asked once, whoever leads to it. What there is no room for
//! below one of the anchor's subordinates is left out there, as what could not be had; of the anchor itself, that is told.

use alloc::borrow::ToOwned;
use alloc::collections::{BTreeMap, BTreeSet, VecDeque};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use touchstone_canon::json::Value;

use super::chain::Anchor;
use super::found::Judged;
use super::room::{Limits, Room};
use super::statement::{Statement, StatementFault};
use super::{configuration_url, is_entity};
use crate::crypto::Crypto;
use crate::time::Timestamp;

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
    room: Room,
    /// What is wanted, and in whose [`Room`].
    queue: VecDeque<(Want, String)>,
    wanted: BTreeSet<(Want, String)>,
    asked: BTreeMap<Want, String>,
    /// Who is asked whom it has.
    followed: BTreeSet<String>,
    pub(super) configurations: BTreeMap<String, Statement>,
    /// Statements of superiors, by whom they are about.
    pub(super) statements: BTreeMap<String, Vec<Statement>>,
    pub(super) depth: BTreeMap<String, usize>,
    /// What could not be had.
    pub(super) missed: BTreeSet<Place>,
    /// What arrived and does not hold by itself.
    pub(super) spoiled: BTreeMap<Place, StatementFault>,
    /// Below whom there was no room for something.
    pub(super) cut: BTreeSet<String>,
    /// There was no room for something that the anchor says.
    pub(super) left_out: bool,
    pub(super) judged: Judged,
}

impl Collector {
    /// Begins at the anchor.
    #[must_use]
    pub fn new(anchor: Anchor, limits: Limits) -> Self {
        let mut collector = Self {
            depth: BTreeMap::from([(anchor.id.clone(), 0)]),
            room: Room::new(&anchor.id, limits),
            anchor,
            queue: VecDeque::new(),
            wanted: BTreeSet::new(),
            asked: BTreeMap::new(),
            followed: BTreeSet::new(),
            configurations: BTreeMap::new(),
            statements: BTreeMap::new(),
            missed: BTreeSet::new(),
            spoiled: BTreeMap::new(),
            cut: BTreeSet::new(),
            left_out: false,
            judged: Judged::default(),
        };
        let of = collector.anchor.id.clone();
        collector.want(Want::Configuration { of: of.clone() }, &of);
        collector
    }

    /// The document to fetch next.
    pub fn next_wanted(&mut self) -> Option<Want> {
        while let Some((want, whose)) = self.queue.pop_front() {
            if self.asked.contains_key(&want) {
                continue;
            }
            if !self.room.has_time(&whose) {
                self.leave_out(want.place(), &whose);
                continue;
            }
            self.asked.insert(want.clone(), whose);
            return Some(want);
        }
        None
    }

    /// Notes how long it took until a document was had or given up, before it is answered.
    pub fn waited(&mut self, want: &Want, millis: u64) {
        if let Some(whose) = self.asked.get(want) {
            self.room.waited(whose, millis);
        }
    }

    /// Takes what came of it: the document, or `None` if it could not be had. What is no statement and no list at all, such as a page that
    /// says that something went wrong, counts as that.
    pub fn answer(&mut self, want: &Want, document: Option<&[u8]>, at: Timestamp, crypto: &Crypto) {
        let Some(whose) = self.asked.get(want).cloned() else {
            return;
        };
        // Who asked for it before may have had no room.
        self.missed.remove(&want.place());
        let Some(document) = document else {
            self.missed.insert(want.place());
            return;
        };
        if !self.room.bytes(&whose, document.len()) {
            // Somebody else may have.
            self.asked.remove(want);
            return self.leave_out(want.place(), &whose);
        }
        let taken = match want {
            Want::Configuration { of } => self.configured(of, document, at, crypto),
            Want::Subordinates { of, .. } => self.listed(of, document, &whose),
            Want::Statement { by, about, .. } => {
                self.stated(by, about, document, &whose, at, crypto)
            }
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
        self.configurations.insert(of.to_owned(), statement);
        self.follow(of, at, crypto);
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
        if self.followed.contains(of) {
            return;
        }
        let whose = match of == self.anchor.id {
            true => Some(of.to_owned()),
            false => self.carried_through(of, at, crypto),
        };
        let Some(whose) = whose else { return };
        if !self
            .depth
            .get(of)
            .is_some_and(|depth| self.room.reaches(*depth))
        {
            return self.leave_out(want.place(), &whose);
        }
        self.want(want, &whose);
        self.followed.insert(of.to_owned());
    }

    fn listed(&mut self, of: &str, document: &[u8], whose: &str) -> Result<(), StatementFault> {
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
            if !self.depth.contains_key(about) && !self.room.entity(whose) {
                self.leave_out(Place::Subordinates(of.to_owned()), whose);
                continue;
            }
            let below = self.depth.get(of).map_or(usize::MAX, |depth| depth + 1);
            let depth = self.depth.entry(about.to_owned()).or_insert(below);
            *depth = below.min(*depth);
            let want = Want::Statement {
                by: of.to_owned(),
                about: about.to_owned(),
                at: fetch.clone(),
            };
            self.want(want, whose);
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
        whose: &str,
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
        self.statements
            .entry(about.to_owned())
            .or_default()
            .push(statement);
        if is_entity(about) {
            let of = about.to_owned();
            // What the anchor's own subordinates say themselves is theirs.
            let whose = if by == self.anchor.id { about } else { whose };
            self.want(Want::Configuration { of }, whose);
            // Its configuration may be there already, and this the superior that carries it.
            self.follow(about, at, crypto);
        }
        Ok(())
    }

    fn want(&mut self, want: Want, whose: &str) {
        let wanted = (want, whose.to_owned());
        if self.asked.contains_key(&wanted.0) || self.wanted.contains(&wanted) {
            return;
        }
        if !self.room.document(whose) {
            return self.leave_out(wanted.0.place(), whose);
        }
        self.wanted.insert(wanted.clone());
        self.queue.push_back(wanted);
    }

    /// There is no room for it: of what the anchor says, nothing may be left out; of anybody else, it could not be had.
    fn leave_out(&mut self, place: Place, whose: &str) {
        if whose == self.anchor.id {
            self.left_out = true;
        } else {
            self.cut.insert(whose.to_owned());
            self.missed.insert(place);
        }
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
