//! What `publish` writes for a static host, and what it leaves out.

use std::fs;

use touchstone_store::{ObjectRow, Store, StoreError};
use touchstone_testkit::TlogKey;
use touchstone_tlog::{Checkpoint, SignedCheckpoint};

use super::{keeping::FOUND, run::Folder};

const WORK: &[u8] = b"%PDF-1.7 somebody's work";

#[test]
fn evidence_is_published_only_on_request() {
    let folder = Folder::new();
    folder.run(FOUND).exits(0);
    let publish = ["publish", "--to", "public"];
    let nothing = folder.run(&publish).exits(0).text();
    assert!(!nothing.contains("left out"), "{nothing}");

    let sha256 = "a".repeat(64);
    keep(&folder, &sha256);
    let place = folder.path(&format!("public/i/example/e/{sha256}"));
    folder
        .run(&publish)
        .exits(0)
        .says("Files of evidence left out: 1.");
    assert!(!place.exists());
    assert!(folder.path("public/i/example/profile").exists());
    let json = [&["--json"], &publish[..]].concat();
    assert_eq!(folder.run(&json).exits(0).json()["evidenceLeftOut"], 1);

    let all = [&publish[..], &["--evidence"]].concat();
    let told = folder.run(&all).exits(0).text();
    assert!(!told.contains("left out"), "{told}");
    assert_eq!(fs::read(&place).unwrap(), WORK);
}

/// What witnesses put under a published checkpoint stays there, and one that is ahead is never written over.
#[test]
fn t47_publishing_keeps_cosignatures_and_never_goes_back() {
    let folder = Folder::new();
    folder.run(FOUND).exits(0);
    folder.run(&["work", "--once"]).exits(0);
    let publish = ["publish", "--to", "public"];
    folder.run(&publish).exits(0);
    let place = folder.path("public/log/checkpoint");
    let mut signed = SignedCheckpoint::parse(&fs::read(&place).unwrap()).unwrap();
    let witness = TlogKey::witness("witness.example.org");
    witness.sign(&mut signed.note, 1_795_000_000);
    fs::write(&place, signed.note.to_string()).unwrap();

    folder.run(&publish).exits(0);
    let kept = SignedCheckpoint::parse(&fs::read(&place).unwrap()).unwrap();
    assert!(
        kept.note
            .signatures()
            .iter()
            .any(|line| witness.key.made(line))
    );
    assert_eq!(kept.note.signatures().len(), signed.note.signatures().len());

    let tree = &signed.checkpoint;
    let ahead = Checkpoint::new(tree.origin(), tree.size + 1, tree.root).unwrap();
    let text = signed.note.to_string().replace(&tree.text(), &ahead.text());
    fs::write(&place, &text).unwrap();
    folder
        .run(&publish)
        .exits(1)
        .warns("older than what it published");
    assert_eq!(fs::read_to_string(&place).unwrap(), text);
}

/// Otherwise the one that began earlier would put older files in place of newer ones.
#[test]
fn of_two_publications_into_one_folder_the_second_comes_again() {
    let folder = Folder::new();
    folder.run(FOUND).exits(0);
    let publish = ["publish", "--to", "public"];
    fs::create_dir(folder.path("public")).unwrap();
    let other = fs::File::create(folder.path("public/.publishing")).unwrap();
    other.lock().unwrap();
    folder.run(&publish).exits(75).warns("is under way");
    assert!(!folder.path("public/i").exists());

    drop(other);
    folder.run(&publish).exits(0);
    assert!(folder.path("public/i/example/profile").exists());
    folder.run(&publish).exits(0);
}

/// As beside a log that grows while it is copied: a partial tile that was listed is gone, and the full one stands in its place.
#[test]
fn a_log_that_grows_meanwhile_is_published_as_it_was_listed() {
    let folder = Folder::new();
    folder.run(FOUND).exits(0);
    folder.run(&["work", "--once"]).exits(0);
    folder.run(&["publish", "--to", "public"]).exits(0);
    let mut published = Vec::new();
    for below in ["0", "entries"] {
        let partials = format!("log/tile/{below}/000.p");
        let mut files = fs::read_dir(folder.path("public").join(&partials)).unwrap();
        let name = files.next().unwrap().unwrap().file_name();
        let width: usize = name.to_str().unwrap().parse().unwrap();
        let path = format!("{partials}/{width}");
        let bytes = fs::read(folder.path("public").join(&path)).unwrap();
        let mut full = bytes.clone();
        // Hashes have 32 bytes each; an entry without any has two, which say so.
        let more = if below == "0" { 32 } else { 2 };
        full.resize(bytes.len() + (256 - width) * more, 0);
        let stored = folder.path("touchstone-data/objects");
        fs::remove_dir_all(stored.join(&partials)).unwrap();
        fs::write(stored.join(format!("log/tile/{below}/000")), full).unwrap();
        published.push((path, bytes));
    }

    folder.run(&["publish", "--to", "again"]).exits(0);
    for (path, bytes) in published {
        let again = fs::read(folder.path("again").join(&path)).unwrap();
        assert_eq!(again, bytes, "{path}");
    }
}

#[test]
fn a_folder_whose_file_system_knows_no_locks_is_published_into_all_the_same() {
    let folder = Folder::new();
    folder.run(FOUND).exits(0);
    let out = folder.path("calls").display().to_string();
    for error in ["ENOLCK", "ENOSYS", "EOPNOTSUPP"] {
        let fails = format!("inject=flock:error={error}");
        let trace = ["-f", "-qq", "-o", &out, "-e", "trace=flock", "-e", &fails];
        folder
            .run_traced(&trace, &["publish", "--to", "public"])
            .exits(0)
            .says("knows no locks");
    }
    let run = folder.run(&["publish", "--to", "public"]).exits(0).text();
    assert!(!run.contains("locks"), "{run}");
}

/// Keeps a file as an upload does; no command does that.
fn keep(folder: &Folder, sha256: &str) {
    let database = folder.path("touchstone-data/touchstone.db");
    let url = format!("sqlite://{}", database.display());
    let kept = async {
        let store = Store::connect(&url).await.unwrap();
        let institution = store.read().institutions().await.unwrap().remove(0);
        let tenant = institution.id.as_str().to_ascii_lowercase();
        let row = &ObjectRow {
            key: format!("evidence/{tenant}/{sha256}"),
            media_type: "application/pdf".into(),
            bytes_len: i64::try_from(WORK.len()).unwrap(),
            sha256: sha256.to_owned(),
            created_at: 0,
        };
        store
            .write(|mut tx| async move {
                tx.add_object(row.clone()).await?;
                Ok::<_, StoreError>(())
            })
            .await
            .unwrap();
        row.key.clone()
    };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let key = runtime.block_on(kept);
    let file = folder.path("touchstone-data/objects").join(key);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(file, WORK).unwrap();
}
