//! `touchstone log`: what it answers about logs in folders and at addresses, and how it ends.

use std::{
    fs,
    io::{BufRead as _, BufReader, Write as _},
    net::TcpListener,
    path::Path,
    thread,
};

use touchstone_testkit::{MemoryLog, TlogKey};

use super::run::Folder;

const MINE: &str = "did:web:mine.example.org";

fn entries(range: std::ops::Range<u64>) -> impl Iterator<Item = Vec<u8>> {
    range.map(|number| format!("entry {number}\n").into_bytes())
}

/// A log of 300 entries in the folder `log`, two witnesses, and a trust file that asks for both.
fn setup() -> (Folder, MemoryLog) {
    let folder = Folder::new();
    let mut log = MemoryLog::with("log.example.org", entries(0..300));
    let (one, two) = (
        TlogKey::witness("one.example.org"),
        TlogKey::ml_dsa_44("two.example.org"),
    );
    let trust = format!(
        "log {}\nwitness one {}\nwitness two {}\ngroup both all one two\nquorum both\n",
        log.key.key, one.key, two.key
    );
    folder.write("trust", trust);
    log.cosign(&one, 1_795_000_000);
    log.cosign(&two, 1_795_000_060);
    log.write(&folder.path("log"));
    (folder, log)
}

#[test]
fn a_sound_log_ends_with_0_and_says_who_signed() {
    let (folder, _) = setup();
    let ran = folder
        .run(&["log", "fsck", "log", "--policy", "trust"])
        .exits(0);
    ran.says("log.example.org: 300 entries, 6 files read")
        .says("seen by one at 2026-11-18T11:06:40Z")
        .says("enough witnesses")
        .says("Every hash is right.");
    folder
        .run(&["log", "fsck", "log"])
        .exits(0)
        .says("signatures were not checked");
    let json = folder
        .run(&["--json", "log", "fsck", "log"])
        .exits(0)
        .json();
    assert_eq!(json["faults"], serde_json::json!([]));
    assert_eq!(json["checkpoint"]["size"], 300);
}

#[test]
fn t48_a_flipped_bit_ends_with_1_and_names_the_file() {
    let (folder, log) = setup();
    for path in [
        "tile/0/000",
        "tile/0/001.p/44",
        "tile/1/000.p/1",
        "tile/entries/001.p/44",
    ] {
        let mut bytes = log.files[path].clone();
        bytes[20] ^= 4;
        fs::write(folder.path("log").join(path), bytes).unwrap();
        let json = folder
            .run(&["--json", "log", "fsck", "log"])
            .exits(1)
            .json();
        let faults = json["faults"].as_array().unwrap();
        assert_eq!((faults.len(), faults[0]["file"].as_str()), (1, Some(path)));
        folder.run(&["log", "fsck", "log"]).exits(1).says(path);
        fs::write(folder.path("log").join(path), &log.files[path]).unwrap();
    }
    folder.run(&["log", "fsck", "log"]).exits(0);
}

#[test]
fn t48_a_flipped_bit_in_a_signature_names_the_checkpoint() {
    let (folder, log) = setup();
    let mut text = String::from_utf8(log.files["checkpoint"].clone()).unwrap();
    let at = text.rfind("one.example.org ").unwrap() + 40;
    let other = if &text[at..=at] == "A" { "B" } else { "A" };
    text.replace_range(at..=at, other);
    folder.write("log/checkpoint", text);
    let json = folder
        .run(&["--json", "log", "fsck", "log", "--policy", "trust"])
        .exits(1)
        .json();
    assert_eq!(json["faults"][0]["file"], "checkpoint", "{json}");
}

/// Serves a folder as any static site does, for as long as the test runs.
fn served(folder: &Path) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/log", listener.local_addr().unwrap());
    let folder = folder.to_owned();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut line = String::new();
            let mut asked = BufReader::new(&stream);
            asked.read_line(&mut line).unwrap();
            let mut rest = String::new();
            while asked.read_line(&mut rest).unwrap() > 2 {
                rest.clear();
            }
            let path = line.split(' ').nth(1).unwrap().trim_start_matches("/log/");
            let (status, body) = match fs::read(folder.join(path)) {
                Ok(body) => ("200 OK", body),
                Err(_) => ("404 Not Found", Vec::new()),
            };
            let head = format!(
                "HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                body.len()
            );
            stream
                .write_all(&[head.as_bytes(), &body].concat())
                .unwrap();
        }
    });
    address
}

