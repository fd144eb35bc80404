//! Suggestions for a mapping: words alone, or with precedents where there are some that may be trusted.
//!
//! In a domain where people have mapped before, precedents and words count together. In any other domain precedents count only
//! where the nearest of them is nearer than the gate, so that they never make an answer worse than the words alone. Where a model of
//! sentences has read the entries, that counts among the words; what was learnt is then another.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Candidate, Entry, Finder, Precedents, SIGNALS, VOTES, Votes, Weights, learnt,
    learnt_with_sentences,
    tune::{Judged, ranked, recall_at, tune},
};

/// All signals of a candidate: those of words, then those of precedents.
pub const ALL: usize = SIGNALS + VOTES;

/// What was learnt: how much each signal counts, and how near a precedent of another domain must be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Learnt {
    /// Words alone.
    pub words: [f64; SIGNALS],
    /// Words and precedents, in a domain with precedents.
    pub inside: [f64; ALL],
    /// Words and precedents of other domains, where the nearest is near enough.
    pub outside: [f64; ALL],
    /// How near that is; above 1, they never count.
    pub gate: f32,
}

impl Default for Learnt {
    /// What the benchmark's tuning printed.
    fn default() -> Self {
        learnt::LEARNT
    }
}

impl Learnt {
    /// What it printed where all-MiniLM-L6-v2 had read every entry and every query.
    pub fn with_sentences() -> Self {
        learnt_with_sentences::LEARNT
    }
}

/// Statements that were mapped before, each with its domain.
#[derive(Clone, Debug, PartialEq)]
pub struct Curated {
    /// The statement.
    pub entry: Entry,
    /// What it was mapped to, by number.
    pub answers: Vec<usize>,
    /// Its domain, such as a group of occupations.
    pub domain: String,
}

/// Suggests entries for a statement.
#[derive(Clone, Debug)]
pub struct Suggester {
    finder: Finder,
    precedents: Precedents,
    domains: Vec<String>,
    curated: BTreeSet<String>,
    learnt: Learnt,
}

/// Entries that are looked at for their words.
const BY_WORDS: usize = 100;
/// Precedents that vote.
const VOTERS: usize = 40;

impl Suggester {
    /// Indexes `entries`, and what was mapped to them before.
    pub fn new(entries: &[Entry], curated: &[Curated], learnt: Learnt) -> Self {
        let pairs: Vec<(Entry, Vec<usize>)> = curated
            .iter()
            .map(|known| (known.entry.clone(), known.answers.clone()))
            .collect();
        Self {
            finder: Finder::new(entries),
            precedents: Precedents::new(&pairs),
            domains: curated.iter().map(|known| known.domain.clone()).collect(),
            curated: curated.iter().map(|known| known.domain.clone()).collect(),
            learnt,
        }
    }

    /// The `most` best entries for `query`, a statement of `domain`, with their scores; comparable within one answer only.
    pub fn suggest(&self, query: &Entry, domain: &str, most: usize) -> Vec<(usize, f64)> {
        let near = self.precedents.nearest(query, VOTERS, |_| true);
        let nearest = near.first().map_or(0.0, |found| found.1);
        let weights = match self.curated.contains(domain) {
            true => &self.learnt.inside,
            false if nearest >= self.learnt.gate => &self.learnt.outside,
            false => return self.finder.rank(query, &Weights(self.learnt.words), most),
        };
        scored(&self.finder, &self.precedents, query, &near, weights, most)
    }

    /// What words alone find, for learning.
    pub fn by_words(&self, query: &Entry) -> Vec<Candidate> {
        self.finder.candidates(query, BY_WORDS)
    }

    /// How near the nearest precedent is, and every candidate with all its signals, for learning; `allowed` leaves out
    /// precedents by their number.
    pub fn with_precedents(
        &self,
        query: &Entry,
        allowed: impl Fn(usize) -> bool,
    ) -> (f32, Vec<(usize, [f32; ALL])>) {
        let near = self.precedents.nearest(query, VOTERS, allowed);
        let nearest = near.first().map_or(0.0, |found| found.1);
        (
            nearest,
            candidates(&self.finder, &self.precedents, query, &near),
        )
    }

    /// The domain of a precedent, by its number.
    pub fn domain_of(&self, precedent: usize) -> &str {
        &self.domains[precedent]
    }
}

/// The `most` best entries for `query`, of which no domain is known, with their scores; comparable within one answer only. What was mapped
/// before counts where the nearest of it is nearer than the gate.
pub fn suggest_gated(
    finder: &Finder,
    precedents: &Precedents,
    learnt: &Learnt,
    query: &Entry,
    most: usize,
) -> Vec<(usize, f64)> {
    let near = precedents.nearest(query, VOTERS, |_| true);
    match near.first() {
        Some((_, nearest)) if *nearest >= learnt.gate => {
            scored(finder, precedents, query, &near, &learnt.outside, most)
        }
        _ => finder.rank(query, &Weights(learnt.words), most),
    }
}

