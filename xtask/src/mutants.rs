//! `cargo xtask mutants`: do the tests notice when the code is wrong?
//!
//! Plants a sample of small faults in `service`, `vc` and `store`, one at a time, and counts those that a test catches.

use std::fs;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::postgres::Postgres;
use crate::{process, setup};

/// Runs the sample, or one shard of it: `K/N`.
pub(crate) fn run(arguments: &[&str]) -> Result<()> {
    let shard = match arguments {
        [] => SAMPLE,
        [shard] => shard,
        _ => bail!("usage: cargo xtask mutants [K/N]"),
    };
    setup::run()?;
    setup::cargo_tool("mutants")?;
    let postgres = Postgres::start()?;
    let output = process::target()?.join("mutants");
    fs::create_dir_all(&output)?;
    let mut mutants = process::cargo(&[
        "mutants",
        "--in-place",
        "--test-tool=nextest",
        "--shard",
        shard,
    ])?;
    mutants.args([
        "--package=touchstone-service",
        "--package=touchstone-vc",
        "--package=touchstone-store",
    ]);
    mutants.arg("--output").arg(&output);
    // Ends with failure when a mutant was missed; the share decides here, not the first miss.
    process::watch(mutants.env("TOUCHSTONE_TEST_POSTGRES", &postgres.url))?;
    let written = output.join("mutants.out/outcomes.json");
    let text = fs::read_to_string(&written).with_context(|| written.display().to_string())?;
    judge(&serde_json::from_str(&text)?)
}

/// Every `N`th mutant, enough for about 200.
const SAMPLE: &str = "0/10";

/// Of a hundred mutants, so many must be caught.
const CAUGHT_AT_LEAST: u64 = 85;

fn judge(outcomes: &Value) -> Result<()> {
    let number = |key: &str| outcomes[key].as_u64().unwrap_or(0);
    let caught = number("caught") + number("timeout");
    let viable = caught + number("missed");
    if viable == 0 {
        bail!("no viable mutant in this sample");
    }
    println!(
        "mutants: {caught} of {viable} caught ({} %)",
        caught * 100 / viable
    );
    if caught * 100 < viable * CAUGHT_AT_LEAST {
        bail!("fewer than {CAUGHT_AT_LEAST} % of the mutants were caught");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fewer_than_85_of_100_caught_fails() {
        let outcome = |caught: u64| serde_json::json!({"caught": caught, "missed": 100 - caught, "timeout": 0});
        assert!(judge(&outcome(85)).is_ok());
        assert!(judge(&outcome(84)).is_err());
    }

    #[test]
    fn an_empty_sample_fails() {
        assert!(judge(&serde_json::json!({"caught": 0, "missed": 0, "unviable": 7})).is_err());
    }
}
