//! The log after something was put back: an older database, older files, another past. It goes on from what was signed, or not at all.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use touchstone_adapters::TLOG_CRYPTO;
use touchstone_service::{
    World,
    logging::{
        Anchoring, Learned, LogError, anchor, kept, look_back, prove, sequence,
        sequence_until_idle, whole,
    },
    operations::restore::{Forgone, is_restored, reconcile, waits_for},
    ports::{FetchError, Fetched, ObjectKey, Objects},
};
use touchstone_store::Store;
use touchstone_testkit::{Chain, Course, NearWitness, TestDatabase, world_on};
use touchstone_tlog::{Tile, tile, witness::origin_hash};
use touchstone_vc::log::{Entry, Kind};

use crate::log_files::{
    Watched, change, check_tree, checked, entries, key_line, queue, tempfile_dir, watched,
};
use crate::support::{MEASURING, institution, issued};

/// What is learned with what anchors keep.
pub(crate) async fn learn(
    world: &World,
    at_hand: &(dyn Fn(&str) -> Option<Vec<u8>> + Sync),
) -> Result<Learned, LogError> {
    let kept = kept(world).await?;
    touchstone_service::logging::learn(world, at_hand, &kept).await
}

/// Restores: learns all that was published, and opens the installation.
async fn reconciled(world: &World, at_hand: &(dyn Fn(&str) -> Option<Vec<u8>> + Sync)) {
    let without = Forgone {
        lists: true,
        log: false,
    };
    let learned = reconcile(world, at_hand, "operator", without)
        .await
        .unwrap();
    assert!(learned.open, "{}", learned.waits_for());
    assert!(matches!(learned.log, Learned::TakenOver(_)), "{learned:?}");
}

/// Nobody could say how far the log had come: answers with who was asked.
pub(crate) fn silent(learned: Learned) -> Vec<String> {
    match learned {
        Learned::Unknown { silent } => silent,
        other => panic!("{other:?}"),
    }
}

/// An installation as this one is now, with a database of its own at `copy` and these files.
pub(crate) async fn backup(
    world: &World,
    files: &BTreeMap<ObjectKey, Vec<u8>>,
    copy: &str,
) -> World {
    assert!(world.store.copy_into(copy).await.unwrap());
    let backup = Watched::default();
    backup.files.lock().unwrap().clone_from(files);
    World {
        store: Store::connect(&format!("sqlite:{copy}")).await.unwrap(),
        objects: Arc::new(backup),
        ..world.clone()
    }
}

/// A database from before there was a log: what rests on a key or a document is entered after it.
#[tokio::test]
async fn what_was_issued_before_there_was_a_log_is_entered_behind_its_key() {
    let mut world = world_on(TestDatabase::postgres()).await;
    let (_, credentials) = issued(&world, MEASURING).await;
    let then = "DELETE FROM outbox WHERE kind NOT IN ('credential.issued', 'status.published'); \
        DROP TABLE former_did; DROP TABLE log_tree; DROP TABLE log_staged; DROP TABLE log_entry; DROP TABLE log_witnessed; DROP TABLE log_anchor; DROP TABLE log_anchor_trust; \
        DROP TABLE register_copy; DROP TABLE entity_configuration; \
        DROP TABLE bulk_change_batch; DROP TABLE bulk_item; DROP TABLE bulk_change; DROP TABLE audit_root; DROP TABLE key_change; DROP TABLE did_version; \
        DROP TABLE past_stewardship; DROP TABLE stewardship; DROP TABLE role_version; DROP TABLE mapping_conflict; DROP TABLE domain_proof; \
        DROP TABLE endorsement; DROP TABLE endorsement_request; DROP TABLE endorsement_refusal; \
        DROP TABLE employer; DROP TABLE sign_up; DROP TABLE competency_release; DROP TABLE competency_pilot; \
        DROP TABLE competency_conflict; DROP TABLE competency_vote; DROP TABLE competency_comment; \
        DROP TABLE competency_version; DROP TABLE competency; \
        DROP TABLE application_copy; DROP TABLE needed_document; DROP TABLE webhook_message; DROP TABLE webhook; \
        DROP TABLE application_file; DROP TABLE application; DROP TABLE posting; DROP TABLE staff_page; \
        DROP TABLE role; DROP TABLE mapping_release; DROP TABLE mapping_vote; DROP TABLE mapping; DROP TABLE mapping_party; \
        DROP TABLE mapping_set; DROP TABLE framework_statement; DROP TABLE framework; \
        ALTER TABLE signing_key DROP COLUMN custody, DROP COLUMN activates_at, DROP COLUMN compromised_since; \
        ALTER TABLE status_publication DROP COLUMN statement, DROP COLUMN key_changes; ALTER TABLE learner DROP COLUMN did; ALTER TABLE api_key DROP COLUMN made_by; \
        CREATE UNIQUE INDEX credential_unique_intent ON credential (intent); \
        CREATE INDEX status_entry_by_credential ON status_entry (credential); \
        DELETE FROM migration WHERE number >= 7";
    for statement in then.split(';') {
        world.tamper(statement);
    }
    // It had no files of a log either.
    world.world.objects = Arc::new(Watched::default());
    world.store.migrate().await.unwrap();
    sequence_until_idle(&world).await.unwrap();
    let entries = entries(&world).await;
    let place = |wanted: Kind| {
        let of = |entry: &Vec<u8>| Entry::parse(entry).unwrap().kind();
        entries
            .iter()
            .position(|entry| of(entry) == wanted)
            .unwrap()
    };
    let issued = place(Kind::CredentialIssued);
    assert!(place(Kind::KeyEvent) < issued);
    assert!(place(Kind::DidDocument) < issued);
    assert!(place(Kind::AchievementVersion) < issued);
    let count = |wanted: Kind| {
        let of = |entry: &&Vec<u8>| Entry::parse(entry).unwrap().kind() == wanted;
        entries.iter().filter(of).count()
    };
    assert_eq!(count(Kind::CredentialIssued), credentials.len());
}

