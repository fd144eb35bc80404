//! How well retrieval finds what people chose, on public data beside the checkout, with 95 % intervals.
//!
//! Weights are learnt on four fifths of the occupations and measured on the last fifth, in turn; a whole group of occupations is
//! left out for "unseen domains". `crosswalk-tune` learns from everything and prints the weights that the product carries. With the
//! folder of a model of sentences, its vectors are one more signal.

mod activities;
mod data;
mod interval;
mod occupations;
mod sentences;
mod suggestions;

use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};
use touchstone_crosswalk::retrieval::Learnt;

use interval::Figure;
use sentences::Reader;
pub(crate) use sentences::check;

/// Prints the table; with a model, a second one beside it.
pub(crate) fn run(model: Option<&Path>) -> Result<()> {
    let data = folder();
    println!(
        "{:<58} {:>7}  {:<16} {:>6}  goal",
        "", "figure", "95 % interval", "n"
    );
    let words = table(&data, &sentences::none())?;
    reached(&words)?;
    if let Some(model) = model {
        println!("with a model of sentences as one more signal");
        let with = table(&data, &sentences::reader(model)?)?;
        added(&words, &with);
    }
    suggestions::measure(&data)
}

/// Prints one table.
fn table(data: &Path, reader: &Reader) -> Result<(occupations::Measured, activities::Measured)> {
    let occupations = occupations::measure(data, reader)?;
    line(
        "ESCO -> O*NET occupation, MRR",
        &Figure::of(&occupations.all),
        ">= .70 (baseline .659)",
    );
    line(
        "ESCO -> O*NET occupation, confidence 2, MRR",
        &Figure::of(&occupations.sure),
        ">= .90 (baseline .862)",
    );
    let activities = activities::measure(data, reader)?;
    line(
        "task -> DWA, one BM25 over labels, R@10",
        &Figure::of(&activities.plain),
        "baseline .407",
    );
    line(
        "task -> DWA, words, R@10",
        &Figure::of(&activities.words),
        ">= .45",
    );
    line(
        "task -> DWA, precedents, leave one out, R@10",
        &Figure::of(&activities.inside),
        ">= .70 (baseline .647)",
    );
    line(
        "task -> DWA, unseen domain, words, R@10",
        &Figure::of(&activities.unseen_words),
        "",
    );
    line(
        "task -> DWA, unseen domain, precedents gated, R@10",
        &Figure::of(&activities.unseen),
        "never below words",
    );
    for (domain, words, gated, number) in &activities.domains {
        println!("  domain {domain:<8} words {words:.4}  gated {gated:.4}  n {number}");
    }
    Ok((occupations, activities))
}

/// An error if words alone fall below what was promised of them.
fn reached((occupations, tasks): &(occupations::Measured, activities::Measured)) -> Result<()> {
    for (name, values, goal) in [
        ("ESCO -> O*NET occupation", &occupations.all, 0.70),
        ("the same, confidence 2", &occupations.sure, 0.90),
        ("task -> DWA, words", &tasks.words, 0.45),
        ("task -> DWA, precedents", &tasks.inside, 0.70),
    ] {
        let mean = Figure::of(values).mean;
        ensure!(
            mean >= goal,
            "{name}: {mean:.4} is below the goal of {goal}"
        );
    }
    for (domain, words, gated, _) in &tasks.domains {
        ensure!(
            gated >= words,
            "unseen domain {domain}: {gated:.4} with precedents is below {words:.4} with words alone"
        );
    }
    Ok(())
}

/// Prints what a model does alone, and what it adds, query by query.
fn added(
    (by_words, tasks_by_words): &(occupations::Measured, activities::Measured),
    (occupations, tasks): &(occupations::Measured, activities::Measured),
) {
    let alone = |name, values| line(name, &Figure::of(values), "");
    alone("sentences alone, occupation, MRR", &occupations.sentences);
    alone(
        "sentences alone, occupation, confidence 2, MRR",
        &occupations.sure_sentences,
    );
    let gained = |name, before, after| line(name, &Figure::gained(before, after), "");
    gained(
        "added to words, occupation, MRR",
        &by_words.all,
        &occupations.all,
    );
    gained(
        "added to words, occupation, confidence 2, MRR",
        &by_words.sure,
        &occupations.sure,
    );
    gained(
        "added to words, task -> DWA, R@10",
        &tasks_by_words.words,
        &tasks.words,
    );
    gained(
        "added to precedents, task -> DWA, R@10",
        &tasks_by_words.inside,
        &tasks.inside,
    );
}

/// Prints the weights for `crates/crosswalk/src/retrieval/learnt.rs`; with a model, those for `learnt_with_sentences.rs` beside it.
pub(crate) fn tune(model: Option<&Path>) -> Result<()> {
    let data = folder();
    let (reader, option) = match model {
        Some(model) => (sentences::reader(model)?, " --model"),
        None => (sentences::none(), ""),
    };
    let mut words = occupations::asked(&data, &reader)?.judged;
    let learnt = activities::learn(&data, &reader, &mut words)?;
    print!("{}", source(&learnt, option));
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

fn source(learnt: &Learnt, option: &str) -> String {
    let list = |weights: &[f64]| {
        let numbers: Vec<String> = weights
            .iter()
            .map(|weight| format!("{weight:.3}"))
            .collect();
        format!("[{}]", numbers.join(", ")).replace("-0.000", "0.000")
    };
    format!(
        "//! Weights as `touchstone-bench crosswalk-tune{option}` prints them. Not edited by hand.\n\nuse super::suggest::Learnt;\n\npub(super) const LEARNT: Learnt = Learnt {{\n    words: {},\n    inside: {},\n    outside: {},\n    gate: {:.2},\n}};\n",
        list(&learnt.words),
        list(&learnt.inside),
        list(&learnt.outside),
        learnt.gate
    )
}
