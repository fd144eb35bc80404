//! Precision and recall of TS-002 on the labelled statements of this repository, by language. Below the floor of its test this fails.

use anyhow::{Error, Result, ensure};

#[path = "../../crates/vc/tests/vc/labelled.rs"]
mod labelled;

/// Prints them.
pub(crate) fn run() -> Result<()> {
    let judged = labelled::judged().map_err(Error::msg)?;
    println!("{}", judged.table());
    let all: usize = judged.counts.values().map(|of| of.all()).sum();
    println!("{all} labelled statements");
    let below = judged.below();
    ensure!(below.is_empty(), "{}", below.join("\n"));
    Ok(())
}