#[test]
fn a_log_at_an_address_is_checked_proven_and_followed_as_one_in_a_folder() {
    let (folder, mut log) = setup();
    let at = &served(&folder.path("log"));
    let trust = ["--policy", "trust"];
    let run = |args: &[&str]| folder.run(&[&["--local"], args, &trust[..]].concat());
    run(&["log", "fsck", at])
        .exits(0)
        .says("log.example.org: 300 entries, 6 files read");
    run(&[
        "log", "prove", at, "299", "--out", "proof", "--entry", "entry",
    ])
    .exits(0);
    folder
        .run(&[
            "log", "verify", "proof", "--entry", "entry", "--policy", "trust",
        ])
        .exits(0)
        .says("entry 299 is in log.example.org");
    run(&["log", "monitor", at, "--state", "seen"]).exits(0);

    // It goes on, and what full tiles take the place of is gone, while an old checkpoint is still shown.
    let before = log.files["checkpoint"].clone();
    log.grow(entries(300..600));
    log.write(&folder.path("log"));
    for gone in ["tile/0/001.p", "tile/entries/001.p"] {
        fs::remove_dir_all(folder.path("log").join(gone)).unwrap();
    }
    fs::write(folder.path("log/checkpoint"), &before).unwrap();
    run(&["log", "fsck", at]).exits(0).says("300 entries");
    // And what was shown last continues what was seen.
    fs::write(folder.path("log/checkpoint"), &log.files["checkpoint"]).unwrap();
    run(&["log", "monitor", at, "--state", "seen"]).exits(2);
    let key = log.key.key.to_string();
    let follow = ["log", "monitor", at, "--key", &key, "--state", "seen"];
    folder.run(&[&["--local"], &follow[..]].concat()).exits(0);
    let path = folder.path("log/tile/0/001");
    let mut bytes = fs::read(&path).unwrap();
    bytes[9] ^= 1;
    fs::write(&path, bytes).unwrap();
    let found = folder
        .run(&["--local", "--json", "log", "fsck", at])
        .exits(1);
    assert_eq!(found.json()["faults"][0]["file"], "tile/0/001");
}

#[test]
fn a_log_that_is_not_there_or_is_none_could_not_be_checked() {
    let folder = Folder::new();
    folder
        .run(&["log", "fsck", "nowhere"])
        .exits(2)
        .warns("there is no folder nowhere");
    fs::create_dir(folder.path("empty")).unwrap();
    folder
        .run(&["log", "fsck", "empty"])
        .exits(2)
        .warns("checkpoint: the file is missing");
    folder
        .run(&["log", "fsck", "http://127.0.0.1:9/log"])
        .exits(2)
        .warns("could not be checked");
    folder
        .run(&["log", "monitor", "empty", "--state", "seen"])
        .exits(64)
        .warns("--policy");
}

#[test]
fn a_trust_file_that_is_none_leaves_everything_unchecked() {
    let (folder, _) = setup();
    folder.write("none", "log nothing\n");
    for file in ["none", "absent"] {
        for args in [
            &["log", "fsck", "log", "--policy", file][..],
            &["log", "prove", "log", "5", "--policy", file],
            &["log", "monitor", "log", "--state", "seen", "--policy", file],
        ] {
            folder.run(args).exits(2).warns("--policy").warns(file);
        }
    }
}

/// A checkpoint may state any size. What it takes to say that the log is not there does not grow with it.
#[test]
fn t48_a_log_of_which_most_is_missing_is_told_in_bounded_time() {
    let (folder, log) = setup();
    let tree = log.checkpoint();
    for size in [u64::MAX, 1 << 62, 1_000_000_007] {
        let text = tree
            .checkpoint
            .text()
            .replace("\n300\n", &format!("\n{size}\n"));
        let stated = tree
            .note
            .to_string()
            .replace(&tree.checkpoint.text(), &text);
        fs::write(folder.path("log/checkpoint"), stated).unwrap();
        let begun = std::time::Instant::now();
        let ran = folder.run(&["log", "fsck", "log"]).exits(1);
        ran.says("Stopped here: 100 files are missing");
        assert!(begun.elapsed().as_secs() < 20, "{size}");
    }
}

