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
    issuing::{Revocation, revoke},
    logging::{
        LogError, copied, file, hold_pruning, is_sound, prove_change, prune, release_pruning,
        scrub, sequence, sequence_until_idle, verifier_key, whole,
    },
    operations::{Turn, work_until_idle},
    ports::{ObjectError, ObjectKey, Objects},
    verifying::{Which, document},
};
use touchstone_testkit::{TestDatabase, TestWorld, world, world_on};
use touchstone_tlog::{Bundle, SignedCheckpoint, Tile, merkle, tile};
use touchstone_vc::{
    crypto::rust::CRYPTO,
    log::{Entry, Kind, NO_KEYS, commitment, history},
    multibase,
};

use crate::log_files::{
    TREE, Watched, change, checked, checked_as_shown, contains, learners, quiet, read, root, shown,
    watched,
};
use crate::support::{MEASURING, all, confirmed, institution, institution_with, issued};

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

    let keys = entries
        .iter()
        .find(|entry| Entry::parse(entry).unwrap().kind() == Kind::KeyEvent);
    let keys = history(&CRYPTO, &NO_KEYS, keys.unwrap());
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
            keys,
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
    // How many there are depends on who is faster.
    assert!(checkpoints.len() > 1);
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
        quiet(&beside).await;
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
            let told = refused.to_string();
            assert!(told.contains(path), "{refused}");
            // That one alone: whoever mends it is not sent looking elsewhere.
            let others = edge.iter().filter(|other| *other != path);
            assert_eq!(
                others.filter(|other| told.contains(*other)).count(),
                0,
                "{told}"
            );
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
async fn t48_nothing_is_signed_once_an_old_tile_was_found_altered_until_it_is_put_back() {
    let (world, objects) = watched().await;
    let tenant = institution(&world).await;
    change(&world, &tenant, 700).await;
    sequence_until_idle(&world).await.unwrap();
    let size = checked(&world).await.len() as u64;
    assert_eq!(scrub(&world).await.unwrap(), 2, "two tiles are full");
    let edge: Vec<String> = tile::for_edge(size).into_iter().map(Tile::path).collect();
    for path in [
        "tile/0/000",
        "tile/0/001",
        "tile/entries/000",
        "tile/entries/001",
    ] {
        assert!(!edge.contains(&path.to_owned()), "behind the edge");
        let key = ObjectKey::new(format!("log/{path}")).unwrap();
        let whole = objects.read(&key).await.unwrap().unwrap();
        let mut flipped = whole.clone();
        flipped[whole.len() / 2] ^= 1;
        for wrong in [flipped, whole[1..].to_vec()] {
            objects.put(&key, &wrong).await.unwrap();
            let found = scrub(&world).await.unwrap_err();
            let LogError::Tiles { path: named } = &found else {
                panic!("{found}");
            };
            assert_eq!(named, path);
            let before = shown(&world).await;
            change(&world, &tenant, 1).await;
            for _ in 0..2 {
                let refused = sequence(&world).await.unwrap_err().to_string();
                assert!(refused.contains(path), "{refused}");
                assert!(
                    is_sound(&world)
                        .await
                        .unwrap_err()
                        .to_string()
                        .contains(path)
                );
            }
            assert_eq!(shown(&world).await, before);
            objects.put(&key, &whole).await.unwrap();
            is_sound(&world).await.unwrap();
            sequence_until_idle(&world).await.unwrap();
            assert_eq!(shown(&world).await.0, before.0 + 1);
        }
    }
    // Two at once are both named, and mending one is not enough.
    let key = |path: &str| ObjectKey::new(format!("log/{path}")).unwrap();
    let (one, two) = (key("tile/0/000"), key("tile/entries/001"));
    let (first, second) = (
        objects.read(&one).await.unwrap().unwrap(),
        objects.read(&two).await.unwrap().unwrap(),
    );
    for (key, bytes) in [(&one, &first), (&two, &second)] {
        objects.put(key, &bytes[1..]).await.unwrap();
    }
    let found = scrub(&world).await.unwrap_err().to_string();
    assert!(
        found.contains("tile/0/000") && found.contains("tile/entries/001"),
        "{found}"
    );
    objects.put(&one, &first).await.unwrap();
    change(&world, &tenant, 1).await;
    let refused = sequence(&world).await.unwrap_err().to_string();
    assert!(
        refused.contains("tile/entries/001") && !refused.contains("tile/0/000"),
        "{refused}"
    );
    objects.put(&two, &second).await.unwrap();
    sequence_until_idle(&world).await.unwrap();
    assert_eq!(scrub(&world).await.unwrap(), 2, "it begins anew");
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

// --- What is taken away ---------------------------------------------------------------------------------------------

/// Partial tiles go once the full one is shown, not while a backup is made, and every older checkpoint can still be proven from what stays.
#[tokio::test]
async fn partial_tiles_are_taken_away_once_full_ones_stand_in_their_place() {
    let (world, objects) = watched().await;
    let tenant = institution(&world).await;
    let mut older = Vec::new();
    for _ in 0..12 {
        change(&world, &tenant, 60).await;
        sequence_until_idle(&world).await.unwrap();
        older.push(
            touchstone_service::logging::shown(&world)
                .await
                .unwrap()
                .unwrap(),
        );
    }
    let size = checked(&world).await.len() as u64;
    assert!(size > 2 * 256);
    let partial = |full: u64| {
        let files = objects.files.lock().unwrap();
        let of = |key: &&ObjectKey| {
            let path = key.as_str().strip_prefix("log/").unwrap_or_default();
            let tile = Tile::parse(path).or(Bundle::parse(path).map(Bundle::tile));
            tile.is_ok_and(|tile| tile.level == 0 && tile.is_partial() && tile.index < full)
        };
        files.keys().filter(of).count()
    };
    let full = size / 256;
    let before = partial(full);
    assert!(before >= 8, "{before}");

    let soon =
        touchstone_vc::Timestamp::from_unix_millis(world.world.clock.now().unix_millis() + 1_000);
    hold_pruning(&world.store, soon).await.unwrap();
    assert_eq!(prune(&world).await.unwrap(), 0);
    assert_eq!(partial(full), before, "a backup is being made");
    // A second one was begun meanwhile: the end of the first lets nothing go.
    let later = touchstone_vc::Timestamp::from_unix_millis(soon.unix_millis() + 1_000);
    hold_pruning(&world.store, later).await.unwrap();
    release_pruning(&world.store, soon).await.unwrap();
    assert_eq!(prune(&world).await.unwrap(), 0);
    release_pruning(&world.store, later).await.unwrap();
    assert!(prune(&world).await.unwrap() >= full);
    assert_eq!(partial(full), 0);
    assert!(partial(full + 1) > 0, "the edge stays");
    assert_eq!(prune(&world).await.unwrap(), 0);

    checked(&world).await;
    for shown in &older {
        for index in [0, shown.size / 2, shown.size - 1] {
            let proven = touchstone_service::logging::prove_in(&world, shown, index).await;
            assert!(proven.unwrap().is_some(), "{index} of {}", shown.size);
        }
    }
    change(&world, &tenant, 300).await;
    sequence_until_idle(&world).await.unwrap();
    checked(&world).await;
}

/// Whoever copies a log that grows meanwhile has the tree that was listed.
#[tokio::test]
async fn a_tile_that_was_listed_to_be_copied_can_be_had_after_the_full_one_took_its_place() {
    let world = world().await;
    let tenant = institution(&world).await;
    change(&world, &tenant, 60).await;
    sequence_until_idle(&world).await.unwrap();
    let listed = whole(&world).await.unwrap().unwrap();
    let mut before = Vec::new();
    for path in &listed.paths {
        before.push(read(&world, path).await);
    }

    change(&world, &tenant, 300).await;
    sequence_until_idle(&world).await.unwrap();
    assert!(prune(&world).await.unwrap() > 0);
    for (path, bytes) in listed.paths.iter().zip(before) {
        assert!(path.contains(".p/"), "{path}");
        assert_eq!(file(&world, path).await.unwrap(), None, "{path}");
        assert_eq!(copied(&world, path).await.unwrap(), Some(bytes), "{path}");
    }
    assert_eq!(copied(&world, "tile/entries/999").await.unwrap(), None);
    assert_eq!(copied(&world, "../keys/log").await.unwrap(), None);
}
