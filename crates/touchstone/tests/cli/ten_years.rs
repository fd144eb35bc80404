//! Trust that outlives the platform: issued, exported, its key rotated, the installation deleted; then checked without any network, ten years on.

use std::{fs, process::Command, thread, time::Duration};

use serde_json::Value;
use tokio::runtime::Runtime;
use touchstone_store::{KeyState, SigningKeyRow, Store, StoreError};
use touchstone_testkit::TlogKey;
use touchstone_tlog::{Note, SignedCheckpoint};

use super::keeping::FOUND;
use super::key::{ISSUE, SAMPLE, issue, list, on_the_web, run};
use super::run::Folder;

/// The loader finds it where `faketime` itself does.
const FAKETIME: &str = "/usr/$LIB/faketime/libfaketimeMT.so.1";
const TRUST: [&str; 4] = ["--offline", "--trust", "trust.policy", "--json"];

/// Issues, exports, rotates, exports again, and deletes the installation.
fn outlived() -> Folder {
    let folder = on_the_web();
    issue(&folder, "Ada", 1);
    let id = listed(&folder).remove(0);
    export(&folder, &id, "before.bundle");
    run(&folder, &["key", "rotate", "--now"]);
    issue(&folder, "Bo", 2);
    export_with_every_key_event(&folder, &id, "ada.bundle");
    run(&folder, &["log", "trust", "--out", "trust.policy"]);
    fs::remove_dir_all(folder.path("touchstone-data")).unwrap();
    folder
}

fn export(folder: &Folder, id: &str, to: &str) {
    run(
        folder,
        &["credential", "export", id, "--bundle", "--out", to],
    );
}

/// Exports once its status list was published by the new key. Until then a bundle says no more than one that was exported before the
/// old key ended, and nothing in it tells that an end was left out.
fn export_with_every_key_event(folder: &Folder, id: &str, to: &str) {
    for _ in 0..60 {
        run(folder, &["work", "--once"]);
        export(folder, id, to);
        let bundle = read(folder, to);
        let events = bundle["keyEvents"].as_array().unwrap().len();
        if bundle["statusProofs"][0]["keys"] == events {
            return;
        }
        fs::remove_file(folder.path(to)).unwrap();
        thread::sleep(Duration::from_millis(500));
    }
    panic!("the list was not published after the key had ended");
}

fn listed(folder: &Folder) -> Vec<String> {
    let all = run(folder, &["--json", "credential", "list"]).json();
    let all = all["credentials"].as_array().unwrap().iter();
    all.map(|one| one["id"].as_str().unwrap().to_owned())
        .collect()
}

/// The program in a network namespace of its own without any route, its clock ten years on: exit code and answer.
fn ten_years_on(folder: &Folder, args: &[&str]) -> (i32, Value) {
    let output = Command::new("unshare")
        .args([
            "--user",
            "--map-root-user",
            "--net",
            "faketime",
            "-f",
            "+10y",
        ])
        .arg(env!("CARGO_BIN_EXE_touchstone"))
        .args(args)
        .current_dir(folder.path("."))
        .output()
        .expect("unshare and faketime are there; `cargo xtask setup` installs them");
    let text = String::from_utf8_lossy(&output.stdout);
    let json = serde_json::from_str(&text);
    let json =
        json.unwrap_or_else(|_| panic!("{text}\n{}", String::from_utf8_lossy(&output.stderr)));
    (output.status.code().unwrap(), json)
}

fn verify(folder: &Folder, bundle: &str, more: &[&str]) -> (i32, Value) {
    ten_years_on(folder, &[&["verify", bundle], &TRUST[..], more].concat())
}

#[track_caller]
fn answers(told: &Value, question: &str, answer: &str) {
    let lines = told["lines"].as_array().unwrap().iter();
    let mut lines = lines.filter(|line| line["question"] == question);
    assert!(
        lines.any(|line| line["answer"] == answer),
        "{question} is not {answer}: {told:#}"
    );
}

