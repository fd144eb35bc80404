//! `touchstone witness`, as logs meet it: real processes on loopback.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::Child;

use touchstone_adapters::TLOG_CRYPTO;
use touchstone_testkit::MemoryLog;
use touchstone_tlog::merkle::prove_consistency;
use touchstone_tlog::witness::{AddCheckpoint, cosignatures, origin_hash};
use touchstone_tlog::{VerifierKey, tile};

use super::keeping::{ids, issued};
use super::run::{Folder, Ran};

const ORIGIN: &str = "log.example.org";

fn entries(range: std::ops::Range<u64>) -> impl Iterator<Item = Vec<u8>> {
    range.map(|number| format!("entry {number}").into_bytes())
}

struct Witness {
    process: Child,
    address: String,
}

impl Witness {
    /// Starts it in a folder that is made, with one log that it knows.
    fn start(folder: &Folder, log: &MemoryLog) -> Self {
        Self::start_at(folder, log, "127.0.0.1:0")
    }

    fn start_at(folder: &Folder, log: &MemoryLog, address: &str) -> Self {
        Self::start_in(folder, &["--local"], log, address)
    }

    /// Starts it with these arguments before the command.
    fn start_in(folder: &Folder, before: &[&str], log: &MemoryLog, address: &str) -> Self {
        Self::of_key(folder, before, &log.key.key.to_string(), address)
    }

    /// The same, for the log with this key.
    fn of_key(folder: &Folder, before: &[&str], key: &str, address: &str) -> Self {
        let args = [before, &["witness", "serve", "--listen", address]].concat();
        let mut process = folder.start_with(&args, &[("TOUCHSTONE_WITNESS_LOGS", key)]);
        let mut lines = BufReader::new(process.stderr.take().unwrap()).lines();
        let said = lines.find_map(|line| {
            let line = line.unwrap();
            line.starts_with("Witness ").then_some(line)
        });
        let said = said.expect("it says where it listens");
        let address = said
            .split(" on ")
            .nth(1)
            .unwrap()
            .split(',')
            .next()
            .unwrap();
        let address = address.to_owned();
        // It must be able to say more.
        std::thread::spawn(move || lines.for_each(drop));
        Self { process, address }
    }

    /// Status, media type and body.
    fn ask(&self, method: &str, path: &str, body: &str) -> (u16, String, String) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let length = body.len();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n",
            self.address
        );
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(body.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        let lower = head.to_ascii_lowercase();
        let media = lower
            .lines()
            .find_map(|line| line.strip_prefix("content-type: "));
        (status, media.unwrap_or("").to_owned(), body.to_owned())
    }

    fn add(&self, request: &AddCheckpoint) -> (u16, String, String) {
        self.ask("POST", "/add-checkpoint", &request.to_string())
    }
}

