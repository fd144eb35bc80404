//! The transparency log: how many queued lines become published entries in a second, and how long a proof takes.
//!
//! The whole way is measured, as a worker goes it: outbox lines are read from SQLite, become entries of about 200 bytes, are committed with
//! their places and the signed checkpoint, and are published as tiles and bundles in a folder, synced. The floor, in turn with it: the
//! same entries hashed as leaves, and the same bytes of tiles and bundles appended to one file that is synced once a batch.

use std::{
    collections::BTreeSet,
    fs::{self, File},
    io::Write as _,
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use touchstone_adapters::{
    CRYPTO, MailFolder, NoFetch, ObjectsFolder, Passphrase, SignerFile, SpoolFolder, SystemClock,
    SystemRng, TLOG_CRYPTO, artwork::Press,
};
use touchstone_service::{
    Site, World,
    hiring::Applications,
    holding::Reminders,
    issuing::{Description, Founding, found},
    logging::{file, prove, sequence, whole},
    operations::Turn,
};
use touchstone_store::{OutboxLine, Store, TenantId};
use touchstone_vc::Contexts;

/// Prints both for a log of `count` entries.
pub(crate) fn run(count: u64) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    let folder = std::env::temp_dir().join(format!("touchstone-bench-log-{}", std::process::id()));
    fs::create_dir_all(&folder)?;
    let measured = runtime.block_on(measure(&folder, count));
    fs::remove_dir_all(&folder)?;
    measured
}

async fn measure(folder: &Path, count: u64) -> Result<()> {
    let world = open(folder).await?;
    let founding = Founding {
        slug: "riverside".into(),
        description: Description {
            name: "Riverside Polytechnic".into(),
            ..Description::default()
        },
        did_method: None,
        actor: "bench".into(),
    };
    let founded = found(&world, &founding).await?;
    while sequence(&world).await? == Turn::Worked {}
    let (mut spent, mut floor) = (Duration::ZERO, Duration::ZERO);
    let mut seen = BTreeSet::new();
    let mut queued = 0;
    let mut entry_bytes = 0;
    while queued < count {
        let share = SHARE.min(count - queued);
        queue(&world, &founded.tenant, &founded.key, queued, share).await?;
        queued += share;
        let begin = Instant::now();
        while sequence(&world).await? == Turn::Worked {}
        spent += begin.elapsed();
        // The floor writes what was written now, and no more.
        let paths = whole(&world).await?.context("the log is begun")?.paths;
        let mut bytes = Vec::new();
        let mut entries = 0;
        for path in paths {
            if seen.contains(&path) {
                continue;
            }
            let file = file(&world, &path).await?.context("it was published")?;
            if path.starts_with("tile/entries/") {
                entries += file.bytes.len();
            }
            bytes.push(file.bytes);
            seen.insert(path);
        }
        entry_bytes += entries;
        floor += hash_and_write(&folder.join("floor"), &bytes, share)?;
    }
    let rate = |time: Duration| count as f64 / time.as_secs_f64();
    println!("log_entries {count}");
    println!("log_entry_bytes {:.0}", entry_bytes as f64 / count as f64);
    println!("log_sequenced_per_second {:.0}", rate(spent));
    println!("log_floor_per_second {:.0}", rate(floor));
    println!("log_of_floor {:.2}", rate(spent) / rate(floor));
    proofs(&world, count).await?;
    println!("log_memory_megabytes {}", most_memory()? / 1024);
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
    Ok(())
}

/// Hashes as many leaves, and makes as many bytes durable.
fn hash_and_write(path: &Path, files: &[Vec<u8>], count: u64) -> Result<Duration> {
    let leaf = [7; 200];
    let begin = Instant::now();
    for _ in 0..count {
        std::hint::black_box((CRYPTO.sha256)(std::hint::black_box(&leaf)));
    }
    let mut file = File::options().create(true).append(true).open(path)?;
    for bytes in files {
        file.write_all(bytes)?;
    }
    file.sync_all()?;
    Ok(begin.elapsed())
}

/// Changes of a key, each at a time of its own: entries of some 200 bytes, no two alike.
async fn queue(world: &World, tenant: &TenantId, key: &str, from: u64, share: u64) -> Result<()> {
    let lines: &Vec<OutboxLine> = &(from..from + share)
        .map(|n| OutboxLine {
            tenant: tenant.clone(),
            kind: "key.active".into(),
            subject: key.to_owned(),
            version: 1,
            at: i64::try_from(n * 1_000).unwrap_or(i64::MAX),
        })
        .collect();
    let queued = world
        .store
        .write(|mut tx| async move { tx.outbox(lines.clone()).await });
    Ok(queued.await?)
}

async fn open(folder: &Path) -> Result<World> {
    let store = Store::connect(&format!("sqlite://{}", folder.join("bench.db").display())).await?;
    store.migrate().await?;
    let signer = SignerFile::open(folder.join("keys"), &Passphrase::new("bench"))?;
    let signer = Arc::new(signer);
    Ok(World {
        store,
        clock: Arc::new(SystemClock),
        rng: Arc::new(SystemRng),
        signer: Arc::clone(&signer) as _,
        ml_dsa: signer,
        objects: Arc::new(ObjectsFolder::new(folder.join("objects"))),
        spool: Arc::new(SpoolFolder::new(folder.join("spool"))),
        mail: Arc::new(MailFolder::new(
            folder.join("mail"),
            "Bench <bench@example.edu>".parse()?,
        )),
        fetch: Arc::new(NoFetch),
        tell: Arc::new(NoFetch),
        artwork: Arc::new(Press::new()),
        passkeys: None,
        crypto: &CRYPTO,
        tlog: &TLOG_CRYPTO,
        contexts: Arc::new(Contexts::bundled()),
        lists: Arc::default(),
        moment: Arc::default(),
        recognition: Arc::default(),
        witnesses: Arc::default(),
        anchors: Arc::default(),
        frameworks: Arc::default(),
        releases: Arc::default(),
        achievements: Arc::default(),
        keys: touchstone_service::operations::signing_key::KeyPolicy::default(),
        site: Arc::new(Site {
            public_url: "https://verify.example.edu".parse()?,
            local: false,
            did_method: touchstone_service::DidMethod::Web,
            operator: "Bench".into(),
        }),
        reminders: Reminders::default(),
        applications: Applications::default(),
        employers: touchstone_service::operations::sign_up::Employers::default(),
    })
}

/// The most memory that this process ever had, in kibibytes.
fn most_memory() -> Result<u64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let number = line.and_then(|line| line.split_whitespace().next());
    number.context("VmHWM")?.parse().context("VmHWM")
}

/// Lines that are queued at once: one batch of the sequencer's.
const SHARE: u64 = 16_384;
const PROOFS: usize = 2_000;
