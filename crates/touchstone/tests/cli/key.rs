//! Signing keys on the command line: rotated, given up, destroyed; and what is said of it.

use super::keeping::{FOUND, ids};
use super::run::Folder;

/// An institution on a public address, which can have several keys.
pub(crate) fn on_the_web() -> Folder {
    let folder = Folder::new();
    folder.write(
        "touchstone.toml",
        "[site]\npublic_url = \"https://verify.example.edu\"\n",
    );
    found(&folder);
    folder
}

/// Founds the institution, with one achievement.
pub(crate) fn found(folder: &Folder) {
    let found = FOUND.iter().filter(|arg| **arg != "--local").copied();
    let found: Vec<&str> = ["--config", "touchstone.toml"]
        .into_iter()
        .chain(found)
        .collect();
    folder.run(&found).exits(0).says("did:web:");
    run(folder, &["achievement", "import", SAMPLE]);
}

pub(crate) const SAMPLE: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/sample/achievements/precision-measurement.json"
);

/// Runs a command on it that must do.
#[track_caller]
pub(crate) fn run(folder: &Folder, args: &[&str]) -> super::run::Ran {
    let all = [&["--config", "touchstone.toml"], args].concat();
    folder.run(&all).exits(0)
}

pub(crate) fn issue(folder: &Folder, name: &str, number: u32) {
    list(folder, name, number);
    run(folder, &ISSUE);
}

/// Writes the list that [`ISSUE`] issues to.
pub(crate) fn list(folder: &Folder, name: &str, number: u32) {
    folder.write(
        "cohort.csv",
        format!("name,email,identifier,level,evidence,awarded_on\n{name},{name}@example.org,{number},3,https://example.org/e/1,2026-11-12\n"),
    );
}

pub(crate) const ISSUE: [&str; 7] = [
    "issue",
    "--achievement",
    "precision-measurement",
    "--csv",
    "cohort.csv",
    "--out",
    "issued",
];

fn keys(folder: &Folder) -> Vec<(String, String)> {
    let listed = run(folder, &["--json", "key", "list"]).json();
    let keys = listed["keys"].as_array().unwrap().iter();
    keys.map(|key| {
        let text = |name: &str| key[name].as_str().unwrap().to_owned();
        (text("id"), text("state"))
    })
    .collect()
}

#[test]
fn a_key_is_rotated_given_up_and_destroyed_on_the_command_line() {
    let folder = on_the_web();
    issue(&folder, "Ada", 1);
    let first = keys(&folder).remove(0).0;
    run(&folder, &["key", "list"])
        .says("active")
        .says("entry 1 of the log");
    run(&folder, &["key", "rotate"]).says("is published and signs from");
    let states: Vec<_> = keys(&folder).into_iter().map(|(_, state)| state).collect();
    assert_eq!(states, ["pending", "active"]);
    run(&folder, &["key", "rotate", "--now"])
        .says("signs from now on")
        .says("finishes what was approved");
    let states: Vec<_> = keys(&folder).into_iter().map(|(_, state)| state).collect();
    assert_eq!(states, ["active", "retired"]);

    let give_up = [
        "--config",
        "touchstone.toml",
        "key",
        "compromise",
        &first,
        "--at",
        "2020-01-01T00:00:00Z",
        "--reason",
        "Laptop stolen",
    ];
    folder
        .run(&[&give_up[..], &["--rehearse"]].concat())
        .exits(0)
        .says("nothing was changed")
        .says("credentials signed    1")
        .says("issued since then     1");
    folder.run(&give_up).exits(1).says("say --yes to do it");
    assert_eq!(keys(&folder)[1].1, "retired");
    folder
        .run(&[&give_up[..], &["--yes"]].concat())
        .exits(0)
        .says("touchstone key reissue");
    assert_eq!(keys(&folder)[1].1, "compromised");
    let told = folder.run(&[&give_up[..], &["--yes"]].concat()).exits(1);
    told.warns("the key is compromised already");

    folder
        .run(&["--config", "touchstone.toml", "key", "reissue", &first])
        .exits(1)
        .warns("say --yes");
    run(&folder, &["key", "reissue", &first, "--yes"]).says("1 credentials were issued anew");
    let all = run(&folder, &["--json", "credential", "list"]).json();
    assert_eq!(all["credentials"].as_array().unwrap().len(), 2);
    let destroy = ["--config", "touchstone.toml", "key", "destroy", &first];
    folder.run(&destroy).exits(1).warns("say --yes");
    assert!(
        folder
            .path(&format!("touchstone-data/keys/{first}.key.json"))
            .exists()
    );
    folder
        .run(&[&destroy[..], &["--yes"]].concat())
        .exits(0)
        .says("Its secret is gone");
    assert!(
        !folder
            .path(&format!("touchstone-data/keys/{first}.key.json"))
            .exists()
    );
    folder
        .run(&["--config", "touchstone.toml", "key", "activate", &first])
        .exits(1)
        .warns("no key comes back from that");
    // Another one is issued and signed by the key that is left.
    issue(&folder, "Bo", 2);
    run(&folder, &["doctor"]);
}

#[test]
fn an_issuer_that_is_its_key_is_told_how_to_get_another() {
    let folder = Folder::new();
    folder.run(FOUND).exits(0);
    folder
        .run(&["key", "rotate"])
        .exits(1)
        .warns("did:key")
        .warns("site.public_url");
    assert_eq!(ids(&folder, &[]).len(), 0);
}
