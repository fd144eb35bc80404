//! An older copy of the database where keys are in files and in a security module: what became of them since is learnt, whoever has them.

use std::{collections::BTreeSet, sync::Arc};

use touchstone_adapters::{Elsewhere, SignerRouted, TLOG_CRYPTO};
use touchstone_service::World;
use touchstone_service::inspecting::{Source, Watch, monitor};
use touchstone_service::logging::file;
use touchstone_service::operations::restore::{
    Begun, Forgone, Reconciled, is_restored, mark_restored, reconcile,
};
use touchstone_service::operations::signing_key::{
    KeyState, compromise, rotate, signing_key, signing_keys,
};
use touchstone_service::operations::work_until_idle;
use touchstone_service::ports::{Clock as _, SignError, Signer};
use touchstone_store::{Store, TenantId};
use touchstone_testkit::{MemoryLog, MemorySigner, TestWorld, world};
use touchstone_tlog::Policy;
use touchstone_vc::crypto::rust::CRYPTO;
use touchstone_vc::log::{Entry, Kind};

use crate::log_files::{entries, tempfile_dir};
use crate::restore::LATER;
use crate::signing_key::{giving_up, rotation};
use crate::support::{MEASURING, all, confirmed, institution_with};

/// What is in the files, and what in the module, if there is one.
fn signer(files: &Arc<MemorySigner>, module: Option<MemorySigner>) -> Arc<dyn Signer> {
    let module = module.map(|module| (Elsewhere::Pkcs11, Box::new(module) as Box<dyn Signer>));
    Arc::new(SignerRouted::new(Arc::clone(files), module))
}

/// A module with these keys.
async fn module(keys: &[&str]) -> MemorySigner {
    let module = MemorySigner::default();
    for key in keys {
        module.create(key).await.unwrap();
    }
    module
}

/// An institution of which a copy was made, as it was then.
async fn copied(world: &TestWorld, name: &str) -> (TenantId, String) {
    let tenant = institution_with(world, MEASURING).await;
    work_until_idle(world).await.unwrap();
    (tenant, copy(world, name).await)
}

pub(crate) async fn copy(world: &World, name: &str) -> String {
    let copy = format!("{}/{name}.db", tempfile_dir());
    let _ = std::fs::remove_file(&copy);
    assert!(world.store.copy_into(&copy).await.unwrap());
    copy
}

/// The copy with these keys, marked as restored.
pub(crate) async fn restored(world: &TestWorld, copy: &str, signer: Arc<dyn Signer>) -> World {
    let restored = World {
        store: Store::connect(&format!("sqlite:{copy}")).await.unwrap(),
        signer,
        ..world.world.clone()
    };
    let now = world.clock.now();
    let begun = Begun::default();
    mark_restored(&restored.store, now, &begun).await.unwrap();
    restored
}

pub(crate) async fn learn(world: &TestWorld, restored: &World) -> Reconciled {
    learn_without(world, restored, false).await
}

async fn learn_without(world: &TestWorld, restored: &World, log: bool) -> Reconciled {
    let checkpoint = file(world, "checkpoint").await.unwrap().unwrap().bytes;
    let at_hand = |url: &str| url.ends_with("/log/checkpoint").then(|| checkpoint.clone());
    let without = Forgone { lists: true, log };
    let learned = reconcile(restored, &at_hand, "operator", without)
        .await
        .unwrap();
    work_until_idle(restored).await.unwrap();
    learned
}

/// Rotates and gives the new key up: answers with its id and with that of the one after it.
async fn made_and_given_up(world: &TestWorld, tenant: &TenantId) -> (String, String) {
    let made = rotate(world, &rotation(tenant, true)).await.unwrap();
    work_until_idle(world).await.unwrap();
    let made = made.key.id;
    world.clock.advance_millis(60_000);
    let given_up = compromise(world, &giving_up(world, tenant, &made))
        .await
        .unwrap();
    work_until_idle(world).await.unwrap();
    (made, given_up.successor.unwrap())
}