#[test]
fn t45_what_was_exported_is_checked_ten_years_on_without_any_network() {
    let folder = outlived();
    let (code, told) = verify(&folder, "ada.bundle", &[]);
    let year = told["at"].as_str().unwrap()[..4].parse::<i32>().unwrap();
    assert!(year >= 2035, "the clock is ten years on: {year}");
    assert_eq!((code, &told["verdict"]), (0, &"pass".into()), "{told:#}");
    assert!(
        told["statusAsOf"].as_str().is_some_and(|at| at < "2036"),
        "{told:#}"
    );
    for question in ["log", "documents", "credential", "entry", "key", "status"] {
        answers(&told, question, "pass");
    }
    assert!(
        told["endedAt"].is_string(),
        "it has ended since, and that is told: {told:#}"
    );
    // Whether it stood on a later day, the lists of then do not say: unknown, never fresh.
    let (code, told) = verify(&folder, "ada.bundle", &["--at", "2027-06-01T00:00:00Z"]);
    assert_eq!((code, &told["verdict"]), (2, &"unknown".into()), "{told:#}");
    answers(&told, "status", "unknown");
    // On the day ten years on it does not stand: it has ended by then.
    let (code, told) = verify(&folder, "ada.bundle", &["--at", "2036-06-01T00:00:00Z"]);
    assert_eq!(code, 1, "{told:#}");
    answers(&told, "status", "unknown");
    // The one that was exported before the rotation still says what it said.
    let (code, _) = verify(&folder, "before.bundle", &[]);
    assert_eq!(code, 0);
    assert!(!folder.path("touchstone-data").exists());
}

#[test]
fn t43_a_later_place_a_left_out_end_and_a_forked_log_are_refused_ten_years_on() {
    let folder = outlived();
    let genuine = read(&folder, "ada.bundle");
    let write = |name: &str, bundle: &Value| write(&folder, name, bundle);
    // That its key has ended is left out.
    let mut silent = genuine.clone();
    let events = silent["keyEvents"].as_array_mut().unwrap();
    let all = events.len();
    events.retain(|event| !event["document"].as_str().unwrap().contains("\nretired\n"));
    assert_eq!(events.len(), all - 1);
    write("silent.bundle", &silent);
    let (code, told) = verify(&folder, "silent.bundle", &[]);
    assert_eq!(code, 1, "{told:#}");
    // A place after that end is claimed: the log has another entry there.
    let mut later = genuine.clone();
    later["credentials"][0]["keys"] = genuine["keyEvents"].as_array().unwrap().len().into();
    write("later.bundle", &later);
    let (code, told) = verify(&folder, "later.bundle", &[]);
    assert_eq!(code, 1, "{told:#}");
    answers(&told, "entry", "fail");
    // Another root in the log's name: its signature is not the log's.
    let mut forked = genuine.clone();
    let checkpoint = genuine["checkpoint"].as_str().unwrap();
    let mut lines: Vec<String> = checkpoint.lines().map(str::to_owned).collect();
    lines[2] = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=".into();
    forked["checkpoint"] = format!("{}\n", lines.join("\n")).into();
    write("forked.bundle", &forked);
    let (code, told) = verify(&folder, "forked.bundle", &[]);
    assert_eq!(code, 1, "{told:#}");
    answers(&told, "log", "fail");
}

/// The old key itself signs once more, after its end, and the log itself enters that: with the real keys and the real program, by whoever can alter its
/// database.
#[test]
fn t43_what_the_old_key_signed_after_its_end_is_refused_ten_years_on() {
    let folder = on_the_web();
    issue(&folder, "Ada", 1);
    run(&folder, &["key", "rotate", "--now"]);
    swap_keys(&folder);
    issue(&folder, "Mallory", 9);
    swap_keys(&folder);
    let ids = listed(&folder);
    let mut answers_of = Vec::new();
    run(&folder, &["log", "trust", "--out", "trust.policy"]);
    for (number, id) in ids.iter().enumerate() {
        export(&folder, id, &format!("{number}.bundle"));
    }
    fs::remove_dir_all(folder.path("touchstone-data")).unwrap();
    for number in 0..ids.len() {
        let bundle = format!("{number}.bundle");
        let text = fs::read_to_string(folder.path(&bundle)).unwrap();
        let (code, told) = verify(&folder, &bundle, &[]);
        // Both are in the log, and each is what its key signed.
        for question in ["log", "documents", "credential", "entry"] {
            answers(&told, question, "pass");
        }
        match text.contains("Mallory") {
            true => {
                assert_eq!(code, 1, "{told:#}");
                answers(&told, "key", "fail");
            }
            false => assert_eq!(code, 0, "{told:#}"),
        }
        answers_of.push(code);
    }
    answers_of.sort_unstable();
    assert_eq!(answers_of, [0, 1]);
}

