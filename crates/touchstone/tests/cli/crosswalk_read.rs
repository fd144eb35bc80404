//! A reading that is made again from the credential, the role and the released files, and from nothing else.

use std::fs;

use serde_json::{Value, json};

use super::keeping::{ids, issued};
use super::run::{Folder, Ran};

const TASK: &str = "https://tasks.example/measuring";
const ESCO: &str = "http://data.europa.eu/esco/skill/";

/// A credential, the role, a released set that leads from one to the other, and what was read of them.
fn read_before() -> Folder {
    let folder = issued();
    folder.run(&["work", "--once"]).exits(0);
    folder.run(&["publish", "--to", "archive"]).exits(0);
    let id = ids(&folder, &[]).remove(0);
    let credential = folder.run(&["credential", "export", &id]).exits(0).out;
    folder.write("ada.json", &credential);
    let credential: Value = serde_json::from_slice(&credential).unwrap();
    let links = &credential["credentialSubject"]["achievement"]["alignment"];
    let mut links = links.as_array().unwrap().iter();
    let skill = links.find_map(|link| link["targetUrl"].as_str()?.strip_prefix(ESCO));
    folder.write(
        "measuring.sssom.tsv",
        format!(
            "#curie_map:\n#  A: \"{ESCO}\"\n#  T: https://tasks.example/\n#mapping_set_id: https://a.example/measuring\n#mapping_set_version: \"1\"\n#license: https://a.example/licence\n\
             subject_id\tpredicate_id\tobject_id\tmapping_justification\n\
             A:{}\tskos:exactMatch\tT:measuring\tsemapv:ManualMappingCuration\n",
            skill.unwrap()
        ),
    );
    let role = json!({"title": "Machine setter", "public": false, "tasks": [
        {"id": TASK, "label": "Measures parts", "need": "must", "level": 2, "evidence": [], "maxAgeDays": null},
        {"id": format!("{TASK}/2"), "label": "Leads others", "need": "nice"},
    ]});
    folder.write("setter.json", role.to_string());
    let read = read(&folder, &["--documents", "archive", "--json"]);
    let read = read.exits(0).json()["reading"].clone();
    assert_eq!(read["tasks"][0]["verdict"], "met", "{read}");
    assert_eq!(read["tasks"][1]["verdict"], "not_shown", "{read}");
    folder.write("answer.json", read.to_string());
    folder
}

fn read(folder: &Folder, more: &[&str]) -> Ran {
    let all = ["crosswalk", "read", "ada.json", "--role", "setter.json"];
    let set = ["--set", "measuring.sssom.tsv"];
    folder.run(&[&all[..], &set, more].concat())
}

/// Writes a file anew with other words in it.
fn alter(folder: &Folder, name: &str, from: &str, to: &str) {
    let text = fs::read_to_string(folder.path(name)).unwrap();
    assert!(text.contains(from), "{text}");
    fs::write(folder.path(name), text.replacen(from, to, 1)).unwrap();
}

#[test]
fn a_reading_comes_out_the_same_from_its_files_alone() {
    let folder = read_before();
    fs::remove_dir_all(folder.path("touchstone-data")).unwrap();
    let again = ["--reading", "answer.json"];
    let with_documents = [&again[..], &["--documents", "archive"]].concat();
    let told = read(&folder, &with_documents).exits(0);
    let told = told.says("The same as what was read before.");
    assert!(!told.text().contains("as the reading says"), "{told:?}");
    // Without the issuer's documents its check rests on what the reading says of it.
    let told = read(&folder, &[&again[..], &["--json"]].concat()).exits(0);
    let told = told.json();
    assert_eq!(told["same"], true, "{told}");
    assert_eq!(told["checkedByReading"].as_array().map(Vec::len), Some(1));
    read(&folder, &again)
        .exits(0)
        .says("as the reading says: it could not be checked here");
    // And without a reading it is not rounded to anything.
    read(&folder, &[]).exits(2).says("could not be checked");
    // An answer that was kept before answers said on whose word they rest comes out the same.
    alter(&folder, "answer.json", "\"ownWord\":true,", "");
    read(&folder, &again).exits(0);
}

/// Each credential of a bundle stands by itself: that another one was withdrawn takes nothing from it.
#[test]
fn credentials_of_one_bundle_are_judged_each_by_itself() {
    let folder = read_before();
    let ids = ids(&folder, &[]);
    folder
        .run(&["credential", "revoke", &ids[1], "--reason", "Mixed up."])
        .exits(0);
    folder.run(&["work", "--once"]).exits(0);
    folder
        .run(&[
            "credential",
            "export",
            &ids[0],
            &ids[1],
            "--bundle",
            "--out",
            "both.bundle",
        ])
        .exits(0);
    folder.run(&["log", "trust", "--out", "trust"]).exits(0);
    fs::remove_dir_all(folder.path("touchstone-data")).unwrap();
    let all = ["crosswalk", "read", "both.bundle", "--role", "setter.json"];
    let more = ["--set", "measuring.sssom.tsv", "--trust", "trust", "--json"];
    let read = folder.run(&[&all[..], &more].concat());
    let read = read.exits(0).json()["reading"].clone();
    let verdicts = read["credentials"].as_array().unwrap().iter();
    let verdicts: Vec<_> = verdicts
        .map(|one| one["verdict"].as_str().unwrap())
        .collect();
    assert_eq!(verdicts, ["pass", "failed"], "{read}");
    assert_eq!(read["tasks"][0]["verdict"], "met", "{read}");
}

#[test]
fn a_file_that_is_not_the_one_that_was_read_is_refused_by_name() {
    let folder = read_before();
    let again = ["--reading", "answer.json", "--documents", "archive"];
    fs::copy(folder.path("measuring.sssom.tsv"), folder.path("kept")).unwrap();
    alter(&folder, "measuring.sssom.tsv", "exactMatch", "closeMatch");
    let refused = read(&folder, &again).exits(2);
    let refused = refused.warns("measuring.sssom.tsv: this is not the file that was read");
    refused.warns("https://a.example/measuring 1 had SHA-256");
    fs::rename(folder.path("kept"), folder.path("measuring.sssom.tsv")).unwrap();
    read(&folder, &again).exits(0);

    let without = ["crosswalk", "read", "ada.json", "--role", "setter.json"];
    let missing = folder.run(&[&without[..], &again].concat()).exits(2);
    missing.warns("the file of https://a.example/measuring 1 is missing");
    alter(&folder, "setter.json", "Measures parts", "Measures all");
    read(&folder, &again)
        .exits(2)
        .warns("give the role as it was then");
    read(&folder, &["--reading", "setter.json"])
        .exits(2)
        .warns("this is no answer for a role");
}

#[test]
fn what_comes_out_otherwise_is_told_task_by_task() {
    let folder = read_before();
    let again = ["--reading", "answer.json", "--documents", "archive"];
    alter(&folder, "setter.json", "\"level\":2", "\"level\":4");
    let told = read(&folder, &again).exits(1);
    told.says("task 1, Measures parts: was met, is met_at_lower_level");
    alter(&folder, "setter.json", "\"level\":4", "\"level\":2");
    alter(&folder, "ada.json", "Precision", "Perfect");
    let told = read(&folder, &[&again[..], &["--json"]].concat()).exits(1);
    let told = told.json();
    assert_eq!(told["same"], false);
    let differences = told["differences"].as_array().unwrap();
    assert_eq!(differences[0]["now"], "failed", "{told}");
    assert_eq!(differences[1]["now"], "not_shown", "{told}");
}
