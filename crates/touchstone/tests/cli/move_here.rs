//! An installation moves from one domain to another: what was issued stays where it is, and what is new is issued where it went.

use std::fs;

use super::keeping::ids;
use super::key::{found, issue, run};
use super::run::Folder;

const OLD: &str = "did:web:old.example:i:example";
const NEW: &str = "did:web:new.example:i:example";

fn at(folder: &Folder, host: &str) {
    folder.write(
        "touchstone.toml",
        format!("[site]\npublic_url = \"https://{host}\"\n"),
    );
}

/// Issued at the old address, and nothing moved yet.
fn before() -> Folder {
    let folder = Folder::new();
    at(&folder, "old.example");
    found(&folder);
    issue(&folder, "Ada", 1);
    run(&folder, &["work", "--once"]);
    folder
}

fn exported(folder: &Folder, id: &str, name: &str) -> serde_json::Value {
    let _ = fs::remove_file(folder.path(name));
    run(folder, &["credential", "export", id, "--out", name]);
    serde_json::from_slice(&fs::read(folder.path(name)).unwrap()).unwrap()
}

fn document(folder: &Folder, name: &str) -> serde_json::Value {
    serde_json::from_slice(&fs::read(folder.path(name)).unwrap()).unwrap()
}

/// Checks a file from published folders alone, in a folder where no installation is: whether somebody lists the issuer, nobody knows there.
fn verified(folder: &Folder, name: &str, documents: &str) -> serde_json::Value {
    let elsewhere = folder.path("nobody");
    let args = [
        "--json",
        "--data",
        elsewhere.to_str().unwrap(),
        "verify",
        name,
        "--offline",
        "--documents",
        documents,
    ];
    folder.run(&args).json()
}

#[test]
fn what_was_issued_stays_and_what_is_new_is_issued_where_it_went() {
    let folder = before();
    let old_id = ids(&folder, &["--config", "touchstone.toml"]).remove(0);
    let old = exported(&folder, &old_id, "old.json");
    assert_eq!(old["issuer"]["id"], OLD);

    // The address is changed, and nothing moved: nothing is issued, and whoever looks is told what to do.
    at(&folder, "new.example");
    folder.write(
        "cohort.csv",
        "name,email,identifier,level,evidence,awarded_on\nBo,bo@example.org,2,3,https://example.org/e/1,2026-11-12\n",
    );
    let issuing = [
        "--config",
        "touchstone.toml",
        "issue",
        "--achievement",
        "precision-measurement",
        "--csv",
        "cohort.csv",
    ];
    folder.run(&issuing).exits(1).warns("touchstone move");
    assert_eq!(ids(&folder, &["--config", "touchstone.toml"]).len(), 1);
    let config = ["--config", "touchstone.toml"];
    let doctor = folder.run(&[&config[..], &["doctor"]].concat()).exits(1);
    doctor.says("touchstone move").says(OLD);
    let asked = folder.run(&[&config[..], &["move"]].concat()).exits(1);
    asked.warns("nothing was changed").warns(NEW);

    let moved = ["move", "--reason", "We have another name now", "--yes"];
    run(&folder, &moved)
        .says(NEW)
        .says("stays at https://old.example");
    run(&folder, &moved).says("Nothing is to be moved");
    run(&folder, &["doctor"])
        .says(&format!("was {OLD} until"))
        .says("site.trusted_proxies names no proxy");
    run(&folder, &["work", "--once"]);
    issue(&folder, "Bo", 2);
    run(&folder, &["work", "--once"]);
    let mut all = ids(&folder, &config);
    all.retain(|id| *id != old_id);
    let new = exported(&folder, &all[0], "new.json");
    assert_eq!(new["issuer"]["id"], NEW);
    let list = |credential: &serde_json::Value| {
        let status = &credential["credentialStatus"];
        let status = status.get(0).unwrap_or(status);
        status["statusListCredential"].as_str().unwrap().to_owned()
    };
    assert_eq!(list(&old), "https://old.example/i/example/status/1");
    assert_eq!(list(&new), "https://new.example/i/example/status/2");
    // The old one is what it was, to the byte.
    assert_eq!(exported(&folder, &old_id, "again.json"), old);

    run(&folder, &["publish", "--to", "public"]).says("https://old.example stand in");
    let there = document(&folder, "public/former/old.example/i/example/did.json");
    assert_eq!(
        (&there["id"], &there["alsoKnownAs"][0]),
        (&OLD.into(), &NEW.into())
    );
    let here = document(&folder, "public/i/example/did.json");
    assert_eq!(
        (&here["id"], &here["alsoKnownAs"][0]),
        (&NEW.into(), &OLD.into())
    );
    // No key signs in two names.
    let keys =
        |document: &serde_json::Value| document["verificationMethod"].as_array().unwrap().len();
    assert_eq!((keys(&there), keys(&here)), (1, 1));
    assert!(
        !folder
            .path("public/former/old.example/i/example/status/2")
            .exists()
    );

    for name in ["old.json", "new.json"] {
        assert_eq!(
            verified(&folder, name, "public")["verdict"],
            "not_listed",
            "{name}"
        );
    }
    // The folder for the old host is all that its readers need.
    let archive = "public/former/old.example";
    assert_eq!(
        verified(&folder, "old.json", archive)["verdict"],
        "not_listed"
    );

    // Withdrawn after the move, and seen at the old address.
    run(
        &folder,
        &[
            "credential",
            "revoke",
            &old_id,
            "--reason",
            "Awarded in error",
        ],
    );
    run(&folder, &["work", "--once"]);
    run(&folder, &["publish", "--to", "public"]);
    assert_eq!(verified(&folder, "old.json", archive)["verdict"], "failed");
    assert_eq!(
        verified(&folder, "new.json", "public")["verdict"],
        "not_listed"
    );

    // Who follows the log finds nothing that contradicts itself, in either name.
    run(&folder, &["log", "trust", "--out", "after.policy"]);
    let log = "touchstone-data/objects/log";
    let follow = [
        "log",
        "monitor",
        log,
        "--policy",
        "after.policy",
        "--state",
        "seen",
    ];
    let mine = ["--did", OLD, "--did", NEW, "--mine", log];
    folder.run(&[&follow[..], &mine].concat()).exits(0);
}

