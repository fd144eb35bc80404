//! `touchstone witness`, as logs meet it: real processes on loopback.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::Child;

use touchstone_adapters::TLOG_CRYPTO;
use touchstone_testkit::MemoryLog;
use touchstone_tlog::merkle::prove_consistency;
use touchstone_tlog::witness::{AddCheckpoint, cosignatures, origin_hash};
use touchstone_tlog::{VerifierKey, tile};

use super::run::Folder;

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
        let key = log.key.key.to_string();
        let args = ["--local", "witness", "serve", "--listen", address];
        let mut process = folder.start_with(&args, &[("TOUCHSTONE_WITNESS_LOGS", &key)]);
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
    let key = folder.run(&["--local", "witness", "key"]).exits(0).text();
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
    assert_eq!(witness.add(&request(&forked, 300)), conflict);
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
        let key = folder.run(&["--local", "witness", "key"]).exits(0).text();
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
