//! The newcomer's first command.

use super::run::{Folder, Ran};

fn walk(folder: &Folder) -> Ran {
    folder.run(&["--json", "demo", "--exit", "--listen", "127.0.0.1:0"])
}

fn roles(folder: &Folder) -> serde_json::Value {
    let list = ["--json", "--data", "touchstone-demo", "role", "list"];
    folder.run(&list).exits(0).json()
}

#[test]
fn every_step_of_the_walk_holds_and_holds_again() {
    let folder = Folder::new();
    let first = walk(&folder).exits(0).json();
    assert_eq!(first["held"], true);
    let steps: Vec<_> = first["steps"]
        .as_array()
        .unwrap()
        .iter()
        .map(|step| step["step"].clone())
        .collect();
    for expected in [
        "issued",
        "told",
        "verified",
        "read for a role",
        "revoked",
        "seen revoked",
        "exported",
        "verified offline",
    ] {
        assert!(
            steps.iter().any(|step| step == expected),
            "{expected} is missing in {steps:?}"
        );
    }
    assert!(
        first["steps"]
            .as_array()
            .unwrap()
            .iter()
            .all(|step| step["held"] == true),
        "{first}"
    );

    // Of 29 real tasks the two that the achievement names; the answer shows O*NET's words, and so their attribution.
    let read = steps.iter().position(|step| step == "read for a role");
    let words = first["steps"][read.unwrap()]["words"].as_str().unwrap();
    assert!(words.starts_with("2 of 29 tasks are met"), "{words}");
    assert!(
        words.ends_with("the page credits O*NET 29.3 as its licence asks: yes"),
        "{words}"
    );
    let listed = roles(&folder);
    assert_eq!(listed["roles"][0]["title"], "Machinists");
    assert_eq!(listed["roles"][0]["tasks"], 29);

    let again = walk(&folder).exits(0).json();
    assert_eq!(
        again["held"], true,
        "a second run on the same folder holds too: {again}"
    );
    assert_eq!(
        again["credentials"], first["credentials"],
        "and issues nobody anything twice"
    );
    assert_eq!(
        roles(&folder),
        listed,
        "nor describes the role a second time"
    );
}

#[test]
fn a_step_that_does_not_hold_is_told_and_the_others_are_walked() {
    let folder = Folder::new();
    std::fs::create_dir(folder.path("touchstone-demo")).unwrap();
    folder.write("touchstone-demo/mail", "where the folder for mail would be");
    let walked = walk(&folder).exits(1).json();
    assert_eq!(walked["held"], false);
    for step in walked["steps"].as_array().unwrap() {
        assert_eq!(step["held"], step["step"] != "told", "{step}");
    }
    let again = folder.run(&["demo", "--exit", "--listen", "127.0.0.1:0"]);
    let again = again.exits(1).says("NOT HELD");
    assert!(
        again.err.contains("✗ NOT AS IT SHOULD BE:"),
        "{}",
        again.err
    );
}