/// An older copy of the database beside the files as they are: nobody need say so, and nothing is signed before it is learnt what was published since.
/// Then the log goes on from what was signed, and forgets nothing.
#[tokio::test]
async fn t47_an_older_database_does_not_sign_over_what_was_signed() {
    let folder = tempfile_dir();
    let copy = format!("{folder}/older.db");
    let (world, objects) = watched().await;
    let tenant = institution(&world).await;
    change(&world, &tenant, 20).await;
    sequence_until_idle(&world).await.unwrap();
    change(&world, &tenant, 7).await; // Queued in the copy, in the log by the time it is put back.
    assert!(world.store.copy_into(&copy).await.unwrap());
    sequence_until_idle(&world).await.unwrap();
    change(&world, &tenant, 300).await;
    sequence_until_idle(&world).await.unwrap();
    let signed = checked(&world).await;

    let older = World {
        store: Store::connect(&format!("sqlite:{copy}")).await.unwrap(),
        ..world.world.clone()
    };
    // Nothing is queued yet, and already nothing older is shown than was.
    let row = older.store.read().log_tree().await.unwrap().unwrap();
    assert!(row.shown_size < signed.len() as i64);
    assert_eq!(entries(&older).await, signed);
    assert!(
        prove(&older, signed.len() as u64 - 1)
            .await
            .unwrap()
            .is_some()
    );
    for at in 0..11 {
        let line = key_line(&tenant, 1_000 * at);
        queue(&older, vec![line]).await;
    }
    for _ in 0..2 {
        let refused = sequence(&older).await.unwrap_err();
        assert!(matches!(refused, LogError::Restored), "{refused}");
    }
    assert!(is_restored(&older.store).await.unwrap());
    let told = waits_for(&older.store).await.unwrap().unwrap();
    let sizes = format!(
        "{} entries, and this database knows {}",
        signed.len(),
        row.size
    );
    assert!(told.contains(&sizes), "{told}");
    let after = older.store.read().log_tree().await.unwrap().unwrap();
    assert_eq!(after, row, "what is ahead can still be learnt");

    let files = objects.files.lock().unwrap().clone();
    let at_hand = |url: &str| {
        let path = url.strip_prefix("https://verify.example.edu/")?;
        files.get(&ObjectKey::new(path).ok()?).cloned()
    };
    reconciled(&older, &at_hand).await;
    sequence_until_idle(&older).await.unwrap();
    let now = entries(&older).await;
    assert_eq!(now[..signed.len()], signed[..]);
    assert_eq!(
        now.len(),
        signed.len() + 11,
        "the seven are not entered twice"
    );
    check_tree(&older, &now).await;
    for (leaf, entry) in (0..).zip(&now) {
        assert_eq!(&prove(&older, leaf).await.unwrap().unwrap().entry, entry);
    }
}

