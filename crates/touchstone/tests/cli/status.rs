//! What a list says of one credential, from published files to whoever is shown the credential: nobody is asked.

use std::fs;

use serde_json::{Value, json};
use touchstone_vc::multibase::encode_base64url;

use super::{
    keeping::{ids, issued, issued_at_a_domain},
    run::{Folder, Ran},
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
    let (list, index) = list(folder, &json, &public);
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
    let other = file("other");
    folder
        .run(&[
            "status", "prove", &list, "--log", &log, "--index", &index, "--out", &other,
        ])
        .exits(0);
    let same = fs::read(folder.path(&out)).unwrap() == fs::read(folder.path(&other)).unwrap();
    assert!(same, "the proof does not say for which entry it was made");
}

/// Where the first list of a credential was published, and the credential's place in it.
pub(crate) fn list(folder: &Folder, credential: &str, public: &str) -> (String, String) {
    let text = fs::read(folder.path(credential)).unwrap();
    let credential: serde_json::Value = serde_json::from_slice(&text).unwrap();
    let status = &credential["credentialStatus"];
    let entry = status.as_array().map_or(status, |all| &all[0]);
    let url = entry["statusListCredential"].as_str().unwrap();
    let (_, path) = url.split_once("/i/").unwrap();
    let index = entry["statusListIndex"].as_str().unwrap();
    (format!("{public}/i/{path}"), index.to_owned())
}

