//! An institution whose DID has a history, on the command line: founded, rotated, published, restored.

use std::{fs, thread::sleep, time::Duration};

use super::keeping::FOUND;
use super::key::run;
use super::run::Folder;

/// Two versions are never of one second.
fn a_second_later() {
    sleep(Duration::from_millis(1_100));
}

fn founding(more: &[&'static str]) -> Vec<&'static str> {
    let found = FOUND.iter().filter(|arg| **arg != "--local").copied();
    let plain = ["--config", "touchstone.toml", "--json"]
        .into_iter()
        .chain(found);
    plain.chain(more.iter().copied()).collect()
}

fn on_the_web() -> Folder {
    let folder = Folder::new();
    folder.write(
        "touchstone.toml",
        "[site]\npublic_url = \"https://verify.example.edu\"\n",
    );
    folder
}

/// The lines that `publish` writes.
fn published(folder: &Folder) -> Vec<String> {
    run(folder, &["publish", "--to", "public"]);
    let text = fs::read_to_string(folder.path("public/i/example/did.jsonl")).unwrap();
    text.lines().map(str::to_owned).collect()
}

#[test]
fn an_institution_is_founded_with_a_history_that_goes_on_with_its_keys() {
    let folder = on_the_web();
    let founded = folder
        .run(&founding(&["--did-method", "webvh"]))
        .exits(0)
        .json();
    let did = founded["did"].as_str().unwrap().to_owned();
    assert!(did.starts_with("did:webvh:Qm") && did.ends_with(":verify.example.edu:i:example"));
    run(&folder, &["work", "--once"]);
    let first = published(&folder);
    assert_eq!(first.len(), 1);
    let beside = fs::read_to_string(folder.path("public/i/example/did.json")).unwrap();
    assert!(beside.contains("\"did:web:verify.example.edu:i:example\"") && beside.contains(&did));

    a_second_later();
    run(&folder, &["key", "rotate", "--now"]).says("signs from now on");
    let second = published(&folder);
    assert_eq!((second.len(), &second[0]), (2, &first[0]));
    let doctor = folder.run(&["--config", "touchstone.toml", "doctor"]);
    let text = doctor.text();
    assert!(
        text.contains("DID history") && text.contains("2 versions"),
        "{text}"
    );
    assert!(!text.contains("ATTENTION  DID history"), "{text}");

    // It keeps its name, however it is asked again.
    let again = folder.run(&founding(&[])).exits(0).json();
    assert_eq!(again["did"], did.as_str());
    folder
        .run(&founding(&["--did-method", "web"]))
        .exits(1)
        .warns("stays so");
    folder
        .run(&founding(&["--did-method", "ion"]))
        .exits(64)
        .warns("neither web nor webvh");

    // Without the key that was promised nothing goes on, and that is said.
    let keys = folder.path("touchstone-data/keys");
    for file in fs::read_dir(&keys).unwrap() {
        let path = file.unwrap().path();
        if path.to_string_lossy().contains(".update-3") {
            fs::remove_file(path).unwrap();
        }
    }
    let doctor = folder
        .run(&["--config", "touchstone.toml", "doctor"])
        .exits(1);
    let text = doctor.text();
    assert!(
        text.contains("ATTENTION  DID history") && text.contains("example.update-3"),
        "{text}"
    );

    // A key whose line cannot be signed signs nothing; one that is stolen stops all the same.
    let old = key(&folder, "active");
    run(&folder, &["key", "rotate", "--now"])
        .says("as soon as its line of the DID's history is out");
    let new = key(&folder, "pending");
    folder
        .run(&["--config", "touchstone.toml", "key", "activate", &new])
        .exits(1)
        .warns("the history of the DID has no line with this key yet");
    let give_up = ["key", "compromise", &old, "--reason", "Stolen", "--yes"];
    run(&folder, &give_up)
        .says("until then nothing is signed")
        .says("signs next");
    assert_eq!(key(&folder, "compromised"), old);
    folder
        .run(&["--config", "touchstone.toml", "doctor"])
        .exits(1)
        .says("no key signs, so nothing is issued");
}

/// The newest key in a state.
fn key(folder: &Folder, state: &str) -> String {
    let keys = run(folder, &["--json", "key", "list"]).json();
    let mut keys = keys["keys"].as_array().unwrap().iter();
    let found = keys.find(|key| key["state"] == state);
    found.unwrap()["id"].as_str().unwrap().to_owned()
}

#[test]
fn a_restored_backup_stays_read_only_until_it_knows_the_history_that_was_published() {
    let folder = on_the_web();
    let of_all = "[site]\npublic_url = \"https://verify.example.edu\"\ndid_method = \"webvh\"\n[fetch]\nallow = false\n";
    folder.write("touchstone.toml", of_all);
    folder.run(&founding(&[])).exits(0);
    run(&folder, &["work", "--once"]);
    run(&folder, &["backup", "--to", "backup.zip"]);
    a_second_later();
    run(&folder, &["key", "rotate", "--now"]);
    let lines = published(&folder);
    assert_eq!(lines.len(), 2);

    // The published log is there, and the history is not.
    run(&folder, &["publish", "--to", "part"]);
    fs::remove_file(folder.path("part/i/example/did.jsonl")).unwrap();
    let secret = folder.path("touchstone-data/keys/passphrase");
    let secret = secret.to_string_lossy().into_owned();
    let restore = |more: &[&str]| {
        let args = ["--config", "touchstone.toml", "--data", "again", "restore"];
        folder.run(&[&args[..], more].concat())
    };
    let from = ["--from", "backup.zip", "--passphrase-file", &secret];
    let told = restore(&[&from[..], &["--documents", "part", "--without-log"]].concat());
    told.exits(1).says("READ-ONLY").says("did.jsonl");
    let known = restore(&["--again", "--documents", "public"]).exits(0);
    known.says("1 lines were added since the backup");
    let publish = [
        "--config",
        "touchstone.toml",
        "--data",
        "again",
        "publish",
        "--to",
        "after",
    ];
    folder.run(&publish).exits(0);
    let after = fs::read_to_string(folder.path("after/i/example/did.jsonl")).unwrap();
    assert!(after.starts_with(&(lines.join("\n") + "\n")), "{after}");
}