/// Has the key that signs and the one that did change places, behind the program's back.
fn swap_keys(folder: &Folder) {
    let database = folder.path("touchstone-data/touchstone.db");
    let swapped = async {
        let url = format!("sqlite:{}", database.display());
        let store = Store::connect(&url).await.unwrap();
        let institutions = store.read().institutions().await.unwrap();
        let keys = &store
            .read()
            .signing_keys(&institutions[0].id)
            .await
            .unwrap();
        assert_eq!(keys.len(), 2);
        let write = store.write(|mut tx| async move {
            for key in keys {
                let state = match key.state {
                    KeyState::Active => KeyState::Retired,
                    _ => KeyState::Active,
                };
                let after = SigningKeyRow {
                    state,
                    ..key.clone()
                };
                tx.change_signing_key(after, key.state).await?;
            }
            Ok::<_, StoreError>(())
        });
        write.await.unwrap();
        store.close().await.unwrap();
    };
    Runtime::new().unwrap().block_on(swapped);
}

/// Two pasts that begin alike, each signed by the log's real key.
#[test]
fn t47_a_fork_by_the_logs_own_key_is_refused_by_who_chose_a_witness_ten_years_on() {
    let folder = on_the_web();
    issue(&folder, "Ada", 1);
    run(&folder, &["log", "trust", "--out", "trust.policy"]);
    let mut copy = Command::new("cp");
    copy.args(["-r", "touchstone-data", "as-it-was"]);
    let copied = copy.current_dir(folder.path(".")).status();
    assert!(copied.unwrap().success());
    issue(&folder, "Bo", 2);
    let id = listed(&folder).remove(0);
    export(&folder, &id, "told.bundle");
    fs::remove_dir_all(folder.path("touchstone-data")).unwrap();
    fs::rename(folder.path("as-it-was"), folder.path("touchstone-data")).unwrap();
    issue(&folder, "Mallory", 2);
    for id in listed(&folder) {
        export(&folder, &id, &format!("{id}.bundle"));
    }
    let forked = listed(&folder).into_iter().find(|id| {
        let bundle = fs::read_to_string(folder.path(&format!("{id}.bundle"))).unwrap();
        bundle.contains("Mallory")
    });
    let forked = format!("{}.bundle", forked.unwrap());
    fs::remove_dir_all(folder.path("touchstone-data")).unwrap();
    let (told, forked) = (read(&folder, "told.bundle"), read(&folder, &forked));
    let size = |bundle: &Value| note(bundle).text().lines().nth(1).unwrap().to_owned();
    assert_eq!(size(&told), size(&forked), "two roots of one size");
    assert_ne!(told["checkpoint"], forked["checkpoint"]);

    // The witness saw one of them; what it signed is pasted under the other.
    let witness = TlogKey::witness("one.example");
    let trust = fs::read_to_string(folder.path("trust.policy")).unwrap();
    let asked = format!("witness one {}\nquorum one", witness.key);
    folder.write("trust.policy", trust.replace("quorum none", &asked));
    let mut seen = note(&told);
    witness.sign(&mut seen, 1_800_000_000);
    let mut pasted = note(&forked);
    pasted.add(seen.signatures().last().unwrap().clone());
    for (name, bundle, checkpoint, code) in [
        ("seen.bundle", &told, seen.to_string(), 0),
        ("unseen.bundle", &forked, note(&forked).to_string(), 2),
        ("pasted.bundle", &forked, pasted.to_string(), 1),
    ] {
        let mut bundle = bundle.clone();
        bundle["checkpoint"] = checkpoint.into();
        write(&folder, name, &bundle);
        let (found, told) = verify(&folder, name, &[]);
        assert_eq!(found, code, "{name}: {told:#}");
    }
}

