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

use super::chain::{Anchor, ChainFault, MAX_CHAIN, Resolved, resolve};
use super::statement::Statement;
use super::trust_mark::TrustMark;
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
    anchor: Anchor,
    limits: Limits,
    queue: VecDeque<Want>,
    wanted: BTreeSet<Want>,
    configurations: BTreeMap<String, Statement>,
    /// Statements of superiors, by whom they are about.
    statements: BTreeMap<String, Vec<Statement>>,
    depth: BTreeMap<String, usize>,
    unreached: BTreeSet<String>,
    left_out: bool,
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

    /// What was found. With `marks`, an entity is known only if it has a trust mark of one of these types; `None` if the anchor itself could
    /// not be read.
    #[must_use]
    pub fn found(&self, marks: &[String], at: Timestamp, crypto: &Crypto) -> Option<Collected> {
        let anchor = self.configurations.get(&self.anchor.id)?;
        let mut collected = Collected {
            known: Vec::new(),
            refused: Vec::new(),
            unreached: self.unreached.clone(),
            left_out: self.left_out,
        };
        for subject in self.statements.keys() {
            match self.resolved(subject, at, crypto) {
                Err(fault) => collected.refused.push((subject.clone(), fault)),
                Ok(resolved) => {
                    let held = self.marks(subject, anchor, at, crypto);
                    if marks.is_empty() || marks.iter().any(|mark| held.contains(mark)) {
                        collected.known.push(Known {
                            resolved,
                            trust_marks: held,
                        });
                    }
                }
            }
        }
        Some(collected)
    }

    /// The types of the trust marks that an entity has by right.
    fn marks(
        &self,
        entity: &str,
        anchor: &Statement,
        at: Timestamp,
        crypto: &Crypto,
    ) -> Vec<String> {
        let Some(configuration) = self.configurations.get(entity) else {
            return Vec::new();
        };
        let held = TrustMark::all(configuration).filter_map(|mark| {
            let mark = mark.ok()?;
            let keys = match mark.issuer() == self.anchor.id {
                true => anchor.keys().clone(),
                false => self.resolved(mark.issuer(), at, crypto).ok()?.keys,
            };
            let holds = mark.holds(entity, &keys, anchor, at, crypto);
            holds.ok().map(|()| mark.kind().to_owned())
        });
        held.collect()
    }

    /// The shortest chain that holds from `subject` to the anchor, or why the last one that was tried does not.
    pub fn resolved(
        &self,
        subject: &str,
        at: Timestamp,
        crypto: &Crypto,
    ) -> Result<Resolved, ChainFault> {
        let top = self.configurations.get(&self.anchor.id);
        let own = self.configurations.get(subject);
        if is_entity(subject) && own.is_none() {
            return Err(ChainFault::NoConfiguration);
        }
        let mut fault = ChainFault::OtherAnchor;
        let mut paths = VecDeque::from([Vec::from_iter(own)]);
        let mut tried = 0;
        while let Some(path) = paths.pop_front() {
            let superior = path
                .iter()
                .rev()
                .find(|statement| !statement.is_configuration());
            let about = superior.map_or(subject, |statement| statement.issuer());
            if about == self.anchor.id {
                let chain: Vec<_> = path.into_iter().chain(top).collect();
                tried += 1;
                match resolve(&chain, &self.anchor, at, crypto) {
                    Ok(resolved) => return Ok(resolved),
                    Err(why) => fault = why,
                }
                if tried >= MAX_TRIED {
                    break;
                }
                continue;
            }
            if path.len() + 1 >= MAX_CHAIN || paths.len() >= MAX_PATHS {
                continue;
            }
            // §3.2: an intermediate names its superiors too. Of the subject, the chain says it.
            let own = self.configurations.get(about).filter(|_| about != subject);
            for statement in self.statements.get(about).into_iter().flatten() {
                let superior = statement.issuer();
                let again = path.iter().any(|one| one.issuer() == superior);
                let named =
                    own.is_none_or(|own| own.authority_hints().any(|hint| hint == superior));
                if !again && named {
                    paths.push_back(path.iter().copied().chain([statement]).collect());
                }
            }
        }
        Err(fault)
    }
}

/// What a federation has.
#[derive(Clone, Debug)]
pub struct Collected {
    /// The entities that are known by a whole chain.
    pub known: Vec<Known>,
    /// Those that a superior speaks of, but that are not, and why.
    pub refused: Vec<(String, ChainFault)>,
    /// Entities of which a document could not be had: who is below them is open.
    pub unreached: BTreeSet<String>,
    /// Whether a limit was reached, so that there may be more.
    pub left_out: bool,
}

/// An entity that is known by a whole chain.
#[derive(Clone, Debug, PartialEq)]
pub struct Known {
    /// What the chain says.
    pub resolved: Resolved,
    /// The types of its trust marks.
    pub trust_marks: Vec<String>,
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

/// How many chains of one entity are judged, and how many are begun.
const MAX_TRIED: usize = 16;
const MAX_PATHS: usize = 256;
