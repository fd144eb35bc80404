//! The log: what changed is in it, provably; whoever continues it, whatever fails, it has one past.

use std::{
    future::Future,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::Poll,
};

use tokio::task::JoinSet;
use touchstone_service::{
    World,
    issuing::{Revocation, revoke},
    logging::{
        Learned, LogError, learn, prove, prove_change, sequence, sequence_until_idle, verifier_key,
    },
    operations::{Turn, work_until_idle},
    ports::{ObjectError, ObjectKey, Objects},
    verifying::{Which, document},
};
use touchstone_store::Store;
use touchstone_testkit::{TestDatabase, TestWorld, world, world_on};
use touchstone_tlog::{Bundle, SignedCheckpoint, Tile, merkle, tile};
use touchstone_vc::{
    crypto::rust::CRYPTO,
    log::{Entry, Kind, commitment},
    multibase,
};

use crate::log_files::{
    Fault, Faulty, TREE, Watched, change, check_tree, checked, checked_as_shown, contains, entries,
    key_line, learners, queue, root, tempfile_dir,
};
use crate::support::{MEASURING, all, confirmed, institution, institution_with, issued};

/// A world whose files can be looked at and altered.
async fn watched() -> (TestWorld, Arc<Watched>) {
    let mut world = world().await;
    let objects = Arc::new(Watched::default());
    world.world.objects = Arc::clone(&objects) as _;
    (world, objects)
}

// --- What is in it ---------------------------------------------------------------------------------------------------

#[tokio::test]
async fn what_was_issued_and_withdrawn_is_in_the_log_and_proven() {
    let world = world().await;
    let (tenant, credentials) = issued(&world, MEASURING).await;
    let order = Revocation {
        tenant: tenant.clone(),
        credential: credentials[0].id.clone(),
        actor: "registrar".into(),
        reason: "Mixed up.".into(),
    };
    revoke(&world, &order).await.unwrap();
    work_until_idle(&world).await.unwrap();

    let entries = checked(&world).await;
    let count = |kind| {
        let kinds = entries
            .iter()
            .map(|entry| Entry::parse(entry).unwrap().kind());
        kinds.filter(|one| *one == kind).count()
    };
    assert_eq!(count(Kind::DidDocument), 1);
    assert_eq!(count(Kind::KeyEvent), 1);
    assert_eq!(count(Kind::AchievementVersion), 1);
    assert_eq!(count(Kind::CredentialIssued), credentials.len());
    assert!(
        count(Kind::StatusListPublished) >= 2,
        "before and after the withdrawal"
    );

    for credential in &credentials {
        let proven = prove_change(&world, "credential.issued", &credential.id, 1).await;
        let proven = proven.unwrap().expect("every credential is in the log");
        let sha256 = multibase::decode_hex(&credential.sha256)
            .unwrap()
            .try_into()
            .unwrap();
        let salt = credential.log_salt.as_slice().try_into().unwrap();
        let expected = Entry::CredentialIssued {
            issuer: "did:web:verify.example.edu:i:riverside".into(),
            commitment: commitment(&CRYPTO, salt, &sha256),
        };
        assert_eq!(Entry::parse(&proven.entry), Ok(expected));
        let shown = SignedCheckpoint::parse(&proven.checkpoint)
            .unwrap()
            .checkpoint;
        let leaf = merkle::leaf_hash(&TREE, &proven.entry);
        merkle::verify_inclusion(
            &TREE,
            leaf,
            proven.index,
            shown.size,
            &proven.path,
            shown.root,
        )
        .unwrap();
    }
    let did = document(&world, "riverside", Which::Did)
        .await
        .unwrap()
        .unwrap();
    let logged = prove_change(&world, "did.published", tenant.as_str(), 1).await;
    assert_eq!(
        Entry::parse(&logged.unwrap().unwrap().entry),
        Ok(Entry::DidDocument {
            did: "did:web:verify.example.edu:i:riverside".into(),
            sha256: (CRYPTO.sha256)(&did.bytes),
        })
    );
}

