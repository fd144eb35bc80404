//! Finding the statements nearest to one that is given: which of them might mean the same?
//!
//! Each pair of fields is a signal of its own (label with label, label with alternates, …), as words, as pieces of words and as
//! pairs of words; where a model of sentences has read both sides, how near their vectors are is one more. [`Weights`] say how much
//! each signal counts. Weights are learnt by [`super::tune`], not set by hand.

use hashbrown::HashMap;

use super::{
    index::{Index, Saturation, Terms},
    words::{pairs, pieces, stems},
};

/// What is compared: a statement, or what somebody wrote about one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Entry {
    /// What it is called.
    pub label: String,
    /// Other names.
    pub alternates: Vec<String>,
    /// What it means.
    pub description: String,
    /// What it stands below: labels of parents.
    pub context: Vec<String>,
    /// What a model of sentences made of [`Entry::sentence`]: a vector of length one. Empty where none has read it.
    pub vector: Vec<f32>,
}

impl Entry {
    /// What a model of sentences reads of it.
    pub fn sentence(&self) -> String {
        match self.description.is_empty() {
            true => self.label.clone(),
            false => format!("{}. {}", self.label, self.description),
        }
    }
}

/// How many signals there are.
pub const SIGNALS: usize = 21;

/// The signals of one candidate, each from 0 to 1, where 1 is the best of all candidates.
pub type Signals = [f32; SIGNALS];

/// How much each signal counts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Weights(pub [f64; SIGNALS]);

/// A candidate and its signals.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Candidate {
    /// The number of the entry.
    pub entry: usize,
    /// Its signals.
    pub signals: Signals,
}

/// Names of the signals, in order.
pub const NAMES: [&str; SIGNALS] = [
    "label→label",
    "label→alternates",
    "label→description",
    "label→context",
    "alternates→label",
    "alternates→alternates",
    "alternates→description",
    "description→label",
    "description→alternates",
    "description→description",
    "context→label",
    "context→description",
    "pieces label→label",
    "pieces names→names",
    "pieces all→label",
    "pairs label→label",
    "names best pair",
    "first word",
    "last word",
    "label covered",
    "sentence",
];

/// An index over entries.
#[derive(Clone, Debug)]
pub struct Finder {
    size: usize,
    labels: Index,
    alternates: Index,
    descriptions: Index,
    contexts: Index,
    label_pieces: Index,
    name_pieces: Index,
    label_pairs: Index,
    firsts: Index,
    lasts: Index,
    names: Index,
    /// Which entry a name belongs to.
    owners: Vec<u32>,
    name_norms: Vec<f32>,
    label_norms: Vec<f32>,
    vectors: Vec<Vec<f32>>,
}

const PIECE: usize = 4;
const SHORT: Saturation = Saturation { k1: 0.9, b: 0.4 };
const LONG: Saturation = Saturation { k1: 1.2, b: 0.6 };

impl Finder {
    /// Indexes entries.
    pub fn new(entries: &[Entry]) -> Self {
        let label = |entry: &Entry| stems(&entry.label);
        let mut owners = Vec::new();
        let mut names = Vec::new();
        for (at, entry) in entries.iter().enumerate() {
            for name in std::iter::once(&entry.label).chain(&entry.alternates) {
                owners.push(u32::try_from(at).unwrap_or(u32::MAX));
                names.push(stems(name));
            }
        }
        let names = Index::new(names.into_iter());
        let labels = Index::new(entries.iter().map(label));
        Self {
            size: entries.len(),
            label_norms: labels.norms(),
            labels,
            alternates: Index::new(
                entries
                    .iter()
                    .map(|entry| stems(&entry.alternates.join(" "))),
            ),
            descriptions: Index::new(entries.iter().map(|entry| stems(&entry.description))),
            contexts: Index::new(entries.iter().map(|entry| stems(&entry.context.join(" ")))),
            label_pieces: Index::new(entries.iter().map(|entry| pieces(&entry.label, PIECE))),
            name_pieces: Index::new(entries.iter().map(|entry| pieces(&all_names(entry), PIECE))),
            label_pairs: Index::new(entries.iter().map(|entry| pairs(&label(entry)))),
            firsts: Index::new(
                entries
                    .iter()
                    .map(|entry| label(entry).into_iter().take(1).collect()),
            ),
            lasts: Index::new(
                entries
                    .iter()
                    .map(|entry| label(entry).into_iter().rev().take(1).collect()),
            ),
            name_norms: names.norms(),
            names,
            owners,
            vectors: entries.iter().map(|entry| entry.vector.clone()).collect(),
        }
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.size
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.size == 0
    }