/// As after a commit that a database lost with its machine: what it queued itself and the files have is no older database.
#[tokio::test]
async fn what_a_database_queued_itself_is_taken_over_without_a_word() {
    let folder = tempfile_dir();
    let copy = format!("{folder}/queued.db");
    let (world, _) = watched().await;
    let tenant = institution(&world).await;
    change(&world, &tenant, 20).await;
    sequence_until_idle(&world).await.unwrap();
    change(&world, &tenant, 7).await;
    assert!(world.store.copy_into(&copy).await.unwrap());
    sequence_until_idle(&world).await.unwrap();
    let signed = checked(&world).await;
    let same = World {
        store: Store::connect(&format!("sqlite:{copy}")).await.unwrap(),
        ..world.world.clone()
    };
    look_back(&same).await.unwrap();
    assert!(!is_restored(&same.store).await.unwrap());
    let row = same.store.read().log_tree().await.unwrap().unwrap();
    assert_eq!(row.size, signed.len() as i64);
    queue(&same, vec![key_line(&tenant, 1)]).await;
    sequence_until_idle(&same).await.unwrap();
    let now = checked(&same).await;
    assert_eq!(now[..signed.len()], signed[..]);
    assert_eq!(now.len(), signed.len() + 1);
}

/// Whoever opens an installation to change something is told before anything is changed, and once.
#[tokio::test]
async fn an_older_database_is_found_out_before_anything_is_queued() {
    let folder = tempfile_dir();
    let copy = format!("{folder}/found-out.db");
    let (world, _) = watched().await;
    let tenant = institution(&world).await;
    sequence_until_idle(&world).await.unwrap();
    look_back(&world).await.unwrap();
    assert!(world.store.copy_into(&copy).await.unwrap());
    change(&world, &tenant, 3).await;
    sequence_until_idle(&world).await.unwrap();
    look_back(&world).await.unwrap();
    assert!(!is_restored(&world.store).await.unwrap());
    let older = World {
        store: Store::connect(&format!("sqlite:{copy}")).await.unwrap(),
        ..world.world.clone()
    };
    look_back(&older).await.unwrap();
    assert!(is_restored(&older.store).await.unwrap());
    look_back(&older).await.unwrap();
}

/// An older copy of everything beside the log as it was published since: that is taken over first.
#[tokio::test]
async fn t47_a_restored_log_takes_over_what_was_published_since() {
    let folder = tempfile_dir();
    let copy = format!("{folder}/restored.db");
    let (world, objects) = watched().await;
    let tenant = institution(&world).await;
    change(&world, &tenant, 20).await;
    sequence_until_idle(&world).await.unwrap();
    let files = objects.files.lock().unwrap().clone();
    let restored = backup(&world, &files, &copy).await;
    change(&world, &tenant, 400).await;
    sequence_until_idle(&world).await.unwrap();
    let signed = checked(&world).await;

    // Nobody says what was published: that is told, and changes nothing.
    silent(learn(&restored, &|_| None).await.unwrap());
    let files = objects.files.lock().unwrap().clone();
    let at_hand = |url: &str| {
        let path = url.strip_prefix("https://verify.example.edu/")?;
        files.get(&ObjectKey::new(path).ok()?).cloned()
    };
    let size = signed.len() as u64;
    assert_eq!(
        learn(&restored, &at_hand).await.unwrap(),
        Learned::TakenOver(size)
    );
    reconciled(&restored, &at_hand).await;
    queue(&restored, vec![key_line(&tenant, 1)]).await;
    sequence_until_idle(&restored).await.unwrap();
    let now = entries(&restored).await;
    assert_eq!(now[..signed.len()], signed[..]);
    assert_eq!(now.len(), signed.len() + 1);
    check_tree(&restored, &now).await;
}