/// All of it is gone but a bundle and what its reader trusts.
#[test]
fn t43_bundles_name_who_goes_on_and_hold_at_the_new_domain() {
    let folder = before();
    let config = ["--config", "touchstone.toml"];
    let old_id = ids(&folder, &config).remove(0);
    run(&folder, &["log", "trust", "--out", "before.policy"]);
    at(&folder, "new.example");
    run(&folder, &["move", "--reason", "We moved", "--yes"]);
    issue(&folder, "Bo", 2);
    run(&folder, &["work", "--once"]);
    let mut all = ids(&folder, &config);
    all.retain(|id| *id != old_id);
    for (id, name) in [(&old_id, "old.bundle"), (&all[0], "new.bundle")] {
        run(
            &folder,
            &["credential", "export", id, "--bundle", "--out", name],
        );
    }
    run(&folder, &["log", "trust", "--out", "after.policy"]);
    fs::remove_dir_all(folder.path("touchstone-data")).unwrap();
    let check = |name: &str, trust: &str| {
        let args = ["--json", "verify", name, "--offline", "--trust", trust];
        folder.run(&args).json()
    };
    let found = check("old.bundle", "after.policy");
    assert_eq!(
        (&found["verdict"], &found["successor"]),
        (&"pass".into(), &NEW.into())
    );
    folder
        .run(&[
            "verify",
            "old.bundle",
            "--offline",
            "--trust",
            "after.policy",
        ])
        .exits(0)
        .says(&format!("The issuer goes on as {NEW}"));
    assert_eq!(check("new.bundle", "after.policy")["verdict"], "pass");
    // By a trust file from before the move, the log speaks for the old domain alone.
    let found = check("old.bundle", "before.policy");
    assert_eq!(
        (&found["verdict"], &found["successor"]),
        (&"pass".into(), &serde_json::Value::Null)
    );
    assert_eq!(check("new.bundle", "before.policy")["verdict"], "failed");
}

#[test]
fn an_institution_with_a_history_stays_and_nothing_else_moves_unasked() {
    let folder = Folder::new();
    at(&folder, "old.example");
    let init = |slug: &'static str, method: &'static str| {
        let name = [
            "init",
            "--name",
            slug,
            "--slug",
            slug,
            "--email",
            "a@example.edu",
        ];
        let all = [
            &["--config", "touchstone.toml"][..],
            &name,
            &["--did-method", method],
        ];
        folder.run(&all.concat()).exits(0);
    };
    init("kept", "webvh");
    init("example", "web");
    run(&folder, &["work", "--once"]);
    at(&folder, "new.example");
    let config = ["--config", "touchstone.toml"];
    let moving = ["move", "--reason", "We are new.example now", "--yes"];
    folder
        .run(&[&config[..], &moving].concat())
        .exits(1)
        .warns("nothing was changed")
        .warns("set site.public_url back to https://old.example")
        .warns("--institution SLUG");
    folder
        .run(&[&config[..], &["doctor"]].concat())
        .exits(1)
        .says("A did:webvh stays where it is: set site.public_url back to https://old.example");
    let one = [&config[..], &["--institution", "kept"], &moving].concat();
    folder
        .run(&one)
        .exits(1)
        .warns("A did:webvh stays where it is");
    let other = [&config[..], &["--institution", "example"], &moving].concat();
    folder.run(&other).exits(0).says(NEW);
}
