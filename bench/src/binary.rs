//! What a cohort costs from a file of learners to sealed, durable credentials: the binary itself, on a fresh data folder.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use touchstone_canon::json::Value;

mod floor;

/// How the credentials go out.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Post {
    /// As codes on paper: nothing is sent.
    Paper,
    /// A mail to each learner, into a folder.
    Mail,
}

/// Issues `input`, or made-up learners as many as each of `counts` says, on a data folder of its own each time, and prints wall and
/// processor time, the largest memory, what was written, and the floor: credentials of the same bytes hashed, signed and made
/// durable. After several, how much more processor time a credential takes where it takes most than where it takes least.
///
/// A million take some twelve gigabytes in the folder for temporary files (`TMPDIR`), which go at the end.
pub(crate) fn run(input: Option<&Path>, counts: &[u64], post: Post) -> Result<()> {
    let folder = std::env::temp_dir().join(format!("touchstone-cohort-{}", std::process::id()));
    let mut rates = Vec::with_capacity(counts.len());
    for count in counts {
        fs::create_dir_all(&folder)?;
        let measured = measure(&folder, input, *count, post);
        fs::remove_dir_all(&folder)?;
        rates.push(measured?);
    }
    if rates.len() > 1 {
        let most = rates.iter().copied().fold(f64::MIN, f64::max);
        let least = rates.iter().copied().fold(f64::MAX, f64::min);
        println!("growth");
        println!("cpu_per_credential_ratio {:.2}", most / least);
    }
    Ok(())
}

/// Answers with credentials per second of processor time.
fn measure(folder: &Path, input: Option<&Path>, count: u64, post: Post) -> Result<f64> {
    let csv = match input {
        Some(file) => file.to_owned(),
        None => made_up(folder, count, post)?,
    };
    let rows = fs::read_to_string(&csv)?.lines().count() - 1;
    let touchstone = Touchstone::prepared(folder)?;
    let start = Instant::now();
    let mut issue = touchstone.command(&["issue", "--achievement", ACHIEVEMENT, "--json"]);
    let child = issue.arg("--csv").arg(&csv).stdout(Stdio::null()).spawn()?;
    let spent = watch(child)?;
    let wall = start.elapsed().as_secs_f64();
    let processor = spent.user_seconds + spent.system_seconds;
    let per_second = rows as f64 / processor;
    let sample = rows.min(FLOOR_ROWS);
    let floor = floor::seconds(folder, &touchstone.unsigned()?, sample)? / sample as f64;
    let megabytes = |bytes: u64| bytes as f64 / 1e6;
    println!("binary");
    println!("credentials {rows}");
    println!("wall_s {wall:.2}");
    println!("user_s {:.2}", spent.user_seconds);
    println!("sys_s {:.2}", spent.system_seconds);
    println!("peak_mb {:.0}", megabytes(spent.peak_kilobytes * 1024));
    println!("written_mb {:.0}", megabytes(spent.written_bytes));
    println!("ops_per_cpu_s {per_second:.0}");
    println!("ops_per_s {:.0}", rows as f64 / wall);
    println!("floor_ops_per_s {:.0}", 1.0 / floor);
    println!("ratio {:.3}", rows as f64 * floor / wall);
    Ok(per_second)
}

/// How many credentials the floor is measured over: what it does for each does not depend on their number.
const FLOOR_ROWS: usize = 10_000;

fn made_up(folder: &Path, count: u64, post: Post) -> Result<PathBuf> {
    let mail = post == Post::Mail;
    let head = if mail { ",email" } else { "" };
    let mut text = format!("name{head},identifier,level,evidence,assessor,awarded_on\n");
    for number in 0..count {
        let email = match mail {
            true => format!(",learner{number}@example.org"),
            false => String::new(),
        };
        let evidence = format!("https://riverside.example/evidence/{number}.pdf");
        writeln!(
            text,
            "Learner {number}{email},L-{number:07},3,{evidence},Marek Dvořák,2026-11-12"
        )?;
    }
    let file = folder.join("learners.csv");
    fs::write(&file, text)?;
    Ok(file)
}

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

    /// One of the credentials that were issued, without its proof.
    fn unsigned(&self) -> Result<String> {
        let list = self.said(&["credential", "list", "--limit", "1", "--json"])?;
        let list = Value::parse(&list)?;
        let id = list.pointer("/credentials/0/id").and_then(Value::as_str);
        let id = id.context("nothing was issued")?;
        let credential = self.said(&["credential", "export", id])?;
        let mut credential = Value::parse(&credential)?;
        let members = credential.as_object_mut().context("a credential")?;
        members.remove("proof");
        Ok(credential.to_string())
    }

    fn said(&self, arguments: &[&str]) -> Result<Vec<u8>> {
        let output = self.command(arguments).output()?;
        ensure!(output.status.success(), "{arguments:?}: {}", output.status);
        Ok(output.stdout)
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

/// What a process took.
#[derive(Default)]
struct Spent {
    user_seconds: f64,
    system_seconds: f64,
    peak_kilobytes: u64,
    /// Handed to the disk, as Linux counts it for `/proc/PID/io`.
    written_bytes: u64,
}

/// Waits for the end of a process and gives what it took, by its last account of it.
fn watch(mut child: Child) -> Result<Spent> {
    let process = PathBuf::from(format!("/proc/{}", child.id()));
    let mut spent = Spent::default();
    loop {
        if let Some(ended) = child.try_wait()? {
            ensure!(ended.success(), "issuing: {ended}");
            return Ok(spent);
        }
        let status = fs::read_to_string(process.join("status")).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let peak = line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok());
        spent.peak_kilobytes = spent.peak_kilobytes.max(peak.unwrap_or(0));
        let io = fs::read_to_string(process.join("io")).unwrap_or_default();
        let written = io
            .lines()
            .find_map(|line| line.strip_prefix("write_bytes: "))
            .and_then(|bytes| bytes.trim().parse().ok());
        spent.written_bytes = spent.written_bytes.max(written.unwrap_or(0));
        let stat = fs::read_to_string(process.join("stat")).unwrap_or_default();
        // After the name in brackets, proc(5): state is field 3, user and system time are 14 and 15.
        let fields = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
        let mut times = fields.split_whitespace().skip(11);
        let mut seconds = || -> Option<f64> { Some(times.next()?.parse::<f64>().ok()? / TICKS) };
        if let (Some(user), Some(system)) = (seconds(), seconds()) {
            (spent.user_seconds, spent.system_seconds) = (user, system);
        }
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// Clock ticks a second, as Linux counts them for `/proc`.
const TICKS: f64 = 100.0;