impl Drop for Witness {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

fn request(log: &MemoryLog, old: u64) -> AddCheckpoint {
    let size = log.checkpoint().checkpoint.size;
    let read = |tile: touchstone_tlog::Tile| log.files.get(&tile.path()).ok_or(());
    let nodes = tile::reader(&TLOG_CRYPTO, size, read);
    let proof = prove_consistency(&TLOG_CRYPTO, old, size, nodes).unwrap();
    AddCheckpoint {
        old_size: old,
        proof: proof.unwrap_or_default(),
        checkpoint: log.checkpoint(),
    }
}

/// The first of a witness's keys.
fn ed25519(ran: &Ran) -> String {
    let text = ran.text();
    text.lines().next().unwrap().to_owned()
}

/// A data folder in which a witness can have its key.
fn installed() -> Folder {
    let folder = Folder::new();
    let init = [
        "--local",
        "init",
        "--name",
        "W",
        "--slug",
        "w",
        "--email",
        "w@example.org",
    ];
    folder.run(&init).exits(0);
    folder
}

#[test]
fn t50_a_witness_cosigns_what_grows_and_refuses_the_rest_also_after_it_was_killed() {
    let folder = installed();
    let key = ed25519(&folder.run(&["--local", "witness", "key"]));
    let key = [VerifierKey::parse(key.trim(), &TLOG_CRYPTO).unwrap()];
    let mut log = MemoryLog::with(ORIGIN, entries(0..5));
    let witness = Witness::start(&folder, &log);
    let place = format!("/{}/checkpoint", origin_hash(ORIGIN, &TLOG_CRYPTO));
    assert_eq!(witness.ask("GET", &place, "").0, 404);

    let (status, _, body) = witness.add(&request(&log, 0));
    assert_eq!(status, 200, "{body}");
    let held = cosignatures(body.as_bytes(), &log.checkpoint(), &key, &TLOG_CRYPTO);
    assert_eq!(held.unwrap().len(), 1);
    let five = log.checkpoint();
    log.grow(entries(5..300));
    assert_eq!(witness.add(&request(&log, 5)).0, 200);
    let (status, _, shown) = witness.ask("GET", &place, "");
    let shown = touchstone_tlog::SignedCheckpoint::parse(shown.as_bytes()).unwrap();
    assert_eq!((status, shown.checkpoint.size), (200, 300));
    assert_eq!(
        shown
            .note
            .verify([&key[0], &log.key.key], &TLOG_CRYPTO)
            .unwrap()
            .len(),
        2
    );

    // Killed, not stopped: what was answered is remembered.
    drop(witness);
    let witness = Witness::start(&folder, &log);
    let stale = AddCheckpoint {
        old_size: 0,
        proof: Vec::new(),
        checkpoint: five,
    };
    let conflict = (409, "text/x.tlog.size".to_owned(), "300\n".to_owned());
    assert_eq!(witness.add(&stale), conflict);
    let mut back = stale.clone();
    back.old_size = 300;
    assert_eq!(witness.add(&back).0, 400);
    let forked = MemoryLog::with(ORIGIN, entries(1..301));
    assert_eq!(witness.add(&request(&forked, 300)).0, 422);
    let forked = MemoryLog::with(ORIGIN, entries(1..401));
    assert_eq!(witness.add(&request(&forked, 300)).0, 422);
    let stranger = MemoryLog::with("other.example.org", entries(0..5));
    assert_eq!(witness.add(&request(&stranger, 0)).0, 404);
    assert_eq!(witness.ask("POST", "/add-checkpoint", "hello").0, 400);
    log.grow(entries(300..301));
    assert_eq!(witness.add(&request(&log, 300)).0, 200);
}

#[test]
fn t50_of_two_that_race_a_witness_cosigns_one() {
    let folder = installed();
    let log = MemoryLog::with(ORIGIN, entries(0..5));
    let witness = Witness::start(&folder, &log);
    let forks: Vec<_> = (0..8)
        .map(|fork| request(&MemoryLog::with(ORIGIN, entries(fork..fork + 7)), 0))
        .collect();
    let answers: Vec<u16> = std::thread::scope(|scope| {
        let asked: Vec<_> = forks
            .iter()
            .map(|fork| scope.spawn(|| witness.add(fork).0))
            .collect();
        asked
            .into_iter()
            .map(|asked| asked.join().unwrap())
            .collect()
    });
    let cosigned = answers.iter().filter(|status| **status == 200).count();
    assert_eq!(cosigned, 1, "{answers:?}");
    assert!(
        answers.iter().all(|status| [200, 409].contains(status)),
        "{answers:?}"
    );
}

/// Two witnesses in folders of their own, and a trust file that asks for both.
#[test]
fn t50_two_witnesses_vouch_for_a_log_and_one_that_is_down_leaves_it_pending() {
    let folders = [Folder::new(), Folder::new()];
    let home = Folder::new();
    let mut log = MemoryLog::with(ORIGIN, entries(0..300));
    log.write(&home.path("log"));
    let mut witnesses = Vec::new();
    let mut trust = format!("log {}\n", log.key.key);
    for (number, folder) in folders.iter().enumerate() {
        let init = [
            "--local",
            "init",
            "--name",
            "W",
            "--slug",
            "w",
            "--email",
            "w@example.org",
        ];
        folder.run(&init).exits(0);
        let key = ed25519(&folder.run(&["--local", "witness", "key"]));
        let witness = Witness::start(folder, &log);
        let url = format!("http://{}", witness.address);
        trust += &format!("witness w{number} {} {url}\n", key.trim());
        witnesses.push(witness);
    }
    home.write("trust", trust + "group both all w0 w1\nquorum both\n");
    let cosign = ["--local", "log", "cosign", "log", "--policy", "trust"];
    home.run(&cosign)
        .exits(0)
        .says("seen by w0")
        .says("seen by w1")
        .says("enough witnesses");
    home.run(&["log", "fsck", "log", "--policy", "trust"])
        .exits(0);

    log.grow(entries(300..700));
    log.write(&home.path("log"));
    let address = witnesses.pop().map(|witness| witness.address.clone());
    home.run(&cosign)
        .exits(2)
        .says("seen by w0")
        .says("pending, neither right nor wrong")
        .says("w1 (http://")
        .says("did not cosign: not reached");
    let shown = std::fs::read(home.path("log/checkpoint")).unwrap();
    assert_eq!(
        String::from_utf8(shown)
            .unwrap()
            .matches("\u{2014} ")
            .count(),
        2
    );
    home.run(&["log", "prove", "log", "5", "--out", "p", "--entry", "e"])
        .exits(0);
    let verify = ["log", "verify", "p", "--policy", "trust", "--entry", "e"];
    home.run(&verify).exits(2).says("PENDING");

    // The one that came back is asked from where it was.
    witnesses.push(Witness::start_at(&folders[1], &log, &address.unwrap()));
    home.run(&cosign).exits(0).says("enough witnesses");
    std::fs::remove_file(home.path("p")).unwrap();
    std::fs::remove_file(home.path("e")).unwrap();
    home.run(&["log", "prove", "log", "5", "--out", "p", "--entry", "e"])
        .exits(0);
    home.run(&verify).exits(0).says("HOLDS");

    let forked = MemoryLog::with(ORIGIN, entries(1..801));
    forked.write(&home.path("log"));
    home.run(&cosign)
        .exits(1)
        .says("ALARM")
        .says("the log has forked");
}

#[test]
fn a_witness_without_logs_does_not_start() {
    let folder = installed();
    let serve = ["--local", "witness", "serve", "--listen", "127.0.0.1:0"];
    folder.run(&serve).exits(1).warns("witness.logs is empty");
}

/// Put back from a backup that is older than what it cosigned: it vouches for nothing before somebody says how far it had come.
#[test]
fn t50_a_restored_witness_cosigns_nothing_before_its_newest_size_is_confirmed() {
    let folder = installed();
    let mut log = MemoryLog::with(ORIGIN, entries(0..5));
    let witness = Witness::start(&folder, &log);
    assert_eq!(witness.add(&request(&log, 0)).0, 200);
    drop(witness);
    let backup = ["--local", "backup", "--to", "w.zip"];
    folder.run(&backup).exits(0);

    // After the backup it cosigns one history of 300 entries; then its disk is lost.
    log.grow(entries(5..300));
    let witness = Witness::start(&folder, &log);
    let (status, _, lines) = witness.add(&request(&log, 5));
    assert_eq!(status, 200);
    drop(witness);
    let cosigned = format!("{}{lines}", log.checkpoint().note);
    folder.write("cosigned", &cosigned);
    let passphrase = folder.path("touchstone-data/keys/passphrase");
    let passphrase = passphrase.to_str().unwrap();
    let restored = folder.path("restored");
    let there = ["--local", "--data", restored.to_str().unwrap()];
    let run = |args: &[&str]| {
        let key = log.key.key.to_string();
        let set = [("TOUCHSTONE_WITNESS_LOGS", key.as_str())];
        folder.run_with(&[&there, args].concat(), &set, b"")
    };
    let restore = [
        "restore",
        "--from",
        "w.zip",
        "--passphrase-file",
        passphrase,
    ];
    run(&restore).exits(0);

    // Another history, from the five entries that it knows: it would have cosigned that.
    let mut forked = MemoryLog::with(ORIGIN, entries(0..5));
    forked.grow(entries(1000..1295));
    let witness = Witness::start_in(&folder, &there, &log, "127.0.0.1:0");
    let (status, _, said) = witness.add(&request(&forked, 5));
    assert_eq!(status, 503);
    assert!(said.contains("restored from a backup"), "{said}");
    assert_eq!(witness.add(&request(&log, 5)).0, 503);
    drop(witness);

    run(&["witness", "confirm"]).exits(0).says(ORIGIN).says("5");
    let confirm = |size: &'static str| ["witness", "confirm", ORIGIN, "--size", size];
    run(&confirm("4")).exits(1).warns("less than the 5 entries");
    run(&confirm("300"))
        .exits(1)
        .warns("with this witness's cosignature");
    let with = |file: &'static str| {
        let size = confirm("300");
        [&size[..], &["--checkpoint", file]].concat()
    };
    let note = forked.checkpoint().note.to_string();
    folder.write("forked", note);
    run(&with("forked"))
        .exits(1)
        .warns("does not bear a cosignature");
    run(&with("cosigned")).exits(0).says("from 300 entries on");
    // Who said so stands in the witness's own notes, and in the record of each institution beside it.
    let told = run(&["witness", "confirm", "--json"]).exits(0).json();
    let [one] = &told["confirmed"].as_array().unwrap()[..] else {
        panic!("{told}");
    };
    assert_eq!(
        (&one["origin"], &one["size"], &one["known"]),
        (&ORIGIN.into(), &300.into(), &5.into())
    );
    let record = "record.audit";
    run(&["audit", "export", "--json", "--out", record]).exits(0);
    let record = std::fs::read_to_string(folder.path(record)).unwrap();
    assert!(record.contains("witness.confirm"), "{record}");

