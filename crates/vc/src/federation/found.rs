//! Whom a federation has, once its documents are there: chains are judged, trust marks counted.
//!
//! Each chain is judged once, in steps that a caller may part ([`Collector::judge_next`]).

use alloc::borrow::ToOwned;
use alloc::collections::{BTreeMap, BTreeSet, VecDeque};
use alloc::string::String;
use alloc::vec::Vec;

use super::chain::{ChainFault, MAX_CHAIN, Resolved, carried, resolve};
use super::collect::Collector;
use super::is_entity;
use super::statement::Statement;
use super::trust_mark::TrustMark;
use crate::crypto::Crypto;
use crate::time::Timestamp;

/// What was judged so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Judged {
    chains: BTreeMap<String, Result<Resolved, ChainFault>>,
    marks: BTreeMap<String, Vec<Held>>,
}

/// A trust mark that an entity has by right.
#[derive(Clone, Debug)]
struct Held {
    kind: String,
    /// The first end: its own, that of the owner's word, and that of its issuer's chain.
    until: Timestamp,
    /// Its issuer, and who is above it.
    via: Vec<String>,
}

impl Collector {
    /// Judges the next chain, or the trust marks of the next entity; with `marks`, only those of these types. Whether there was one.
    pub fn judge_next(&mut self, marks: &[String], at: Timestamp, crypto: &Crypto) -> bool {
        let chains = &self.judged.chains;
        let next = self
            .statements
            .keys()
            .find(|one| !chains.contains_key(*one));
        if let Some(subject) = next.cloned() {
            let chain = self.resolved(&subject, at, crypto);
            self.judged.chains.insert(subject, chain);
            return true;
        }
        let known = chains.iter().filter(|(_, chain)| chain.is_ok());
        let judged = &self.judged.marks;
        let next = known
            .map(|(subject, _)| subject)
            .find(|one| !judged.contains_key(*one));
        let Some(subject) = next.cloned() else {
            return false;
        };
        let held = self.marks(&subject, marks, at, crypto);
        self.judged.marks.insert(subject, held);
        true
    }

    /// What was found. With `marks`, an entity is known only if it has a trust mark of one of these types, and other types are not looked at;
    /// `None` if the anchor itself could not be read.
    #[must_use]
    pub fn found(&mut self, marks: &[String], at: Timestamp, crypto: &Crypto) -> Option<Collected> {
        self.configurations.get(&self.anchor.id)?;
        while self.judge_next(marks, at, crypto) {}
        let unreached = self.missed.iter().map(|place| place.concerns().to_owned());
        let mut collected = Collected {
            known: Vec::new(),
            refused: Vec::new(),
            unreached: unreached.collect(),
            cut: self.cut.clone(),
            left_out: self.left_out,
        };
        for (subject, chain) in &self.judged.chains {
            match chain {
                Err(fault) => collected.refused.push((subject.clone(), *fault)),
                Ok(resolved) => {
                    let held = self.judged.marks.get(subject);
                    let held = held.map_or(&[][..], Vec::as_slice);
                    collected.known.extend(known(resolved, held, marks));
                }
            }
        }
        // What was said of them does not hold, and nothing else was said.
        let spoiled = self.spoiled.iter();
        let spoiled = spoiled.filter(|(place, _)| !self.statements.contains_key(place.concerns()));
        let spoiled = spoiled.map(|(place, fault)| (place.concerns().to_owned(), (*fault).into()));
        collected.refused.extend(spoiled);
        Some(collected)
    }

    /// Everybody whom a superior lists.
    pub fn listed_names(&self) -> impl Iterator<Item = &str> {
        self.depth.keys().map(String::as_str)
    }

    pub(super) fn is_judged_to_hold(&self, entity: &str) -> bool {
        self.judged.chains.get(entity).is_some_and(Result::is_ok)
    }

    /// The trust marks that an entity has by right.
    fn marks(&self, entity: &str, kinds: &[String], at: Timestamp, crypto: &Crypto) -> Vec<Held> {
        let own = self.configurations.get(entity);
        let anchor = self.configurations.get(&self.anchor.id);
        let (Some(own), Some(anchor)) = (own, anchor) else {
            return Vec::new();
        };
        let marks = TrustMark::all(own).filter_map(Result::ok);
        let marks =
            marks.filter(|mark| kinds.is_empty() || kinds.iter().any(|kind| kind == mark.kind()));
        let held = marks.filter_map(|mark| {
            let (keys, until, above) = match mark.issuer() == self.anchor.id {
                true => (anchor.keys(), anchor.expires_at(), &[][..]),
                false => {
                    let issuer = self.judged.chains.get(mark.issuer())?.as_ref().ok()?;
                    (&issuer.keys, issuer.expires_at, issuer.via.as_slice())
                }
            };
            let end = mark.holds(entity, keys, anchor, at, crypto).ok()?;
            Some(Held {
                kind: mark.kind().to_owned(),
                until: end.map_or(until, |end| end.min(until)),
                via: [mark.issuer()]
                    .into_iter()
                    .chain(above.iter().map(String::as_str))
                    .map(ToOwned::to_owned)
                    .collect(),
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
        self.by_a_chain(subject, |chain| resolve(chain, &self.anchor, at, crypto))
    }

    /// The anchor's own subordinate through whom a chain carries an entity, whatever its own metadata are.
    pub(super) fn carried_through(
        &self,
        entity: &str,
        at: Timestamp,
        crypto: &Crypto,
    ) -> Option<String> {
        let judge = |chain: &[&Statement]| -> Result<Option<String>, ChainFault> {
            let links = carried(chain, &self.anchor, at, crypto)?;
            Ok(links.last().map(|by_anchor| by_anchor.subject().to_owned()))
        };
        self.by_a_chain(entity, judge).ok().flatten()
    }

    fn by_a_chain<T>(
        &self,
        subject: &str,
        judge: impl Fn(&[&Statement]) -> Result<T, ChainFault>,
    ) -> Result<T, ChainFault> {
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
                match judge(&chain) {
                    Ok(judged) => return Ok(judged),
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
    /// Those of the anchor's own subordinates below whom a limit was reached. What was left out there counts as what could not be had.
    pub cut: BTreeSet<String>,
    /// Whether the anchor itself says more than is read, so that there may be more.
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
    /// Where a trust mark is asked for: who gave that one, and the superiors in between, from its issuer's own up.
    pub marked_via: Vec<String>,
    /// That one.
    pub mark: Option<Mark>,
}

/// A trust mark that counted.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Mark {
    /// Its type.
    pub kind: String,
    /// Who gave it.
    pub issuer: String,
    /// Until when it counts.
    pub valid_until: Timestamp,
}

/// The entity, if it has one of the trust marks that are asked for.
fn known(resolved: &Resolved, held: &[Held], marks: &[String]) -> Option<Known> {
    let chain = resolved.expires_at;
    let (valid_until, marked_via, mark) = match marks.is_empty() {
        true => (chain, Vec::new(), None),
        false => {
            let best = held.iter().max_by_key(|held| held.until)?;
            let mark = Mark {
                kind: best.kind.clone(),
                issuer: best.via.first().cloned().unwrap_or_default(),
                valid_until: best.until,
            };
            (best.until.min(chain), best.via.clone(), Some(mark))
        }
    };
    Some(Known {
        resolved: resolved.clone(),
        trust_marks: held.iter().map(|held| held.kind.clone()).collect(),
        valid_until,
        marked_via,
        mark,
    })
}

/// How many chains of one entity are judged, and how many are begun.
const MAX_TRIED: usize = 16;
const MAX_PATHS: usize = 256;
