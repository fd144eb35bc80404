//! Whether what was known of an entity before is open now, because somebody on its way to the anchor could not be asked.
//!
//! **Invariant:** only who stands on the way can leave it open. Nobody else keeps an entity known by not answering, and nobody makes it unknown
//! so.

use alloc::string::String;
use alloc::vec::Vec;

use super::collect::{Collector, Place};
use super::trust_mark::TrustMark;
use crate::crypto::Crypto;
use crate::registry::Entry;
use crate::time::Timestamp;

impl Collector {
    /// Whether this entry of an earlier reading, which this one does not confirm, could not be asked about again: neither its chain nor the
    /// trust mark that it counted by was found not to hold any more. `marks` are the types that are asked for. Asked after
    /// [`found`](Self::found).
    #[must_use]
    pub fn is_open(
        &self,
        entity: &str,
        before: &Entry,
        marks: &[String],
        at: Timestamp,
        crypto: &Crypto,
    ) -> bool {
        match self.way(entity, &before.via) {
            Way::Open => true,
            Way::Closed => false,
            Way::Whole => self.is_mark_open(entity, &before.marked_via, marks, at, crypto),
        }
    }

    /// Whether an entity still has a mark by this issuer, of whom it is open whether a chain carries it.
    fn is_mark_open(
        &self,
        entity: &str,
        via: &[String],
        marks: &[String],
        at: Timestamp,
        crypto: &Crypto,
    ) -> bool {
        let (Some((issuer, above)), Some(anchor), Some(own)) = (
            via.split_first(),
            self.configurations.get(&self.anchor.id),
            self.configurations.get(entity),
        ) else {
            return false;
        };
        let by_it = |mark: &TrustMark| {
            mark.issuer() == issuer
                && marks.iter().any(|kind| kind == mark.kind())
                && mark.stands(entity, anchor, at, crypto).is_ok()
        };
        self.way(issuer, above) == Way::Open
            && !self.is_judged_to_hold(issuer)
            && self.is_judged_to_hold(entity)
            && TrustMark::all(own)
                .filter_map(Result::ok)
                .any(|mark| by_it(&mark))
    }

    /// Goes from the anchor down to an entity, by the superiors through whom it was known, and stops at the first that says something else or
    /// nothing.
    fn way(&self, entity: &str, via: &[String]) -> Way {
        let anchor = self.anchor.id.as_str();
        let between = via.iter().map(String::as_str).filter(|one| *one != anchor);
        let mut names: Vec<&str> = [entity]
            .into_iter()
            .chain(between)
            .chain([anchor])
            .collect();
        names.reverse();
        let configuration = |of: &str| Place::Configuration(of.into());
        // What arrived and does not hold is no silence, whatever is silent above it.
        if names
            .iter()
            .any(|of| self.spoiled.contains_key(&configuration(of)))
        {
            return Way::Closed;
        }
        for pair in names.windows(2) {
            let &[above, below] = pair else { continue };
            let list = Place::Subordinates(above.into());
            if self.missed.contains(&configuration(above)) || self.missed.contains(&list) {
                return Way::Open;
            }
            let said = self.statements.get(below).into_iter().flatten();
            if said
                .into_iter()
                .any(|statement| statement.issuer() == above)
            {
                continue;
            }
            // It was not listed, or what was said of it does not hold.
            return match self.missed.contains(&Place::statement(above, below)) {
                true => Way::Open,
                false => Way::Closed,
            };
        }
        match self.missed.contains(&configuration(entity)) {
            true => Way::Open,
            false => Way::Whole,
        }
    }
}

/// What came of a way from the anchor to an entity.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Way {
    /// Every document of it is there: the chain says what it says.
    Whole,
    /// Somebody says that it is this way no more.
    Closed,
    /// Somebody did not answer.
    Open,
}