async fn found(world: &World, tenant: &TenantId, key: &str) -> (KeyState, String) {
    let keys = world.store.read().signing_keys(tenant).await.unwrap();
    let row = keys.into_iter().find(|row| row.id == key).unwrap();
    (row.state, row.custody)
}

#[tokio::test]
async fn t43_a_file_key_that_was_given_up_is_ended_in_its_file_although_new_keys_are_in_a_module() {
    let world = world().await;
    let (tenant, copy) = copied(&world, "file-key").await;
    let (given_up, next) = made_and_given_up(&world, &tenant).await;
    // The folder of keys as a machine has it that was away since before the key was given up.
    let files = Arc::new(module(&["log", &given_up, &next]).await);
    let signer = signer(&files, Some(module(&[]).await));
    let restored = restored(&world, &copy, signer).await;
    assert!(files.sign(&given_up, b"x").await.is_ok());
    assert!(learn(&world, &restored).await.open);
    let ended = (KeyState::Compromised, String::new());
    assert_eq!(found(&restored, &tenant, &given_up).await, ended);
    assert_eq!(
        files.sign(&given_up, b"x").await.err(),
        Some(SignError::Ended)
    );
    let signs = (KeyState::Active, String::new());
    assert_eq!(found(&restored, &tenant, &next).await, signs);
}

/// Whoever follows the log sees an honest restore, and no fraud: what stands in it is not entered again, and what is entered later rests on it in its
/// order. Whether the keys are here or lost.
#[tokio::test]
async fn what_is_learnt_of_keys_is_not_entered_again_and_alarms_nobody() {
    for (name, are_here) in [("monitored-here", true), ("monitored-lost", false)] {
        let world = world().await;
        let (tenant, copy) = copied(&world, name).await;
        let (given_up, next) = made_and_given_up(&world, &tenant).await;
        let signed = entries(&world).await;
        let files = match are_here {
            true => module(&["log", &given_up, &next]).await,
            false => module(&["log"]).await,
        };
        let restored = restored(&world, &copy, signer(&Arc::new(files), None)).await;
        let learned = learn(&world, &restored).await;
        assert!(learned.open, "{}", learned.waits_for());
        rotate(&restored, &rotation(&tenant, true)).await.unwrap();
        work_until_idle(&restored).await.unwrap();
        confirmed(&restored, &tenant, MEASURING, LATER).await;
        work_until_idle(&restored).await.unwrap();

        let all = entries(&restored).await;
        assert_eq!(all[..signed.len()], signed[..]);
        let kind = |entry: &Vec<u8>| Entry::parse(entry).unwrap().kind();
        assert!(
            all.iter()
                .any(|entry| kind(entry) == Kind::CredentialIssued)
        );
        let of_keys = all.iter().filter(|entry| kind(entry) == Kind::KeyEvent);
        let of_keys: Vec<&Vec<u8>> = of_keys.collect();
        let once: BTreeSet<&&Vec<u8>> = of_keys.iter().collect();
        assert_eq!(once.len(), of_keys.len(), "{name}");

        let log = MemoryLog::with("log.example.org", all);
        let policy = Policy::unwitnessed([log.key.key.clone()]);
        let watch = Watch {
            source: Source::Folder(&log),
            policy: &policy,
            last: None,
            keys: None,
            crypto: &CRYPTO,
            dids: &[],
            mine: None,
        };
        let looked = monitor(&watch, &TLOG_CRYPTO).await.unwrap();
        assert_eq!(looked.alarms, [], "{name}");
        // Where they stand is known here as well: bundles can prove them.
        let keys = signing_keys(&restored, &tenant).await.unwrap();
        for step in keys.iter().flat_map(|key| &key.history) {
            assert!(step.entry.is_some(), "{name}: {step:?}");
        }
    }
}