    let witness = Witness::start_in(&folder, &there, &log, "127.0.0.1:0");
    let conflict = (409, "text/x.tlog.size".to_owned(), "300\n".to_owned());
    assert_eq!(witness.add(&request(&forked, 5)), conflict);
    assert_eq!(witness.add(&request(&forked, 300)).0, 422, "a fork");
    assert_eq!(witness.ask("GET", "/confirmations/checkpoint", "").0, 404);
    log.grow(entries(300..301));
    assert_eq!(witness.add(&request(&log, 300)).0, 200);
}

/// An installation whose log two witnesses vouch for, each in a folder of its own.
struct Vouched {
    home: Folder,
    witnesses: Vec<(Folder, Option<Witness>)>,
    vkey: String,
    settings: Vec<(&'static str, String)>,
}

impl Vouched {
    fn new() -> Self {
        let home = issued();
        home.run(&["work", "--once"]).exits(0);
        let trust = home.run(&["log", "trust"]).exits(0).text();
        let log = trust.lines().find_map(|line| line.strip_prefix("log "));
        let vkey = log.unwrap().split(' ').next().unwrap().to_owned();
        let mut lines = Vec::new();
        let mut witnesses = Vec::new();
        for name in ["north", "south"] {
            let folder = installed();
            let key = ed25519(&folder.run(&["--local", "witness", "key"]));
            let witness = Witness::of_key(&folder, &["--local"], &vkey, "127.0.0.1:0");
            lines.push(format!("{name} {} http://{}", key.trim(), witness.address));
            witnesses.push((folder, Some(witness)));
        }
        let settings = vec![
            ("TOUCHSTONE_LOG_WITNESSES", lines.join(", ")),
            ("TOUCHSTONE_LOG_QUORUM", "all".to_owned()),
            ("TOUCHSTONE_FETCH_LOOPBACK", "true".to_owned()),
        ];
        Self {
            home,
            witnesses,
            vkey,
            settings,
        }
    }

