//! Whom a federation has, once its documents are there: chains are judged, trust marks counted.

use alloc::borrow::ToOwned;
use alloc::collections::{BTreeSet, VecDeque};
use alloc::string::String;
use alloc::vec::Vec;

use super::chain::{ChainFault, MAX_CHAIN, Resolved, resolve};
use super::collect::Collector;
use super::is_entity;
use super::statement::Statement;
use super::trust_mark::TrustMark;
use crate::crypto::Crypto;
use crate::time::Timestamp;

impl Collector {
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
                    collected.known.extend(known(resolved, held, marks));
                }
            }
        }
        Some(collected)
    }

    /// The trust marks that an entity has by right.
    fn marks(&self, entity: &str, anchor: &Statement, at: Timestamp, crypto: &Crypto) -> Vec<Held> {
        let Some(configuration) = self.configurations.get(entity) else {
            return Vec::new();
        };
        let held = TrustMark::all(configuration).filter_map(|mark| {
            let mark = mark.ok()?;
            let (keys, until) = match mark.issuer() == self.anchor.id {
                true => (anchor.keys().clone(), anchor.expires_at()),
                false => {
                    let issuer = self.resolved(mark.issuer(), at, crypto).ok()?;
                    (issuer.keys, issuer.expires_at)
                }
            };
            let holds = mark.holds(entity, &keys, anchor, at, crypto).ok()?;
            Some(Held {
                kind: mark.kind().to_owned(),
                until: holds.map_or(until, |end| end.min(until)),
            })
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
    /// Until when it is known: to the end of its chain and, where a trust mark is asked for, of the one of these that stands longest.
    pub valid_until: Timestamp,
}

/// A trust mark that an entity has by right.
struct Held {
    kind: String,
    /// The first end: its own, that of the owner's word, and that of its issuer's chain.
    until: Timestamp,
}

/// The entity, if it has one of the trust marks that are asked for.
fn known(resolved: Resolved, held: Vec<Held>, marks: &[String]) -> Option<Known> {
    let counting = held.iter().filter(|held| marks.contains(&held.kind));
    let chain = resolved.expires_at;
    let valid_until = match marks.is_empty() {
        true => chain,
        false => counting.map(|held| held.until).max()?.min(chain),
    };
    Some(Known {
        resolved,
        trust_marks: held.into_iter().map(|held| held.kind).collect(),
        valid_until,
    })
}

/// How many chains of one entity are judged, and how many are begun.
const MAX_TRIED: usize = 16;
const MAX_PATHS: usize = 256;
