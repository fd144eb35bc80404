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

fn ceremony<'a>(more: &[&'a str], out: &'a str) -> Vec<&'a str> {
    let witnesses = ["--witness", "Ada Okafor", "--witness", "Bo Lindqvist"];
    [&["key", "ceremony", "--out", out], &witnesses[..], more].concat()
}

/// The paper is lost, or nothing was written because something failed in between.
#[test]
fn a_key_that_lost_its_transcript_signs_another_one_that_names_the_first() {
    let folder = on_the_web();
    let config = ["--config", "touchstone.toml"];
    let first = run(
        &folder,
        &[&["--json"], &ceremony(&[], "first.txt")[..]].concat(),
    )
    .json();
    let id = first["id"].as_str().unwrap().to_owned();
    fs::remove_file(folder.path("first.txt")).unwrap();
    let again = ceremony(&["--key", &id], "second.txt");
    let told = run(&folder, &again);
    told.says("its transcript number 2")
        .says(&format!("touchstone key activate {id}"));
    let text = fs::read_to_string(folder.path("second.txt")).unwrap();
    for words in [
        "Transcript 1, signed 20",
        "SHA-256 ",
        "The key was there before, made at 20",
        &id,
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    folder
        .run(&["key", "ceremony", "--check", "second.txt"])
        .exits(0);
    // No other key was made.
    let listed = run(&folder, &["--json", "key", "list"]).json();
    assert_eq!(listed["keys"].as_array().unwrap().len(), 2, "{listed}");
    let nobody = ceremony(&["--key", "nobody"], "third.txt");
    folder
        .run(&[&config[..], &nobody].concat())
        .exits(1)
        .warns("there is no key nobody");
    assert!(!folder.path("third.txt").exists());
    // The one that was founded with signs, and never had one.
    let founded = listed["keys"][1]["id"].as_str().unwrap().to_owned();
    run(&folder, &ceremony(&["--key", &founded], "founded.txt"))
        .says("is active, and this is its transcript number 1");
    run(
        &folder,
        &["key", "destroy", &id, "--reason", "Not needed", "--yes"],
    );
    let ended = ceremony(&["--key", &id], "fourth.txt");
    folder
        .run(&[&config[..], &ended].concat())
        .exits(1)
        .warns("signs no transcript any more");
}

#[test]
fn a_key_that_was_made_elsewhere_is_taken_in_before_witnesses_and_signs() {
    let folder = on_the_web();
    let config = ["--config", "touchstone.toml"];
    // RFC 8410, section 10.3, has this key as an example.
    folder.write(
        "key.pem",
        "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n-----END PRIVATE KEY-----\n",
    );
    folder.write(
        "other.pem",
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
    );
    let other = ceremony(&["--import", "other.pem"], "none.txt");
    folder
        .run(&[&config[..], &other].concat())
        .exits(1)
        .warns("no Ed25519 key");
    let import = ceremony(&["--import", "key.pem"], "transcript.txt");
    let told = run(&folder, &[&["--json"], &import[..]].concat()).json();
    let id = told["id"].as_str().unwrap().to_owned();
    let text = fs::read_to_string(folder.path("transcript.txt")).unwrap();
    assert!(
        text.contains("The key was made elsewhere, taken in and published"),
        "{text}"
    );
    folder
        .run(&["key", "ceremony", "--check", "transcript.txt"])
        .exits(0);
    let listed = run(&folder, &["--json", "key", "list"]).json();
    let public = listed["keys"][0]["publicKeyMultibase"].as_str().unwrap();
    let public = touchstone_vc::did::PublicKey::from_multikey(public).unwrap();
    // 19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1, ibidem.
    assert!(matches!(
        public,
        touchstone_vc::did::PublicKey::Ed25519([0x19, 0xbf, 0x44, 0x09, .., 0x66, 0xe1])
    ));
    // A later transcript does not hide it.
    run(&folder, &ceremony(&["--key", &id], "again.txt"));
    let text = fs::read_to_string(folder.path("again.txt")).unwrap();
    assert!(
        text.contains("made elsewhere and taken in")
            && text.contains("the secret came from elsewhere"),
        "{text}"
    );
    let twice = ceremony(&["--import", "key.pem"], "twice.txt");
    folder
        .run(&[&config[..], &twice].concat())
        .exits(1)
        .warns(&id);
    assert!(!folder.path("twice.txt").exists());
    run(
        &folder,
        &["key", "activate", &id, "--reason", "Ceremony held"],
    );
}
