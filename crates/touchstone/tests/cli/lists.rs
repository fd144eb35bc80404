//! Issuing from a list: its faults, its preview, its day, its codes on paper, and lists that come twice.

use std::{
    fs,
    io::{BufRead, BufReader},
};

use serde_json::{Value, json};
use tokio::runtime::Runtime;
use touchstone_store::{StewardshipRow, Store};

use super::keeping::{ids, issued};

#[test]
fn who_has_no_address_gets_a_code_by_command() {
    let folder = issued();
    folder.write(
        "paper.csv",
        "name,email,identifier,level,evidence,awarded_on\nCy,,3,3,https://example.org/e/1,2026-11-12\nDa,da@example.org,4,2,https://example.org/e/1,2026-11-12\n",
    );
    let issue = [
        "issue",
        "--achievement",
        "precision-measurement",
        "--csv",
        "paper.csv",
    ];
    let first = folder
        .run(&[&["--json"], &issue[..]].concat())
        .exits(0)
        .json();
    assert_eq!(first["withoutCode"], 1);
    let batch = first["batch"].as_str().unwrap();
    let codes = ["credential", "codes", "--batch", batch];
    folder
        .run(&issue)
        .exits(0)
        .says("1 of them have no mail address; `touchstone credential codes --batch");
    let made = folder
        .run(&[&["--json"], &codes[..]].concat())
        .exits(0)
        .json();
    assert_eq!(made["codes"].as_array().unwrap().len(), 1, "{made}");
    assert_eq!(made["codes"][0]["person"], "Cy");
    assert_eq!(made["codes"][0]["code"].as_str().unwrap().len(), 14);
    assert!(made["enterAt"].as_str().unwrap().ends_with("/claim"));
    folder
        .run(&codes)
        .exits(1)
        .warns("everybody in this batch who gets a code on paper has one");
    folder
        .run(&[&codes[..], &["--again"]].concat())
        .exits(0)
        .says("Cy");
    folder
        .run(&["credential", "codes", "--batch", "nobody"])
        .exits(1)
        .warns("no such batch");
    let again = folder
        .run(&[&["--json"], &issue[..]].concat())
        .exits(0)
        .json();
    assert_eq!(again["withoutCode"], 0);
}

#[test]
fn the_same_list_issues_nothing_twice() {
    let folder = issued();
    let before = ids(&folder, &[]);
    assert_eq!(before.len(), 2);
    assert_eq!(fs::read_dir(folder.path("issued")).unwrap().count(), 2);

    folder
        .run(&[
            "issue",
            "--achievement",
            "precision-measurement",
            "--csv",
            "cohort.csv",
        ])
        .exits(0);
    assert_eq!(ids(&folder, &[]), before);
}

#[test]
fn a_faulty_list_issues_nothing_and_names_line_and_column() {
    let folder = issued();
    folder.write(
        "faulty.csv",
        "name,email,identifier,level,evidence,awarded_on\nCy,cy.example.org,3,3,https://example.org/e/1,2026-11-12\n",
    );
    folder
        .run(&[
            "issue",
            "--achievement",
            "precision-measurement",
            "--csv",
            "faulty.csv",
        ])
        .exits(65)
        .says("faulty.csv, line 2, email")
        .says("Nothing was issued");
    assert_eq!(ids(&folder, &[]).len(), 2);
}

#[test]
fn of_a_list_that_is_faulty_throughout_the_first_rows_are_named_and_the_rest_counted() {
    let folder = issued();
    let rows =
        (0..1_200).map(|number| format!("Cy {number},no address,3,https://example.org/e/1\n"));
    let list = format!("name,email,level,evidence\n{}", rows.collect::<String>());
    folder.write("faulty.csv", list);
    let issue = [
        "issue",
        "--achievement",
        "precision-measurement",
        "--csv",
        "faulty.csv",
    ];
    let said = folder
        .run(&issue)
        .exits(65)
        .says("200 more rows are faulty");
    assert!(!said.text().contains("line 1002,"), "{}", said.text());
    let said = folder
        .run(&[&["--json"], &issue[..]].concat())
        .exits(65)
        .json();
    assert_eq!(said["faulty"].as_array().unwrap().len(), 1_000);
    assert_eq!(said["faultyLeftOut"], 200);
}

#[test]
fn a_list_with_headers_of_its_own_is_confirmed_and_held_until_its_day() {
    let folder = issued();
    folder.write(
        "third.csv",
        "name,email,Matrikel,level,evidence,awarded_on\nDi,di@example.org,M-4,3,https://example.org/e/1,2026-11-12\n",
    );
    let issue = [
        "issue",
        "--achievement",
        "precision-measurement",
        "--csv",
        "third.csv",
    ];
    folder
        .run(&[&issue[..], &["--map", "Matrikel=number"]].concat())
        .exits(64)
        .warns("no column");
    folder
        .run(&[&issue[..], &["--not-before", "2001-01-01"]].concat())
        .exits(1)
        .warns("--not-before");
    let held = ["--map", "Matrikel=identifier", "--not-before", "2999-12-31"];
    folder
        .run(&[&issue[..], &held].concat())
        .exits(0)
        .says("held until 2999-12-31T00:00:00Z");
    assert_eq!(
        ids(&folder, &[]).len(),
        2,
        "nothing is issued before its day"
    );
}

