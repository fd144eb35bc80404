//! `cargo xtask interop`: verifiers that nobody here wrote, against credentials that were just issued.
//!
//! First the samples beside the checkout, whose verdicts are known: that proves the harness. Then what this build issues,
//! untouched and with every statement tampered with. Between them, libraries of others on the trees and proofs of our logs.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::program::{self, Scratch};
use crate::test::Count;
use crate::{process, setup};

/// Issues, exports and publishes with the binary, then hands the files to the scripts in `interop/`.
pub(crate) fn run() -> Result<Count> {
    setup::run()?;
    setup::vectors()?;
    let binary = program::build()?;
    // The samples first: their verdicts are known.
    let mut total = (0, 0);
    ask(&["samples.mjs"], &mut total)?;
    ask(&["tamper.mjs"], &mut total)?;
    logs(&mut total)?;
    ask(&["federation.mjs", &text(&binary)], &mut total)?;
    for script in ["anchored.py", "witnessed.py"] {
        python(script, &binary, &mut total)?;
    }
    let scratch = Scratch::new("history")?;
    let folder = text(scratch.path());
    ask(&["history.mjs", &text(&binary), &folder], &mut total)?;
    for issuer in [TRIAL, SITE] {
        let scratch = Scratch::new("interop")?;
        let (issued, published) = (
            scratch.path().join("issued"),
            scratch.path().join("published"),
        );
        issue(
            &Touchstone {
                binary: &binary,
                data: &scratch.path().join("data"),
                issuer: &issuer,
            },
            &issued,
            &published,
        )?;
        let (issued, published) = (text(&issued), text(&published));
        ask(&["issued.mjs", &issued, &published], &mut total)?;
        ask(&["tamper.mjs", &issued, &published], &mut total)?;
        ask(&["registry.mjs", &issued, &published], &mut total)?;
        if issuer.public_url.is_some() {
            let elm = scratch.path().join("elm");
            ask(&["elm.mjs", &text(&elm)], &mut total)?;
        }
    }
    Ok(Count {
        what: format!("{} verdicts of third-party verifiers", total.0),
        failed: total.1,
    })
}

/// Runs a script and adds what it counted.
fn ask(script: &[&str], total: &mut (u64, u64)) -> Result<()> {
    let mut node = process::program("node", script)?;
    let said = process::watch(node.current_dir(process::root()?.join("interop")))?;
    let (checks, failed) = program::result(&said.text)?;
    total.0 += checks;
    total.1 += if said.success { failed } else { failed.max(1) };
    Ok(())
}

/// Other people's transparency log libraries on our trees, tiles and proofs: every verdict is the same, or it ends with an error.
fn logs(total: &mut (u64, u64)) -> Result<()> {
    let mut oracles = process::cargo(&["run", "--quiet", "--locked"])?;
    oracles.args(["--manifest-path", "interop/tlog/Cargo.toml"]);
    // Beside the product's own, whose features it must not change.
    oracles.env("CARGO_TARGET_DIR", process::target()?.join("tlog-oracles"));
    let said = process::output(&mut oracles)?;
    let figures: Value = serde_json::from_str(said.trim()).context("the oracles' figures")?;
    for verdicts in ["proofs", "refused"] {
        let count = figures[verdicts].as_u64().context("a figure is missing")?;
        ensure!(count > 1000, "too few {verdicts}: {count}");
        total.0 += count;
    }
    let statuses = figures["statuses"].as_u64().unwrap_or(0);
    ensure!(statuses > 100, "too few status proofs: {statuses}");
    total.0 += statuses;
    Ok(())
}

/// The log at a calendar of the reference library, and its proof in the hands of the public client; the log at somebody else's witness, and
/// somebody else's log at ours.
fn python(script: &str, binary: &Path, total: &mut (u64, u64)) -> Result<()> {
    let scratch = Scratch::new("python")?;
    let interop = process::root()?.join("interop");
    let python = text(&interop.join(".venv/bin/python"));
    let arguments = [&text(binary)[..], &text(scratch.path())];
    let mut script = process::program(&python, &[script])?;
    let said = process::watch(script.args(arguments).current_dir(&interop))?;
    let (checks, failed) = program::result(&said.text)?;
    total.0 += checks;
    total.1 += if said.success { failed } else { failed.max(1) };
    Ok(())
}

