//! Telling apart blank nodes that look alike: RDFC-1.0 §4.7 and §4.8.
//!
//! The algorithm tries permutations, so a small graph can ask for more work than there is time. Every statement looked
//! at, every permutation and every copy of labels is paid for from a budget; the depth of recursion is bounded too.

use super::canonical::{Mentions, poison, push_decimal, push_label};
use super::quads::{Node, Quads};
use crate::error::Result;
use crate::hash::{Digest, Hash};
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

/// The labels given so far, and what is needed to give more.
pub(super) struct Labelling<'q> {
    store: &'q Quads,
    mentions: &'q Mentions,
    firsts: &'q [Option<Digest>],
    hash: Hash,
    labels: Vec<Option<u32>>,
    issued: u32,
    work: usize,
}

impl<'q> Labelling<'q> {
    pub(super) fn new(
        store: &'q Quads,
        mentions: &'q Mentions,
        firsts: &'q [Option<Digest>],
        hash: Hash,
        labels: Vec<Option<u32>>,
        issued: u32,
        work: usize,
    ) -> Self {
        Self {
            store,
            mentions,
            firsts,
            hash,
            labels,
            issued,
            work,
        }
    }

    /// Labels the nodes of one first-degree hash (§4.4.3 step 5).
    pub(super) fn label_group(&mut self, group: impl Iterator<Item = usize>) -> Result<()> {
        let mut paths = Vec::new();
        for blank in group {
            if self.labels[blank].is_some() {
                continue;
            }
            let mut issuer = Issuer::default();
            issuer.issue(blank);
            paths.push(self.n_degree(blank, &issuer, MAX_DEPTH)?);
        }
        paths.sort_by_key(|one| one.0);
        for (_, issuer) in paths {
            for blank in issuer.order {
                self.issue(blank);
            }
        }
        Ok(())
    }

    pub(super) fn into_labels(self) -> Vec<Option<u32>> {
        self.labels
    }

    fn issue(&mut self, blank: usize) {
        if self.labels[blank].is_none() {
            self.labels[blank] = Some(self.issued);
            self.issued += 1;
        }
    }

    /// Hashes the neighbourhood of `blank` (§4.8).
    fn n_degree(
        &mut self,
        blank: usize,
        issuer: &Issuer,
        depth: usize,
    ) -> Result<(Digest, Issuer)> {
        let depth = depth.checked_sub(1).ok_or_else(poison)?;
        let mut issuer = self.copied(issuer)?;
        let mut data = String::new();
        for (related, nodes) in self.related(blank, &issuer)? {
            related.push_hex(&mut data);
            let mut chosen: Option<(String, Issuer)> = None;
            let mut order = nodes;
            order.sort_unstable();
            loop {
                self.pay(order.len())?;
                if let Some(better) =
                    self.walk_permutation(&order, &issuer, chosen.as_ref(), depth)?
                {
                    chosen = Some(better);
                }
                if !next_permutation(&mut order) {
                    break;
                }
            }
            if let Some((path, chosen)) = chosen {
                data.push_str(&path);
                issuer = chosen;
            }
        }
        self.pay(1)?;
        Ok((self.hash.digest(data.as_bytes()), issuer))
    }

    /// One permutation of related nodes; `None` if it is no better than the chosen one (§4.8.3 step 5.4).
    fn walk_permutation(
        &mut self,
        order: &[usize],
        issuer: &Issuer,
        chosen: Option<&(String, Issuer)>,
        depth: usize,
    ) -> Result<Option<(String, Issuer)>> {
        let mut copy = self.copied(issuer)?;
        let mut path = String::new();
        let mut recursion = Vec::new();
        let worse = |path: &str| {
            chosen.is_some_and(|(best, _)| path.len() >= best.len() && path > best.as_str())
        };
        for related in order {
            match self.labels[*related] {
                Some(label) => push_label(label, &mut path),
                None => {
                    if copy.number(*related).is_none() {
                        recursion.push(*related);
                    }
                    push_temporary(copy.issue(*related), &mut path);
                }
            }
            if worse(&path) {
                return Ok(None);
            }
        }
        for related in recursion {
            let (digest, result) = self.n_degree(related, &copy, depth)?;
            let number = copy.issue(related);
            push_temporary(number, &mut path);
            path.push('<');
            digest.push_hex(&mut path);
            path.push('>');
            copy = result;
            if worse(&path) {
                return Ok(None);
            }
        }
        let better = chosen.is_none_or(|(best, _)| path < *best);
        Ok(better.then_some((path, copy)))
    }