    /// The `limit` entries that share the most with `query`, best first by the sum of all signals.
    pub fn candidates(&self, query: &Entry, limit: usize) -> Vec<Candidate> {
        self.best(query, &Weights([1.0; SIGNALS]), limit)
            .into_iter()
            .map(|(candidate, _)| candidate)
            .collect()
    }

    /// The `limit` entries nearest to `query`, best first, with their scores.
    pub fn rank(&self, query: &Entry, weights: &Weights, limit: usize) -> Vec<(usize, f64)> {
        let best = self.best(query, weights, limit).into_iter();
        best.map(|(candidate, score)| (candidate.entry, score))
            .collect()
    }

    fn best(&self, query: &Entry, weights: &Weights, limit: usize) -> Vec<(Candidate, f64)> {
        let columns = self.signals(query);
        let mut all: Vec<(Candidate, f64)> = (0..self.size)
            .filter_map(|entry| {
                let mut signals = [0.0; SIGNALS];
                for (signal, column) in signals.iter_mut().zip(&columns) {
                    *signal = column[entry];
                }
                let any = signals.iter().any(|signal| *signal > 0.0);
                any.then(|| (Candidate { entry, signals }, weights.score(&signals)))
            })
            .collect();
        all.sort_by(|(one, score), (other, than)| {
            than.total_cmp(score).then(one.entry.cmp(&other.entry))
        });
        all.truncate(limit);
        all
    }

    /// One column per signal, one value per entry, each column with 1 as its highest value.
    fn signals(&self, query: &Entry) -> Vec<Vec<f32>> {
        let label = stems(&query.label);
        let alternates = stems(&query.alternates.join(" "));
        let description = stems(&query.description);
        let context = stems(&query.context.join(" "));
        let column = |index: &Index, terms: &[String], how: Saturation| {
            let mut scores = vec![0.0; self.size];
            index.score(&index.query(terms), how, &mut scores);
            scores
        };
        let all: Vec<String> = [&label, &alternates, &description]
            .into_iter()
            .flatten()
            .cloned()
            .collect();
        let whole = [query.label.as_str(), query.description.as_str()].join(" ");
        let first = &label[..label.len().min(1)];
        let last = &label[label.len().saturating_sub(1)..];
        let mut columns = vec![
            column(&self.labels, &label, SHORT),
            column(&self.alternates, &label, LONG),
            column(&self.descriptions, &label, LONG),
            column(&self.contexts, &label, LONG),
            column(&self.labels, &alternates, SHORT),
            column(&self.alternates, &alternates, LONG),
            column(&self.descriptions, &alternates, LONG),
            column(&self.labels, &description, SHORT),
            column(&self.alternates, &description, LONG),
            column(&self.descriptions, &description, LONG),
            column(&self.labels, &context, SHORT),
            column(&self.descriptions, &context, LONG),
            column(&self.label_pieces, &pieces(&query.label, PIECE), SHORT),
            column(&self.name_pieces, &pieces(&all_names(query), PIECE), LONG),
            column(&self.label_pieces, &pieces(&whole, PIECE), SHORT),
            column(&self.label_pairs, &pairs(&label), SHORT),
            self.best_pair(query),
            column(&self.firsts, first, SHORT),
            column(&self.lasts, last, SHORT),
            self.covered(&all),
            self.cosines(&query.vector),
        ];
        for column in &mut columns {
            let highest = column.iter().copied().fold(0.0, f32::max);
            if highest > 0.0 {
                column.iter_mut().for_each(|value| *value /= highest);
            }
        }
        columns
    }

