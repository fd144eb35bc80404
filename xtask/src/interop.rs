//! `cargo xtask interop`: verifiers that nobody here wrote, against credentials that were just issued.
//!
//! First the samples beside the checkout, whose verdicts are known: that proves the harness. Then what this build issues,
//! untouched and with every statement tampered with.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::program::{self, Scratch};
use crate::test::Count;
use crate::{process, setup};

/// Issues, exports and publishes with the binary, then hands the files to the scripts in `interop/`.
pub(crate) fn run() -> Result<Count> {
    setup::run()?;
    setup::vectors()?;
    let scratch = Scratch::new("interop")?;
    let binary = program::build()?;
    let issued = scratch.path().join("issued");
    let published = scratch.path().join("published");
    issue(&binary, &scratch.path().join("data"), &issued, &published)?;
    let mut total = (0, 0);
    for arguments in [
        vec!["samples.mjs".to_owned()],
        vec!["issued.mjs".to_owned(), text(&issued), text(&published)],
        vec!["tamper.mjs".to_owned(), text(&issued), text(&published)],
    ] {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let mut script = process::program("node", &arguments)?;
        let said = process::watch(script.current_dir(process::root()?.join("interop")))?;
        let (checks, failed) = program::result(&said.text)?;
        total.0 += checks;
        total.1 += if said.success { failed } else { failed.max(1) };
    }
    Ok(Count {
        what: format!("{} verdicts of third-party verifiers", total.0),
        failed: total.1,
    })
}

/// Runs the demo to its end, then exports every credential and publishes the static documents.
fn issue(binary: &Path, data: &Path, issued: &Path, published: &Path) -> Result<()> {
    fs::create_dir_all(issued)?;
    let touchstone = |arguments: &[&str]| -> Result<String> {
        let mut command = Command::new(binary);
        command.args(arguments).arg("--data").arg(data);
        process::output(&mut command)
    };
    touchstone(&["demo", "--exit", "--json"])?;
    touchstone(&["publish", "--to", &text(published)])?;
    let listed: Value = serde_json::from_str(&touchstone(&["credential", "list", "--json"])?)?;
    let credentials = listed["credentials"]
        .as_array()
        .context("`credential list` gave no list")?;
    for (number, credential) in credentials.iter().enumerate() {
        let id = credential["id"]
            .as_str()
            .context("a credential without id")?;
        let json = touchstone(&["credential", "export", id])?;
        fs::write(issued.join(format!("{number:04}.json")), json)?;
    }
    fs::write(issued.join("list"), listed.to_string())?;
    Ok(())
}

fn text(path: &Path) -> String {
    path.display().to_string()
}
