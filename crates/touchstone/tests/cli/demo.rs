//! The newcomer's first command.

use super::run::{Folder, Ran};

fn walk(folder: &Folder) -> Ran {
    folder.run(&["--json", "demo", "--exit", "--listen", "127.0.0.1:0"])
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
        "verified",
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

    let again = walk(&folder).exits(0).json();
    assert_eq!(
        again["held"], true,
        "a second run on the same folder holds too: {again}"
    );
    assert_eq!(
        again["credentials"], first["credentials"],
        "and issues nobody anything twice"
    );
}