/// Nothing but what stands on a chain says how far the log had come: then no older history is opened, and no other one.
#[tokio::test]
async fn t47_a_log_is_not_opened_against_what_an_anchor_keeps() {
    let folder = tempfile_dir();
    let copy = format!("{folder}/anchored.db");
    let chain = Chain::new();
    let (mut world, objects) = watched().await;
    world.world.anchors = Arc::new(chain.anchors(10_000_000_000_000_000));
    let tenant = institution(&world).await;
    change(&world, &tenant, 20).await;
    sequence_until_idle(&world).await.unwrap();
    let earlier = objects.files.lock().unwrap().clone();
    let restored = backup(&world, &earlier, &copy).await;
    let of = |files: &BTreeMap<ObjectKey, Vec<u8>>, url: &str| {
        let path = url.strip_prefix("https://verify.example.edu/")?;
        files.get(&ObjectKey::new(path).ok()?).cloned()
    };
    // Before anything is anchored, an old copy of what was published is all there is: it does not say what was signed after it was made.
    let stale = |url: &str| of(&earlier, url);
    silent(learn(&restored, &stale).await.unwrap());

    change(&world, &tenant, 40).await;
    sequence_until_idle(&world).await.unwrap();
    let size = checked(&world).await.len() as u64;
    assert_eq!(
        anchor(&world, "chain").await.unwrap(),
        Anchoring::Pending(size)
    );
    chain.mine(1);
    let behind = Learned::Anchored {
        size,
        anchor: "chain".into(),
    };
    assert_eq!(learn(&restored, &stale).await.unwrap(), behind);
    assert_eq!(learn(&restored, &|_| None).await.unwrap(), behind);
    // Who does not answer says nothing.
    chain.set(Course::Down);
    assert_eq!(kept(&restored).await.unwrap().unasked.len(), 1);
    silent(learn(&restored, &stale).await.unwrap());
    silent(learn(&restored, &|_| None).await.unwrap());
    chain.set(Course::Smooth);
    let files = objects.files.lock().unwrap().clone();
    let all = |url: &str| of(&files, url);
    assert_eq!(
        learn(&restored, &all).await.unwrap(),
        Learned::TakenOver(size)
    );

    // The same keys and name, another past: as long as what is anchored, and signed.
    let mut other = touchstone_testkit::world().await;
    other.world.objects = Arc::new(Watched::default());
    let there = institution(&other).await;
    queue(&other, vec![key_line(&there, 5)]).await;
    change(&other, &there, 70).await;
    sequence_until_idle(&other).await.unwrap();
    other.world.anchors = Arc::clone(&world.world.anchors);
    let checkpoint = ObjectKey::new("log/checkpoint").unwrap();
    let own = other.world.objects.read(&checkpoint).await.unwrap();
    let own = |url: &str| own.clone().filter(|_| url.ends_with("/log/checkpoint"));
    for at_hand in [
        &own as &(dyn Fn(&str) -> Option<Vec<u8>> + Sync),
        &|_: &str| -> Option<Vec<u8>> { None },
    ] {
        let learned = learn(&other, at_hand).await.unwrap();
        assert_eq!(learned, Learned::Diverged { size });
    }
}

/// A copy that has no more than the backup, or less, says nothing of what was signed after it was made.
#[tokio::test]
async fn that_nothing_was_signed_since_only_who_is_asked_now_can_say() {
    let folder = tempfile_dir();
    let copy = format!("{folder}/unchanged.db");
    let (mut world, objects) = watched().await;
    let witness = NearWitness::of(&mut world, "verify.example.edu/log").await;
    witness.set_down(true);
    let tenant = institution(&world).await;
    let checkpoint = ObjectKey::new("log/checkpoint").unwrap();
    let mut shown = Vec::new();
    for _ in 0..3 {
        change(&world, &tenant, 10).await;
        sequence_until_idle(&world).await.unwrap();
        shown.push(objects.read(&checkpoint).await.unwrap().unwrap());
    }
    let [before, stale, now] = &shown[..] else {
        panic!("three were shown");
    };
    let files = objects.files.lock().unwrap().clone();
    let restored = backup(&world, &files, &copy).await;
    let public = "https://verify.example.edu/log/checkpoint";
    let place = origin_hash("verify.example.edu/log", &TLOG_CRYPTO);
    let north = &format!("https://north.example.org/{place}/checkpoint");
    let answer = |url: &str, bytes: Option<&Vec<u8>>| {
        let found = bytes.map(|bytes| Fetched {
            bytes: bytes.clone(),
            media_type: "text/plain".into(),
        });
        world.fetch.answer(url, found.ok_or(FetchError::TimedOut));
    };
    let learnt = async |copy: Option<&Vec<u8>>| {
        let copy = copy.cloned();
        let at_hand = |url: &str| copy.clone().filter(|_| url == public);
        learn(&restored, &at_hand).await.unwrap()
    };
    answer(public, None);
    answer(north, None);
    for copy in [None, Some(before), Some(stale), Some(now)] {
        let silent = silent(learnt(copy).await);
        let said = silent.join("\n");
        assert!(
            said.contains(public) && said.contains("witness north"),
            "{said}"
        );
    }
    // A static host that was not brought up to date.
    answer(public, Some(stale));
    let said = silent(learnt(Some(now)).await).join("\n");
    assert!(
        said.contains("it shows ") && said.contains("no answer in time"),
        "{said}"
    );
    // What a witness shows may be an hour old, and what it shows of another log is none of this one.
    for shown in [before, now, &b"404".to_vec()] {
        answer(north, Some(shown));
        silent(learnt(Some(stale)).await);
    }
    // One that answers and never cosigned it knows nothing of what was signed since.
    witness.set_down(false);
    let said = silent(learnt(Some(stale)).await).join("\n");
    assert!(said.contains("it knows nothing of this log"), "{said}");
    // The public address that shows all there is here is enough.
    answer(public, Some(now));
    assert_eq!(learnt(None).await, Learned::Nothing);
}

