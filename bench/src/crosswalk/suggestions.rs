//! Suggestions while typing: what one keystroke costs among 20,000 statements, in processor time: a
//! machine that is busy with something else would be measured otherwise.

use std::{hint::black_box, path::Path};

use anyhow::Result;
use touchstone_crosswalk::retrieval::Typing;

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
    let mut times = Vec::new();
    for entry in entries.iter().step_by(entries.len() / TYPED) {
        let letters: Vec<char> = entry.label.chars().take(KEYSTROKES).collect();
        for typed in 1..=letters.len() {
            let text: String = letters[..typed].iter().collect();
            let began = process_seconds();
            black_box(typing.suggest(&text, SHOWN));
            times.push(process_seconds() - began);
        }
    }
    times.sort_unstable_by(f64::total_cmp);
    let milliseconds = |at: usize| times[at] * 1e3;
    println!(
        "typing among {} statements, {} keystrokes, processor time",
        entries.len(),
        times.len()
    );
    println!("  index built in {:.2} s (goal <= 3 s)", built);
    println!(
        "  index {:.1} MB (goal <= 100 MB)",
        typing.bytes() as f64 / 1e6
    );
    println!(
        "  p50 {:.2} ms, p99 {:.2} ms, highest {:.2} ms (goal p99 <= 20 ms)",
        milliseconds(times.len() / 2),
        milliseconds(times.len() * 99 / 100),
        milliseconds(times.len() - 1)
    );
    Ok(())
}
