//! The log when SQLite's own writes fail under it: a commit that fails and was not done, and one that fails and was done all the same; and when its files
//! say something else than its database.
//!
//! `strace` has one call of a process on the database's write-ahead log fail, one after the other. A write that fails leaves the commit out; a sync
//! that fails says so of a commit whose pages are in the file by then, and whoever opens the database next finds it done, if whoever was told did not
//! tidy up: so that process is killed before it takes its file away.

use std::{
    fs,
    io::{BufRead, BufReader},
    path::Path,
    process::Command,
};

use tokio::runtime::Runtime;
use touchstone_store::Store;

use super::keeping::{ids, issued, issued_at_a_domain};
use super::run::Folder;

/// What becomes of a commit that fails.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Commit {
    /// It was not done.
    Lost,
    /// It was done.
    Kept,
}

/// What the database says of the log.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct Stand {
    /// Entries that are committed.
    entries: i64,
    /// Changes that are committed, entered or not.
    changes: usize,
}

fn stand(folder: &Folder) -> Stand {
    let url = format!("sqlite://{}", database(folder));
    Runtime::new().unwrap().block_on(async {
        let store = Store::connect(&url).await.unwrap();
        let reader = store.read();
        let tree = reader.log_tree().await.unwrap().unwrap();
        let placed = reader.log_entries_before(i64::MAX, 100_000).await.unwrap();
        let mut tx = store.begin().await.unwrap();
        let changes = tx.outbox_after(0, 100_000).await.unwrap().len();
        tx.roll_back().await.unwrap();
        // Each place once, and each change at one place at most.
        let mut leaves: Vec<i64> = placed.iter().map(|one| one.leaf).collect();
        leaves.sort_unstable();
        assert!(leaves.iter().copied().eq(0..tree.size), "{leaves:?}");
        let mut lines: Vec<i64> = placed.iter().map(|one| one.outbox).collect();
        lines.sort_unstable();
        lines.dedup();
        assert_eq!(lines.len(), leaves.len(), "a change was entered twice");
        drop(reader);
        store.close().await.unwrap();
        Stand {
            entries: tree.size,
            changes,
        }
    })
}

fn database(folder: &Folder) -> String {
    let data = folder.path("touchstone-data").canonicalize().unwrap();
    data.join("touchstone.db").display().to_string()
}

/// Entries of the checkpoint that is shown.
fn shown(folder: &Folder) -> i64 {
    let checkpoint = folder.path("touchstone-data/objects/log/checkpoint");
    let text = fs::read_to_string(checkpoint).unwrap();
    text.lines().nth(1).unwrap().parse().unwrap()
}

/// How often all places of a turn are gone through at most.
const AGAIN: usize = 4;
const LOG: &str = "touchstone-data/objects/log";

/// What is shown continues what was seen.
fn follow(folder: &Folder) {
    let monitor = [
        "log", "monitor", LOG, "--policy", "trust", "--state", "seen",
    ];
    folder.run(&monitor).exits(0);
}

#[test]
fn t49_a_commit_of_sqlite_that_fails_leaves_one_log() {
    let of_the_log = each_fails(Commit::Lost, |before, failed, _| {
        // The change is there, and the commit that enters it is not.
        failed.changes > before.changes && failed.entries == before.entries
    });
    assert!(of_the_log >= 1, "none of them was the log's own");
}

#[test]
fn t49_a_commit_of_sqlite_that_fails_and_is_done_leaves_one_log() {
    let of_the_log = each_fails(Commit::Kept, |_, failed, shown| {
        // It is entered, and whoever entered it was told that it is not.
        failed.entries > shown
    });
    assert!(of_the_log >= 1, "none of them was the log's own");
}

