//! Suggestions while typing: what one keystroke costs among 20,000 statements, in processor time: a
//! machine that is busy with something else would be measured otherwise.

use std::{hint::black_box, path::Path};

use anyhow::{Result, ensure};
use touchstone_crosswalk::retrieval::{Entry, Finder, Learnt, Typing, Weights};

use super::data;
use crate::cpu::process_seconds;

const STATEMENTS: usize = 20_000;
/// Statements that are typed, and keystrokes of each.
const TYPED: usize = 200;
const KEYSTROKES: usize = 40;
const SHOWN: usize = 10;

pub(super) fn measure(path: &Path) -> Result<()> {
    let onet = data::onet(
        path,
        &[
            "onet-29.3/occupations.tsv",
            "onet-29.3/task_statements.tsv",
            "onet-29.3/dwa_reference.tsv",
            "onet-29.3/reported_titles.tsv",
        ],
    )?;
    let mut entries = onet.entries();
    entries.extend(data::table(path, "esco/skills_text.csv")?.entries());
    entries.truncate(STATEMENTS);
    let began = process_seconds();
    let typing = Typing::new(&entries);
    let built = process_seconds() - began;
    let size = Some(typing.bytes() as f64 / 1e6);
    told("typing a few words", &entries, (built, size), |text| {
        typing.suggest(text, SHOWN).len()
    })?;
    // The form asks for what is written as a whole, too, as one types.
    let weights = Weights(Learnt::default().words);
    let began = process_seconds();
    let finder = Finder::new(&entries);
    let built = process_seconds() - began;
    told("writing a sentence", &entries, (built, None), |text| {
        let query = Entry {
            label: text.to_owned(),
            ..Entry::default()
        };
        finder.rank(&query, &weights, SHOWN).len()
    })?;
    Ok(())
}

/// Asks after each keystroke, prints how long that took, and ends with an error where a goal is missed.
fn told(
    what: &str,
    entries: &[Entry],
    (built, megabytes): (f64, Option<f64>),
    ask: impl Fn(&str) -> usize,
) -> Result<()> {
    let mut times = Vec::new();
    for entry in entries.iter().step_by(entries.len() / TYPED) {
        let letters: Vec<char> = entry.label.chars().take(KEYSTROKES).collect();
        for typed in 1..=letters.len() {
            let text: String = letters[..typed].iter().collect();
            let began = process_seconds();
            black_box(ask(&text));
            times.push(process_seconds() - began);
        }
    }
    times.sort_unstable_by(f64::total_cmp);
    let milliseconds = |at: usize| times[at] * 1e3;
    println!(
        "{what} among {} statements, {} keystrokes, processor time",
        entries.len(),
        times.len()
    );
    println!("  index built in {built:.2} s (goal <= 3 s)");
    if let Some(megabytes) = megabytes {
        println!("  index {megabytes:.1} MB (goal <= 100 MB)");
    }
    let p99 = milliseconds(times.len() * 99 / 100);
    println!(
        "  p50 {:.2} ms, p99 {p99:.2} ms, highest {:.2} ms (goal p99 <= 20 ms)",
        milliseconds(times.len() / 2),
        milliseconds(times.len() - 1)
    );
    ensure!(
        built <= 3.0 && p99 <= 20.0 && megabytes.is_none_or(|size| size <= 100.0),
        "{what}: a goal is missed"
    );
    Ok(())
}