#[test]
fn an_entry_is_proven_and_checked_with_the_files_alone() {
    let (folder, _) = setup();
    let prove = [
        "log",
        "prove",
        "log",
        "73",
        "--out",
        "p.tlog-proof",
        "--entry",
        "entry",
    ];
    folder
        .run(&prove)
        .exits(0)
        .says("Entry 73 of log.example.org");
    assert_eq!(fs::read(folder.path("entry")).unwrap(), b"entry 73\n");
    fs::rename(folder.path("log"), folder.path("gone")).unwrap();
    let verify = |more: &[&str]| {
        let mut args = vec!["log", "verify", "p.tlog-proof", "--policy", "trust"];
        args.extend(more);
        folder.run(&args)
    };
    verify(&["--entry", "entry"])
        .exits(0)
        .says("HOLDS: entry 73 is in log.example.org");
    folder.write("other", "entry 74\n");
    verify(&["--entry", "other"])
        .exits(1)
        .warns("does not hold");
    verify(&[]).exits(2).warns("name it with --entry");
    let text = fs::read_to_string(folder.path("p.tlog-proof")).unwrap();
    let (kept, _) = text.split_once("— two.example.org").unwrap();
    folder.write("p.tlog-proof", kept);
    verify(&["--entry", "entry"])
        .exits(2)
        .says("PENDING")
        .says("neither right nor wrong");
    folder
        .run(&["log", "verify", "gone/checkpoint", "--policy", "trust"])
        .exits(0)
        .says("HOLDS");
    folder
        .run(&["log", "prove", "gone", "300"])
        .exits(1)
        .warns("there is none at place 300");
}

#[test]
fn t47_a_fork_ends_with_1_and_leaves_both_checkpoints() {
    let (folder, log) = setup();
    let key = log.key.key.to_string();
    let monitor = ["log", "monitor", "log", "--key", &key, "--state", "seen"];
    folder
        .run(&monitor)
        .exits(0)
        .says("300 entries, 300 of them new");
    folder
        .run(&monitor)
        .exits(0)
        .says("300 entries, 0 of them new");
    let mut grown = MemoryLog::with("log.example.org", entries(0..300));
    grown.grow(entries(300..700));
    grown.write(&folder.path("log"));
    folder
        .run(&monitor)
        .exits(0)
        .says("700 entries, 400 of them new");
    let forked = MemoryLog::with("log.example.org", entries(1..801));
    forked.write(&folder.path("log"));
    folder.run(&monitor).exits(1).says("ALARM: the log forked");
    assert_eq!(
        fs::read(folder.path("seen")).unwrap(),
        grown.files["checkpoint"]
    );
    assert_eq!(
        fs::read(folder.path("seen.alarm")).unwrap(),
        forked.files["checkpoint"]
    );
    // It stays an alarm.
    folder.run(&monitor).exits(1);
}

#[test]
fn an_entry_in_my_name_that_i_did_not_make_ends_with_1() {
    let folder = Folder::new();
    let line = |text: &str| format!("touchstone-log/1 credential-issued\n{MINE}\n{text}\n");
    let mut log = MemoryLog::with("log.example.org", [line("one").into_bytes()]);
    log.write(&folder.path("mine"));
    let key = log.key.key.to_string();
    let monitor = [
        "--json", "log", "monitor", "log", "--key", &key, "--state", "seen", "--did", MINE,
        "--mine", "mine",
    ];
    log.write(&folder.path("log"));
    folder.run(&monitor).exits(0);
    log.grow([line("forged").into_bytes()]);
    log.write(&folder.path("log"));
    let json = folder.run(&monitor).exits(1).json();
    assert_eq!(json["alarms"][0]["alarm"], "not-mine");
    assert_eq!(json["alarms"][0]["index"], 1);
}

