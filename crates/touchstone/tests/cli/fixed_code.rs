//! Whether these tests would notice a verifier that says the same of everything. Of each kind of thing that is named here one has to hold, one not, and
//! one could not be checked; presentations and endorsements have their own tests.

use std::{collections::BTreeMap, fs, path::Path};

use super::{
    keeping::{ids, issued},
    run::Folder,
    status::list,
};

/// What is to be checked, and the exit code that is right.
type Cases = BTreeMap<&'static str, Vec<(Vec<&'static str>, i32)>>;

/// Which kinds of checks a verifier passes: those of which it answers every case as it must.
fn passed(cases: &Cases, ask: impl Fn(&[&str]) -> Option<i32>) -> Vec<&'static str> {
    let right = |(args, code): &(Vec<&str>, i32)| ask(args) == Some(*code);
    let all = cases.iter().filter(|(_, cases)| cases.iter().all(right));
    all.map(|(kind, _)| *kind).collect()
}

fn cases() -> Cases {
    let mut all = Cases::new();
    let mut add = |kind, line: &'static str, code| {
        let args = line.split(' ').collect();
        all.entry(kind).or_default().push((args, code));
    };
    let credential = "credential";
    add(
        credential,
        "verify good.json --offline --documents public",
        0,
    );
    add(
        credential,
        "verify withdrawn.json --offline --documents public",
        1,
    );
    add(
        credential,
        "verify altered.json --offline --documents public",
        1,
    );
    add(credential, "verify good.json --offline", 2);
    let bundle = "bundle";
    add(
        bundle,
        "verify good.bundle --offline --trust trust.policy",
        0,
    );
    add(
        bundle,
        "verify withdrawn.bundle --offline --trust trust.policy",
        1,
    );
    add(bundle, "verify good.bundle --offline", 2);
    let stapled = "credential with a status proof";
    add(
        stapled,
        "verify good.json --offline --status good.status-proof --trust trust.policy",
        0,
    );
    add(
        stapled,
        "verify withdrawn.json --offline --status withdrawn.status-proof --trust trust.policy",
        1,
    );
    add(
        stapled,
        "verify good.json --offline --status good.status-proof --trust trust.policy --status-max-age 0m",
        2,
    );
    let status = "status proof";
    add(
        status,
        "status check good.status-proof --credential good.json --policy trust.policy",
        0,
    );
    add(
        status,
        "status check withdrawn.status-proof --credential withdrawn.json --policy trust.policy",
        1,
    );
    add(
        status,
        "status check good.status-proof --credential good.json --policy trust.policy --max-age 0m",
        2,
    );
    let log = "log";
    add(log, "log fsck public/log --policy trust.policy", 0);
    add(log, "log fsck flipped --policy trust.policy", 1);
    add(log, "log fsck nowhere --policy trust.policy", 2);
    let inclusion = "place in the log";
    add(
        inclusion,
        "log verify first.tlog-proof --entry first --policy trust.policy",
        0,
    );
    add(
        inclusion,
        "log verify first.tlog-proof --entry second --policy trust.policy",
        1,
    );
    add(
        inclusion,
        "log verify first.tlog-proof --policy trust.policy",
        2,
    );
    let audit = "audit record";
    add(audit, "audit verify r.audit --policy trust.policy", 0);
    add(audit, "audit verify altered.audit --policy trust.policy", 1);
    add(audit, "audit verify cut.audit --policy trust.policy", 2);
    all
}

/// One credential that stands, one that was withdrawn, and all that can be checked of them, without the installation.
fn taken() -> Folder {
    let folder = issued();
    let ids = ids(&folder, &[]);
    let run = |args: &[&str]| drop(folder.run(args).exits(0));
    run(&["credential", "revoke", &ids[1], "--reason", "Mixed up."]);
    run(&["work", "--once"]);
    run(&["log", "trust", "--out", "trust.policy"]);
    run(&["audit", "export", "--out", "r.audit"]);
    run(&["publish", "--to", "public"]);
    for (id, name) in ids.iter().zip(["good", "withdrawn"]) {
        let file = |kind: &str| format!("{name}.{kind}");
        run(&["credential", "export", id, "--out", &file("json")]);
        run(&[
            "credential",
            "export",
            id,
            "--bundle",
            "--out",
            &file("bundle"),
        ]);
        let (list, _) = list(&folder, &file("json"), "public");
        let (json, proof) = (file("json"), file("status-proof"));
        run(&[
            "status",
            "prove",
            &list,
            "--log",
            "public/log",
            "--credential",
            &json,
            "--out",
            &proof,
        ]);
    }
    for (number, name) in [("0", "first"), ("1", "second")] {
        let proof = format!("{name}.tlog-proof");
        run(&[
            "log",
            "prove",
            "public/log",
            number,
            "--out",
            &proof,
            "--entry",
            name,
        ]);
    }
    fs::remove_dir_all(folder.path("touchstone-data")).unwrap();

    let read = |name: &str| fs::read_to_string(folder.path(name)).unwrap();
    let good = read("good.json");
    folder.write("altered.json", good.replacen("Precision", "Perfect", 1));
    assert_ne!(good, read("altered.json"));
    let record = read("r.audit");
    folder.write("altered.audit", record.replacen("Mixed up", "Asked for", 1));
    folder.write("cut.audit", record.trim_end());
    copy(&folder.path("public/log"), &folder.path("flipped"));
    let checkpoint = read("public/log/checkpoint");
    let size = checkpoint.lines().nth(1).unwrap();
    let tile = folder.path(&format!("flipped/tile/0/000.p/{size}"));
    let mut bytes = fs::read(&tile).unwrap();
    bytes[20] ^= 4;
    fs::write(tile, bytes).unwrap();
    folder
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir(to).unwrap();
    for one in fs::read_dir(from).unwrap() {
        let one = one.unwrap();
        match one.file_type().unwrap().is_dir() {
            true => copy(&one.path(), &to.join(one.file_name())),
            false => drop(fs::copy(one.path(), to.join(one.file_name())).unwrap()),
        }
    }
}

#[test]
fn a_verifier_that_says_the_same_of_everything_passes_nothing() {
    let folder = taken();
    let cases = cases();
    let kinds: Vec<_> = cases.keys().copied().collect();
    assert_eq!(passed(&cases, |args| folder.run(args).code), kinds);
    for code in [0, 1, 2, 64, 78] {
        let always = passed(&cases, |_| Some(code));
        assert_eq!(always, Vec::<&str>::new(), "always {code}");
    }
}
