//! Readiness as exit codes, of files and of what stands in an installation.

use std::{fs, path::PathBuf, sync::LazyLock};

use serde_json::{Value, json};

use super::run::Folder;

static DEMO: LazyLock<Folder> = LazyLock::new(|| {
    let folder = Folder::new();
    folder
        .run(&["demo", "--exit", "--listen", "127.0.0.1:0"])
        .exits(0);
    folder
});

fn walk(name: &str) -> PathBuf {
    DEMO.path("touchstone-demo/walk").join(name)
}

fn measuring() -> Value {
    serde_json::from_str(include_str!(
        "../../sample/achievements/precision-measurement.json"
    ))
    .unwrap()
}

const PROFILE: &str = r#"{"id": "did:web:a.example", "type": ["Profile"], "name": "A", "address": {"addressCountry": "IE"},
    "otherIdentifier": [{"type": "IdentifierEntry", "identifier": "1", "identifierType": "ext:legal"}]}"#;

#[test]
fn the_exit_code_says_ready_not_ready_or_not_decided() {
    let folder = Folder::new();
    folder.write("measuring.json", measuring().to_string());
    folder.write("profile.json", PROFILE);
    let lint = |more: &[&str]| {
        let args = ["--json", "lint", "measuring.json", "--offline"];
        folder.run(&[&args, more].concat())
    };
    let report = lint(&["--issuer", "profile.json"]).exits(0).json();
    assert_eq!(report["readiness"], "ready", "{report}");
    let report = lint(&[]).exits(2).json();
    assert_eq!(
        report["readiness"], "undecided",
        "who issues it was not given"
    );
    let mut vague = measuring();
    vague["description"] = json!("Understands the basics of measuring.");
    folder.write("measuring.json", vague.to_string());
    let report = lint(&["--issuer", "profile.json"]).exits(1).json();
    assert_eq!(report["readiness"], "not_ready");
    folder
        .run(&["lint", "measuring.json", "--offline"])
        .exits(1)
        .says("TS-002 description: “understands”");
}

#[test]
fn every_form_of_a_credential_is_read_and_the_document_of_its_version_says_more() {
    let documents = walk("documents");
    for form in [
        "credential.json",
        "credential.png",
        "credential.svg",
        "credential.pdf",
    ] {
        let path = walk(form);
        let args = [
            "--json",
            "lint",
            path.to_str().unwrap(),
            "--offline",
            "--profile",
            "tmc-application",
        ];
        let alone = DEMO.run(&args).json();
        let told = DEMO
            .run(&[&args[..], &["--documents", documents.to_str().unwrap()]].concat())
            .json();
        let judged = |report: &Value, id: &str| {
            let rules = report["rules"].as_array().unwrap();
            let rule = rules.iter().find(|rule| rule["id"] == id).unwrap();
            rule["judgement"].as_str().unwrap().to_owned()
        };
        assert_eq!(judged(&alone, "TS-005"), "unknown", "{form}");
        assert_eq!(judged(&told, "TS-005"), "holds", "{form}");
        assert_eq!(
            judged(&told, "TS-013"),
            "holds",
            "the version is the one that is bound: {told}"
        );
        assert_eq!(judged(&told, "TS-008"), "holds");
    }
}

#[test]
fn what_cannot_be_read_is_not_decided_and_a_wrong_profile_is_usage() {
    let folder = Folder::new();
    folder.write("letter.txt", "Dear Sir or Madam");
    folder
        .run(&["lint", "letter.txt"])
        .exits(2)
        .warns("letter.txt");
    folder
        .run(&["lint", "absent.json"])
        .exits(2)
        .warns("absent.json");
    folder.write("empty.json", "{}");
    folder
        .run(&["lint", "empty.json"])
        .exits(2)
        .warns("empty.json");
    folder
        .run(&["lint", "empty.json", "--profile", "iso"])
        .exits(64)
        .warns("eu-mc");
    folder.run(&["lint"]).exits(64);
    folder
        .run(&["lint", "--rules"])
        .exits(0)
        .says("| TS-022 | E |");
}

#[test]
fn a_chosen_profile_keeps_what_is_not_ready_from_being_issued_and_names_the_way_out() {
    let folder = Folder::with_river();
    let at = |args: &[&str]| folder.run_at_river(args);
    let mut plain = measuring();
    let members = plain.as_object_mut().unwrap();
    for name in ["qualityAssurance", "participation", "resultDescription"] {
        members.remove(name);
    }
    folder.write("measuring.json", plain.to_string());
    folder.write(
        "list.csv",
        "name,email,evidence\nAda,ada@example.org,https://a.example/1\n",
    );
    at(&["achievement", "import", "measuring.json"]).exits(0);
    at(&["achievement", "lint", "precision-measurement"])
        .exits(1)
        .says("TS-009 qualityAssurance");
    at(&["achievement", "profile"])
        .exits(0)
        .says("Nothing is asked");
    at(&["achievement", "profile", "eu-mc", "precision-measurement"])
        .exits(0)
        .says("ready for eu-mc");
    at(&[
        "issue",
        "--achievement",
        "precision-measurement",
        "--csv",
        "list.csv",
    ])
    .exits(1)
    .warns("TS-010 participation")
    .warns("choose another profile");
    at(&["achievement", "profile", "none", "precision-measurement"]).exits(0);
    at(&[
        "issue",
        "--achievement",
        "precision-measurement",
        "--csv",
        "list.csv",
    ])
    .exits(0);
    at(&["achievement", "profile", "iso"]).exits(64);
    let list = fs::read_to_string(folder.path("list.csv")).unwrap();
    assert!(list.contains("Ada"));
}