#[test]
fn t50_a_log_below_quorum_and_one_rebuilt_without_its_witnesses_are_not_passed_ten_years_on() {
    let folder = on_the_web();
    issue(&folder, "Ada", 1);
    let id = listed(&folder).remove(0);
    run(&folder, &["log", "trust", "--out", "trust.policy"]);
    export(&folder, &id, "ada.bundle");
    // The whole log again, back-dated, with the real keys: the same program on the same key folder, and another past.
    fs::remove_file(folder.path("touchstone-data/touchstone.db")).unwrap();
    let _ = fs::remove_file(folder.path("touchstone-data/touchstone.db-wal"));
    let _ = fs::remove_file(folder.path("touchstone-data/touchstone.db-shm"));
    fs::remove_dir_all(folder.path("touchstone-data/objects/log")).unwrap();
    let back_dated = |args: &[&str]| {
        let clock = [
            ("LD_PRELOAD", FAKETIME),
            ("FAKETIME", "-7d"),
            ("FAKETIME_DONT_FAKE_MONOTONIC", "1"),
        ];
        let args = [&["--config", "touchstone.toml"], args].concat();
        folder.run_with(&args, &clock, b"").exits(0)
    };
    let founding = FOUND.iter().filter(|arg| **arg != "--local").copied();
    back_dated(&founding.collect::<Vec<_>>());
    back_dated(&["achievement", "import", SAMPLE]);
    list(&folder, "Mallory", 9);
    back_dated(&ISSUE);
    let forged = listed(&folder).remove(0);
    back_dated(&[
        "credential",
        "export",
        &forged,
        "--bundle",
        "--out",
        "forged.bundle",
    ]);
    let founded = ["ada.bundle", "forged.bundle"].map(|bundle| {
        let events = read(&folder, bundle)["keyEvents"].clone();
        let entry = events[0]["document"].as_str().unwrap().to_owned();
        entry.lines().last().unwrap().to_owned()
    });
    assert!(founded[1] < founded[0], "{founded:?}");
    fs::remove_dir_all(folder.path("touchstone-data")).unwrap();
    // By the log's key alone nobody can tell the two apart.
    assert_eq!(verify(&folder, "ada.bundle", &[]).0, 0);
    assert_eq!(verify(&folder, "forged.bundle", &[]).0, 0);

    // A reader who chose a witness: what it saw passes, what it never saw does not.
    let witness = TlogKey::witness("one.example");
    let trust = fs::read_to_string(folder.path("trust.policy")).unwrap();
    assert!(trust.contains("quorum none"), "{trust}");
    let asked = format!("witness one {}\nquorum one", witness.key);
    folder.write("trust.policy", trust.replace("quorum none", &asked));
    for bundle in ["ada.bundle", "forged.bundle"] {
        let (code, told) = verify(&folder, bundle, &[]);
        assert_eq!(code, 2, "{told:#}");
        answers(&told, "witnesses", "unknown");
    }
    let mut seen = read(&folder, "ada.bundle");
    let mut note = note(&seen);
    witness.sign(&mut note, 1_800_000_000);
    seen["checkpoint"] = note.to_string().into();
    write(&folder, "seen.bundle", &seen);
    let (code, told) = verify(&folder, "seen.bundle", &[]);
    assert_eq!(code, 0, "{told:#}");
    answers(&told, "time", "pass");
    // The signature of the witness, put under the log that it never saw.
    let mut forged = read(&folder, "forged.bundle");
    let mut pasted = self::note(&forged);
    pasted.add(note.signatures().last().unwrap().clone());
    forged["checkpoint"] = pasted.to_string().into();
    write(&folder, "pasted.bundle", &forged);
    let (code, told) = verify(&folder, "pasted.bundle", &[]);
    assert_eq!(code, 1, "{told:#}");
}

fn read(folder: &Folder, name: &str) -> Value {
    serde_json::from_slice(&fs::read(folder.path(name)).unwrap()).unwrap()
}

/// Writes a bundle as bundles begin: with their format.
fn write(folder: &Folder, name: &str, bundle: &Value) {
    let mut rest = bundle.clone();
    let format = rest.as_object_mut().unwrap().remove("format").unwrap();
    let rest = rest.to_string();
    folder.write(name, format!("{{\"format\":{format},{}\n", &rest[1..]));
}

fn note(bundle: &Value) -> Note {
    let text = bundle["checkpoint"].as_str().unwrap();
    SignedCheckpoint::parse(text.as_bytes()).unwrap().note
}
