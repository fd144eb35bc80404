//! What a list says of one credential, from published files to whoever is shown the credential: nobody is asked.

use std::fs;

use super::{
    keeping::{ids, issued},
    run::Folder,
};

/// Exports a bundle and the credential, publishes, and proves its status from what was published.
fn proven(folder: &Folder, id: &str, name: &str) {
    let file = |kind: &str| format!("{name}.{kind}");
    folder.run(&["work", "--once"]).exits(0);
    let bundle = file("bundle");
    folder
        .run(&["credential", "export", id, "--bundle", "--out", &bundle])
        .exits(0);
    let json = file("json");
    folder
        .run(&["credential", "export", id, "--out", &json])
        .exits(0);
    let public = file("public");
    folder.run(&["publish", "--to", &public]).exits(0);
    let credential: serde_json::Value =
        serde_json::from_slice(&fs::read(folder.path(&json)).unwrap()).unwrap();
    let status = &credential["credentialStatus"];
    let entry = status.as_array().map_or(status, |all| &all[0]);
    let url = entry["statusListCredential"].as_str().unwrap();
    let list = format!(
        "{public}/{}",
        url.split_once("/i/")
            .map(|(_, rest)| format!("i/{rest}"))
            .unwrap()
    );
    let (log, out) = (format!("{public}/log"), file("status-proof"));
    folder
        .run(&[
            "status",
            "prove",
            &list,
            "--log",
            &log,
            "--credential",
            &json,
            "--out",
            &out,
        ])
        .exits(0)
        .says("proves what")
        .says("and where its statement stands in");
    let index = entry["statusListIndex"].as_str().unwrap();
    let other = file("other");
    folder
        .run(&[
            "status", "prove", &list, "--log", &log, "--index", index, "--out", &other,
        ])
        .exits(0);
    let same = fs::read(folder.path(&out)).unwrap() == fs::read(folder.path(&other)).unwrap();
    assert!(same, "the proof does not say for which entry it was made");
}

#[test]
fn a_status_is_proven_from_published_files_and_checked_when_all_else_is_gone() {
    let folder = issued();
    let id = ids(&folder, &[]).remove(0);
    folder
        .run(&["log", "trust", "--out", "trust.policy"])
        .exits(0);
    proven(&folder, &id, "before");
    folder
        .run(&["credential", "revoke", &id, "--reason", "Mixed up."])
        .exits(0);
    proven(&folder, &id, "after");
    fs::remove_dir_all(folder.path("touchstone-data")).unwrap();

    let check = |name: &str, more: &[&str]| {
        let (proof, json) = (format!("{name}.status-proof"), format!("{name}.json"));
        let args = [
            "status",
            "check",
            &proof,
            "--credential",
            &json,
            "--policy",
            "trust.policy",
        ];
        folder.run(&[&args[..], more].concat())
    };
    check("before", &[]).exits(0).says("NOT WITHDRAWN as of");
    let json = check("after", &["--json"]).exits(1).json();
    assert_eq!(
        (&json["verdict"], &json["purpose"]),
        (&"set".into(), &"revocation".into())
    );
    check("after", &[]).exits(1).says("WITHDRAWN as of");
    // Too old for the issuer's word, and for the verifier's.
    check("before", &["--at", "2036-01-01T00:00:00Z"])
        .exits(2)
        .warns("not published to stand so long");
    check("before", &["--max-age", "0m"])
        .exits(2)
        .warns("older than you take");
    check("before", &["--max-age", "soon"]).exits(64);

    let bundle = |name: &str, more: &[&str]| {
        let file = format!("{name}.bundle");
        let args = ["verify", &file, "--offline", "--trust", "trust.policy"];
        folder.run(&[&args[..], more].concat())
    };
    bundle("before", &[]).exits(0).says("not withdrawn as of");
    bundle("after", &[]).exits(1).says("Does not stand");
    bundle("before", &["--status-max-age", "1d"]).exits(0);
    bundle("before", &["--status-max-age", "0m"])
        .exits(2)
        .says("older than you take");
    for name in ["before", "after"] {
        let size = |kind: &str| {
            fs::metadata(folder.path(&format!("{name}.{kind}")))
                .unwrap()
                .len()
        };
        assert!(size("bundle") <= 20 * 1024, "{} bytes", size("bundle"));
    }

    // One byte of the block is another.
    let mut bytes = fs::read(folder.path("before.status-proof")).unwrap();
    let at = bytes.windows(6).position(|part| part == b"c2sp.o").unwrap();
    bytes[at - 1] ^= 1;
    fs::write(folder.path("altered.status-proof"), &bytes).unwrap();
    let altered = [
        "status",
        "check",
        "altered.status-proof",
        "--policy",
        "trust.policy",
    ];
    folder
        .run(&[&altered[..], &["--index", "5"]].concat())
        .exits(2)
        .warns("its block is not of the list");
    // Without a log to trust, and without an entry to look at.
    folder
        .run(&["status", "check", "before.status-proof", "--index", "5"])
        .exits(64);
    folder.run(&altered).exits(64);
}

#[test]
fn what_proves_nothing_says_why() {
    let folder = issued();
    folder.run(&["work", "--once"]).exits(0);
    folder.run(&["publish", "--to", "public"]).exits(0);
    let prove = |list: &str, more: &[&str]| {
        let args = ["status", "prove", list, "--log", "public/log", "--out", "x"];
        folder.run(&[&args[..], more].concat())
    };
    fs::write(folder.path("no.json"), "{}").unwrap();
    prove("no.json", &["--index", "1"])
        .exits(2)
        .warns("no status list");
    prove("none.json", &["--index", "1"])
        .exits(2)
        .warns("none.json");
    let list = fs::read_dir(folder.path("public/i"))
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    let list = list.join("status/1");
    let named = list.to_str().unwrap();
    prove(named, &["--index", "131072"])
        .exits(2)
        .warns("no such entry");
    let text = fs::read_to_string(&list).unwrap();
    fs::write(
        folder.path("other.json"),
        text.replacen("\"validUntil\":\"2", "\"validUntil\":\"3", 1),
    )
    .unwrap();
    prove("other.json", &["--index", "1"])
        .exits(2)
        .warns("no status-list-root");
}
