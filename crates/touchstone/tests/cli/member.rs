//! Members on the command line.

use super::run::Folder;

const INES: &str = "ines@example.edu";
const NOOR: &str = "noor@example.edu";

fn founded() -> Folder {
    let folder = Folder::new();
    let institution = [
        "--local",
        "--name",
        "Example University",
        "--slug",
        "example",
    ];
    let first = ["--email", INES, "--member", "Ines Albrecht"];
    folder
        .run(&[&["init"][..], &institution, &first].concat())
        .exits(0);
    folder
}

#[test]
fn a_member_is_added_changed_let_in_no_longer_and_again() {
    let folder = founded();
    let add = [
        "member",
        "add",
        "Noor@Example.edu",
        "--name",
        "Noor Haddad",
        "--role",
        "registrar",
    ];
    folder.run(&add).exits(0).says("Noor Haddad");
    folder
        .run(&["member", "roles", NOOR, "auditor", "approver"])
        .exits(0)
        .says("approver, auditor");
    folder
        .run(&["member", "disable", NOOR])
        .exits(0)
        .says("no access");
    let listed = folder.run(&["--json", "member", "list"]).exits(0).json();
    let noor = &listed["members"][1];
    assert_eq!(noor["email"], NOOR);
    assert_eq!(noor["roles"], serde_json::json!(["approver", "auditor"]));
    assert_eq!(noor["disabled"], true);
    folder
        .run(&["member", "link", NOOR])
        .exits(1)
        .warns("touchstone member enable");
    folder.run(&["member", "enable", NOOR]).exits(0);
    folder
        .run(&["member", "link", NOOR])
        .exits(0)
        .says("/signin/");
}

#[test]
fn the_only_owner_stays_and_who_is_locked_out_gets_a_link() {
    let folder = founded();
    for refused in [
        &["member", "roles", INES, "auditor"][..],
        &["member", "disable", INES],
    ] {
        folder.run(refused).exits(1).warns("this is the only owner");
    }
    let link = folder
        .run(&["--json", "member", "link", INES])
        .exits(0)
        .json();
    assert!(link["signIn"].as_str().unwrap().contains("/signin/"));
    folder
        .run(&["member", "link", "nobody@example.edu"])
        .exits(1)
        .warns("there is no member nobody@example.edu");
    folder
        .run(&["member", "roles", INES, "king"])
        .exits(64)
        .warns("the roles are owner");
}

#[test]
fn a_name_and_an_address_are_mended_and_passkeys_listed() {
    let folder = founded();
    let mended = [
        "--json",
        "member",
        "change",
        INES,
        "--name",
        "Inés Albrecht",
        "--address",
        "Ines.A@example.edu",
    ];
    let told = folder.run(&mended).exits(0).json();
    assert_eq!(told["name"], "Inés Albrecht");
    assert_eq!(told["email"], "ines.a@example.edu");
    folder
        .run(&["member", "change", "ines.a@example.edu"])
        .exits(64)
        .warns("--name");
    folder
        .run(&[
            "member",
            "change",
            "ines.a@example.edu",
            "--address",
            "nowhere",
        ])
        .exits(1)
        .warns("this is not a mail address");
    folder
        .run(&["member", "passkeys", "ines.a@example.edu"])
        .exits(0)
        .says("has no passkey");
    folder
        .run(&["member", "passkeys", "ines.a@example.edu", "--remove", "x"])
        .exits(1)
        .warns("no such passkey");
}
