//! `cargo xtask contracts`: the contracts on a chain of this machine's own, whether what is kept of them is what the compiler makes, and the
//! public log and tokens on such a chain.

use anyhow::{Context, Result, ensure};

use crate::program::{self, Scratch};
use crate::test::{Count, count};
use crate::{process, setup};

/// Runs what stands in `contracts/test` with node's own runner, then the binary against a node that others wrote.
pub(crate) fn run() -> Result<Count> {
    setup::run()?;
    let mut node = process::program("node", &["--test", "--test-reporter=tap"])?;
    let said = process::watch(node.current_dir(process::root()?.join("contracts")))?;
    let (run, failed) = (total(&said.stdout, "tests")?, total(&said.stdout, "fail")?);
    ensure!(run > 0, "no test of the contracts ran");
    ensure!(
        total(&said.stdout, "skipped")? + total(&said.stdout, "todo")? == 0,
        "a test of the contracts was left out; a test runs or goes"
    );
    let (mut all, mut failed) = (run, failed);
    for script in ["anchored.mjs", "tokens.mjs"] {
        let (checks, not_held) = on_a_chain(script)?;
        all += checks;
        failed += not_held;
    }
    Ok(count(
        &said,
        all,
        failed,
        "tests of contracts, and of a log and of tokens on a chain",
    ))
}

/// The binary on a chain that others made: how many checks, and how many of them did not hold.
fn on_a_chain(script: &str) -> Result<(u64, u64)> {
    let binary = program::build()?;
    let scratch = Scratch::new("contracts")?;
    let mut node = process::program("node", &[script])?;
    node.arg(binary).arg(scratch.path());
    let said = process::watch(node.current_dir(process::root()?.join("contracts")))?;
    let (checks, failed) = program::result(&said.text)?;
    Ok((checks, if said.success { failed } else { failed.max(1) }))
}

/// A total that the runner states at its end: `# tests 10`.
fn total(said: &str, what: &str) -> Result<u64> {
    let mut totals = said.lines().filter_map(|line| {
        line.strip_prefix("# ")?
            .strip_prefix(what)?
            .strip_prefix(' ')
    });
    let found = totals
        .next_back()
        .and_then(|count| count.trim().parse().ok());
    found.with_context(|| format!("the tests of the contracts did not end with how many {what}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn totals_are_those_of_the_end() {
        let said = "# Subtest: x\nok 1 - x\n# tests 12\n# pass 11\n# fail 1\n";
        assert_eq!(total(said, "tests").unwrap(), 12);
        assert_eq!(total(said, "fail").unwrap(), 1);
        assert!(total(said, "skipped").is_err());
    }
}
