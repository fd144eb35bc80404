//! How soon what changed can be read by everybody: a server with its worker, and commands beside it, as a registrar types them.
//!
//! The time runs from the moment a command is started, so that starting it counts: to the checkpoint that has the entry, and to the status
//! list that has the bit. The floor is what the same command takes that changes nothing.

use std::{
    fs,
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    path::Path,
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};
use touchstone_canon::json::Value;

use crate::installation::{self, ADDRESS, Server};

/// Issues and revokes one credential after the other for so many seconds, and prints how long others had to wait for it.
pub(crate) fn run(seconds: f64) -> Result<()> {
    let folder =
        std::env::temp_dir().join(format!("touchstone-bench-fresh-{}", std::process::id()));
    fs::create_dir_all(&folder)?;
    let measured = measure(&folder, seconds);
    fs::remove_dir_all(&folder)?;
    measured
}

fn measure(folder: &Path, seconds: f64) -> Result<()> {
    let binary = installation::binary()?;
    let data = folder.join("data");
    installation::issue(&binary, folder, 1, &[])?;
    let server = Server::start(&binary, &data, &[])?;
    let command = |words: &[&str]| -> Result<Value<'static>> {
        let mut command = Command::new(&binary);
        command.env(ADDRESS.0, ADDRESS.1).args(words);
        command.arg("--json").arg("--data").arg(&data);
        let output = command.stdin(Stdio::null()).output()?;
        ensure!(output.status.success(), "{words:?}: {}", output.status);
        Ok(Value::parse(&output.stdout)?.into_owned())
    };
    let (mut nothing, mut entered, mut listed, mut relisted) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let begin = Instant::now();
    let mut number = 0;
    while begin.elapsed().as_secs_f64() < seconds || number < LEAST {
        number += 1;
        let start = Instant::now();
        command(&["credential", "list", "--limit", "1"])?;
        nothing.push(start.elapsed());

        let list = folder.join("one.csv");
        let row =
            format!("Learner,N-{number},3,https://riverside.example/e.pdf,Marek Dvořák,2026-11-12");
        fs::write(
            &list,
            format!("name,identifier,level,evidence,assessor,awarded_on\n{row}\n"),
        )?;
        let before = size(server.address)?;
        let start = Instant::now();
        let list = list.display().to_string();
        command(&[
            "issue",
            "--achievement",
            "precision-measurement",
            "--csv",
            &list,
        ])?;
        entered.push(until(start, || Ok(size(server.address)? > before))?);

        let newest = command(&["credential", "list", "--limit", "1"])?;
        let id = newest.pointer("/credentials/0/id").and_then(Value::as_str);
        let id = id.context("nothing was issued")?;
        // What was issued is entered with its list; when nothing is added any more, the next is what was withdrawn.
        let (published, before) = settled(server.address)?;
        let start = Instant::now();
        command(&[
            "credential",
            "revoke",
            id,
            "--reason",
            "Issued to be measured.",
        ])?;
        listed.push(until(
            start,
            || Ok(get(server.address, LIST)? != published),
        )?);
        relisted.push(until(start, || Ok(size(server.address)? > before))?);
    }
    println!("fresh");
    println!("rounds {number}");
    let mut too_long = false;
    for (name, times, most) in [
        ("floor_command", nothing, u128::MAX),
        ("issued_to_log", entered, 1_000),
        ("revoked_to_list", listed, 2_000),
        ("revoked_to_log", relisted, 1_000),
    ] {
        let mut times: Vec<u128> = times.iter().map(Duration::as_millis).collect();
        times.sort_unstable();
        println!("{name}_p50_ms {}", times[times.len() / 2]);
        let longest = *times.last().context("a round was measured")?;
        println!("{name}_max_ms {longest}");
        too_long |= longest > most;
    }
    ensure!(
        !too_long,
        "something took longer than a second to the log, or than two to its list"
    );
    Ok(())
}

/// Waits until it holds, and says how long that is after `start`.
fn until(start: Instant, holds: impl Fn() -> Result<bool>) -> Result<Duration> {
    while !holds()? {
        ensure!(
            start.elapsed() < PATIENCE,
            "nothing changed for {PATIENCE:?}"
        );
        thread::sleep(Duration::from_millis(2));
    }
    Ok(start.elapsed())
}

/// The list and the size of the log once neither has changed for a while.
fn settled(server: SocketAddr) -> Result<(Vec<u8>, u64)> {
    let mut last = (get(server, LIST)?, size(server)?);
    let mut since = Instant::now();
    while since.elapsed() < QUIET {
        thread::sleep(Duration::from_millis(50));
        let now = (get(server, LIST)?, size(server)?);
        if now != last {
            (last, since) = (now, Instant::now());
        }
    }
    Ok(last)
}

/// Entries of the log, by its checkpoint: the second line.
fn size(server: SocketAddr) -> Result<u64> {
    let checkpoint = String::from_utf8(get(server, "/log/checkpoint")?)?;
    let size = checkpoint.lines().nth(1).context("a checkpoint")?;
    Ok(size.parse()?)
}

fn get(server: SocketAddr, path: &str) -> Result<Vec<u8>> {
    let mut stream = TcpStream::connect(server)?;
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nHost: {server}\r\nConnection: close\r\n\r\n"
    )?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n");
    let end = end.with_context(|| format!("{path}: no answer"))?;
    if !answer.starts_with(b"HTTP/1.1 200 ") {
        bail!("{path}: {}", String::from_utf8_lossy(&answer[..end]));
    }
    Ok(answer.split_off(end + 4))
}

const LIST: &str = "/i/riverside/status/1";
const LEAST: u32 = 10;
/// Longer than lists and entries are collected for.
const QUIET: Duration = Duration::from_secs(3);
const PATIENCE: Duration = Duration::from_secs(60);