    fn run(&self, args: &[&str]) -> Ran {
        let settings: Vec<(&str, &str)> = self
            .settings
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        self.home.run_with(args, &settings, b"")
    }

    fn stop(&mut self, number: usize) -> String {
        let stopped = self.witnesses[number].1.take().unwrap();
        stopped.address.clone()
    }

    fn start(&mut self, number: usize, address: &str) {
        let (folder, witness) = &mut self.witnesses[number];
        *witness = Some(Witness::of_key(folder, &["--local"], &self.vkey, address));
    }

    /// Publishes, and looks at what is published under the trust file.
    fn published(&self) -> Ran {
        self.run(&["publish", "--to", "site"]).exits(0);
        self.run(&["log", "fsck", "site/log", "--policy", "trust"])
    }
}

/// Witnesses are asked whenever something was entered. One that is down leaves proofs pending and holds up nobody; when it is back, it is asked
/// from where it was. A log that goes on from an older copy is an alarm.
#[test]
fn t50_what_is_published_is_cosigned_by_who_is_there_and_pending_until_enough_have() {
    let mut log = Vouched::new();
    log.run(&["work", "--once"]).exits(0);
    log.run(&["log", "trust", "--out", "trust"]).exits(0);
    let trust = std::fs::read_to_string(log.home.path("trust")).unwrap();
    assert!(trust.contains("\nwitness north ") && trust.contains("\nquorum witnesses-of-log"));
    log.published()
        .exits(0)
        .says("seen by north")
        .says("seen by south")
        .says("enough witnesses");
    log.run(&["doctor"]).exits(0).says("enough have cosigned");
    let credential = ids(&log.home, &[]).remove(0);
    let export = ["--json", "credential", "export", &credential, "--bundle"];
    let bundled = |out: &'static str| {
        log.run(&[&export[..], &["--out", out]].concat())
            .exits(0)
            .json()
    };
    assert_eq!(bundled("a.bundle")["quorum"], "reached");
    let verify = ["verify", "a.bundle", "--offline", "--trust", "trust"];
    log.run(&verify).says("north").says("south");
    copy(&log.home.path("touchstone-data"), &log.home.path("older"));