/// A published log of which one file is altered or missing, whichever it is: it is named, and nothing is signed over it. What was copied by then
/// is not read again.
#[tokio::test]
async fn t47_a_published_log_is_taken_over_only_whole_and_file_by_file() {
    let (world, objects) = watched().await;
    let tenant = institution(&world).await;
    change(&world, &tenant, 300).await;
    sequence_until_idle(&world).await.unwrap();
    let size = checked(&world).await.len() as u64;
    let folder = tempfile_dir();
    let copy = format!("{folder}/whole.db");
    let (begun, earlier) = (world.beside().await, objects.files.lock().unwrap().clone());
    assert!(begun.store.copy_into(&copy).await.unwrap());
    change(&world, &tenant, 700).await;
    sequence_until_idle(&world).await.unwrap();
    let signed = checked(&world).await.len() as u64;
    assert!(signed > size + 600);
    let paths = whole(&world).await.unwrap().unwrap().paths;
    let files = objects.files.lock().unwrap().clone();
    let opened = AtomicUsize::new(0);
    let restored = async |backup: &std::collections::BTreeMap<ObjectKey, Vec<u8>>| {
        let objects = Watched::default();
        *objects.files.lock().unwrap() = backup.clone();
        let own = format!("{copy}.{}", opened.fetch_add(1, Ordering::SeqCst));
        std::fs::copy(&copy, &own).unwrap();
        World {
            store: Store::connect(&format!("sqlite:{own}")).await.unwrap(),
            objects: Arc::new(objects),
            ..world.world.clone()
        }
    };
    let key = |url: &str| {
        let path = url.strip_prefix("https://verify.example.edu/")?;
        ObjectKey::new(path).ok()
    };
    let at_edge: Vec<String> = tile::for_edge(signed).into_iter().map(Tile::path).collect();
    let new = paths.iter().filter(|path| {
        let key = ObjectKey::new(format!("log/{path}")).unwrap();
        !earlier.contains_key(&key)
    });
    for path in new.clone() {
        let spoiled = ObjectKey::new(format!("log/{path}")).unwrap();
        for flip in [true, false] {
            let restored = restored(&earlier).await;
            let at_hand = |url: &str| {
                let key = key(url)?;
                let mut bytes = files.get(&key).cloned()?;
                if key == spoiled {
                    let last = bytes.len() - 1;
                    bytes[last] ^= 1;
                    return flip.then_some(bytes);
                }
                Some(bytes)
            };
            let learned = learn(&restored, &at_hand).await.unwrap();
            match &learned {
                Learned::Behind { size, path: named } => {
                    assert_eq!(*size, signed);
                    // Of tiles at the edge the checkpoint vouches for all together.
                    assert!(named.contains(path.as_str()), "{path}: {named}");
                }
                other => panic!("{path}: {other:?}"),
            }
            let checkpoint = ObjectKey::new("log/checkpoint").unwrap();
            let kept = restored.objects.read(&checkpoint).await.unwrap();
            assert_eq!(kept.as_ref(), earlier.get(&checkpoint), "{path}");

            // Once it can be had, the rest is copied; what was copied before is not asked for again.
            let before: Vec<String> = restored_paths(&restored, &paths).await;
            let asked = std::sync::Mutex::new(Vec::new());
            let at_hand = |url: &str| {
                asked.lock().unwrap().push(url.to_owned());
                files.get(&key(url)?).cloned()
            };
            let learned = learn(&restored, &at_hand).await.unwrap();
            assert_eq!(learned, Learned::TakenOver(signed));
            let asked = asked.into_inner().unwrap();
            assert!(asked.iter().any(|url| url.ends_with(path.as_str())));
            for had in before.iter().filter(|had| !at_edge.contains(had)) {
                let again = asked.iter().any(|url| url.ends_with(had.as_str()));
                assert!(!again, "{had} was had already");
            }
            let all = |url: &str| files.get(&key(url)?).cloned();
            reconciled(&restored, &all).await;
            sequence_until_idle(&restored).await.unwrap();
            assert_eq!(entries(&restored).await.len() as u64, signed);
        }
    }
    assert!(new.count() >= 5);
}

