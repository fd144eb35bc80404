//! Other people's JSON-LD processors beside ours: the same statements, or a difference whose reason is written down.
//!
//! `interop/differential` asks those in Rust, `interop/differential.mjs` those in JavaScript. Both end with an error at the first
//! difference that they cannot explain.

use std::process::Stdio;

use anyhow::{Context, Result, ensure};

use super::{Figures, Round};
use crate::{process, setup};

/// Compares documents and reads back how many were the same, and which keywords stood in those.
pub(super) fn round(round: &Round) -> Result<Figures> {
    setup::vectors()?;
    setup::npm_packages("interop")?;
    let (rust, npm) = if round.sample { SAMPLE } else { WHOLE };
    let seed = round.seed.to_string();
    let count = ["run", "--seed", &seed, "--count", &rust.to_string()];
    let mut figures = read(&process::output_within(
        process::HOURS,
        &mut program(round, &count)?,
    )?)?;
    let count = ["documents", "--seed", &seed, "--count", &npm.to_string()];
    let mut documents = program(round, &count)?
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .context("starting the documents")?;
    let mut node = process::program("node", &["differential.mjs"])?;
    node.current_dir(process::root()?.join("interop"))
        .stdin(documents.stdout.take().context("the documents")?);
    let said = process::watch_within(process::HOURS, node.stderr(Stdio::piped()))?;
    let made = documents.wait()?;
    // First: whoever stops reading breaks the pipe of whoever writes.
    ensure!(said.success, "jsonld.js: unexplained differences");
    ensure!(made.success(), "making documents failed");
    figures.extend(read(&said.stdout)?);
    Ok(figures)
}

/// What the whole proof has to reach.
pub(super) fn enough(figures: &Figures) -> Result<()> {
    let figure = |name: &str| figures.get(name).copied().unwrap_or(0);
    // What is refused here before another processor is asked was compared with nothing.
    ensure!(
        figure("compared") >= 200_000,
        "too few documents were compared"
    );
    ensure!(
        figure("npm_documents") >= 50_000,
        "too few documents for npm"
    );
    for prefix in ["keyword_", "npm_keyword_"] {
        let keywords: Vec<_> = figures
            .iter()
            .filter(|(name, _)| name.starts_with(prefix))
            .collect();
        ensure!(
            keywords.len() >= KEYWORDS,
            "{prefix}: {} keywords",
            keywords.len()
        );
        for (name, count) in keywords {
            ensure!(*count >= 1000, "{name}: only {count}");
        }
    }
    Ok(())
}

/// The comparison, which is a workspace of its own: the product never builds other people's processors. For a sample, optimizing them takes
/// minutes and saves seconds.
fn program(round: &Round, arguments: &[&str]) -> Result<std::process::Command> {
    let mut command = process::cargo(&["run", "--quiet", "--locked"])?;
    if !round.sample {
        command.arg("--release");
    }
    command.args(["--manifest-path", "interop/differential/Cargo.toml", "--"]);
    command.args(arguments);
    // Beside the product's own, whose lock a long run would hold.
    command.env("CARGO_TARGET_DIR", process::target()?.join("differential"));
    Ok(command)
}

fn read(printed: &str) -> Result<Figures> {
    let lines = printed.lines().filter(|line| !line.starts_with('{'));
    let figures = lines.filter_map(|line| line.split_once(' '));
    figures
        .map(|(name, figure)| {
            let figure = figure.parse().with_context(|| name.to_owned())?;
            Ok((name.to_owned(), figure))
        })
        .collect()
}

/// Rounds of the whole proof: each compares some 9,200 documents and refuses the rest.
pub(super) const ROUNDS: u64 = 22;
/// Documents of a round for the processors in Rust, and for those in JavaScript.
const SAMPLE: (u64, u64) = (400, 300);
const WHOLE: (u64, u64) = (11_000, 2_750);
/// Keywords of JSON-LD 1.1, as `interop/differential` counts them.
const KEYWORDS: usize = 23;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_that_were_refused_are_not_counted_as_compared() {
        let mut figures = Figures::new();
        for keyword in 0..KEYWORDS {
            for prefix in ["keyword_", "npm_keyword_"] {
                figures.insert(format!("{prefix}{keyword}"), 1000);
            }
        }
        figures.insert("npm_documents".into(), 50_000);
        figures.insert("documents".into(), 220_000);
        figures.insert("compared".into(), 199_999);
        assert!(enough(&figures).is_err());
        figures.insert("compared".into(), 200_000);
        enough(&figures).unwrap();
    }
}