/// Has writes of a turn fail, one after the other, and another process go on from whatever there is; until one was of a commit that `is_of_the_log`:
/// by what the database said before and after, and by how many entries are shown. How often that was.
///
/// Which write is hit is not known: each thread counts its own, and how many a commit makes is SQLite's. So what is looked at after each holds
/// whatever was hit, and where none of those was the log's, those between them are.
fn each_fails(what: Commit, is_of_the_log: impl Fn(Stand, Stand, i64) -> bool) -> usize {
    let folder = issued();
    folder.run(&["work", "--once"]).exits(0);
    folder.run(&["log", "trust", "--out", "trust"]).exits(0);
    // A commit writes some eight times and syncs once: of its writes, whichever fails leaves it out.
    let step = match what {
        Commit::Lost => 7,
        Commit::Kept => 1,
    };
    let (mut hits, mut of_the_log) = (0, 0);
    // On a busy machine other threads may write at every place of a turn: then it is gone through again.
    for first in (1..=step).cycle().take(step * AGAIN) {
        let mut at = first;
        loop {
            revise(&folder, at);
            let before = stand(&folder);
            assert_eq!(shown(&folder), before.entries, "everything is shown");
            let hit = enter(&folder, what, at);
            // Nothing that is shown is wrong by that, and whoever looks finds it whole.
            follow(&folder);
            let after = stand(&folder);
            assert!(after.entries >= before.entries && after.changes >= before.changes);
            assert!(after.entries >= shown(&folder), "shown and not committed");
            of_the_log += usize::from(is_of_the_log(before, after, shown(&folder)));
            folder.run(&["work", "--once"]).exits(0);
            if !hit {
                break;
            }
            (at, hits) = (at + step, hits + 1);
        }
        if of_the_log > 0 {
            break;
        }
    }
    assert!(
        hits >= of_the_log,
        "{what:?}: nothing failed, and it was not entered"
    );
    let last = stand(&folder);
    assert_eq!(last.entries, shown(&folder));
    follow(&folder);
    folder
        .run(&["log", "fsck"])
        .exits(0)
        .says("Every hash is right.");
    of_the_log
}

/// Writes another version of the achievement: a line in the record, whose root is to be entered.
fn revise(folder: &Folder, at: usize) {
    let sample = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/sample/achievements/precision-measurement.json"
    );
    let text = fs::read_to_string(sample).unwrap();
    let name = format!("\"Precision measurement {at}\"");
    folder.write(
        "revised.json",
        text.replacen("\"Precision measurement\"", &name, 1),
    );
    folder
        .run(&["achievement", "import", "revised.json"])
        .exits(0);
}

/// Enters what is due in the log, and has the `at`th write of each thread to the database fail. Whether there was one.
fn enter(folder: &Folder, what: Commit, at: usize) -> bool {
    let wal = format!("{}-wal", database(folder));
    let (calls, then) = match what {
        Commit::Lost => ("pwrite64", None),
        Commit::Kept => (
            "fdatasync,fsync",
            Some("inject=unlink,unlinkat:signal=SIGKILL"),
        ),
    };
    let fails = format!("inject={calls}:error=EIO:when={at}");
    let traced = format!("trace={calls},unlink,unlinkat");
    let out = folder.path("calls").display().to_string();
    let mut trace = vec![
        "-f", "-qq", "-o", &out, "-P", &wal, "-e", &traced, "-e", &fails,
    ];
    if let Some(then) = &then {
        trace.extend(["-e", then]);
    }
    folder.run_traced(&trace, &["work", "--once"]);
    let calls = fs::read_to_string(Path::new(&out)).unwrap();
    calls.contains("EIO (Input/output error) (INJECTED)")
}

