//! Backups that meet each other, and what one that was stopped leaves behind.

use std::{fs, time::UNIX_EPOCH};

use super::keeping::issued;

/// What another backup copies the database into is not taken from it; what one that was stopped left is taken away a day later.
#[test]
fn a_backup_leaves_what_another_one_writes_as_it_is() {
    let folder = issued();
    let others = ["backup.part", "backup-copy-other.part"];
    let others = others.map(|name| folder.write(&format!("touchstone-data/{name}"), "half"));
    folder.run(&["backup", "--to", "a.zip"]).exits(0);
    for other in &others {
        assert_eq!(fs::read(other).unwrap(), b"half", "{}", other.display());
        let stopped = fs::File::options().write(true).open(other).unwrap();
        stopped.set_modified(UNIX_EPOCH).unwrap();
    }
    folder.run(&["backup", "--to", "b.zip"]).exits(0);
    let left = fs::read_dir(folder.path("touchstone-data")).unwrap();
    let left = left.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let left: Vec<String> = left.filter(|name| name.ends_with(".part")).collect();
    assert_eq!(left, Vec::<String>::new());

    // The archive itself, of two to one name.
    let half = folder.write("c.zip.part", "half");
    folder
        .run(&["backup", "--to", "c.zip"])
        .exits(1)
        .warns("take it away");
    assert_eq!(fs::read(half).unwrap(), b"half");
}
