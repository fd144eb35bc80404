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
        vec!["tamper.mjs".to_owned()],
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

/// Issues the sample cohort under each sample achievement, withdraws and pauses some, then exports and publishes everything.
fn issue(binary: &Path, data: &Path, issued: &Path, published: &Path) -> Result<()> {
    fs::create_dir_all(issued)?;
    let touchstone = Touchstone { binary, data };
    touchstone.run(&INSTITUTION)?;
    let sample = process::root()?.join("crates/touchstone/sample");
    let cohort = text(&sample.join("cohort.csv"));
    for achievement in ACHIEVEMENTS {
        let definition = sample.join(format!("achievements/{achievement}.json"));
        touchstone.run(&["achievement", "import", &text(&definition)])?;
        touchstone.run(&["issue", "--achievement", achievement, "--csv", &cohort])?;
    }
    // The second can be paused; the others only be withdrawn.
    touchstone.change("revoke", &touchstone.first(3, ACHIEVEMENTS[0])?)?;
    let [paused, back, gone] = touchstone
        .first(3, ACHIEVEMENTS[1])?
        .try_into()
        .ok()
        .context("three of 25")?;
    touchstone.change("suspend", &[paused, back.clone()])?;
    touchstone.change("reinstate", &[back])?;
    touchstone.change("revoke", &[gone])?;

    let listed = touchstone.list(&[])?;
    for (number, credential) in listed.iter().enumerate() {
        let json = touchstone.run(&["credential", "export", id(credential)?])?;
        fs::write(issued.join(format!("{number:04}.json")), json)?;
    }
    fs::write(issued.join("list"), Value::from(listed).to_string())?;
    touchstone.run(&["publish", "--to", &text(published)])?;
    Ok(())
}

const INSTITUTION: [&str; 8] = [
    "init",
    "--local",
    "--name",
    "Riverside Polytechnic",
    "--slug",
    "riverside",
    "--email",
    "registrar@riverside.example",
];

/// Each after those that it requires.
const ACHIEVEMENTS: [&str; 3] = [
    "precision-measurement",
    "machining-to-drawing",
    "machine-care",
];

/// The binary on one data folder.
struct Touchstone<'a> {
    binary: &'a Path,
    data: &'a Path,
}

impl Touchstone<'_> {
    fn run(&self, arguments: &[&str]) -> Result<String> {
        let mut command = Command::new(self.binary);
        process::output(command.args(arguments).arg("--data").arg(self.data))
    }

    fn list(&self, filter: &[&str]) -> Result<Vec<Value>> {
        let all = ["credential", "list", "--json", "--limit", "1000"];
        let listed: Value = serde_json::from_str(&self.run(&[&all, filter].concat())?)?;
        let credentials = listed["credentials"].as_array();
        Ok(credentials
            .context("`credential list` gave no list")?
            .clone())
    }

    fn first(&self, count: usize, achievement: &str) -> Result<Vec<String>> {
        let listed = self.list(&["--achievement", achievement])?;
        listed
            .iter()
            .take(count)
            .map(|credential| Ok(id(credential)?.to_owned()))
            .collect()
    }

    fn change(&self, verb: &str, ids: &[String]) -> Result<()> {
        let mut words = vec!["credential", verb, "--reason", "For the verifiers."];
        words.extend(ids.iter().map(String::as_str));
        self.run(&words).map(drop)
    }
}

fn id(credential: &Value) -> Result<&str> {
    credential["id"].as_str().context("a credential without id")
}

fn text(path: &Path) -> String {
    path.display().to_string()
}
