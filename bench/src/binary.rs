//! What a cohort costs from a file of learners to sealed, durable credentials: the binary itself, on a fresh data folder.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};

/// Issues `input`, or 10,000 made-up learners, and prints rate, time and largest memory.
pub(crate) fn run(input: Option<&Path>) -> Result<()> {
    let folder = std::env::temp_dir().join(format!("touchstone-cohort-{}", std::process::id()));
    fs::create_dir_all(&folder)?;
    let measured = measure(&folder, input);
    fs::remove_dir_all(&folder)?;
    measured
}

fn measure(folder: &Path, input: Option<&Path>) -> Result<()> {
    let csv = match input {
        Some(file) => file.to_owned(),
        None => made_up(folder)?,
    };
    let rows = fs::read_to_string(&csv)?.lines().count() - 1;
    let touchstone = Touchstone::prepared(folder)?;
    let start = Instant::now();
    let mut issue = touchstone.command(&["issue", "--achievement", ACHIEVEMENT, "--json"]);
    let child = issue.arg("--csv").arg(&csv).stdout(Stdio::null()).spawn()?;
    let peak = watch(child)?;
    let wall = start.elapsed().as_secs_f64();
    println!("binary");
    println!("credentials {rows}");
    println!("wall_s {wall:.2}");
    println!("ops_per_s {:.0}", rows as f64 / wall);
    println!("peak_mb {}", peak / 1024);
    Ok(())
}

fn made_up(folder: &Path) -> Result<PathBuf> {
    let mut text = String::from("name,email,identifier,level,evidence,assessor,awarded_on\n");
    for number in 0..LEARNERS {
        let evidence = format!("https://riverside.example/evidence/{number}.pdf");
        writeln!(
            text,
            "Learner {number},learner{number}@example.org,L-{number:05},3,{evidence},Marek Dvořák,2026-11-12"
        )?;
    }
    let file = folder.join("learners.csv");
    fs::write(&file, text)?;
    Ok(file)
}

const LEARNERS: usize = 10_000;

/// The binary on a data folder of its own.
struct Touchstone {
    binary: PathBuf,
    data: PathBuf,
}

impl Touchstone {
    /// With an institution and its achievements: those of the demo.
    fn prepared(folder: &Path) -> Result<Self> {
        // Built beside this program, with the same profile.
        let binary = std::env::current_exe()?.with_file_name("touchstone");
        ensure!(
            binary.exists(),
            "{} is missing: cargo build --release",
            binary.display()
        );
        let made = Self {
            binary,
            data: folder.join("data"),
        };
        let ended = made
            .command(&["demo", "--exit", "--json", "--listen", "127.0.0.1:0"])
            .stdout(Stdio::null())
            .status()?;
        ensure!(ended.success(), "the demo: {ended}");
        Ok(made)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.binary);
        command
            .args(arguments)
            .arg("--data")
            .arg(&self.data)
            .arg("--local");
        command
    }
}

/// One of the demo's.
const ACHIEVEMENT: &str = "precision-measurement";

/// Waits for the end and gives the largest memory seen, in KiB.
fn watch(mut child: Child) -> Result<u64> {
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    loop {
        if let Some(ended) = child.try_wait()? {
            ensure!(ended.success(), "issuing: {ended}");
            return Ok(peak);
        }
        let text = fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let now = line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok());
        peak = peak.max(now.unwrap_or(0));
        std::thread::sleep(Duration::from_millis(20));
    }
}
