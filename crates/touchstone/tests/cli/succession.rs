//! An issuer that is its key goes on under another DID: on the command line, and in a bundle when all of it is gone.

use std::fs;

use super::keeping::{FOUND, ids, issued};
use super::key::{issue, run};
use super::run::Folder;

const CHECK: [&str; 5] = [
    "verify",
    "ada.bundle",
    "--offline",
    "--trust",
    "trust.policy",
];

/// Founds another institution; answers with its DID.
fn heir(folder: &Folder, more: &[&str]) -> String {
    let heir = [
        "--json",
        "init",
        "--name",
        "Example University",
        "--slug",
        "example-2",
        "--email",
        "a@example.edu",
    ];
    let founded = folder.run(&[more, &heir[..]].concat()).exits(0).json();
    founded["did"].as_str().unwrap().to_owned()
}

/// Takes a bundle and trust out, and has nothing else left.
fn bundle_alone(folder: &Folder, more: &[&str], id: &str) {
    let export = [
        "credential",
        "export",
        id,
        "--bundle",
        "--out",
        "ada.bundle",
    ];
    let old = ["--institution", "example"];
    folder.run(&[more, &old[..], &export[..]].concat()).exits(0);
    let trust = ["log", "trust", "--out", "trust.policy"];
    folder.run(&[more, &trust[..]].concat()).exits(0);
    fs::remove_dir_all(folder.path("touchstone-data")).unwrap();
}

#[test]
fn t43_what_a_trial_issued_names_its_successor_when_the_installation_is_gone() {
    let folder = issued();
    folder.run(&["work", "--once"]).exits(0);
    let id = ids(&folder, &[]).remove(0);
    let did = heir(&folder, &["--local"]);
    assert!(did.starts_with("did:key:"), "{did}");
    let succeed = |args: &[&str]| {
        let old = ["--institution", "example", "key", "succeed"];
        folder.run(&[&old[..], args].concat())
    };
    let why = ["--yes", "--reason", "The old machine goes."];
    let nobody = succeed(&[&["--by", "nobody"], &why[..]].concat());
    nobody.exits(1).warns("there are: ").warns("example-2");
    succeed(&[&["--by", "example"], &why[..]].concat())
        .exits(1)
        .warns("does not succeed itself");
    succeed(&[&["--by", "example-2"], &why[1..]].concat())
        .exits(1)
        .warns("say --yes")
        .warns(&did);
    let by = [&["--by", "example-2"], &why[..]].concat();
    succeed(&by)
        .exits(0)
        .says(&format!("is succeeded by {did}"));
    succeed(&by).exits(1).warns("stands in the public log");

    bundle_alone(&folder, &[], &id);
    folder
        .run(&CHECK)
        .exits(0)
        .says("Stood when it was issued")
        .says(&format!("The issuer goes on as {did}"));
    let json = folder.run(&[&["--json"], &CHECK[..]].concat()).json();
    assert_eq!(json["verdict"], "pass");
    assert_eq!(json["successor"], did);
    // Of a log that nobody vouches for nobody is named.
    let json = folder
        .run(&["--json", "verify", "ada.bundle", "--offline"])
        .exits(2)
        .json();
    assert_eq!(json["successor"], serde_json::Value::Null);
    // Another heir put in: the credential stands, and nobody is named.
    let text = fs::read_to_string(folder.path("ada.bundle")).unwrap();
    let (before, succession) = text.split_once("\"succession\":").unwrap();
    let others = succession.replace(&did, "did:web:thief.example");
    assert_ne!(others, succession);
    let altered = format!("{before}\"succession\":{others}");
    folder.write("ada.bundle", altered);
    let json = folder.run(&[&["--json"], &CHECK[..]].concat()).exits(0);
    assert_eq!(json.json()["successor"], serde_json::Value::Null);
}

/// A trial that had its address from the start gets an issuer that can rotate.
#[test]
fn t43_a_trial_goes_on_under_a_did_that_can_rotate() {
    let folder = Folder::new();
    let site = "[site]\npublic_url = \"https://verify.example.edu\"\n";
    folder.write("touchstone.toml", format!("{site}local = true\n"));
    let config = ["--config", "touchstone.toml"];
    let found = FOUND.iter().filter(|arg| **arg != "--local").copied();
    let found: Vec<&str> = config.into_iter().chain(found).collect();
    folder.run(&found).exits(0).says("did:key:");
    let sample = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/sample/achievements/precision-measurement.json"
    );
    run(&folder, &["achievement", "import", sample]);
    issue(&folder, "Ada", 1);
    let id = ids(&folder, &config).remove(0);
    folder.write("touchstone.toml", site);
    let did = heir(&folder, &config);
    assert!(did.starts_with("did:web:verify.example.edu"), "{did}");
    let of = |slug: &'static str| ["--institution", slug, "key"];
    let why = ["--reason", "We have a domain now."];
    let succeed = ["succeed", "--by", "example-2", "--yes"];
    run(&folder, &[&of("example")[..], &succeed, &why].concat()).says(&did);
    // It rotates, which the old one could not.
    run(
        &folder,
        &[&of("example-2")[..], &["rotate", "--now"], &why].concat(),
    );
    run(&folder, &["work", "--once"]);
    bundle_alone(&folder, &config, &id);
    folder
        .run(&CHECK)
        .exits(0)
        .says(&format!("The issuer goes on as {did}"));
}