fn scored(
    finder: &Finder,
    precedents: &Precedents,
    query: &Entry,
    near: &[(usize, f32)],
    weights: &[f64; ALL],
    most: usize,
) -> Vec<(usize, f64)> {
    let mut scored: Vec<(usize, f64)> = candidates(finder, precedents, query, near)
        .into_iter()
        .map(|(entry, signals)| {
            let products = weights
                .iter()
                .zip(&signals)
                .map(|(weight, signal)| weight * f64::from(*signal));
            (entry, products.sum())
        })
        .collect();
    scored.sort_by(|one, other| other.1.total_cmp(&one.1).then(one.0.cmp(&other.0)));
    scored.truncate(most);
    scored
}

fn candidates(
    finder: &Finder,
    precedents: &Precedents,
    query: &Entry,
    near: &[(usize, f32)],
) -> Vec<(usize, [f32; ALL])> {
    let votes: BTreeMap<usize, Votes> = precedents.votes(query, near);
    let all = finder.candidates(query, finder.len());
    let kept = all
        .into_iter()
        .enumerate()
        .filter(|(place, candidate)| *place < BY_WORDS || votes.contains_key(&candidate.entry));
    kept.map(|(_, candidate)| {
        let mut signals = [0.0; ALL];
        signals[..SIGNALS].copy_from_slice(&candidate.signals);
        if let Some(votes) = votes.get(&candidate.entry) {
            signals[SIGNALS..].copy_from_slice(votes);
        }
        (candidate.entry, signals)
    })
    .collect()
}

/// A query of some domain, answered by words alone and with precedents of other domains only.
#[derive(Clone, Debug, PartialEq)]
pub struct Away {
    /// The domain of the query.
    pub domain: String,
    /// How near the nearest precedent of another domain is.
    pub nearest: f32,
    /// By words alone.
    pub words: Judged<SIGNALS>,
    /// With precedents.
    pub with: Judged<ALL>,
}

/// Learns the weights outside, and the lowest gate at which no domain gets worse than it was by words alone: recall of `at`, with
/// weights that were learnt without the domain's own halves.
pub fn tune_outside(
    away: &[&Away],
    words: &[f64; SIGNALS],
    at: usize,
    steps: usize,
) -> ([f64; ALL], f32) {
    let all: Vec<&Judged<ALL>> = away.iter().map(|query| &query.with).collect();
    // The gate is chosen on other queries than those which its weights were learnt from.
    let half: Vec<&Judged<ALL>> = all.iter().copied().step_by(2).collect();
    let held_out = tune(&half, steps);
    let mut gains: BTreeMap<&str, Vec<(f32, f64)>> = BTreeMap::new();
    for query in away.iter().skip(1).step_by(2) {
        let before = recall_at(at, &ranked(&query.words, words), query.words.right);
        let after = recall_at(at, &ranked(&query.with, &held_out), query.with.right);
        gains
            .entry(&query.domain)
            .or_default()
            .push((query.nearest, after - before));
    }
    let never_worse = |gate: f32| {
        gains.values().all(|gains| {
            let counted = gains.iter().filter(|(nearest, _)| *nearest >= gate);
            counted.map(|(_, gain)| gain).sum::<f64>() >= 0.0
        })
    };
    let gates = (6..=20).map(|step| step as f32 * 0.05);
    let gate = gates
        .into_iter()
        .find(|gate| never_worse(*gate))
        .unwrap_or(NEVER);
    (tune(&all, steps), gate)
}

/// Above every nearness.
const NEVER: f32 = 2.0;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_mapped_before_counts_where_it_is_near_and_nowhere_else() {
        let entry = |label: &str| Entry {
            label: label.to_owned(),
            ..Entry::default()
        };
        let entries = ["Weld hulls", "Weld roofs", "Read drawings"].map(entry);
        let finder = Finder::new(&entries);
        let precedents = Precedents::new(&[(entry("weld steel pipes under water"), vec![1])]);
        let learnt = Learnt::default();
        let first = |found: Vec<(usize, f64)>| found.first().map(|(entry, _)| *entry);
        let gated = |query| suggest_gated(&finder, &precedents, &learnt, query, 3);
        let by_words = |query| finder.rank(query, &Weights(learnt.words), 3);
        let near = entry("weld steel pipes under water");
        assert_eq!(first(by_words(&near)), Some(0));
        assert_eq!(first(gated(&near)), Some(1));
        let far = entry("weld slate");
        assert_eq!(gated(&far), by_words(&far), "too far from it");
    }
}
