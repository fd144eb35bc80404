//! Precedents: how statements like this one were mapped before, by people.
//!
//! The nearest curated statements vote for what they were mapped to. How near the nearest of them is decides how much their votes
//! count: far from everything that was curated, in a domain that nobody has worked on, they must not drown the words themselves.

use std::collections::BTreeMap;

use super::{
    Entry,
    index::Index,
    words::{pieces, stems},
};

/// How many signals precedents give.
pub const VOTES: usize = 12;

/// The signals that precedents give for one entry, each from 0 to 1.
pub type Votes = [f32; VOTES];

/// Names of these signals, in order.
pub const VOTE_NAMES: [&str; VOTES] = [
    "nearest precedent",
    "share, far",
    "share, middling",
    "share, near",
    "share, very near",
    "share, same context",
    "nearest precedent, squared",
    "how often before",
    "share, sharper",
    "nearest, same context",
    "how often, same context",
    "one over its place",
];

/// Statements that were mapped, and to what.
#[derive(Clone, Debug)]
pub struct Precedents {
    stems: Index,
    pieces: Index,
    stem_norms: Vec<f32>,
    piece_norms: Vec<f32>,
    contexts: Vec<Vec<String>>,
    answers: Vec<Vec<usize>>,
    times: BTreeMap<usize, f32>,
}

impl Precedents {
    /// Indexes curated statements; each comes with the numbers of the entries that it was mapped to.
    pub fn new(curated: &[(Entry, Vec<usize>)]) -> Self {
        let stem_index = Index::new(curated.iter().map(|(entry, _)| stems(&entry.label)));
        let piece_index = Index::new(curated.iter().map(|(entry, _)| pieces(&entry.label, 4)));
        let mut times = BTreeMap::new();
        for answer in curated.iter().flat_map(|(_, answers)| answers) {
            *times.entry(*answer).or_insert(0.0) += 1.0;
        }
        Self {
            stem_norms: stem_index.norms(),
            piece_norms: piece_index.norms(),
            stems: stem_index,
            pieces: piece_index,
            contexts: curated
                .iter()
                .map(|(entry, _)| entry.context.clone())
                .collect(),
            answers: curated.iter().map(|(_, answers)| answers.clone()).collect(),
            times,
        }
    }

    /// The curated statements nearest to `query` and how near each is (0 to 1), nearest first; only those that are `allowed`.
    pub fn nearest(
        &self,
        query: &Entry,
        most: usize,
        allowed: impl Fn(usize) -> bool,
    ) -> Vec<(usize, f32)> {
        let by_stem = cosines(&self.stems, &self.stem_norms, &stems(&query.label));
        let by_piece = cosines(&self.pieces, &self.piece_norms, &pieces(&query.label, 4));
        let both = by_stem
            .iter()
            .zip(&by_piece)
            .map(|(stem, piece)| (stem + piece) / 2.0);
        let mut near: Vec<(usize, f32)> = both
            .enumerate()
            .filter(|(at, near)| *near > 0.0 && allowed(*at))
            .collect();
        let order = |one: &(usize, f32), other: &(usize, f32)| {
            other.1.total_cmp(&one.1).then(one.0.cmp(&other.0))
        };
        if near.len() > most {
            near.select_nth_unstable_by(most, order);
            near.truncate(most);
        }
        near.sort_by(order);
        near
    }

    /// What the precedents say of each entry that any of them was mapped to.
    pub fn votes(&self, query: &Entry, near: &[(usize, f32)]) -> BTreeMap<usize, Votes> {
        let nearest = near.first().map_or(0.0, |found| found.1);
        let total: f32 = near.iter().map(|(_, near)| near * near).sum();
        let sharp: f32 = near.iter().map(|(_, near)| near.powi(5)).sum();
        let mut found: BTreeMap<usize, Votes> = BTreeMap::new();
        for (place, (precedent, near)) in near.iter().enumerate() {
            let share = near * near / total.max(1e-6);
            let same = !query.context.is_empty() && self.contexts[*precedent] == query.context;
            for answer in &self.answers[*precedent] {
                let votes = found.entry(*answer).or_insert([0.0; VOTES]);
                votes[0] = votes[0].max(*near);
                votes[band(nearest)] += share;
                votes[8] += near.powi(5) / sharp.max(1e-9);
                if same {
                    votes[5] += share;
                    votes[9] = votes[9].max(*near);
                    votes[10] += 0.1;
                }
                votes[11] = votes[11].max(1.0 / (place as f32 + 1.0));
            }
        }
        let most = self.times.values().copied().fold(1.0, f32::max);
        for (answer, votes) in &mut found {
            votes[6] = votes[0] * votes[0];
            let times = self.times.get(answer).copied().unwrap_or(0.0);
            votes[7] = (1.0 + times).ln() / (1.0 + most).ln();
        }
        found
    }
}

/// Which share signal counts, by how near the nearest precedent is.
fn band(nearest: f32) -> usize {
    match nearest {
        near if near < 0.3 => 1,
        near if near < 0.45 => 2,
        near if near < 0.7 => 3,
        _ => 4,
    }
}

fn cosines(index: &Index, norms: &[f32], terms: &[String]) -> Vec<f32> {
    let mut scores = vec![0.0; norms.len()];
    index.overlap(&index.query(terms), &mut Vec::new(), &mut scores);
    let norm = index.norm_of(terms);
    for (score, other) in scores.iter_mut().zip(norms) {
        *score /= (norm * other).sqrt().max(1e-6);
    }
    scores
}

#[cfg(test)]
mod tests {
    use super::*;

    fn task(label: &str) -> Entry {
        Entry {
            label: label.to_owned(),
            ..Entry::default()
        }
    }

    #[test]
    fn far_from_every_precedent_votes_stand_in_another_signal() {
        let curated = [
            (task("weld steel pipes"), vec![7]),
            (task("weld copper pipes"), vec![7, 8]),
            (task("teach children to read"), vec![9]),
        ];
        let precedents = Precedents::new(&curated);
        let votes = |label: &str| {
            let query = task(label);
            let near = precedents.nearest(&query, 2, |_| true);
            precedents.votes(&query, &near)
        };
        let near = votes("weld steel pipes");
        assert!(near[&7][4] > 0.9 && near[&7][0] > 0.99 && near[&7][1] == 0.0);
        let far = votes("weld the hull of a ship in a yard by the sea");
        assert!(far[&7][1] > 0.0 && far[&7][4] == 0.0);
    }

    #[test]
    fn what_is_not_allowed_does_not_vote() {
        let precedents =
            Precedents::new(&[(task("weld pipes"), vec![1]), (task("weld pipes"), vec![2])]);
        let near = precedents.nearest(&task("weld pipes"), 5, |at| at != 0);
        assert_eq!(near.len(), 1);
        assert_eq!(near[0].0, 1);
    }
}