    /// How near the nearest two names of both sides are: the cosine of their words, weighted by idf.
    fn best_pair(&self, query: &Entry) -> Vec<f32> {
        let mut best = vec![0.0f32; self.size];
        let mut scores = vec![0.0f32; self.owners.len()];
        let mut touched = Vec::new();
        let mut seen: HashMap<Vec<String>, ()> = HashMap::new();
        for (place, name) in std::iter::once(&query.label)
            .chain(&query.alternates)
            .enumerate()
        {
            let terms = stems(name);
            if terms.is_empty() || seen.insert(terms.clone(), ()).is_some() {
                continue;
            }
            let norm = self.names.norm_of(&terms).sqrt();
            self.names
                .overlap(&self.names.query(&terms), &mut touched, &mut scores);
            for at in touched.drain(..) {
                let cosine = scores[at as usize] / (norm * self.name_norms[at as usize].sqrt());
                scores[at as usize] = 0.0;
                // A label says more than an alternate.
                let cosine = if place == 0 { cosine } else { cosine * 0.95 };
                let owner = &mut best[self.owners[at as usize] as usize];
                *owner = owner.max(cosine);
            }
        }
        best
    }

    /// How near the vectors of both sides are; what points away is as far as what has none.
    fn cosines(&self, vector: &[f32]) -> Vec<f32> {
        let cosine = |other: &Vec<f32>| {
            let products = vector.iter().zip(other).map(|(one, other)| one * other);
            products.sum::<f32>().max(0.0)
        };
        self.vectors.iter().map(cosine).collect()
    }

    /// How much of an entry's label the query has anywhere.
    fn covered(&self, terms: &[String]) -> Vec<f32> {
        let mut scores = vec![0.0; self.size];
        let query: Terms = self.labels.query(terms);
        self.labels.overlap(&query, &mut Vec::new(), &mut scores);
        for (score, norm) in scores.iter_mut().zip(&self.label_norms) {
            *score /= norm.max(1e-6);
        }
        scores
    }
}

fn all_names(entry: &Entry) -> String {
    let mut names = entry.label.clone();
    for name in &entry.alternates {
        names.push(' ');
        names.push_str(name);
    }
    names
}

impl Weights {
    /// The score of a candidate.
    pub fn score(&self, signals: &Signals) -> f64 {
        let products = self
            .0
            .iter()
            .zip(signals)
            .map(|(weight, signal)| weight * f64::from(*signal));
        products.sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(label: &str, vector: &[f32]) -> Entry {
        Entry {
            label: label.to_owned(),
            vector: vector.to_vec(),
            ..Entry::default()
        }
    }

    #[test]
    fn a_vector_finds_what_shares_no_word_and_says_nothing_where_it_is_missing() {
        let entries = [
            entry("Join metal by heat", &[0.8, 0.6]),
            entry("Weld pastry", &[0.0, -1.0]),
        ];
        let finder = Finder::new(&entries);
        let mut sentence = Weights([0.0; SIGNALS]);
        sentence.0[SIGNALS - 1] = 1.0;
        let rank = |vector: &[f32]| finder.rank(&entry("weld", vector), &sentence, 2);
        assert_eq!(rank(&[1.0, 0.0]), [(0, 1.0), (1, 0.0)]);
        assert_eq!(rank(&[]), [(1, 0.0)]);
    }

    #[test]
    fn a_sentence_is_the_name_and_what_it_means() {
        let mut welder = entry("Welder", &[]);
        assert_eq!(welder.sentence(), "Welder");
        welder.description = "Joins metal.".to_owned();
        assert_eq!(welder.sentence(), "Welder. Joins metal.");
    }
}