#[tokio::test]
async fn nothing_personal_is_in_the_log() {
    let world = world().await;
    let (_, credentials) = issued(&world, MEASURING).await;
    let entries = checked(&world).await;
    for credential in &credentials {
        for secret in [
            credential.id.as_str(),
            credential.sha256.as_str(),
            credential.learner.as_str(),
        ] {
            assert!(
                entries
                    .iter()
                    .all(|entry| !contains(entry, secret.as_bytes()))
            );
        }
    }
    for name in ["@", "Okafor", "urn:uuid"] {
        assert!(
            entries
                .iter()
                .all(|entry| !contains(entry, name.as_bytes())),
            "{name}"
        );
    }
}

#[tokio::test]
async fn a_list_that_was_superseded_before_it_was_logged_is_in_the_log_too() {
    let world = world().await;
    let tenant = institution_with(&world, MEASURING).await;
    confirmed(&world, &tenant, MEASURING, &learners(3)).await;
    // Work without the log, as another version of this program would.
    while touchstone_service::operations::work_once(&world)
        .await
        .unwrap()
        == Turn::Worked
    {}
    for credential in all(&world, &tenant).await {
        let order = Revocation {
            tenant: tenant.clone(),
            credential: credential.id,
            actor: "registrar".into(),
            reason: "Mixed up.".into(),
        };
        revoke(&world, &order).await.unwrap();
        while touchstone_service::operations::work_once(&world)
            .await
            .unwrap()
            == Turn::Worked
        {}
    }
    sequence_until_idle(&world).await.unwrap();
    let entries = checked(&world).await;
    let lists = entries
        .iter()
        .filter(|entry| Entry::parse(entry).unwrap().kind() == Kind::StatusListPublished);
    let reader = world.store.read();
    let published: i64 = reader
        .publications(&tenant)
        .await
        .unwrap()
        .iter()
        .map(|(_, row)| row.version)
        .sum();
    assert_eq!(lists.count(), usize::try_from(published).unwrap());
    assert!(published >= 4);
}

