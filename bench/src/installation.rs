//! An installation on a data folder: filled by the binary, as anybody would, and opened beside it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use touchstone_adapters::{
    CRYPTO, MailFolder, NoFetch, ObjectsFolder, Passphrase, SignerFile, SpoolFolder, SystemClock,
    SystemRng, TLOG_CRYPTO, artwork::Press,
};
use touchstone_service::hiring::Applications;
use touchstone_service::holding::Reminders;
use touchstone_service::{Site, World};
use touchstone_store::Store;

/// The program, of the same profile as this.
pub(crate) fn binary() -> Result<PathBuf> {
    let binary = std::env::current_exe()?.with_file_name("touchstone");
    ensure!(
        binary.exists(),
        "{} is missing: build it with the same profile",
        binary.display()
    );
    Ok(binary)
}

/// Founds one in `folder/data`, with the binary, and issues to so many people, on paper; `more` are further options of that.
pub(crate) fn issue(binary: &Path, folder: &Path, people: usize, more: &[&str]) -> Result<()> {
    let data = folder.join("data");
    let run = |words: &[&str]| -> Result<()> {
        let mut command = Command::new(binary);
        command.env(ADDRESS.0, ADDRESS.1);
        command.args(words).arg("--json").arg("--data").arg(&data);
        let ended = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .status()?;
        ensure!(ended.success(), "{}: {ended}", words.join(" "));
        Ok(())
    };
    run(&[
        "init",
        "--local",
        "--name",
        "Riverside",
        "--slug",
        "riverside",
        "--email",
        "registrar@riverside.example",
    ])?;
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let definition = root.join("crates/touchstone/sample/achievements/precision-measurement.json");
    run(&["achievement", "import", &definition.display().to_string()])?;
    let mut csv = String::from("name,identifier,level,evidence,assessor,awarded_on\n");
    for number in 0..people {
        writeln!(
            csv,
            "Learner {number},L-{number:05},3,https://riverside.example/e/{number}.pdf,Marek Dvořák,2026-11-12"
        )?;
    }
    let list = folder.join("people.csv");
    fs::write(&list, csv)?;
    let list = list.display().to_string();
    let issue = [
        "issue",
        "--achievement",
        "precision-measurement",
        "--csv",
        &list,
    ];
    run(&[&issue[..], more].concat())
}

/// It as its use cases see it.
pub(crate) async fn world(data: &Path) -> Result<World> {
    let passphrase = fs::read_to_string(data.join("keys/passphrase"))?;
    let sender = "bench@riverside.example".parse()?;
    let signer = SignerFile::open(data.join("keys"), &Passphrase::new(&passphrase))?;
    let signer = Arc::new(signer);
    Ok(World {
        store: Store::connect(&format!("sqlite:{}", data.join("touchstone.db").display())).await?,
        clock: Arc::new(SystemClock),
        rng: Arc::new(SystemRng),
        signer: Arc::clone(&signer) as _,
        ml_dsa: signer,
        objects: Arc::new(ObjectsFolder::new(data.join("objects"))),
        spool: Arc::new(SpoolFolder::new(data.join("spool"))),
        mail: Arc::new(MailFolder::new(data.join("mail"), sender)),
        fetch: Arc::new(NoFetch),
        tell: Arc::new(NoFetch),
        artwork: Arc::new(Press::new()),
        crypto: &CRYPTO,
        tlog: &TLOG_CRYPTO,
        contexts: Arc::new(touchstone_vc::Contexts::bundled()),
        lists: Arc::default(),
        moment: Arc::default(),
        witnesses: Arc::default(),
        anchors: Arc::default(),
        recognition: Arc::default(),
        frameworks: Arc::default(),
        releases: Arc::default(),
        achievements: Arc::default(),
        keys: touchstone_service::operations::signing_key::KeyPolicy::default(),
        site: Arc::new(Site {
            public_url: ADDRESS.1.parse()?,
            local: true,
            did_method: touchstone_service::DidMethod::Web,
            operator: "bench".into(),
        }),
        passkeys: None,
        reminders: Reminders::default(),
        applications: Applications::default(),
        employers: touchstone_service::operations::sign_up::Employers::default(),
    })
}

/// The binary, serving. Dropping it ends it.
pub(crate) struct Server {
    process: Child,
    /// Where it listens.
    pub(crate) address: SocketAddr,
}

impl Server {
    /// Starts one over a data folder; `more` are further options of it.
    pub(crate) fn start(binary: &Path, data: &Path, more: &[&str]) -> Result<Self> {
        // A port that was free a moment ago.
        let address = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let mut command = Command::new(binary);
        command.env(ADDRESS.0, ADDRESS.1).arg("serve").args(more);
        command.args(["--listen", &address.to_string(), "--data"]);
        let quiet = command
            .arg(data)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let server = Self {
            process: quiet.spawn()?,
            address,
        };
        for _ in 0..200 {
            if std::net::TcpStream::connect(address).is_ok() {
                return Ok(server);
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        bail!("the server does not listen on {address}")
    }

    /// Processor time it has taken so far.
    pub(crate) fn cpu_seconds(&self) -> Result<f64> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.process.id()))?;
        let (_, after_name) = stat.rsplit_once(')').context("stat")?;
        let fields: BTreeMap<usize, &str> = after_name.split_whitespace().enumerate().collect();
        let ticks =
            |field: usize| -> Result<f64> { Ok(fields.get(&field).context("stat")?.parse()?) };
        Ok((ticks(11)? + ticks(12)?) / TICKS_PER_SECOND)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Err(error) = self.process.kill().and_then(|()| self.process.wait()) {
            eprintln!("ending the server: {error}");
        }
    }
}

/// What was issued names this address, so whoever serves it says that it is meant, wherever it listens.
pub(crate) const ADDRESS: (&str, &str) = ("TOUCHSTONE_SITE_PUBLIC_URL", "http://localhost:8000");
/// `USER_HZ`, the same on every Linux there is.
const TICKS_PER_SECOND: f64 = 100.0;
