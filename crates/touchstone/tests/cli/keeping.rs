//! Founding, backing up, restoring, exporting: what an operator does on the command line. `lists.rs` has issuing from a list.

use std::{fs, io::Read};

use touchstone_testkit::TestDatabase;

use super::run::Folder;

pub(crate) const FOUND: &[&str] = &[
    "init",
    "--local",
    "--name",
    "Example University",
    "--slug",
    "example",
    "--email",
    "a@example.edu",
];

/// An installation on trial that issued two credentials.
pub(crate) fn issued() -> Folder {
    let folder = Folder::new();
    folder.run(FOUND).exits(0).says("did:key:");
    issue(&folder);
    folder
}

/// One that issued them at a domain.
pub(crate) fn issued_at_a_domain() -> Folder {
    let folder = Folder::new();
    fs::create_dir(folder.path("touchstone-data")).unwrap();
    folder.write(
        "touchstone-data/touchstone.toml",
        "[site]\npublic_url = \"https://verify.example.edu\"\n",
    );
    let found = FOUND.iter().filter(|arg| **arg != "--local").copied();
    let found: Vec<_> = found.collect();
    folder.run(&found).exits(0).says("did:web:");
    issue(&folder);
    folder
}

fn issue(folder: &Folder) {
    let sample = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/sample/achievements/precision-measurement.json"
    );
    folder
        .run(&["achievement", "import", sample])
        .exits(0)
        .says("defined");
    folder.write(
        "cohort.csv",
        "name,email,identifier,level,evidence,awarded_on\nAda,ada@example.org,1,3,https://example.org/e/1,2026-11-12\nBo,bo@example.org,2,2,https://example.org/e/1,2026-11-12\n",
    );
    folder
        .run(&[
            "issue",
            "--achievement",
            "precision-measurement",
            "--csv",
            "cohort.csv",
            "--out",
            "issued",
        ])
        .exits(0);
}