/// Issues the sample cohort, withdraws and pauses some, then exports and publishes everything.
fn issue(touchstone: &Touchstone<'_>, issued: &Path, published: &Path) -> Result<()> {
    touchstone.run(&INSTITUTION)?;
    let sample = process::root()?.join("crates/touchstone/sample");
    let (cohort, out) = (text(&sample.join("cohort.csv")), text(issued));
    for achievement in touchstone.issuer.achievements {
        let definition = sample.join(format!("achievements/{achievement}.json"));
        touchstone.run(&["achievement", "import", &text(&definition)])?;
        touchstone.run(&[
            "issue",
            "--achievement",
            achievement,
            "--csv",
            &cohort,
            "--out",
            &out,
        ])?;
    }
    let dids = issued.with_file_name("dids.csv");
    fs::write(&dids, TO_DIDS)?;
    touchstone.run(&[
        "issue",
        "--achievement",
        ACHIEVEMENTS[0],
        "--csv",
        &text(&dids),
        "--out",
        &out,
    ])?;
    touchstone.change("revoke", &touchstone.first(3, ACHIEVEMENTS[0])?)?;
    // Only the second can be paused.
    let [paused, back, gone] = touchstone
        .first(3, ACHIEVEMENTS[1])?
        .try_into()
        .ok()
        .context("three of 25")?;
    touchstone.change("suspend", &[paused, back.clone()])?;
    touchstone.change("reinstate", std::slice::from_ref(&back))?;
    touchstone.change("revoke", &[gone])?;
    touchstone.run(&["work", "--once"])?;
    touchstone.run(&["publish", "--to", &text(published)])?;
    fs::write(
        issued.join("list"),
        Value::from(touchstone.list(&[])?).to_string(),
    )?;

    let elm = issued.with_file_name("elm");
    fs::create_dir_all(&elm)?;
    for achievement in touchstone.issuer.achievements {
        let show = ["achievement", "show", achievement, "--format", "elm"];
        let document = touchstone.run(&show)?;
        fs::write(elm.join(format!("{achievement}.json")), document)?;
    }

    let name = format!("{}.json", back.trim_start_matches("urn:uuid:"));
    let exported = touchstone.run(&["credential", "export", &back])?;
    ensure!(
        exported.as_bytes() == fs::read(issued.join(name))?,
        "the export of {back} has other bytes than --out wrote"
    );
    Ok(())
}

/// Who issues.
struct Issuer {
    /// The address that the installation has for everybody; without one it is a trial and issues as a `did:key`.
    public_url: Option<&'static str>,
    achievements: &'static [&'static str],
}

const TRIAL: Issuer = Issuer {
    public_url: None,
    achievements: &ACHIEVEMENTS,
};

const SITE: Issuer = Issuer {
    public_url: Some("https://riverside.example"),
    achievements: ACHIEVEMENTS.split_at(2).0,
};

const INSTITUTION: [&str; 9] = [
    "init",
    "--name",
    "Riverside Polytechnic",
    "--slug",
    "riverside",
    "--email",
    "registrar@riverside.example",
    "--country",
    "IE",
];

/// People who gave a DID: one with nothing else but a name, one with an address beside it.
const TO_DIDS: &str = "name,email,did,level,evidence,awarded_on\n\
    Ada Lind,,did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK,3,https://riverside.example/evidence/d-1.pdf,2026-11-12\n\
    Bo Ek,bo.ek@example.org,did:web:bo.example,2,https://riverside.example/evidence/d-2.pdf,2026-11-12\n";

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
    issuer: &'a Issuer,
}

impl Touchstone<'_> {
    fn run(&self, arguments: &[&str]) -> Result<String> {
        let mut command = Command::new(self.binary);
        command.args(arguments).arg("--data").arg(self.data);
        match self.issuer.public_url {
            Some(url) => command.env("TOUCHSTONE_SITE_PUBLIC_URL", url),
            None => command.arg("--local"),
        };
        process::output(&mut command)
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
