//! The transparency log: how many issued credentials become published entries in a second, and how long a proof takes.
//!
//! The whole way is measured, as a worker goes it: outbox lines are read from SQLite, become entries of about 200 bytes, are committed with
//! their places and the signed checkpoint, and are published as tiles and bundles in a folder, synced. The floor: as many leaves hashed,
//! and the same bytes of tiles and bundles appended to one file that is synced once a turn of the sequencer's.
//!
//! Of a log that is larger than anybody would issue credentials for, with a second `--count`: the same credentials are entered again and
//! again, as their lines of the outbox are queued again.

use std::{
    fs::{self, File},
    io::Write as _,
    path::Path,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use touchstone_adapters::CRYPTO;
use touchstone_service::{
    World,
    issuing::{Confirmation, confirm, preview},
    logging::{file, prove, sequence, whole},
    operations::{Turn, work_here_once},
};
use touchstone_store::{IntentState, OutboxLine};

use crate::installation;

/// Prints both for a log of `count` credentials; and for one of `grown` entries, what the last tenth of them took.
pub(crate) fn run(count: u64, grown: Option<u64>) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    let (binary, people) = (installation::binary()?, usize::try_from(count)?);
    let folder = std::env::temp_dir().join(format!("touchstone-bench-log-{}", std::process::id()));
    fs::create_dir_all(&folder)?;
    // The command that issues has the log take in what it issued: here that is what is measured.
    let listed = installation::issue(&binary, &folder, people, &["--preview"]);
    let measured = listed.and_then(|()| runtime.block_on(measure(&folder, count, grown)));
    fs::remove_dir_all(&folder)?;
    measured
}

async fn measure(folder: &Path, count: u64, grown: Option<u64>) -> Result<()> {
    let world = installation::world(&folder.join("data")).await?;
    issue(&world, count).await?;
    // From here on the most that it takes: issuing is measured elsewhere.
    fs::write("/proc/self/clear_refs", "5")?;
    let begin = Instant::now();
    while sequence(&world).await? == Turn::Worked {}
    let spent = begin.elapsed();
    let log = whole(&world).await?.context("the log is begun")?;
    let entries = size(&world).await?;
    ensure!(entries > count, "{entries} entries of {count} credentials");
    let (mut floor, mut entry_bytes) = (hash(count), 0);
    let mut file_of_floor = File::create(folder.join("floor"))?;
    let a_turn = log.paths.len().div_ceil(usize::try_from(count / TURN + 1)?);
    for paths in log.paths.chunks(a_turn) {
        let mut files = Vec::with_capacity(paths.len());
        for path in paths {
            let file = file(&world, path).await?.context("it was published")?;
            if path.starts_with("tile/entries/") {
                entry_bytes += file.bytes.len();
            }
            files.push(file.bytes);
        }
        floor += write(&mut file_of_floor, &files)?;
    }
    let rate = |time: Duration| count as f64 / time.as_secs_f64();
    println!("log_credentials {count}");
    println!("log_entry_bytes {:.0}", entry_bytes as f64 / entries as f64);
    println!("log_sequenced_per_second {:.0}", rate(spent));
    println!("log_floor_per_second {:.0}", rate(floor));
    println!("log_of_floor {:.2}", rate(spent) / rate(floor));
    proofs(&world, count).await?;
    println!("log_memory_megabytes {}", most_memory()? / 1024);
    ensure!(
        rate(spent) >= LEAST_A_SECOND,
        "fewer than {LEAST_A_SECOND} entries a second"
    );
    match grown {
        Some(grown) => grow(&world, grown).await,
        None => Ok(()),
    }
}