/// Whether an older database was put back cannot be told then, so nothing is changed, and why is said.
#[test]
fn files_of_the_log_that_say_something_else_keep_an_installation_read_only() {
    let folder = issued_at_a_domain();
    folder.run(&["work", "--once"]).exits(0);
    let checkpoint = folder.path("touchstone-data/objects/log/checkpoint");
    let kept = fs::read(&checkpoint).unwrap();
    fs::write(&checkpoint, "something else").unwrap();
    let id = ids(&folder, &[]).remove(0);
    let revoke = ["credential", "revoke", &id, "--reason", "Awarded in error"];
    for refused in [&["work", "--once"][..], &revoke, &["restore", "--again"]] {
        let ran = folder.run(refused).exits(1);
        ran.warns("is read-only")
            .warns("files of the public log")
            .warns("restore --again --database-restored");
    }
    let doctor = folder.run(&["--json", "doctor"]).exits(1).json();
    let findings = doctor["findings"].as_array().unwrap().iter();
    let state: Vec<_> = findings.filter(|one| one["what"] == "state").collect();
    let [state] = &state[..] else {
        panic!("{doctor}");
    };
    let words = state["words"].as_str().unwrap();
    assert_eq!(state["well"], false, "{words}");
    assert!(words.contains("Put the right files"), "{words}");
    assert!(ids(&folder, &["--state", "revoked"]).is_empty());

    // Who serves read-only for that ends once they fit, as a supervisor waits for.
    let mut server = folder.start(&["serve", "--listen", "127.0.0.1:0"]);
    let mut said = BufReader::new(server.stderr.take().unwrap()).lines();
    let told = said.find(|line| line.as_ref().unwrap().contains("READ-ONLY"));
    assert!(told.is_some());
    fs::write(&checkpoint, kept).unwrap();
    let rest: Vec<String> = said.map(|line| line.unwrap()).collect();
    assert_eq!(server.wait().unwrap().code(), Some(1), "{rest:?}");
    let rest = rest.join("\n");
    assert!(rest.contains("started again"), "{rest}");
    folder.run(&revoke).exits(0);
    folder.run(&["work", "--once"]).exits(0);
}

/// Started again it would be read-only as before, so a supervisor would start it without end.
#[test]
fn who_serves_read_only_because_a_file_cannot_be_written_goes_on_serving() {
    let folder = issued_at_a_domain();
    folder.run(&["work", "--once"]).exits(0);
    let checkpoint = folder.path(LOG).join("checkpoint");
    let behind = fs::read(&checkpoint).unwrap();
    revise(&folder, 1);
    folder.run(&["work", "--once"]).exits(0);
    assert_ne!(fs::read(&checkpoint).unwrap(), behind);
    fs::write(&checkpoint, &behind).unwrap();

    let (named, out) = (format!("{LOG}/checkpoint"), folder.path("calls"));
    let out = out.display().to_string();
    let calls = "rename,renameat,renameat2";
    let (traced, fails) = (
        format!("trace={calls}"),
        format!("inject={calls}:error=EROFS"),
    );
    let trace = [
        "-f", "-qq", "-o", &out, "-P", &named, "-e", &traced, "-e", &fails,
    ];
    let mut server = folder.start_traced(&trace, &["serve", "--listen", "127.0.0.1:0"]);
    let mut said = BufReader::new(server.stderr.take().unwrap()).lines();
    let told = said.find(|line| line.as_ref().unwrap().contains("READ-ONLY"));
    assert!(told.is_some());
    // It ends when it is told to, and not because the files fit.
    let id = server.id().to_string();
    assert!(Command::new("kill").arg(id).status().unwrap().success());
    let rest: Vec<String> = said.map(|line| line.unwrap()).collect();
    assert_eq!(server.wait().unwrap().code(), Some(0), "{rest:?}");
    assert_eq!(fs::read(&checkpoint).unwrap(), behind);
}

#[test]
fn doctor_finds_entries_that_are_ahead_of_the_database_and_cannot_be_read() {
    let folder = issued();
    folder.run(&["work", "--once"]).exits(0);
    let database = database(&folder);
    for end in ["", "-wal", "-shm"] {
        let _ = fs::copy(
            format!("{database}{end}"),
            folder.path(&format!("older{end}")),
        );
    }
    revise(&folder, 1);
    folder.run(&["work", "--once"]).exits(0);
    for end in ["", "-wal", "-shm"] {
        let _ = fs::remove_file(format!("{database}{end}"));
        let _ = fs::copy(
            folder.path(&format!("older{end}")),
            format!("{database}{end}"),
        );
    }
    let bundle = format!("{LOG}/tile/entries/000.p/{}", shown(&folder));
    fs::remove_file(folder.path(&bundle)).unwrap();
    folder.run(&["doctor"]).exits(1).says("Put the right files");
}