pub(crate) fn ids(folder: &Folder, more: &[&str]) -> Vec<String> {
    let listed = folder
        .run(&[&["--json", "credential", "list"], more].concat())
        .exits(0)
        .json();
    let credentials = listed["credentials"].as_array().unwrap();
    credentials
        .iter()
        .map(|one| one["id"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn nothing_is_founded_before_a_public_address_is_set() {
    let folder = Folder::new();
    let args: Vec<_> = FOUND
        .iter()
        .copied()
        .filter(|arg| *arg != "--local")
        .collect();
    folder
        .run(&args)
        .exits(1)
        .warns("site.public_url is not set");
    assert!(!folder.path("touchstone-data/touchstone.db").exists());
}

#[test]
fn a_public_address_makes_the_issuer_did_web() {
    let folder = Folder::new();
    let args: Vec<_> = FOUND
        .iter()
        .copied()
        .filter(|arg| *arg != "--local")
        .collect();
    let url = [(
        "TOUCHSTONE_SITE_PUBLIC_URL",
        "https://credentials.example.edu",
    )];
    let founded = folder
        .run_with(&[&["--json"], &args[..]].concat(), &url, b"")
        .exits(0)
        .json();
    assert_eq!(founded["did"], "did:web:credentials.example.edu:i:example");
}

#[test]
fn a_list_is_read_page_by_page_and_ends() {
    let folder = issued();
    let first = folder
        .run(&["--json", "credential", "list", "--limit", "1"])
        .exits(0)
        .json();
    let next = first["next"].as_str().unwrap().to_owned();
    let second = folder
        .run(&[
            "--json",
            "credential",
            "list",
            "--limit",
            "1",
            "--after",
            &next,
        ])
        .exits(0)
        .json();
    assert_ne!(
        first["credentials"][0]["id"],
        second["credentials"][0]["id"]
    );
    assert!(second["next"].is_null());
}

#[test]
fn what_was_exported_is_what_was_sealed() {
    let folder = issued();
    let id = ids(&folder, &[]).remove(0);
    let json = folder.run(&["credential", "export", &id]).exits(0).out;
    let plain = id.strip_prefix("urn:uuid:").unwrap();
    assert_eq!(
        json,
        fs::read(folder.path("issued").join(format!("{plain}.json"))).unwrap()
    );
}

#[test]
fn a_batch_is_written_as_one_file_that_any_unzip_reads() {
    let folder = issued();
    let again = folder
        .run(&[
            "--json",
            "issue",
            "--achievement",
            "precision-measurement",
            "--csv",
            "cohort.csv",
        ])
        .exits(0)
        .json();
    let batch = again["batch"].as_str().unwrap();
    let all = ["credential", "export", "--batch", batch, "--format"];
    let to = ["json,png,svg,pdf", "--out", "all.zip"];
    folder
        .run(&[all.as_slice(), &to].concat())
        .exits(0)
        .says("holds 2 credentials");
    let file = fs::File::open(folder.path("all.zip")).unwrap();
    let mut zip = zip::ZipArchive::new(file).unwrap();
    assert_eq!(zip.len(), 1 + 2 * 4);
    for id in ids(&folder, &[]) {
        let id = id.strip_prefix("urn:uuid:").unwrap();
        let mut bytes = Vec::new();
        let places = 0..zip.len();
        for place in places {
            let mut file = zip.by_index(place).unwrap();
            let name = file.name().unwrap().into_owned();
            if name.starts_with("json/") && name.contains(id) {
                file.read_to_end(&mut bytes).unwrap();
            }
        }
        let sealed = fs::read(folder.path("issued").join(format!("{id}.json"))).unwrap();
        assert_eq!(bytes, sealed);
    }
    folder
        .run(&[all.as_slice(), &to].concat())
        .exits(1)
        .warns("is there already");
    folder
        .run(&[
            "credential",
            "export",
            "--batch",
            "nobody",
            "--out",
            "x.zip",
        ])
        .exits(1)
        .warns("no such batch");
    assert!(!folder.path("x.zip").exists() && !folder.path("x.zip.part").exists());
}

/// Threats 32 and 36, at the scale of an installation: an older backup forgets nothing that was published.
#[test]
fn t36_a_restored_backup_learns_what_was_revoked_since() {
    let folder = issued();
    folder
        .run(&["backup", "--to", "backup.zip"])
        .exits(0)
        .says("passphrase");
    let revoked = ids(&folder, &[]).remove(0);
    folder
        .run(&[
            "credential",
            "revoke",
            &revoked,
            "--reason",
            "Awarded to the wrong person",
        ])
        .exits(0);
    folder.run(&["publish", "--to", "public"]).exits(0);
    let passphrase = folder.path("touchstone-data/keys/passphrase");
    let restore = [
        "--data",
        "restored",
        "restore",
        "--from",
        "backup.zip",
        "--passphrase-file",
        passphrase.to_str().unwrap(),
    ];

    // Nobody serves the lists or the log any more: read-only, and it says so.
    folder
        .run(&restore)
        .exits(1)
        .says("READ-ONLY")
        .says("nobody could say how far the public log had come")
        .says("--without-log");
    folder
        .run(&["--data", "restored", "doctor"])
        .exits(1)
        .says("how far the public log had come");
    folder
        .run(&["--data", "restored", "publish", "--to", "older"])
        .exits(1)
        .warns("does not know yet what was published since");
    let refused = [
        "--data",
        "restored",
        "credential",
        "revoke",
        &revoked,
        "--reason",
        "x",
    ];
    folder.run(&refused).exits(1).warns("read-only");
    folder
        .run(&[
            "--data",
            "restored",
            "issue",
            "--achievement",
            "precision-measurement",
            "--csv",
            "cohort.csv",
        ])
        .exits(1);

    let again = [
        "--json",
        "--data",
        "restored",
        "restore",
        "--again",
        "--documents",
        "public",
    ];
    // Without the log, the lists alone do not open it.
    fs::rename(folder.path("public/log"), folder.path("log")).unwrap();
    let waits = folder.run(&again).exits(1).json();
    assert_eq!(
        (&waits["log"], &waits["open"]),
        (&"unknown".into(), &false.into())
    );
    fs::rename(folder.path("log"), folder.path("public/log")).unwrap();
    let learned = folder.run(&again).exits(0).json();
    assert_eq!(learned["withdrawn"], 1);
    assert_eq!(learned["log"], "taken-over");
    assert_eq!(
        ids(&folder, &["--data", "restored", "--state", "revoked"]),
        [revoked]
    );

    // The lists that were in use are closed: what is issued now stands in another.
    folder.write(
        "more.csv",
        "name,email,identifier,level,evidence,awarded_on\nDee,dee@example.org,4,3,https://example.org/e/1,2026-11-12\n",
    );
    folder
        .run(&[
            "--data",
            "restored",
            "issue",
            "--achievement",
            "precision-measurement",
            "--csv",
            "more.csv",
            "--out",
            "more",
        ])
        .exits(0);
    let list = |folder_name: &str| {
        let file = fs::read_dir(folder.path(folder_name))
            .unwrap()
            .next()
            .unwrap()
            .unwrap()
            .path();
        let credential: serde_json::Value =
            serde_json::from_slice(&fs::read(file).unwrap()).unwrap();
        credential["credentialStatus"]["statusListCredential"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    assert_ne!(list("issued"), list("more"));
}

#[test]
fn a_backup_never_replaces_a_file_and_holds_no_passphrase() {
    let folder = issued();
    folder.run(&["backup", "--to", "backup.zip"]).exits(0);
    folder
        .run(&["backup", "--to", "backup.zip"])
        .exits(1)
        .warns("is there already");
    let passphrase = fs::read(folder.path("touchstone-data/keys/passphrase")).unwrap();
    let archive = fs::read(folder.path("backup.zip")).unwrap();
    assert!(
        !archive
            .windows(b"keys/passphrase".len())
            .any(|some| some == b"keys/passphrase")
    );
    assert!(
        !archive
            .windows(passphrase.len())
            .any(|some| some == passphrase)
    );
}

#[test]
fn a_backup_says_which_files_that_settings_name_are_not_in_it() {
    let folder = issued();
    folder.run(&["backup", "--to", "a.zip", "--json"]).exits(0);
    folder.write(
        "touchstone-data/partners.json",
        r#"{"name": "Partners", "issuers": []}"#,
    );
    folder.write(
        "named.toml",
        "[recognition]\nregistries = [\"Partners partners.json\", \"Others https://others.example/registry.json\"]\n",
    );
    let settings = ["--config", "named.toml", "backup", "--to"];
    folder
        .run(&[&settings[..], &["b.zip"]].concat())
        .exits(0)
        .says("Not in it either: touchstone-data/partners.json (recognition.registries).");
    let told = folder
        .run(&[&settings[..], &["c.zip", "--json"]].concat())
        .exits(0)
        .json();
    let apart = serde_json::json!([
        { "setting": "recognition.registries", "file": "touchstone-data/partners.json" },
        { "setting": "--config", "file": "named.toml" },
    ]);
    assert_eq!(told["filesNotIncluded"], apart);
}

#[test]
fn restoring_over_an_installation_is_refused() {
    let folder = issued();
    folder.run(&["backup", "--to", "backup.zip"]).exits(0);
    folder
        .run(&["restore", "--from", "backup.zip"])
        .exits(1)
        .warns("holds an installation already");
}

#[test]
fn the_doctor_finds_a_sound_installation_sound_and_a_wrong_passphrase_wrong() {
    let folder = issued();
    folder.run(&["doctor"]).exits(0);
    let wrong = [("TOUCHSTONE_KEYS_PASSPHRASE", "not this one")];
    folder
        .run_with(&["doctor"], &wrong, b"")
        .exits(1)
        .says("passphrase");
}

#[cfg(unix)]
#[test]
fn the_data_folder_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let folder = issued();
    let mode = |name: &str| {
        fs::metadata(folder.path(name))
            .unwrap()
            .permissions()
            .mode()
            & 0o777
    };
    assert_eq!(mode("touchstone-data"), 0o700);
    assert_eq!(mode("touchstone-data/keys/passphrase"), 0o600);
}

#[test]
fn another_port_on_the_same_data_is_refused_once_credentials_name_the_first() {
    let folder = issued();
    let serve = ["--local", "serve", "--listen", "127.0.0.1:1"];
    folder
        .run(&serve)
        .exits(1)
        .warns("credentials were issued here under http://localhost:8000")
        .warns("site.public_url");
    // Configured, it was changed on purpose: a word is enough.
    let elsewhere = [("TOUCHSTONE_SITE_PUBLIC_URL", "http://localhost:1")];
    folder
        .run_with(&["--local", "work", "--once"], &elsewhere, b"")
        .exits(0)
        .warns("Note: credentials were issued here under http://localhost:8000");
    folder.run(&["--local", "work", "--once"]).exits(0);
}

#[test]
fn what_was_issued_is_named_as_it_is_listed() {
    let folder = issued();
    let again = [
        "--json",
        "issue",
        "--achievement",
        "precision-measurement",
        "--csv",
        "cohort.csv",
    ];
    let answer = folder.run(&again).exits(0).json();
    let issued = answer["credentials"].as_array().unwrap();
    let mut issued: Vec<_> = issued
        .iter()
        .map(|id| id.as_str().unwrap().to_owned())
        .collect();
    let mut listed = ids(&folder, &[]);
    issued.sort();
    listed.sort();
    assert!(issued[0].starts_with("urn:uuid:"), "{issued:?}");
    assert_eq!(issued, listed);
}

/// The database is put back by others' means: whoever does not say so touches none, and whoever does starts read-only.
#[test]
fn on_postgresql_only_a_database_that_was_put_back_is_taken_for_restored() {
    let database = TestDatabase::postgres();
    let on = [("TOUCHSTONE_DATABASE_URL", database.url())];
    let folder = Folder::new();
    let run = |args: &[&str]| folder.run_with(args, &on, b"");
    run(FOUND).exits(0);
    run(&["work", "--once"]).exits(0);
    run(&["publish", "--to", "public"]).exits(0);
    let backup = run(&["backup", "--to", "b.zip"]).exits(0);
    assert!(backup.text().contains("pg_dump"), "{}", backup.text());
    let secret = folder.path("touchstone-data/keys/passphrase");
    let secret = secret.to_str().unwrap();
    let from = [
        "--data",
        "restored",
        "restore",
        "--from",
        "b.zip",
        "--passphrase-file",
        secret,
    ];
    run(&from).exits(1).warns("--database-restored");
    assert!(!folder.path("restored").exists(), "nothing is unpacked");
    let doctor = run(&["--json", "doctor"]);
    assert!(!doctor.text().contains("read-only"), "{}", doctor.text());

    // `pg_restore` put it back, under this data folder and under another.
    let again = ["restore", "--again", "--database-restored"];
    run(&again).exits(1).says("READ-ONLY");
    // A copy with no more than the database says nothing of what came after it; nobody is asked here who could.
    let copy = ["restore", "--again", "--documents", "public"];
    run(&copy)
        .exits(1)
        .says("READ-ONLY")
        .says("/log/checkpoint: ")
        .says("--without-log");
    run(&[&copy[..], &["--without-log"]].concat()).exits(0);
    run(&["restore", "--again"]).exits(0).says("Nothing waits");
    let put_back = [
        "--database-restored",
        "--documents",
        "public",
        "--without-log",
    ];
    run(&[&from[..], &put_back].concat())
        .exits(0)
        .says("is restored and open");
}

/// A dump of yesterday under the files of today: the files tell, before anything is changed.
#[test]
fn an_older_database_under_newer_files_of_the_log_is_read_only_although_nobody_said_so() {
    let folder = issued();
    folder.run(&["work", "--once"]).exits(0);
    let ends = ["", "-wal", "-shm"];
    let files = |name: &str| ends.map(|end| folder.path(&format!("{name}{end}")));
    let put = |from: &str, to: &str| {
        for (from, to) in files(from).into_iter().zip(files(to)) {
            let _ = fs::remove_file(&to);
            if from.exists() {
                fs::copy(from, to).unwrap();
            }
        }
    };
    put("touchstone-data/touchstone.db", "older.db");
    let id = ids(&folder, &[]).remove(0);
    let revoke = ["credential", "revoke", &id, "--reason", "Awarded in error"];
    folder.run(&revoke).exits(0);
    folder.run(&["work", "--once"]).exits(0);
    folder.run(&["publish", "--to", "public"]).exits(0);
    put("older.db", "touchstone-data/touchstone.db");

    folder
        .run(&["work", "--once"])
        .exits(1)
        .warns("is read-only");
    folder
        .run(&["doctor"])
        .exits(1)
        .says("an older one was put back");
    let again = ["--json", "restore", "--again", "--documents", "public"];
    let learned = folder.run(&again).exits(0).json();
    assert_eq!(
        (&learned["log"], &learned["withdrawn"]),
        (&"taken-over".into(), &1.into())
    );
    folder.run(&["work", "--once"]).exits(0);
    assert_eq!(ids(&folder, &["--state", "revoked"]), [id]);
}

/// Settings that look elsewhere would leave the restored installation with the keys and files of another one.
#[test]
fn a_backup_is_not_restored_under_settings_that_look_elsewhere() {
    let folder = issued();
    for (settings, names) in [
        ("[keys]\npath = \"/var/lib/other/keys\"\n", "keys.path"),
        (
            "[objects]\nfolder = \"/var/lib/other/objects\"\n",
            "objects.folder",
        ),
        (
            "[database]\nurl = \"sqlite:///var/lib/other/t.db\"\n",
            "database.url",
        ),
    ] {
        folder.write("elsewhere.toml", settings);
        folder.run(&["backup", "--to", "b.zip"]).exits(0);
        let restore = ["--data", "restored", "restore", "--from", "b.zip"];
        folder
            .run(&[&["--config", "elsewhere.toml"][..], &restore].concat())
            .exits(1)
            .warns(names)
            .warns("Nothing was unpacked");
        assert!(!folder.path("restored").exists());
        fs::remove_file(folder.path("b.zip")).unwrap();
    }
}