    let address = log.stop(1);
    let revoke = ["credential", "revoke", &credential, "--reason", "Mixed up"];
    log.run(&revoke).exits(0);
    log.run(&["work", "--once"]).exits(0);
    log.published()
        .exits(2)
        .says("seen by north")
        .says("pending, neither right nor wrong");
    let said = log.run(&["doctor"]).exits(1).says("south");
    said.says("has not cosigned since").says("not reached");
    let bundled = |out: &'static str| {
        let args = [&export[..], &["--out", out]].concat();
        log.run(&args).exits(0).json()
    };
    assert_eq!(bundled("b.bundle")["quorum"], "pending");
    log.run(&[
        "log", "prove", "site/log", "0", "--policy", "trust", "--out", "p",
    ])
    .exits(0)
    .says("pending");

    log.start(1, &address);
    log.run(&["work", "--once"]).exits(0);
    log.published().exits(0).says("enough witnesses");
    log.run(&["doctor"]).exits(0);

    // The same keys, another history: what north and south have seen is not continued.
    let other = ids(&log.home, &[]).remove(1);
    let older = |args: &[&str]| log.run(&[&["--data", "older"], args].concat());
    let revoke = ["credential", "revoke", &other, "--reason", "Mixed up"];
    older(&revoke).exits(0);
    older(&["work", "--once"]).exits(0);
    older(&["doctor"])
        .exits(1)
        .says("ALARM: north")
        .says("ALARM: south");
    older(&["log", "trust"]).exits(0);
    let shown = std::fs::read_to_string(log.home.path("older/objects/log/checkpoint")).unwrap();
    assert_eq!(
        shown.matches('\u{2014}').count(),
        2,
        "only the log signed it"
    );
}

