//! Changing many credentials with one reason.

use super::keeping::{ids, issued};

#[test]
fn who_stayed_as_they_were_is_named_with_the_reason() {
    let folder = issued();
    let first = ids(&folder, &[]).remove(0);
    let why = ["--reason", "Under review"];
    folder
        .run(&[&["credential", "revoke", &*first], &why[..]].concat())
        .exits(0);
    let all = [
        "credential",
        "revoke",
        "--achievement",
        "precision-measurement",
    ];
    let asked = folder
        .run(&[&["--json"], &all[..], &why].concat())
        .exits(0)
        .json();
    assert_eq!((&asked["total"], &asked["would"]), (&2.into(), &1.into()));
    let done = folder
        .run(&[&all[..], &why, &["--yes"]].concat())
        .exits(0)
        .says("1 credential is revoked; 1 stays as it was.")
        .says("it was withdrawn before")
        .warns("2 of 2 credentials had their turn.");
    let id = first.strip_prefix("urn:uuid:").unwrap();
    let text = done.text();
    let line = text.lines().find(|line| line.contains(id)).unwrap();
    assert!(
        line.starts_with("Ada ") || line.starts_with("Bo "),
        "{text}"
    );
    let again = folder
        .run(&[&["--json"], &all[..], &why, &["--yes"]].concat())
        .exits(0)
        .json();
    assert_eq!(again["changed"], 0);
    let stayed = again["stayed"].as_array().unwrap();
    assert_eq!(stayed.len(), 2);
    assert!(stayed.iter().all(|one| one["code"] == "already-revoked"));
    assert!(stayed.iter().any(|one| one["id"] == first.as_str()));
    folder
        .run(
            &[
                &["credential", "suspend", "--batch", "nobody", "--yes"],
                &why[..],
            ]
            .concat(),
        )
        .exits(1)
        .warns("no credential of Example University is found by that");
}
