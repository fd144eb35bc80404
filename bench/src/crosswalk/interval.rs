//! A mean and its 95 % interval: bootstrap over groups (B. Efron and R. Tibshirani, "An Introduction to the Bootstrap", ch. 13),
//! because two tasks of one occupation are not two independent observations.

use std::collections::BTreeMap;

/// A mean over queries.
pub(super) struct Figure {
    pub(super) mean: f64,
    pub(super) low: f64,
    pub(super) high: f64,
    /// How many queries.
    pub(super) number: usize,
}

/// Values of queries, each with its group.
pub(super) type Values = Vec<(usize, f64)>;

const RESAMPLES: usize = 1000;

impl Figure {
    /// What each query gained from one measurement of the same queries to another.
    pub(super) fn gained(before: &Values, after: &Values) -> Self {
        let pairs = before.iter().zip(after);
        let gained: Values = pairs
            .map(|(before, after)| (before.0, after.1 - before.1))
            .collect();
        Self::of(&gained)
    }

    /// Of values that each belong to a group.
    pub(super) fn of(values: &Values) -> Self {
        let mut groups: BTreeMap<usize, (f64, f64)> = BTreeMap::new();
        let mut number = 0;
        for &(group, value) in values {
            let sums = groups.entry(group).or_default();
            sums.0 += value;
            sums.1 += 1.0;
            number += 1;
        }
        let groups: Vec<(f64, f64)> = groups.into_values().collect();
        let mean = |chosen: &mut dyn Iterator<Item = (f64, f64)>| {
            let (sum, count) = chosen.fold((0.0, 0.0), |all, one| (all.0 + one.0, all.1 + one.1));
            sum / f64::max(count, 1.0)
        };
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        let mut means: Vec<f64> = (0..RESAMPLES)
            .map(|_| mean(&mut (0..groups.len()).map(|_| groups[next(&mut state) % groups.len()])))
            .collect();
        means.sort_by(f64::total_cmp);
        Self {
            mean: mean(&mut groups.iter().copied()),
            low: means[RESAMPLES / 40],
            high: means[RESAMPLES - 1 - RESAMPLES / 40],
            number,
        }
    }
}

/// SplitMix64: the same numbers in every run.
fn next(state: &mut u64) -> usize {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut mixed = *state;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    usize::try_from((mixed ^ (mixed >> 31)) >> 1).unwrap_or(0)
}