#[tokio::test]
async fn t43_a_key_that_is_found_nowhere_is_ended_wherever_it_might_come_back() {
    let mut world = world().await;
    world.world.signer = signer(&world.memory_signer, Some(module(&[]).await));
    let (tenant, copy) = copied(&world, "nowhere").await;
    let (given_up, next) = made_and_given_up(&world, &tenant).await;
    let in_token = format!("pkcs11:{given_up}");

    // An older token, and nothing of the new keys.
    let files = Arc::new(module(&["log"]).await);
    let older = signer(&files, Some(module(&[]).await));
    let here = restored(&world, &copy, older).await;
    assert!(learn(&world, &here).await.open);
    assert_eq!(
        found(&here, &tenant, &given_up).await.0,
        KeyState::Compromised
    );
    assert_eq!(found(&here, &tenant, &next).await.0, KeyState::Retired);
    for name in [&given_up, &in_token] {
        let refused = here.signer.create(name).await.err();
        assert_eq!(refused, Some(SignError::Ended), "{name}");
    }
}

#[tokio::test]
async fn another_key_of_the_name_is_left_where_one_that_ended_is_found_nowhere() {
    let mut world = world().await;
    world.world.signer = signer(&world.memory_signer, Some(module(&[]).await));
    let (tenant, copy) = copied(&world, "another").await;
    let (given_up, _) = made_and_given_up(&world, &tenant).await;

    let others = module(&[&given_up]).await;
    others.exchange(Some(&given_up));
    let files = Arc::new(module(&["log"]).await);
    let here = restored(&world, &copy, signer(&files, Some(others))).await;
    assert!(learn(&world, &here).await.open);
    assert_eq!(
        found(&here, &tenant, &given_up).await.0,
        KeyState::Compromised
    );
    let in_token = format!("pkcs11:{given_up}");
    assert!(here.signer.sign(&in_token, b"x").await.is_ok());
    let refused = here.signer.create(&given_up).await.err();
    assert_eq!(refused, Some(SignError::Ended));
}

#[tokio::test]
async fn t43_a_token_key_that_was_given_up_is_ended_when_its_module_is_in_the_settings_again() {
    let mut world = world().await;
    world.world.signer = signer(&world.memory_signer, Some(module(&[]).await));
    let (tenant, copy) = copied(&world, "no-module").await;
    let (given_up, _) = made_and_given_up(&world, &tenant).await;

    let files = Arc::new(module(&["log"]).await);
    let mut without = restored(&world, &copy, signer(&files, None)).await;
    assert!(learn(&world, &without).await.open);
    let ended = (KeyState::Compromised, "pkcs11:".to_owned());
    assert_eq!(found(&without, &tenant, &given_up).await, ended);

    without.signer = signer(&files, Some(module(&[&given_up]).await));
    let in_token = format!("pkcs11:{given_up}");
    assert!(without.signer.sign(&in_token, b"x").await.is_ok());
    world.clock.advance_millis(60_000);
    work_until_idle(&without).await.unwrap();
    let refused = without.signer.sign(&in_token, b"x").await.err();
    assert_eq!(refused, Some(SignError::Ended));
}

