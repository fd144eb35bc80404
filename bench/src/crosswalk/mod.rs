//! How well retrieval finds what people chose, on public data beside the checkout, with 95 % intervals.
//!
//! Weights are learnt on four fifths of the occupations and measured on the last fifth, in turn; a whole group of occupations is
//! left out for "unseen domains". `crosswalk-tune` learns from everything and prints the weights that the product carries.

mod activities;
mod data;
mod interval;
mod occupations;
mod suggestions;

use std::path::PathBuf;

use anyhow::Result;
use touchstone_crosswalk::retrieval::Learnt;

use interval::Figure;

/// Prints the table.
pub(crate) fn run() -> Result<()> {
    let data = folder();
    println!(
        "{:<58} {:>7}  {:<16} {:>6}  goal",
        "", "figure", "95 % interval", "n"
    );
    let occupations = occupations::measure(&data)?;
    line(
        "ESCO -> O*NET occupation, MRR",
        &occupations.all,
        ">= .70 (baseline .659)",
    );
    line(
        "ESCO -> O*NET occupation, confidence 2, MRR",
        &occupations.sure,
        ">= .90 (baseline .862)",
    );
    let activities = activities::measure(&data)?;
    line(
        "task -> DWA, one BM25 over labels, R@10",
        &activities.plain,
        "baseline .407",
    );
    line("task -> DWA, words, R@10", &activities.words, ">= .45");
    line(
        "task -> DWA, precedents, leave one out, R@10",
        &activities.inside,
        ">= .70 (baseline .647)",
    );
    line(
        "task -> DWA, unseen domain, words, R@10",
        &activities.unseen_words,
        "",
    );
    line(
        "task -> DWA, unseen domain, precedents gated, R@10",
        &activities.unseen,
        "never below words",
    );
    for (domain, words, gated, number) in &activities.domains {
        println!("  domain {domain:<8} words {words:.4}  gated {gated:.4}  n {number}");
    }
    suggestions::measure(&data)?;
    Ok(())
}

/// Prints the weights for `crates/crosswalk/src/retrieval/learnt.rs`.
pub(crate) fn tune() -> Result<()> {
    let data = folder();
    let mut words = occupations::judged(&data)?.0;
    let learnt = activities::learn(&data, &mut words)?;
    print!("{}", source(&learnt));
    Ok(())
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/data")
}

fn line(name: &str, figure: &Figure, goal: &str) {
    let interval = format!("{:.4} - {:.4}", figure.low, figure.high);
    println!(
        "{name:<58} {:>7.4}  {interval:<16} {:>6}  {goal}",
        figure.mean, figure.number
    );
}

fn source(learnt: &Learnt) -> String {
    let list = |weights: &[f64]| {
        let numbers: Vec<String> = weights
            .iter()
            .map(|weight| format!("{weight:.3}"))
            .collect();
        format!("[{}]", numbers.join(", ")).replace("-0.000", "0.000")
    };
    format!(
        "//! Weights as `touchstone-bench crosswalk-tune` prints them. Not edited by hand.\n\nuse super::suggest::Learnt;\n\npub(super) const LEARNT: Learnt = Learnt {{\n    words: {},\n    inside: {},\n    outside: {},\n    gate: {:.2},\n}};\n",
        list(&learnt.words),
        list(&learnt.inside),
        list(&learnt.outside),
        learnt.gate
    )
}
