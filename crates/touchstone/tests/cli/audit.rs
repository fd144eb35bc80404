//! The audit record: taken away, checked without the installation, and caught where it was altered.

use std::fs;

use touchstone_testkit::MemoryLog;
use touchstone_tlog::{Bundle, SignedCheckpoint};
use touchstone_vc::log::Entry;

use super::keeping::{ids, issued};
use super::run::Folder;

const CHECK: [&str; 5] = ["audit", "verify", "r.audit", "--policy", "trust.policy"];

/// An installation whose record was taken away twice, before and after a withdrawal, and its trust file.
fn taken_away() -> Folder {
    let folder = issued();
    let export = |to: &str| {
        folder
            .run(&["audit", "export", "--out", to])
            .exits(0)
            .says(" lines.");
    };
    export("earlier.audit");
    let id = ids(&folder, &[]).remove(0);
    folder
        .run(&["credential", "revoke", &id, "--reason", "Mixed up."])
        .exits(0);
    folder.run(&["work", "--once"]).exits(0);
    export("r.audit");
    folder
        .run(&["log", "trust", "--out", "trust.policy"])
        .exits(0);
    folder.run(&["publish", "--to", "public"]).exits(0);
    fs::remove_dir_all(folder.path("touchstone-data")).unwrap();
    folder
}

#[test]
fn a_record_is_checked_without_the_installation_and_alterations_are_found() {
    let folder = taken_away();
    let with_log = [&CHECK[..], &["--log", "public/log"]].concat();
    folder
        .run(&CHECK)
        .exits(0)
        .says("WHOLE")
        .says("only the roots that the file brings were compared");
    let json = folder
        .run(&[&["--json"], &with_log[..]].concat())
        .exits(0)
        .json();
    assert_eq!(json["verdict"], "whole");
    assert_eq!(json["lines"], json["whole"]["lines"]);
    assert_eq!(json["lines"], json["loggedLines"]);
    assert_eq!(json["notes"], serde_json::json!([]));

    let sound = fs::read_to_string(folder.path("r.audit")).unwrap();
    fs::write(
        folder.path("r.audit"),
        sound.replacen("Mixed up", "Asked for", 1),
    )
    .unwrap();
    folder
        .run(&CHECK)
        .exits(1)
        .says("ALTERED")
        .says("these are not the lines whose root stands at place");

    // Cut short behind its last root but without its end.
    let (cut, _) = sound.trim_end().rsplit_once('\n').unwrap();
    fs::write(folder.path("r.audit"), format!("{cut}\n")).unwrap();
    folder.run(&CHECK).exits(1).says("it was cut short");

    // The first version has no end, so a file that is made one says nothing without the log.
    let first = format!("{cut}\n").replacen("touchstone-audit/2", "touchstone-audit/1", 1);
    fs::write(folder.path("r.audit"), &first).unwrap();
    folder.run(&CHECK).exits(2).says("only the log tells");
    folder.run(&with_log).exits(0);

    // The earlier record is whole as of its own time, but not all that there is.
    fs::copy(folder.path("earlier.audit"), folder.path("r.audit")).unwrap();
    folder.run(&CHECK).exits(0).says("no more of them as of");
    folder
        .run(&with_log)
        .exits(1)
        .says("the log has a root over");
}

#[test]
fn a_root_in_the_log_that_the_file_leaves_out_is_compared_as_well() {
    let folder = taken_away();
    let record = fs::read_to_string(folder.path("r.audit")).unwrap();
    let head: serde_json::Value = serde_json::from_str(record.lines().next().unwrap()).unwrap();
    let trust = fs::read_to_string(folder.path("trust.policy")).unwrap();
    let key = trust.lines().find_map(|line| line.strip_prefix("log "));
    let key = key.and_then(|line| line.split(' ').next()).unwrap();
    let shown = fs::read(folder.path("public/log/checkpoint")).unwrap();
    let shown = SignedCheckpoint::parse(&shown).unwrap().checkpoint;
    let mut entries = Vec::new();
    for bundle in Bundle::all(0, shown.size) {
        let bytes = fs::read(folder.path("public/log").join(bundle.path())).unwrap();
        entries.extend(bundle.entries(&bytes).unwrap().into_iter().map(Vec::from));
    }
    let check = |entries: Vec<Vec<u8>>| {
        let log = MemoryLog::with(shown.origin(), entries);
        log.write(&folder.path("mirror"));
        let other = log.key.key.to_string();
        folder.run(&[
            "audit", "verify", "r.audit", "--key", key, "--key", &other, "--log", "mirror",
        ])
    };
    check(entries.clone()).exits(0).says("WHOLE");

    let other = Entry::AuditRoot {
        issuer: head["issuer"].as_str().unwrap().into(),
        size: 3,
        root: [7; 32],
    };
    let mut more = entries.clone();
    more.push(other.encode().unwrap());
    let place = format!("at place {}, another root over", shown.size);
    check(more).exits(1).says("ALTERED").says(&place);

    // One that ends before the file's checkpoint was not looked through to its end, and one that is not the file's says nothing good of it.
    let fewer = entries[..2].to_vec();
    check(fewer).exits(2).says("what came after them");
    let mut forked = entries;
    forked[0].push(b' ');
    check(forked).exits(1).says("the log forked");
    let stranger = MemoryLog::with("log.example.org", []);
    stranger.write(&folder.path("stranger"));
    let with_log = [&CHECK[..], &["--log", "stranger"]].concat();
    folder
        .run(&with_log)
        .exits(2)
        .warns("it is the log log.example.org");
}

#[test]
fn what_cannot_be_checked_is_neither_whole_nor_altered() {
    let folder = taken_away();
    let sound = fs::read_to_string(folder.path("r.audit")).unwrap();
    let write = |text: &str| fs::write(folder.path("r.audit"), text).unwrap();

    write(sound.trim_end());
    folder.run(&CHECK).exits(2).warns("was cut off");
    write("{\"format\":\"touchstone-audit/3\"}\n");
    folder.run(&CHECK).exits(2).warns("not an audit record");
    let (lines, end) = sound.trim_end().rsplit_once('\n').unwrap();
    write(&format!("{lines}\n{{\"what\":1}}\n"));
    folder
        .run(&CHECK)
        .exits(2)
        .warns("neither a line of a record nor a root");
    write("");
    folder.run(&CHECK).exits(2);

    // An end that nobody signed says nothing, and lines after the last root are not vouched for.
    let line = sound.lines().nth(1).unwrap();
    let later = line.replacen("\"seq\":", "\"seq\":9", 1);
    let count = end.split("\"lines\":").nth(1).unwrap();
    let count: String = count.chars().take_while(char::is_ascii_digit).collect();
    let count: u64 = count.parse().unwrap();
    let unsigned =
        |count: u64| format!("{{\"end\":{{\"lines\":{count},\"at\":\"2026-11-21T14:02:00Z\"}}}}\n");
    write(&format!("{lines}\n{}", unsigned(count)));
    folder.run(&CHECK).exits(2).says("only the log tells");
    write(&format!("{lines}\n{later}\n{}", unsigned(count + 1)));
    folder.run(&CHECK).exits(2).says("came after the last root");
}