#[test]
fn t43_a_log_that_leaves_an_end_of_a_key_out_ends_with_1() {
    let folder = Folder::new();
    let event = |change: &str| {
        let key = "z6Mkon3Necd6NkkyfoGoHxid2znGc59LU3K7mubaRcFbLfLX";
        format!("touchstone-log/1 key-event\n{MINE}\n{MINE}#key-1\n{key}\n{change}\n2026-11-21T14:02:00Z\n").into_bytes()
    };
    let mut log = MemoryLog::with("log.example.org", [event("active")]);
    log.write(&folder.path("log"));
    let key = log.key.key.to_string();
    let monitor = [
        "--json", "log", "monitor", "log", "--key", &key, "--state", "seen",
    ];
    folder.run(&monitor).exits(0);
    let kept = fs::read_to_string(folder.path("seen.keys")).unwrap();
    assert!(
        kept.starts_with("touchstone-log-keys/2 1\n") && kept.contains(MINE),
        "{kept}"
    );
    // As if the key had none but this event, and as if it had not ended.
    let history = kept.lines().nth(1).unwrap().rsplit(' ').next().unwrap();
    let salted = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";
    let issued = format!("touchstone-log/1 credential-issued\n{MINE}\n{salted}\n{history}\n");
    log.grow([event("retired"), issued.into_bytes()]);
    log.write(&folder.path("log"));
    let json = folder.run(&monitor).exits(1).json();
    assert_eq!(json["alarms"][0]["alarm"], "other-history");
    assert_eq!(json["alarms"][0]["index"], 2);
    // It was told, and the log is followed on.
    folder.run(&monitor).exits(0);
}

/// It counted an event twice that a restored log repeats: held against the log, every later entry would be an alarm.
#[test]
fn what_a_version_before_counted_of_keys_is_counted_anew() {
    let folder = Folder::new();
    let key = "z6Mkon3Necd6NkkyfoGoHxid2znGc59LU3K7mubaRcFbLfLX";
    let event = format!(
        "touchstone-log/1 key-event\n{MINE}\n{MINE}#key-1\n{key}\nactive\n2026-11-21T14:02:00Z\n"
    );
    let event = event.into_bytes();
    let mut log = MemoryLog::with("log.example.org", [event.clone(), event]);
    log.write(&folder.path("log"));
    let key = log.key.key.to_string();
    let monitor = [
        "--json", "log", "monitor", "log", "--key", &key, "--state", "seen",
    ];
    folder.run(&monitor).exits(0);
    let path = folder.path("seen.keys");
    let kept = fs::read_to_string(&path).unwrap();
    let history = kept.lines().nth(1).unwrap().rsplit(' ').next().unwrap();
    let salted = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";
    let older = kept.replace("log-keys/2", "log-keys/1");
    fs::write(&path, older.replace(history, salted)).unwrap();
    let issued = format!("touchstone-log/1 credential-issued\n{MINE}\n{salted}\n{history}\n");
    log.grow([issued.into_bytes()]);
    log.write(&folder.path("log"));
    let json = folder.run(&monitor).exits(0).json();
    assert_eq!(json["new"], 1);
    let kept = fs::read_to_string(&path).unwrap();
    assert!(kept.starts_with("touchstone-log-keys/2 3\n"), "{kept}");
    // What is of no version is told, with the way out.
    fs::write(&path, "touchstone-log-keys/9 3\n").unwrap();
    folder.run(&monitor[1..]).exits(1).warns("move it away");
}

#[test]
fn a_log_of_other_software_is_read() {
    // Sunlight's mirror: its tiles hash to its checkpoint; its bundles are stand-ins, and are named.
    let folder = Folder::new();
    let mirror = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../shared/vectors/sunlight-tiles/witness/mirror/\
         000de184301123b9278c086a7d9f68c9577e83872224c197058fd90784ea9706"
    );
    let json = folder
        .run(&["--json", "log", "fsck", mirror])
        .exits(1)
        .json();
    let faults = json["faults"].as_array().unwrap().iter();
    let files: Vec<_> = faults
        .map(|fault| fault["file"].as_str().unwrap())
        .collect();
    assert_eq!(files, ["tile/entries/000", "tile/entries/001.p/44"]);
}
