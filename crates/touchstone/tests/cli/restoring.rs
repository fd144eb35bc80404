//! A restore that stops halfway, and what it leaves behind.

use std::{fs, os::unix::fs::PermissionsExt};

use super::keeping::{ids, issued};

/// What was unpacked is an installation before its database says that it is an older one: nothing opens it in between.
#[test]
fn a_restore_that_stops_before_the_database_is_marked_opens_nothing() {
    let folder = issued();
    folder.run(&["work", "--once"]).exits(0);
    folder.run(&["publish", "--to", "public"]).exits(0);
    folder.run(&["backup", "--to", "backup.zip"]).exits(0);
    let passphrase = folder.path("touchstone-data/keys/passphrase");
    let secret = ["--passphrase-file", passphrase.to_str().unwrap()];
    let from = ["--data", "restored", "restore", "--from", "backup.zip"];
    let restore = || folder.run(&[&from[..], &secret].concat());
    let again = ["--data", "restored", "restore", "--again"];

    // It stops while it unpacks: no folder of keys can be made.
    fs::create_dir(folder.path("restored")).unwrap();
    folder.write("restored/keys", "");
    restore().exits(1);
    fs::remove_file(folder.path("restored/keys")).unwrap();
    restore().exits(1).warns("take away what is in that folder");
    let named = ["init", "--name", "River", "--slug", "river"];
    let reached = ["--email", "a@example.org", "--country", "IE"];
    let init = [&named[..], &reached].concat();
    for refused in [
        &["serve", "--listen", "127.0.0.1:0"][..],
        &["work", "--once"],
        &["doctor"],
        &["restore", "--again"],
        &init[..],
    ] {
        folder
            .run(&[&["--data", "restored", "--local"], refused].concat())
            .exits(1)
            .warns("take away what is in that folder");
    }
    assert!(!folder.path("restored/keys").exists(), "no new passphrase");
    fs::remove_dir_all(folder.path("restored")).unwrap();

    // It stops when everything is unpacked: the database cannot be opened.
    let in_the_way = folder.path("restored/touchstone.db-wal");
    fs::create_dir_all(&in_the_way).unwrap();
    restore().exits(1);
    assert!(folder.path("restored/touchstone.db").exists());
    fs::remove_dir(in_the_way).unwrap();
    for refused in [
        &["work", "--once"][..],
        &["doctor"],
        &["credential", "list"],
    ] {
        folder
            .run(&[&["--data", "restored"], refused].concat())
            .exits(1)
            .warns("restore --again` goes on");
    }
    restore().exits(1).warns("restore --again` goes on");
    // Going on, it is read-only until it knows what was published since.
    folder.run(&again).exits(1).says("READ-ONLY");
    folder
        .run(&["--data", "restored", "work", "--once"])
        .exits(1)
        .warns("read-only");
    let known = ["--documents", "public", "--without-log"];
    folder
        .run(&[&again[..], &known].concat())
        .exits(0)
        .says("is restored and open");
    assert_eq!(ids(&folder, &["--data", "restored"]).len(), 2);
}

/// A folder that a package or a person made: what is in the database and in the settings is nobody else's.
#[test]
fn what_is_restored_is_its_owners_alone_although_the_folder_was_open() {
    let folder = issued();
    folder.run(&["backup", "--to", "backup.zip"]).exits(0);
    fs::create_dir(folder.path("restored")).unwrap();
    let open = fs::Permissions::from_mode(0o755);
    fs::set_permissions(folder.path("restored"), open).unwrap();
    let passphrase = folder.path("touchstone-data/keys/passphrase");
    let secret = ["--passphrase-file", passphrase.to_str().unwrap()];
    let from = ["--data", "restored", "restore", "--from", "backup.zip"];
    folder
        .run(&[&from[..], &secret].concat())
        .exits(1)
        .says("READ-ONLY");

    let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&folder.path("restored")), 0o700);
    for name in ["touchstone.db", "touchstone.toml", "keys/keystore.json"] {
        let path = folder.path("restored").join(name);
        assert_eq!(mode(&path), 0o600, "{name}");
    }
}