#[tokio::test]
async fn t43_without_its_token_an_installation_learns_what_ended_and_can_rotate_when_it_is_lost() {
    let mut world = world().await;
    world.world.signer = signer(&world.memory_signer, Some(module(&[]).await));
    let (tenant, before) = copied(&world, "lost-before").await;
    let first = signing_keys(&world, &tenant).await.unwrap()[0].id.clone();
    rotate(&world, &rotation(&tenant, true)).await.unwrap();
    work_until_idle(&world).await.unwrap();
    let between = copy(&world, "lost-between").await;
    world.clock.advance_millis(60_000);
    compromise(&world, &giving_up(&world, &tenant, &first))
        .await
        .unwrap();
    work_until_idle(&world).await.unwrap();
    let away = || async {
        let module = module(&[]).await;
        module.leave(true);
        Some(module)
    };
    let files = Arc::new(module(&["log"]).await);

    // The copy knows every key: that one was given up can be learnt without the token.
    let knowing = restored(&world, &between, signer(&files, away().await)).await;
    let learned = learn(&world, &knowing).await;
    assert!(learned.open && learned.waits_for_what_is_ahead.is_none());
    let known = signing_key(&knowing, &tenant, &first)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(known.state, KeyState::Compromised);

    // This one does not know the key that signs now. What ended is learnt all the same.
    let mut lacking = restored(&world, &before, signer(&files, away().await)).await;
    let learned = learn(&world, &lacking).await;
    assert!(!learned.open && learned.waits_for_what_is_ahead.is_some());
    assert_eq!(
        found(&lacking, &tenant, &first).await.0,
        KeyState::Compromised
    );
    // The token is lost, and its module taken out of the settings.
    lacking.signer = signer(&files, None);
    assert!(learn(&world, &lacking).await.open);
    let new = rotate(&lacking, &rotation(&tenant, true)).await.unwrap();
    work_until_idle(&lacking).await.unwrap();
    let signs = (KeyState::Active, String::new());
    assert_eq!(found(&lacking, &tenant, &new.key.id).await, signs);
}

#[tokio::test]
async fn a_key_that_was_thought_to_be_with_a_signer_that_was_away_signs_where_it_is() {
    let world = world().await;
    let (tenant, copy) = copied(&world, "guessed").await;
    let made = rotate(&world, &rotation(&tenant, true)).await.unwrap();
    let made = made.key.id;
    work_until_idle(&world).await.unwrap();
    let away = module(&[]).await;
    away.leave(true);
    let files = Arc::new(module(&["log"]).await);
    let mut here = restored(&world, &copy, signer(&files, Some(away))).await;
    let learned = learn(&world, &here).await;
    assert!(!learned.open && learned.waits_for_what_is_ahead.is_some());
    assert!(learned.waits_for().contains(&made), "it is named");
    let guessed = (KeyState::Active, "pkcs11:".to_owned());
    assert_eq!(found(&here, &tenant, &made).await, guessed);
    // The module answers and has no such key; its file is put back.
    files.create(&made).await.unwrap();
    here.signer = signer(&files, Some(module(&[]).await));
    let learned = learn(&world, &here).await;
    assert!(learned.open, "{}", learned.waits_for());
    let signs = (KeyState::Active, String::new());
    assert_eq!(found(&here, &tenant, &made).await, signs);
    confirmed(&here, &tenant, MEASURING, LATER).await;
    work_until_idle(&here).await.unwrap();
    let issued = all(&here, &tenant).await;
    assert!(!issued.is_empty() && issued.iter().all(|row| row.key_id == made));
}

/// Who restores may say that nobody saw more of the log; what it says of keys is there all the same, and one of them may be in other hands.
#[tokio::test]
async fn what_the_log_says_of_keys_is_not_done_without_where_it_can_be_read() {
    let world = world().await;
    let (tenant, copy) = copied(&world, "not-without").await;
    let made = rotate(&world, &rotation(&tenant, true)).await.unwrap();
    work_until_idle(&world).await.unwrap();
    let away = module(&[]).await;
    away.leave(true);
    let files = Arc::new(module(&["log"]).await);
    let mut here = restored(&world, &copy, signer(&files, Some(away))).await;
    for without_log in [false, true] {
        let learned = learn_without(&world, &here, without_log).await;
        assert!(
            !learned.open && learned.waits_for_what_is_ahead.is_some(),
            "{learned:?}"
        );
        assert!(!learned.waits_for_log && !learned.waits_for_lists);
        assert!(is_restored(&here.store).await.unwrap());
    }
    here.signer = signer(&files, Some(module(&[&made.key.id]).await));
    let learned = learn_without(&world, &here, true).await;
    assert!(learned.open, "{}", learned.waits_for());
}