    /// Groups the neighbours of `blank` by how they are related to it (§4.8.3 steps 1 to 3).
    fn related(&mut self, blank: usize, issuer: &Issuer) -> Result<BTreeMap<Digest, Vec<usize>>> {
        let mut groups: BTreeMap<Digest, Vec<usize>> = BTreeMap::new();
        let (store, mentions) = (self.store, self.mentions);
        for at in mentions.of_blank(blank) {
            self.pay(1)?;
            let quad = &store.quads[*at as usize];
            let positions = [
                (Some(quad.subject), 's'),
                (quad.object, 'o'),
                (quad.graph, 'g'),
            ];
            for (node, position) in positions {
                let Some(related) = node
                    .and_then(Node::blank)
                    .filter(|related| *related != blank)
                else {
                    continue;
                };
                let predicate = store.predicate(quad);
                self.pay(predicate.len() / HASHED_AT_ONCE)?;
                let digest = self.related_hash(related, predicate, issuer, position);
                groups.entry(digest).or_default().push(related);
            }
        }
        Ok(groups)
    }

    /// Hashes one relation (§4.7).
    fn related_hash(
        &self,
        related: usize,
        predicate: &str,
        issuer: &Issuer,
        position: char,
    ) -> Digest {
        let mut input = String::from(position);
        if position != 'g' {
            input.push_str(predicate);
        }
        match (
            self.labels[related],
            issuer.number(related),
            &self.firsts[related],
        ) {
            (Some(label), _, _) => push_label(label, &mut input),
            (None, Some(number), _) => push_temporary(number, &mut input),
            (None, None, Some(first)) => first.push_hex(&mut input),
            (None, None, None) => {}
        }
        self.hash.digest(input.as_bytes())
    }

    /// A copy to go on with, which costs as much as there is in it.
    fn copied(&mut self, issuer: &Issuer) -> Result<Issuer> {
        self.pay(issuer.order.len() / COPIED_AT_ONCE)?;
        Ok(issuer.clone())
    }

    fn pay(&mut self, work: usize) -> Result<()> {
        self.work = self.work.checked_sub(work).ok_or_else(poison)?;
        Ok(())
    }
}

/// Issues temporary labels, in order.
#[derive(Clone, Default)]
struct Issuer {
    numbers: BTreeMap<usize, u32>,
    order: Vec<usize>,
}

impl Issuer {
    fn number(&self, blank: usize) -> Option<u32> {
        self.numbers.get(&blank).copied()
    }

    fn issue(&mut self, blank: usize) -> u32 {
        let next = self.order.len() as u32;
        let number = *self.numbers.entry(blank).or_insert(next);
        if number == next {
            self.order.push(blank);
        }
        number
    }
}

fn push_temporary(number: u32, out: &mut String) {
    out.push_str("_:b");
    push_decimal(number, out);
}

/// Moves to the next permutation in lexicographic order; false after the last.
fn next_permutation(order: &mut [usize]) -> bool {
    let Some(pivot) = order.windows(2).rposition(|pair| pair[0] < pair[1]) else {
        return false;
    };
    let Some(swap) = order.iter().rposition(|value| *value > order[pivot]) else {
        return false;
    };
    order.swap(pivot, swap);
    order[pivot + 1..].reverse();
    true
}

/// Bytes of a predicate that are hashed in the time in which a statement is looked at.
const HASHED_AT_ONCE: usize = 256;
/// Labels that are copied in the time in which a statement is looked at.
const COPIED_AT_ONCE: usize = 32;
/// How far neighbourhoods lead into one another. Lists of equal values are the longest in practice.
const MAX_DEPTH: usize = 256;
