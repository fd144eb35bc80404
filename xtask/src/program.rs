//! The touchstone binary as a test sees it: built, run, and stopped again.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::process;

/// Builds the binary and says where it lies; with `XTASK_BINARY`, one that is built already, by whatever profile.
///
/// With everything that the tests build: asked for alone, its dependencies would be compiled once more, with fewer features.
pub(crate) fn build() -> Result<PathBuf> {
    if let Some(built) = std::env::var_os("XTASK_BINARY") {
        return PathBuf::from(built).canonicalize().context("XTASK_BINARY");
    }
    process::run(&mut process::cargo(&[
        "test",
        "--no-run",
        "--quiet",
        "--locked",
        "--workspace",
    ])?)?;
    Ok(process::target()?.join("debug/touchstone"))
}

/// Builds every program there is, and says in which folder they lie. With all that the tests build, for the same reason.
pub(crate) fn every_one() -> Result<PathBuf> {
    let all = [
        "build",
        "--quiet",
        "--locked",
        "--workspace",
        "--all-targets",
    ];
    process::run(&mut process::cargo(&all)?)?;
    Ok(process::target()?.join("debug"))
}

/// A folder that is removed when dropped.
pub(crate) struct Scratch(PathBuf);

impl Scratch {
    /// Makes an empty folder whose name says what it is for.
    pub(crate) fn new(purpose: &str) -> Result<Self> {
        let folder =
            std::env::temp_dir().join(format!("touchstone-{purpose}-{}", std::process::id()));
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir(&folder).with_context(|| folder.display().to_string())?;
        Ok(Self(folder))
    }

    /// Where it lies.
    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.0) {
            eprintln!("removing {}: {error}", self.0.display());
        }
    }
}

/// A demo server on a free port of the loopback address, with the example institution in it.
pub(crate) struct Demo {
    server: Child,
    /// `http://localhost:PORT`.
    pub(crate) address: String,
    /// The one-time link that signs the example's registrar in.
    pub(crate) sign_in: String,
}

impl Demo {
    /// Starts it on `data` and waits until it has said where to look and how to sign in.
    pub(crate) fn start(binary: &Path, data: &Path) -> Result<Self> {
        let mut server = Command::new(binary)
            .args(["demo", "--listen", "127.0.0.1:0", "--data"])
            .arg(data)
            .env("TOUCHSTONE_EMPLOYERS_SIGN_UP", "true")
            // The same as when it begins: reminders go out at any hour, whenever this is run.
            .env("TOUCHSTONE_REMINDERS_QUIET_UNTIL", "21")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .context("starting the demo")?;
        let told = server.stderr.take().context("what the demo tells")?;
        let (send, lines) = mpsc::channel();
        // Reads to the end, so that the server never waits for a full pipe.
        std::thread::spawn(move || {
            for line in BufReader::new(told).lines().map_while(Result::ok) {
                eprintln!("demo: {line}");
                send.send(line).ok();
            }
        });
        let mut demo = Self {
            server,
            address: String::new(),
            sign_in: String::new(),
        };
        while demo.sign_in.is_empty() {
            let line = lines
                .recv_timeout(START_WITHIN)
                .context("the demo did not say how to sign in")?;
            if let Some((address, token)) = line.trim().split_once(SIGN_IN) {
                demo.address = address.to_owned();
                demo.sign_in = format!("{address}{SIGN_IN}{token}");
            }
        }
        Ok(demo)
    }
}

/// What stands between the address and the token of a link that signs in.
const SIGN_IN: &str = "/signin/";

impl Drop for Demo {
    fn drop(&mut self) {
        let pid = self.server.id().to_string();
        let asked = process::succeeds(Command::new("kill").args(["-TERM", &pid]));
        for _ in 0..50 {
            match self.server.try_wait() {
                Ok(None) if asked => std::thread::sleep(Duration::from_millis(100)),
                Ok(Some(_)) => return,
                _ => break,
            }
        }
        eprintln!("the demo did not stop within 5 s of being asked to; ending it");
        if let Err(error) = self.server.kill().and_then(|()| self.server.wait()) {
            eprintln!("ending the demo: {error}");
        }
    }
}

const START_WITHIN: Duration = Duration::from_secs(120);

/// The last line of a script of ours is its result: `{"checks": N, "failed": N}`.
pub(crate) fn result(text: &str) -> Result<(u64, u64)> {
    let line = text.lines().rfind(|line| line.starts_with('{'));
    let result: Value = serde_json::from_str(line.context("the script printed no result")?)?;
    match (result["checks"].as_u64(), result["failed"].as_u64()) {
        (Some(0), _) => bail!("the script checked nothing"),
        (Some(checks), Some(failed)) => Ok((checks, failed)),
        _ => bail!("the script's last line is not a result: {result}"),
    }
}