/// Enters what was issued again and again, until the log has so many entries.
async fn grow(world: &World, entries: u64) -> Result<()> {
    let first = world
        .store
        .write(|mut tx| async move { tx.outbox_after(0, TURN).await });
    let lines = first.await?.into_iter().filter(|line| line.kind == ISSUED);
    let lines = lines.map(|line| OutboxLine {
        tenant: line.tenant,
        kind: line.kind,
        subject: line.subject,
        version: line.version,
        at: line.at,
    });
    let lines: &Vec<OutboxLine> = &lines.collect();
    ensure!(!lines.is_empty(), "no credential is in the log");
    let (mut begun, mut spent, mut size) = (None, Duration::ZERO, size(world).await?);
    while size < entries {
        if size >= entries / 10 * 9 && begun.is_none() {
            begun = Some(size);
            spent = Duration::ZERO;
            fs::write("/proc/self/clear_refs", "5")?;
        }
        let border = match begun {
            None => entries / 10 * 9,
            Some(_) => entries,
        };
        let turns = (border - size).div_ceil(lines.len() as u64).min(AT_ONCE);
        for _ in 0..turns {
            let again = world
                .store
                .write(|mut tx| async move { tx.outbox(lines.clone()).await });
            again.await?;
        }
        let begin = Instant::now();
        while sequence(world).await? == Turn::Worked {}
        spent += begin.elapsed();
        size = self::size(world).await?;
    }
    let begun = begun.context("the log is as large already: ask for more entries")?;
    let last = (size - begun) as f64;
    println!("log_entries {size}");
    println!(
        "log_last_tenth_sequenced_per_second {:.0}",
        last / spent.as_secs_f64()
    );
    proofs(world, size).await?;
    println!("log_memory_megabytes {}", most_memory()? / 1024);
    Ok(())
}

/// How many entries are shown.
async fn size(world: &World) -> Result<u64> {
    let tree = world.store.read().log_tree().await?;
    Ok(tree.context("the log is begun")?.shown_size.unsigned_abs())
}

/// Issues what was listed, and leaves the log where it is.
async fn issue(world: &World, count: u64) -> Result<()> {
    let reader = world.store.read();
    let institutions = reader.institutions().await?;
    let tenant = &institutions.first().context("no institution")?.id;
    let batches = reader.batches(tenant, "", None, 1).await?;
    let batch = &batches.rows.first().context("no batch")?.id;
    let seen = preview(world, tenant, batch).await?;
    let confirmation = Confirmation {
        tenant: tenant.clone(),
        actor: "bench".into(),
        batch: batch.clone(),
        fingerprint: seen.context("no preview")?.fingerprint,
    };
    confirm(world, &confirmation).await?;
    while work_here_once(world).await? == Turn::Worked {}
    let sealed = reader
        .count_intents(tenant, batch, IntentState::Sealed)
        .await?;
    ensure!(sealed == count, "{sealed} of {count} were issued");
    Ok(())
}

async fn proofs(world: &World, count: u64) -> Result<()> {
    let mut times = Vec::with_capacity(PROOFS);
    for number in 1..=PROOFS {
        // Far from the one before, the same in each run.
        let index = (number as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) % count;
        let begin = Instant::now();
        let proof = prove(world, index).await?;
        times.push(begin.elapsed());
        ensure!(proof.is_some(), "entry {index} is in the log");
    }
    times.sort_unstable();
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize].as_secs_f64() * 1e3;
    println!("log_proof_milliseconds_median {:.2}", at(0.5));
    println!("log_proof_milliseconds_p99 {:.2}", at(0.99));
    ensure!(
        at(0.99) <= MOST_MILLISECONDS,
        "a proof takes more than {MOST_MILLISECONDS} ms"
    );
    Ok(())
}

/// Hashes as many leaves as there are entries.
fn hash(count: u64) -> Duration {
    let leaf = [7; 200];
    let begin = Instant::now();
    for _ in 0..count {
        std::hint::black_box((CRYPTO.sha256)(std::hint::black_box(&leaf)));
    }
    begin.elapsed()
}

/// Makes as many bytes durable.
fn write(floor: &mut File, files: &[Vec<u8>]) -> Result<Duration> {
    let begin = Instant::now();
    for bytes in files {
        floor.write_all(bytes)?;
    }
    floor.sync_all()?;
    Ok(begin.elapsed())
}

/// The most memory that this process ever had, in kibibytes.
fn most_memory() -> Result<u64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let number = line.and_then(|line| line.split_whitespace().next());
    number.context("VmHWM")?.parse().context("VmHWM")
}

/// Lines that the sequencer takes at once.
const TURN: u64 = 4_096;
/// What a log has to reach on two processors, whatever its size is when it begins.
const LEAST_A_SECOND: f64 = 20_000.0;
/// Which 99 of a hundred proofs keep to.
const MOST_MILLISECONDS: f64 = 5.0;
const PROOFS: usize = 2_000;
/// Turns whose lines are queued before any of them is taken in.
const AT_ONCE: u64 = 16;
/// A line about a credential.
const ISSUED: &str = "credential.issued";
