//! `cargo xtask api`: requests that nobody here thought of, made from our own OpenAPI document.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::program::{self, Demo, Scratch};
use crate::test::Count;
use crate::{process, setup};

/// Runs schemathesis with a fixed seed against a demo server.
pub(crate) fn run() -> Result<Count> {
    setup::run()?;
    let scratch = Scratch::new("api")?;
    let binary = program::build()?;
    let data = scratch.path().join("data");
    let demo = Demo::start(&binary, &data)?;
    let key = api_key(&binary, &data)?;
    let tool = process::root()?.join("interop/.venv/bin/schemathesis");
    let mut command = process::program(&tool.display().to_string(), &["run"])?;
    command.current_dir(scratch.path());
    command.arg(format!("{}/openapi.json", demo.address));
    command.args(["--seed", "1", "--max-examples", "20", "--workers", "2"]);
    command.args(["--checks", "all", "--no-color"]);
    command.args(["--header", &format!("Authorization: Bearer {key}")]);
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

/// An owner's key, so that more than refusals is tested.
fn api_key(binary: &Path, data: &Path) -> Result<String> {
    let mut command = Command::new(binary);
    command
        .args(["key", "create", "--role", "owner", "--json", "--data"])
        .arg(data);
    let made: Value = serde_json::from_str(&process::output(&mut command)?)?;
    Ok(made["key"]
        .as_str()
        .context("`key create` gave no key")?
        .to_owned())
}

/// Reads `Tested: 12` from the report.
fn tested_operations(line: &str) -> Option<u64> {
    let (_, count) = line.split_once("Tested:")?;
    count.trim().parse().ok()
}
