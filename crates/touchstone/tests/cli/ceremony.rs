//! A key that is made before witnesses, and the transcript of it.

use std::fs;

use super::key::{on_the_web, run};

#[test]
fn a_ceremony_makes_a_key_that_signs_its_transcript_and_nobody_changes_that_later() {
    let folder = on_the_web();
    let hold = [
        "key",
        "ceremony",
        "--witness",
        "Ada Okafor",
        "--out",
        "transcript.txt",
    ];
    let config = ["--config", "touchstone.toml"];
    folder
        .run(&[&config[..], &hold].concat())
        .exits(1)
        .warns("name two witnesses at least");
    assert!(!folder.path("transcript.txt").exists());
    let hold = [&hold[..], &["--witness", "Bo Lindqvist"]].concat();
    let told = run(&folder, &[&["--json"], &hold[..]].concat()).json();
    let id = told["id"].as_str().unwrap();
    folder
        .run(&[&config[..], &hold].concat())
        .exits(1)
        .warns("is there already");

    let text = fs::read_to_string(folder.path("transcript.txt")).unwrap();
    let listed = run(&folder, &["--json", "key", "list"]).json();
    let key = &listed["keys"][0];
    assert_eq!((&key["id"], &key["state"]), (&id.into(), &"pending".into()));
    let reason = key["history"][0]["reason"].as_str().unwrap();
    assert_eq!(
        reason,
        "Key ceremony, witnessed by Ada Okafor, Bo Lindqvist"
    );
    for words in [
        "Ada Okafor: ____",
        "Bo Lindqvist: ____",
        key["publicKeyMultibase"].as_str().unwrap(),
        key["verificationMethod"].as_str().unwrap(),
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    let spoken: String = text.split_whitespace().collect();
    assert!(spoken.contains(told["checksum"].as_str().unwrap()));

    // Checked where there is no installation.
    fs::remove_dir_all(folder.path("touchstone-data")).unwrap();
    let check = ["key", "ceremony", "--check"];
    folder
        .run(&[&check[..], &["transcript.txt"]].concat())
        .exits(0)
        .says("is as the key signed it");
    for altered in [
        text.replace("Bo Lindqvist", "Bo Lundqvist"),
        text.replace("Held:        20", "Held:        19"),
        text.replace("Signature of the key", "Name of the key"),
        text[..text.len() - 4].to_owned(),
    ] {
        assert_ne!(altered, text);
        folder.write("altered.txt", &altered);
        folder
            .run(&[&check[..], &["altered.txt"]].concat())
            .exits(1);
    }
}
