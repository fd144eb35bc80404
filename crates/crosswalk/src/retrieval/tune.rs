//! Learning how much each signal counts, from mappings that people made.
//!
//! The score is a weighted sum; the weights make the right entries as likely as possible among the candidates of their query
//! (softmax, the top-one model of Z. Cao et al., "Learning to Rank: From Pairwise Approach to Listwise Approach", 2007), with a
//! small penalty on large weights. Convex, so there is one answer, and no step of it is left to chance.

/// A query with its candidates: their signals, and whether each is right.
#[derive(Clone, Debug, PartialEq)]
pub struct Judged<const N: usize> {
    /// What must not be split between learning and measuring: an occupation, a domain.
    pub group: usize,
    /// The candidates.
    pub candidates: Vec<([f32; N], bool)>,
    /// How many right entries there are in all, found or not.
    pub right: usize,
}

/// Learns weights from judged queries.
pub fn tune<const N: usize>(judged: &[&Judged<N>], steps: usize) -> [f64; N] {
    let useful: Vec<&&Judged<N>> = judged
        .iter()
        .filter(|query| query.candidates.iter().any(|(_, right)| *right))
        .collect();
    let mut weights = [1.0; N];
    // Adam (D. Kingma and J. Ba, 2015) on the whole set at once.
    let (mut first, mut second) = ([0.0; N], [0.0; N]);
    for step in 1..=steps {
        let mut gradient = [0.0; N];
        for query in &useful {
            add_gradient(query, &weights, &mut gradient);
        }
        let rate = 0.3 / (1.0 + step as f64 / 40.0);
        for at in 0..N {
            let slope = gradient[at] / useful.len().max(1) as f64 + PENALTY * weights[at];
            first[at] = 0.9 * first[at] + 0.1 * slope;
            second[at] = 0.999 * second[at] + 0.001 * slope * slope;
            let steps = i32::try_from(step).unwrap_or(i32::MAX);
            let mean = first[at] / (1.0 - 0.9f64.powi(steps));
            let spread = second[at] / (1.0 - 0.999f64.powi(steps));
            weights[at] -= rate * mean / (spread.sqrt() + 1e-9);
        }
    }
    weights
}

const PENALTY: f64 = 1e-4;

fn add_gradient<const N: usize>(query: &Judged<N>, weights: &[f64; N], gradient: &mut [f64; N]) {
    let scores: Vec<f64> = query
        .candidates
        .iter()
        .map(|(signals, _)| score(weights, signals))
        .collect();
    let highest = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let powers: Vec<f64> = scores.iter().map(|score| (score - highest).exp()).collect();
    let total: f64 = powers.iter().sum();
    let right = query.candidates.iter().filter(|(_, right)| *right).count() as f64;
    for ((signals, is_right), power) in query.candidates.iter().zip(powers) {
        let wanted = if *is_right { 1.0 / right } else { 0.0 };
        let excess = power / total - wanted;
        for (slope, signal) in gradient.iter_mut().zip(signals) {
            *slope += excess * f64::from(*signal);
        }
    }
}

fn score<const N: usize>(weights: &[f64; N], signals: &[f32; N]) -> f64 {
    weights
        .iter()
        .zip(signals)
        .map(|(weight, signal)| weight * f64::from(*signal))
        .sum()
}

/// The candidates of a query, best first: whether each is right.
pub fn ranked<const N: usize>(query: &Judged<N>, weights: &[f64; N]) -> Vec<bool> {
    let mut order: Vec<(f64, usize)> = query
        .candidates
        .iter()
        .enumerate()
        .map(|(at, (signals, _))| (score(weights, signals), at))
        .collect();
    order.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(&other.1)));
    order
        .into_iter()
        .map(|(_, at)| query.candidates[at].1)
        .collect()
}

/// Tunes on all folds but one and measures on that one, for each of `folds`; gives what `measure` says of each query, in order.
pub fn cross_validate<const N: usize>(
    judged: &[Judged<N>],
    folds: usize,
    steps: usize,
    measure: impl Fn(&[bool], &Judged<N>) -> f64,
) -> (Vec<f64>, Vec<[f64; N]>) {
    let mut values = vec![0.0; judged.len()];
    let mut learnt = Vec::new();
    for fold in 0..folds {
        let training: Vec<&Judged<N>> = judged
            .iter()
            .filter(|query| query.group % folds != fold)
            .collect();
        let weights = tune(&training, steps);
        for (query, value) in judged.iter().zip(&mut values) {
            if query.group % folds == fold {
                *value = measure(&ranked(query, &weights), query);
            }
        }
        learnt.push(weights);
    }
    (values, learnt)
}

/// One over the place of the first right entry; nothing if there is none.
pub fn reciprocal_rank(ranked: &[bool]) -> f64 {
    ranked
        .iter()
        .position(|right| *right)
        .map_or(0.0, |at| 1.0 / (at as f64 + 1.0))
}

/// The share of the right entries among the first `most`.
pub fn recall_at(most: usize, ranked: &[bool], right: usize) -> f64 {
    let found = ranked.iter().take(most).filter(|right| **right).count();
    found as f64 / right.max(1) as f64
}