#[test]
fn a_status_is_proven_from_published_files_and_checked_when_all_else_is_gone() {
    let folder = withdrawn_between(issued());
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

const BEFORE: [&str; 2] = ["--status", "before.status-proof"];
const AFTER: [&str; 2] = ["--status", "after.status-proof"];
const TRUST: [&str; 2] = ["--trust", "trust.policy"];

/// A credential with one proof from before it was withdrawn and one from after; the installation is gone.
fn withdrawn_between(folder: Folder) -> Folder {
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
    folder
}

fn verify(folder: &Folder, what: &str, more: &[&[&str]]) -> Ran {
    let args = ["verify", what, "--offline"];
    folder.run(&[&args[..], &more.concat()].concat())
}

#[test]
fn t37_a_status_that_came_with_a_credential_takes_the_place_of_its_list() {
    let folder = withdrawn_between(issued());
    let json = "before.json";
    verify(&folder, json, &[]).exits(2);
    let stands = verify(&folder, json, &[&BEFORE, &TRUST]).exits(0);
    stands.says("by a proof of the issuer's list");
    let gone = verify(&folder, json, &[&AFTER, &TRUST]).exits(1);
    assert!(!gone.text().contains("list is fetched"), "nothing was");
    // The newest that there is counts, whichever was named first, and however it came.
    verify(&folder, json, &[&AFTER, &BEFORE, &TRUST]).exits(1);
    verify(&folder, json, &[&BEFORE, &AFTER, &TRUST]).exits(1);
    let newer = ["--documents", "after.public"];
    verify(&folder, json, &[&BEFORE, &TRUST, &newer]).exits(1);
    let older = ["--documents", "before.public"];
    verify(&folder, json, &[&AFTER, &TRUST, &older]).exits(1);
}

/// The verifier that browsers load, as it is compiled for this machine: the same proofs, the same report, and nothing that does not count is passed over.
#[test]
fn t37_in_a_browser_a_status_that_came_with_a_credential_counts_the_same() {
    let folder = withdrawn_between(issued());
    let read = |name: &str| fs::read(folder.path(name)).unwrap();
    let credential = read("before.json");
    let trust = String::from_utf8(read("trust.policy")).unwrap();
    let judged = |inputs: &Value| {
        let answer = touchstone_wasm::check_whole(&credential, inputs.to_string().as_bytes());
        serde_json::from_str::<Value>(&answer).unwrap()
    };
    let proofs = |names: &[&str]| {
        let files = names
            .iter()
            .map(|name| read(&format!("{name}.status-proof")));
        files
            .map(|file| encode_base64url(&file))
            .collect::<Vec<_>>()
    };
    for (named, code) in [
        (&["before"][..], 0),
        (&["after"], 1),
        (&["before", "after"], 1),
    ] {
        let files: Vec<_> = named
            .iter()
            .map(|name| format!("{name}.status-proof"))
            .collect();
        let files: Vec<_> = files.iter().flat_map(|file| ["--status", file]).collect();
        let said = verify(&folder, "before.json", &[&files, &TRUST, &["--json"]]);
        let said = said.exits(code).json();
        let inputs = json!({ "at": said["at"], "trust": trust, "statusProofs": proofs(named) });
        let found = judged(&inputs);
        assert_eq!(
            found["report"]["checks"], said["checks"],
            "{named:?}: {found}"
        );
        assert_eq!(found["report"]["verdict"], said["verdict"], "{named:?}");
    }
    let said = verify(&folder, "before.json", &[&BEFORE, &TRUST, &["--json"]]);
    let now = &said.exits(0).json()["at"];
    let proofs = proofs(&["before"]);
    for (inputs, code) in [
        (
            json!({ "at": now, "statusProofs": proofs }),
            "status_proof_refused",
        ),
        (
            json!({ "at": "2031-01-01T00:00:00Z", "trust": trust, "statusProofs": proofs }),
            "status_proof_refused",
        ),
        (
            json!({ "at": now, "trust": trust, "statusProofs": [encode_base64url(b"x")] }),
            "status_proof_refused",
        ),
        (
            json!({ "at": now, "trust": trust, "statusProofs": "x" }),
            "inputs_unreadable",
        ),
    ] {
        let refused = judged(&inputs);
        assert_eq!(refused["error"]["code"], code, "{refused}");
    }
    // A list in which it does not stand.
    let text = String::from_utf8(credential.clone()).unwrap();
    let moved = text.replace("/status/1", "/status/9");
    assert_ne!(moved, text);
    let inputs = json!({ "at": now, "trust": trust, "statusProofs": proofs }).to_string();
    let refused = touchstone_wasm::check_whole(moved.as_bytes(), inputs.as_bytes());
    assert!(
        refused.contains("in which no credential here stands"),
        "{refused}"
    );
}

#[test]
fn a_status_proof_that_does_not_count_leaves_everything_unchecked() {
    let folder = withdrawn_between(issued());
    let json = "before.json";
    verify(
        &folder,
        json,
        &[&BEFORE, &TRUST, &["--status-max-age", "0m"]],
    )
    .exits(2)
    .warns("--status before.status-proof: the list is older than you take");
    verify(&folder, json, &[&BEFORE]).exits(64).warns("--trust");
    verify(&folder, json, &[&["--status", json], &TRUST])
        .exits(2)
        .warns("--status before.json");
    verify(&folder, "before.bundle", &[&BEFORE, &TRUST])
        .exits(2)
        .warns("--status: this is a proof bundle");

    let other = issued();
    other
        .run(&["log", "trust", "--out", "other.policy"])
        .exits(0);
    let policy = fs::read(other.path("other.policy")).unwrap();
    folder.write("other.policy", policy);
    let distrusting = ["--trust", "other.policy"];
    verify(&folder, json, &[&BEFORE, &distrusting])
        .exits(2)
        .warns("no key that the policy has for localhost:8000/log signed");
    let id = ids(&other, &[]).remove(0);
    other
        .run(&["credential", "export", &id, "--out", "other.json"])
        .exits(0);
    folder.write("other.json", fs::read(other.path("other.json")).unwrap());
    // A list of another issuer at the same address says nothing of it, though it has an entry at the same place.
    let (named, index) = list(&folder, "other.json", "before.public");
    let args = ["status", "prove", &named, "--log", "before.public/log"];
    let place = ["--index", &index, "--out", "same.status-proof"];
    folder.run(&[&args[..], &place].concat()).exits(0);
    let same = ["--status", "same.status-proof"];
    verify(&folder, "other.json", &[&same, &TRUST])
        .exits(2)
        .says("The list was signed by somebody else than the issuer.");
    let text = fs::read_to_string(folder.path(json)).unwrap();
    folder.write("elsewhere.json", text.replace("/status/", "/elsewhere/"));
    verify(&folder, "elsewhere.json", &[&BEFORE, &TRUST])
        .exits(2)
        .warns("no credential here stands");
}

#[test]
fn an_issuer_at_a_domain_is_known_by_what_it_published() {
    let folder = withdrawn_between(issued_at_a_domain());
    let json = "before.json";
    verify(&folder, json, &[&BEFORE, &TRUST])
        .exits(2)
        .warns("the signature of its issuer needs https://verify.example.edu/i/example/did.json; give it with --documents");
    // Its document alone, without a list.
    fs::create_dir_all(folder.path("documents/i/example")).unwrap();
    let document = fs::read(folder.path("before.public/i/example/did.json")).unwrap();
    folder.write("documents/i/example/did.json", document);
    let documents = ["--documents", "documents"];
    verify(&folder, json, &[&documents]).exits(2);
    verify(&folder, json, &[&BEFORE, &TRUST, &documents]).exits(0);
    verify(&folder, json, &[&AFTER, &TRUST, &documents]).exits(1);
    folder.write("documents/i/example/did.json", "{}");
    verify(&folder, json, &[&BEFORE, &TRUST, &documents])
        .exits(2)
        .warns("is not the document of its issuer");
}

#[test]
fn the_credentials_in_a_presentation_have_status_proofs_too() {
    let folder = withdrawn_between(issued());
    let credential: serde_json::Value =
        serde_json::from_slice(&fs::read(folder.path("before.json")).unwrap()).unwrap();
    let presentation = serde_json::json!({
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiablePresentation"],
        "verifiableCredential": [credential],
    });
    folder.write("shown.json", presentation.to_string());
    let inside = |more: &[&[&str]]| {
        let report = verify(&folder, "shown.json", &[&[&["--json"][..]], more].concat()).json();
        let checks = report["credentials"][0]["report"]["checks"].as_array();
        let status = checks.unwrap().iter();
        let mut status = status.filter(|check| check["check"] == "status");
        status.next().unwrap()["outcome"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    assert_eq!(inside(&[]), "unknown");
    assert_eq!(inside(&[&BEFORE, &TRUST]), "pass");
    assert_eq!(inside(&[&AFTER, &TRUST]), "fail");
}
