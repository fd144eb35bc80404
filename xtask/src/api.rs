//! `cargo xtask api`: requests that nobody here thought of, made from our own OpenAPI document.

use anyhow::{Result, bail};

use crate::program::{self, Demo, Scratch};
use crate::test::Count;
use crate::{process, setup};

/// Runs schemathesis with a fixed seed against a demo server, with a key that may do everything.
pub(crate) fn run() -> Result<Count> {
    setup::run()?;
    let scratch = Scratch::new("api")?;
    let binary = program::build()?;
    let demo = Demo::start(&binary, &scratch.path().join("data"))?;
    let interop = process::root()?.join("interop");
    let mut make_key = process::program("node", &["browser/api_key.mjs", &demo.sign_in])?;
    make_key
        .current_dir(&interop)
        .env("CHROMIUM", setup::CHROMIUM);
    let key = process::output(&mut make_key)?;

    let tool = interop.join(".venv/bin/schemathesis");
    let mut command = process::program(&tool.display().to_string(), &["run"])?;
    command.current_dir(scratch.path());
    command.arg(format!("{}/openapi.json", demo.address));
    command.args([
        "--seed",
        "1",
        "--max-examples",
        "20",
        "--workers",
        "1",
        "--no-color",
    ]);
    command.args(["--phases", "examples,coverage,fuzzing"]);
    // Slower than the server's own limit, or it would be the limit that is tested.
    command.args(["--rate-limit", "40/s"]);
    command.args(["--exclude-checks", RULES_OF_ITS_OWN]);
    command.args(["--header", &format!("Authorization: Bearer {}", key.trim())]);
    let said = process::watch(&mut command)?;
    let tested = said.text.lines().find_map(tested_operations);
    let Some(operations) = tested else {
        bail!("schemathesis did not say how many operations it tested");
    };
    Ok(Count {
        what: format!("{operations} API operations"),
        failed: u64::from(!said.success),
    })
}

/// What has the right shape may still be refused: an end before its beginning, a key used before, a person who has it.
const RULES_OF_ITS_OWN: &str = "positive_data_acceptance";

/// Reads `Tested: 12` from the report.
fn tested_operations(line: &str) -> Option<u64> {
    let (_, count) = line.split_once("Tested:")?;
    count.trim().parse().ok()
}