/// Those of these files that are there.
async fn restored_paths(world: &World, paths: &[String]) -> Vec<String> {
    let mut there = Vec::new();
    for path in paths {
        let key = ObjectKey::new(format!("log/{path}")).unwrap();
        if world.objects.read(&key).await.unwrap().is_some() {
            there.push(path.clone());
        }
    }
    there
}

/// A checkpoint of ours that the database does not continue is no copy to go on from, however much of it can be had.
#[tokio::test]
async fn t47_a_published_history_that_the_database_does_not_continue_is_not_taken_over() {
    let (world, _) = watched().await;
    let tenant = institution(&world).await;
    change(&world, &tenant, 20).await;
    sequence_until_idle(&world).await.unwrap();
    // The same keys and name, another past.
    let mut other = touchstone_testkit::world().await;
    let elsewhere = Arc::new(Watched::default());
    other.world.objects = Arc::clone(&elsewhere) as _;
    let there = institution(&other).await;
    queue(&other, vec![key_line(&there, 5)]).await;
    change(&other, &there, 50).await;
    sequence_until_idle(&other).await.unwrap();
    let files = elsewhere.files.lock().unwrap().clone();
    let at_hand = |url: &str| {
        let path = url.strip_prefix("https://verify.example.edu/")?;
        files.get(&ObjectKey::new(path).ok()?).cloned()
    };
    let learned = learn(&world, &at_hand).await.unwrap();
    assert!(!learned.is_enough(), "{learned:?}");
    change(&world, &tenant, 1).await;
    sequence_until_idle(&world).await.unwrap();
    checked(&world).await;
}

#[tokio::test]
async fn t47_a_checkpoint_that_the_database_does_not_continue_stops_the_log() {
    let (world, objects) = watched().await;
    let tenant = institution(&world).await;
    change(&world, &tenant, 20).await;
    sequence_until_idle(&world).await.unwrap();
    let key = ObjectKey::new("log/checkpoint").unwrap();
    let ours = objects.read(&key).await.unwrap().unwrap();

    // Another installation with the same keys and name, and another past.
    let mut other = touchstone_testkit::world().await;
    let elsewhere = Arc::new(Watched::default());
    other.world.objects = Arc::clone(&elsewhere) as _;
    let there = institution(&other).await;
    change(&other, &there, 50).await;
    change(&other, &there, 3).await;
    sequence_until_idle(&other).await.unwrap();
    let theirs = elsewhere.read(&key).await.unwrap().unwrap();

    change(&world, &tenant, 1).await;
    objects.put(&key, &theirs).await.unwrap();
    let refused = sequence(&world).await.unwrap_err();
    assert!(
        matches!(refused, LogError::Tiles { .. } | LogError::Diverged { .. }),
        "{refused}"
    );
    assert!(look_back(&world).await.is_err(), "nothing else is changed");
    let mut unsigned = ours.clone();
    let last = unsigned.len() - 5;
    unsigned[last] = if unsigned[last] == b'A' { b'B' } else { b'A' };
    objects.put(&key, &unsigned).await.unwrap();
    let refused = sequence(&world).await.unwrap_err();
    assert!(
        matches!(refused, LogError::NotOurs | LogError::Checkpoint(_)),
        "{refused}"
    );
    assert!(look_back(&world).await.is_err());

    objects.put(&key, &ours).await.unwrap();
    look_back(&world).await.unwrap();
    sequence_until_idle(&world).await.unwrap();
    checked(&world).await;

    // Nothing is new, and the newest takes the place of an older one all the same.
    let newest = objects.read(&key).await.unwrap();
    assert_ne!(newest.as_deref(), Some(&ours[..]));
    objects.put(&key, &ours).await.unwrap();
    sequence_until_idle(&world).await.unwrap();
    assert_eq!(objects.read(&key).await.unwrap(), newest);
}