#[test]
fn a_preview_counts_who_would_get_it_and_who_has_it() {
    let folder = issued();
    folder.write(
        "second.csv",
        "name,email,identifier,level,evidence,awarded_on\nAda,ada@example.org,1,3,https://example.org/e/1,2026-11-12\nCy,cy@example.org,3,3,https://example.org/e/1,2026-11-12\n",
    );
    let issue = [
        "issue",
        "--achievement",
        "precision-measurement",
        "--csv",
        "second.csv",
    ];
    let preview = [&issue[..], &["--preview"]].concat();
    folder
        .run(&preview)
        .exits(0)
        .says("2 rows; 1 would be issued, 1 have it already, 0 are faulty.");
    folder.run(&issue).exits(0);
    folder
        .run(&preview)
        .exits(0)
        .says("2 rows; 0 would be issued, 1 have it already, 0 are faulty.");
}

#[test]
fn issuing_says_why_it_waits_and_goes_on_once_the_cause_is_mended() {
    let folder = issued();
    let key = fs::read_dir(folder.path("touchstone-data/keys"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.to_string_lossy().ends_with("example-1.key.json"))
        .unwrap();
    let away = folder.path("away");
    fs::rename(&key, &away).unwrap();
    folder.write(
        "second.csv",
        "name,email,identifier,level,evidence,awarded_on\nCy,cy@example.org,3,3,https://example.org/e/1,2026-11-12\n",
    );
    let mut issuing = folder.start(&[
        "issue",
        "--achievement",
        "precision-measurement",
        "--csv",
        "second.csv",
    ]);
    let mut told = BufReader::new(issuing.stderr.take().unwrap()).lines();
    let why = told
        .find_map(|line| line.ok().filter(|line| line.contains("failed")))
        .unwrap();
    for words in [
        "issue-batch failed: ",
        "Tried again in",
        "touchstone doctor",
    ] {
        assert!(why.contains(words), "{why}");
    }
    fs::rename(&away, &key).unwrap();
    let rest: Vec<String> = told.map_while(Result::ok).collect();
    assert!(issuing.wait().unwrap().success(), "{rest:?}");
    assert_eq!(ids(&folder, &[]).len(), 3);
}

#[test]
fn who_issues_what_is_no_longer_used_is_told_what_takes_its_place_and_not_refused() {
    let folder = issued();
    folder.write(
        "last.csv",
        "name,email,identifier,level,evidence,awarded_on\nCy,cy@example.org,3,3,https://example.org/e/1,2026-11-12\n",
    );
    let issue = [
        "--json",
        "issue",
        "--achievement",
        "precision-measurement",
        "--csv",
        "last.csv",
    ];
    let looked = folder.run(&[&issue[..], &["--preview"]].concat());
    assert_eq!(looked.exits(0).json()["deprecated"], Value::Null);
    Runtime::new().unwrap().block_on(async {
        let file = folder.path("touchstone-data/touchstone.db");
        let url = format!("sqlite://{}", file.display());
        let store = Store::connect(&url).await.unwrap();
        let reader = store.read();
        let tenant = reader.institution_by_slug("example").await.unwrap();
        let tenant = tenant.unwrap().id;
        let earned = reader.achievement_by_slug(&tenant, "precision-measurement");
        let said = &StewardshipRow {
            kind: "achievement".into(),
            subject: earned.await.unwrap().unwrap().id,
            tenant,
            steward: "The head of training".into(),
            until: None,
            successor: String::new(),
            deprecated_at: Some(1_795_000_000_000),
            replaced_by: "Metrology".into(),
            changed_at: 1_795_000_000_000,
            changed_by: "boss".into(),
        };
        let kept = store.write(|mut tx| async move { tx.entrust(said.clone()).await });
        kept.await.unwrap();
    });
    let preview = [&issue[1..], &["--preview"]].concat();
    folder.run(&preview).exits(0).says(
        "This achievement is no longer to be used since 2026-11-18T11:06:40Z. In its place: Metrology.",
    );
    let done = folder.run(&issue).exits(0).json();
    assert_eq!(
        done["deprecated"],
        json!({ "since": "2026-11-18T11:06:40Z", "replacedBy": "Metrology", "successor": null })
    );
    assert_eq!(ids(&folder, &[]).len(), 3);
}