/// A witness that takes connections and never answers, beside one that works: neither the log nor the other one waits for it.
#[test]
fn t50_a_witness_that_never_answers_holds_up_neither_the_log_nor_the_others() {
    let mut log = Vouched::new();
    log.stop(1);
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let lines = log.settings[0].1.clone();
    let (kept, _) = lines.rsplit_once("http://").unwrap();
    log.settings[0].1 = format!("{kept}http://{}", silent.local_addr().unwrap());
    let settings: Vec<(&str, &str)> = log
        .settings
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let credential = ids(&log.home, &[]).remove(0);
    let mut serving = log.home.start_with(&["work"], &settings);
    let path = log.home.path("touchstone-data/objects/log/checkpoint");
    let size = |text: &str| text.lines().nth(1).unwrap().parse::<u64>().unwrap();
    let shown = || std::fs::read_to_string(&path).unwrap();
    let until = |what: &dyn Fn(&str) -> bool, told: &str| {
        let begun = std::time::Instant::now();
        while !what(&shown()) {
            assert!(begun.elapsed().as_secs() < 15, "{told}: {}", shown());
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
    };
    let cosigned = |text: &str| text.matches('\u{2014}').count() == 3;
    until(&cosigned, "the one that works cosigns");
    let before = size(&shown());
    let revoke = ["credential", "revoke", &credential, "--reason", "Mixed up"];
    log.run(&revoke).exits(0);
    until(&|text| size(text) > before && cosigned(text), "and again");
    serving.kill().unwrap();
    serving.wait().unwrap();
}

/// Copies a folder.
fn copy(from: &std::path::Path, to: &std::path::Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let place = to.join(entry.file_name());
        match entry.file_type().unwrap().is_dir() {
            true => copy(&entry.path(), &place),
            false => std::fs::copy(entry.path(), place).map(drop).unwrap(),
        }
    }
}

/// Ed25519 for whoever reads nothing else, and ML-DSA-44 besides: each alone is enough to hold log and witness to their word.
#[test]
fn log_and_witness_sign_with_ml_dsa_44_as_well() {
    let mut log = Vouched::new();
    let folder = &log.witnesses[0].0;
    let keys = folder.run(&["--local", "witness", "key"]).exits(0).text();
    let [ed25519, ml_dsa] = keys.lines().collect::<Vec<_>>()[..] else {
        panic!("two keys: {keys}");
    };
    let address = &log.witnesses[0].1.as_ref().unwrap().address;
    let policy = format!(
        "witness one {ed25519} http://{address}\nwitness two {ml_dsa} http://{address}\ngroup both all one two\nquorum both\n"
    );
    log.home.write("witnesses", policy);
    let file = log.home.path("witnesses").display().to_string();
    log.settings = vec![
        ("TOUCHSTONE_LOG_POLICY", file),
        ("TOUCHSTONE_FETCH_LOOPBACK", "true".to_owned()),
    ];
    log.run(&["work", "--once"]).exits(0);
    log.run(&["log", "trust", "--out", "trust"]).exits(0);
    log.published()
        .exits(0)
        .says("seen by one")
        .says("seen by two")
        .says("enough witnesses");
    let trust = std::fs::read_to_string(log.home.path("trust")).unwrap();
    let own: Vec<&str> = trust
        .lines()
        .filter_map(|line| line.strip_prefix("log ")?.split(' ').next())
        .collect();
    assert_eq!(own.len(), 2, "{trust}");
    for key in own {
        log.run(&["log", "fsck", "site/log", "--key", key]).exits(0);
    }
}