// --- Two at once -----------------------------------------------------------------------------------------------------

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn t47_sequencers_that_race_never_fork_on_sqlite() {
    race(world().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn t47_sequencers_that_race_never_fork_on_postgresql() {
    race(world_on(TestDatabase::postgres()).await).await;
}

/// Four sequencers over connections of their own, while three others write.
async fn race(mut world: TestWorld) {
    let objects = Arc::new(Watched::default());
    world.world.objects = Arc::clone(&objects) as _;
    let tenant = institution(&world).await;
    let done = Arc::new(AtomicBool::new(false));
    let mut sequencers = JoinSet::new();
    for _ in 0..4 {
        let (beside, done) = (world.beside().await, Arc::clone(&done));
        sequencers.spawn(async move {
            while !done.load(Ordering::SeqCst) {
                sequence(&beside).await.unwrap();
            }
        });
    }
    let mut writers = JoinSet::new();
    for writer in 0..3 {
        let (beside, tenant) = (world.beside().await, tenant.clone());
        writers.spawn(async move {
            for round in 0..30 {
                change(&beside, &tenant, 1 + (writer + round) % 40).await;
            }
        });
    }
    while let Some(wrote) = writers.join_next().await {
        wrote.unwrap();
    }
    done.store(true, Ordering::SeqCst);
    while let Some(sequenced) = sequencers.join_next().await {
        sequenced.unwrap();
    }
    sequence_until_idle(&world).await.unwrap();
    let entries = checked(&world).await;
    assert!(entries.len() > 500, "{}", entries.len());
    let checkpoints = objects.checkpoints.lock().unwrap().clone();
    assert!(checkpoints.len() > 3);
    let key = verifier_key(&world, "verify.example.edu/log")
        .await
        .unwrap();
    for bytes in checkpoints {
        let signed = SignedCheckpoint::parse(&bytes).unwrap();
        signed.note.verify([&key], &TREE).unwrap();
        let size = usize::try_from(signed.checkpoint.size).unwrap();
        assert_eq!(
            root(&entries[..size]),
            signed.checkpoint.root,
            "fork at {size}"
        );
    }
}

// --- What fails ------------------------------------------------------------------------------------------------------

/// Each write of files fails once: before anything was stored, after all was stored, half-way. The next turn mends it.
#[tokio::test]
async fn t49_a_write_that_fails_or_only_says_so_leaves_one_log() {
    for fault in [Fault::Before, Fault::After, Fault::Halfway] {
        let mut at = 0;
        loop {
            let mut world = world().await;
            let objects = Arc::new(Faulty::default());
            world.world.objects = Arc::clone(&objects) as _;
            let tenant = institution(&world).await;
            change(&world, &tenant, 300).await;
            sequence_until_idle(&world).await.unwrap();
            change(&world, &tenant, 700).await;

            *objects.fault.lock().unwrap() = Some((at, fault));
            let failed = sequence_until_idle(&world).await;
            let hit = objects.fault.lock().unwrap().take().is_none();
            assert_eq!(failed.is_err(), hit, "{failed:?}");
            // What is shown is whole, even now.
            checked_as_shown(&world).await;
            change(&world, &tenant, 5).await;
            sequence_until_idle(&world).await.unwrap();
            checked(&world).await;
            if !hit {
                break;
            }
            at += 1;
        }
        assert!(at >= 2, "{fault:?} was tried at {at} writes");
    }
}

/// Killed at any place: the turn is dropped after each number of steps, and another process goes on.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t49_a_sequencer_killed_at_any_place_leaves_one_log_on_sqlite() {
    kill_everywhere(world().await, 1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t49_a_sequencer_killed_at_any_place_leaves_one_log_on_postgresql() {
    kill_everywhere(world_on(TestDatabase::postgres()).await, 9).await;
}

async fn kill_everywhere(mut world: TestWorld, stride: usize) {
    world.world.objects = Arc::new(Watched::default());
    let tenant = institution(&world).await;
    sequence_until_idle(&world).await.unwrap();
    let beside = world.beside().await;
    let mut steps = 1;
    loop {
        change(&world, &tenant, 30).await;
        let finished = {
            let mut turn = pin!(sequence(&beside));
            let mut left = steps;
            std::future::poll_fn(|context| {
                let polled = turn.as_mut().poll(context);
                left -= 1;
                match polled {
                    Poll::Ready(done) => Poll::Ready(Some(done)),
                    Poll::Pending if left == 0 => Poll::Ready(None),
                    Poll::Pending => Poll::Pending,
                }
            })
            .await
        };
        checked_as_shown(&world).await;
        sequence_until_idle(&world).await.unwrap();
        checked(&world).await;
        if let Some(done) = finished {
            done.unwrap();
            break;
        }
        steps += stride;
    }
    // How often a turn is asked depends on how fast the database answers.
    assert!(steps > 4, "a turn has {steps} steps");
}

// --- What was altered ------------------------------------------------------------------------------------------------

#[tokio::test]
async fn t48_nothing_is_signed_over_tiles_that_were_altered() {
    let (world, objects) = watched().await;
    let tenant = institution(&world).await;
    change(&world, &tenant, 300).await;
    sequence_until_idle(&world).await.unwrap();
    let size = checked(&world).await.len() as u64;
    change(&world, &tenant, 1).await;
    let before = world.store.read().log_tree().await.unwrap();
    let mut edge: Vec<String> = tile::for_edge(size).into_iter().map(Tile::path).collect();
    assert!(!edge.is_empty());
    // The entries that stand under the begun tile are signed over, too.
    edge.push(Bundle::of(size - 1, size).unwrap().path());
    for path in &edge {
        let key = ObjectKey::new(format!("log/{path}")).unwrap();
        let whole = objects.read(&key).await.unwrap().unwrap();
        for at in [0, whole.len() / 2, whole.len() - 1] {
            let mut flipped = whole.clone();
            flipped[at] ^= 1;
            objects.put(&key, &flipped).await.unwrap();
            let refused = sequence(&world).await.unwrap_err();
            assert!(refused.to_string().contains(path), "{refused}");
        }
        objects.put(&key, &whole[1..]).await.unwrap();
        assert!(matches!(
            sequence(&world).await,
            Err(LogError::Tiles { .. })
        ));
        objects.put(&key, &whole).await.unwrap();
    }
    assert_eq!(world.store.read().log_tree().await.unwrap(), before);
    sequence_until_idle(&world).await.unwrap();
    checked(&world).await;
}

#[tokio::test]
async fn t48_a_tile_is_never_written_differently() {
    let (world, objects) = watched().await;
    let tenant = institution(&world).await;
    sequence_until_idle(&world).await.unwrap();
    let size = checked(&world).await.len() as u64;
    let next = Tile::at(0, 0, size + 1).unwrap();
    let key = ObjectKey::new(format!("log/{}", next.path())).unwrap();
    objects.put(&key, b"somebody else's").await.unwrap();
    change(&world, &tenant, 1).await;
    let refused = sequence(&world).await.unwrap_err();
    assert!(
        matches!(refused, LogError::Object(ObjectError::Altered(_))),
        "{refused}"
    );
    let kept = objects.read(&key).await.unwrap();
    assert_eq!(kept.as_deref(), Some(&b"somebody else's"[..]));
    checked_as_shown(&world).await;
}

// --- What was put back -----------------------------------------------------------------------------------------------

/// A database of before there was a log: what rests on a key or a document is entered behind it.
#[tokio::test]
async fn what_was_issued_before_there_was_a_log_is_entered_behind_its_key() {
    let mut world = world_on(TestDatabase::postgres()).await;
    let (_, credentials) = issued(&world, MEASURING).await;
    let then = "DELETE FROM outbox WHERE kind NOT IN ('credential.issued', 'status.published'); \
        DROP TABLE log_tree; DROP TABLE log_staged; DROP TABLE log_entry; \
        DROP TABLE bulk_item; DROP TABLE bulk_change; DROP TABLE audit_root; \
        DROP TABLE role; DROP TABLE mapping_release; DROP TABLE mapping_vote; DROP TABLE mapping; DROP TABLE mapping_party; \
        DROP TABLE mapping_set; DROP TABLE framework_statement; DROP TABLE framework; \
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

/// An older copy of the database beside the files as they are: the log goes on from what was signed, and forgets nothing.
#[tokio::test]
async fn t47_an_older_database_does_not_sign_over_what_was_signed() {
    let folder = tempfile_dir();
    let copy = format!("{folder}/older.db");
    let (world, _) = watched().await;
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

/// An older copy of everything beside the log as it was published since: that is taken over first.
#[tokio::test]
async fn t47_a_restored_log_takes_over_what_was_published_since() {
    let folder = tempfile_dir();
    let copy = format!("{folder}/restored.db");
    let (world, objects) = watched().await;
    let tenant = institution(&world).await;
    change(&world, &tenant, 20).await;
    sequence_until_idle(&world).await.unwrap();
    assert!(world.store.copy_into(&copy).await.unwrap());
    let backup = Watched::default();
    *backup.files.lock().unwrap() = objects.files.lock().unwrap().clone();
    let restored = World {
        store: Store::connect(&format!("sqlite:{copy}")).await.unwrap(),
        objects: Arc::new(backup),
        ..world.world.clone()
    };
    change(&world, &tenant, 400).await;
    sequence_until_idle(&world).await.unwrap();
    let signed = checked(&world).await;

    // Nobody says what was published: that is told, and changes nothing.
    assert_eq!(learn(&restored, &|_| None).await.unwrap(), Learned::Unknown);
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
    queue(&restored, vec![key_line(&tenant, 1)]).await;
    sequence_until_idle(&restored).await.unwrap();
    let now = entries(&restored).await;
    assert_eq!(now[..signed.len()], signed[..]);
    assert_eq!(now.len(), signed.len() + 1);
    check_tree(&restored, &now).await;
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
    let paths = touchstone_service::logging::whole(&world)
        .await
        .unwrap()
        .unwrap()
        .paths;
    let files = objects.files.lock().unwrap().clone();
    let opened = std::sync::atomic::AtomicUsize::new(0);
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
    let mut unsigned = ours.clone();
    let last = unsigned.len() - 5;
    unsigned[last] = if unsigned[last] == b'A' { b'B' } else { b'A' };
    objects.put(&key, &unsigned).await.unwrap();
    let refused = sequence(&world).await.unwrap_err();
    assert!(
        matches!(refused, LogError::NotOurs | LogError::Checkpoint(_)),
        "{refused}"
    );

    objects.put(&key, &ours).await.unwrap();
    sequence_until_idle(&world).await.unwrap();
    checked(&world).await;
}
