//! A signer that is away: what waits for it is kept, and goes on when it is back.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use touchstone_service::{
    World,
    operations::{
        gauges,
        signing_key::{KeyState, compromise, rotate, signing_keys},
        wind, work_until_idle,
    },
    ports::{PublicKey, SignError, Signer},
    verifying::{Recognition, Which, document},
};
use touchstone_store::{BatchState, StatusPublicationRow, TenantId};
use touchstone_testkit::world;
use touchstone_vc::{Signature, federation::Statement};

use crate::signing_key::{ADA, giving_up, on_both, rotation, states};
use crate::support::{MEASURING, all, confirmed, institution_with, issued, state};

#[tokio::test]
async fn t62_what_waits_for_the_signer_is_kept_however_long_that_takes() {
    on_both(async |world| {
        let tenant = institution_with(&world, MEASURING).await;
        let batch = confirmed(&world, &tenant, MEASURING, ADA).await;
        world.memory_signer.leave(true);
        // Far longer than any other job is tried.
        for _ in 0..100 {
            work_until_idle(&world).await.unwrap();
            world.clock.advance_millis(60_000);
        }
        let seen = gauges(&world).await.unwrap();
        assert!(!seen.signer_ready);
        assert_eq!((seen.jobs_dead, seen.issued), (0, 0));
        assert_eq!(state(&world, &tenant, &batch).await, BatchState::Sealing);

        world.memory_signer.leave(false);
        // It is tried at least once a minute, so nobody has to wait longer.
        work_until_idle(&world).await.unwrap();
        assert_eq!(state(&world, &tenant, &batch).await, BatchState::Sealed);
        assert_eq!(all(&world, &tenant).await.len(), 1);
        assert!(gauges(&world).await.unwrap().signer_ready);
    })
    .await;
}

#[tokio::test]
async fn t62_one_failure_of_another_kind_after_a_long_outage_gives_nothing_up() {
    on_both(async |world| {
        let tenant = institution_with(&world, MEASURING).await;
        let batch = confirmed(&world, &tenant, MEASURING, ADA).await;
        world.memory_signer.leave(true);
        for _ in 0..100 {
            work_until_idle(&world).await.unwrap();
            world.clock.advance_millis(60_000);
        }
        world.memory_signer.answer(Some(SignError::NoSuchKey));
        work_until_idle(&world).await.unwrap();
        let seen = gauges(&world).await.unwrap();
        assert_eq!((seen.jobs_dead, seen.issued), (0, 0));
        let waiting = world.store.read().jobs_of("issue-batch", 9).await.unwrap();
        assert_eq!(waiting[0].attempts, 1, "the outage is not counted");

        world.memory_signer.answer(None);
        world.clock.advance_millis(60_000);
        work_until_idle(&world).await.unwrap();
        assert_eq!(state(&world, &tenant, &batch).await, BatchState::Sealed);
    })
    .await;
}

#[tokio::test]
async fn t62_a_refused_pin_gives_up_nothing_that_was_confirmed() {
    on_both(async |world| {
        let tenant = institution_with(&world, MEASURING).await;
        let batch = confirmed(&world, &tenant, MEASURING, ADA).await;
        world.memory_signer.answer(Some(SignError::PinRefused));
        for _ in 0..100 {
            work_until_idle(&world).await.unwrap();
            world.clock.advance_millis(11 * 60_000);
        }
        assert_eq!(gauges(&world).await.unwrap().jobs_dead, 0);
        world.memory_signer.answer(None);
        work_until_idle(&world).await.unwrap();
        assert_eq!(state(&world, &tenant, &batch).await, BatchState::Sealed);
    })
    .await;
}

/// A security module whose token somebody may exchange for another one: with the same label, and keys of the same names in it.
struct Exchangeable {
    keys: Arc<dyn Signer>,
    exchanged: AtomicBool,
}

impl Exchangeable {
    fn named(&self, key: &str) -> String {
        match key.starts_with("token:") && self.exchanged.load(Ordering::SeqCst) {
            true => format!("other {key}"),
            false => key.to_owned(),
        }
    }
}

#[async_trait::async_trait]
impl Signer for Exchangeable {
    fn custody(&self) -> &str {
        "token:"
    }

    async fn create(&self, key: &str) -> Result<PublicKey, SignError> {
        if key.starts_with("token:") {
            self.keys.create(&format!("other {key}")).await?;
        }
        self.keys.create(&self.named(key)).await
    }

    async fn public(&self, key: &str) -> Result<PublicKey, SignError> {
        self.keys.public(&self.named(key)).await
    }

    async fn sign(&self, key: &str, message: &[u8]) -> Result<Signature, SignError> {
        self.keys.sign(&self.named(key), message).await
    }

    async fn end(&self, key: &str) -> Result<(), SignError> {
        self.keys.end(&self.named(key)).await
    }

    async fn destroy(&self, key: &str) -> Result<(), SignError> {
        self.keys.destroy(&self.named(key)).await
    }
}

#[tokio::test]
async fn t62_what_a_token_signs_counts_only_under_the_key_that_was_published() {
    let mut world = world().await;
    let token = Arc::new(Exchangeable {
        keys: Arc::clone(&world.world.signer),
        exchanged: AtomicBool::new(false),
    });
    world.world.signer = Arc::clone(&token) as _;
    let tenant = institution_with(&world, MEASURING).await;
    let batch = confirmed(&world, &tenant, MEASURING, ADA).await;
    token.exchanged.store(true, Ordering::SeqCst);
    work_until_idle(&world).await.unwrap();
    assert_eq!(state(&world, &tenant, &batch).await, BatchState::Sealing);
    assert!(all(&world, &tenant).await.is_empty());
    let waiting = world.store.read().jobs_of("issue-batch", 9).await.unwrap();
    let said = waiting[0].last_error.clone().unwrap_or_default();
    assert!(
        said.contains("another key under this name") && said.contains("put the right token back"),
        "{said}"
    );

    token.exchanged.store(false, Ordering::SeqCst);
    world.clock.advance_millis(60_000);
    work_until_idle(&world).await.unwrap();
    assert_eq!(state(&world, &tenant, &batch).await, BatchState::Sealed);
    assert_eq!(all(&world, &tenant).await.len(), 1);
}

/// Threat 62, where no list and no credential is signed.
#[tokio::test]
async fn what_an_institution_says_in_federations_is_not_signed_by_an_exchanged_token() {
    let mut world = world().await;
    let token = Arc::new(Exchangeable {
        keys: Arc::clone(&world.world.signer),
        exchanged: AtomicBool::new(false),
    });
    world.world.signer = Arc::clone(&token) as _;
    let superiors = vec!["https://anchor.example".to_owned()];
    world.world.recognition = Arc::new(Recognition::default().below(superiors));
    let tenant = institution_with(&world, MEASURING).await;
    let row = world.store.read().institution(&tenant).await.unwrap();
    let slug = row.unwrap().slug;

    token.exchanged.store(true, Ordering::SeqCst);
    wind(&world).await.unwrap();
    work_until_idle(&world).await.unwrap();
    let said = document(&world, &slug, Which::Entity).await.unwrap();
    assert_eq!(said, None);

    token.exchanged.store(false, Ordering::SeqCst);
    world.clock.advance_millis(60_000);
    wind(&world).await.unwrap();
    work_until_idle(&world).await.unwrap();
    let said = document(&world, &slug, Which::Entity).await.unwrap();
    let said = Statement::parse(&said.unwrap().bytes).unwrap();
    assert_eq!(said.signed_by(said.keys(), world.crypto), Ok(()));
}

/// Threat 43: whoever has the key does not wait for a security module to come back.
#[tokio::test]
async fn t43_a_key_is_given_up_while_the_signer_is_away_and_the_next_is_made_when_it_is_back() {
    on_both(async |world| {
        let (tenant, _) = issued(&world, MEASURING).await;
        let old = signing_keys(&world, &tenant).await.unwrap().remove(0).id;
        let before = publication(&world, &tenant).await;
        world.memory_signer.leave(true);
        let order = giving_up(&world, &tenant, &old);
        let found = compromise(&world, &order).await.unwrap();
        assert!(found.needs_successor && found.successor_waits);
        assert_eq!(found.successor, None);
        // Far longer than any other job is tried.
        for _ in 0..100 {
            work_until_idle(&world).await.unwrap();
            world.clock.advance_millis(60_000);
        }
        assert_eq!(states(&world, &tenant).await, [KeyState::Compromised]);
        assert_eq!(gauges(&world).await.unwrap().jobs_dead, 0);

        world.memory_signer.leave(false);
        work_until_idle(&world).await.unwrap();
        assert_eq!(
            states(&world, &tenant).await,
            [KeyState::Active, KeyState::Compromised]
        );
        let after = publication(&world, &tenant).await;
        let new = &signing_keys(&world, &tenant).await.unwrap()[0].id;
        assert!(after.version > before.version);
        assert!(String::from_utf8_lossy(&after.bytes).contains(&format!("#{new}")));
    })
    .await;
}

#[tokio::test]
async fn a_key_that_was_made_meanwhile_is_not_made_again() {
    on_both(async |world| {
        let (tenant, _) = issued(&world, MEASURING).await;
        let old = signing_keys(&world, &tenant).await.unwrap().remove(0).id;
        world.memory_signer.leave(true);
        let order = giving_up(&world, &tenant, &old);
        compromise(&world, &order).await.unwrap();
        world.memory_signer.leave(false);
        rotate(&world, &rotation(&tenant, true)).await.unwrap();
        world.clock.advance_millis(60_000);
        work_until_idle(&world).await.unwrap();
        assert_eq!(
            states(&world, &tenant).await,
            [KeyState::Active, KeyState::Compromised]
        );
        let waiting = world.store.read().jobs_of("replace-key", 9).await.unwrap();
        assert!(waiting.is_empty(), "{waiting:?}");
    })
    .await;
}

#[tokio::test]
async fn a_key_that_is_announced_for_later_is_not_waited_for() {
    let world = world().await;
    let (tenant, _) = issued(&world, MEASURING).await;
    let old = signing_keys(&world, &tenant).await.unwrap().remove(0).id;
    rotate(&world, &rotation(&tenant, false)).await.unwrap();
    world.memory_signer.leave(true);
    let order = giving_up(&world, &tenant, &old);
    compromise(&world, &order).await.unwrap();
    world.memory_signer.leave(false);
    world.clock.advance_millis(2_000);
    work_until_idle(&world).await.unwrap();
    assert_eq!(
        states(&world, &tenant).await,
        [KeyState::Active, KeyState::Pending, KeyState::Compromised]
    );
}

async fn publication(world: &World, tenant: &TenantId) -> StatusPublicationRow {
    let reader = world.store.read();
    let list = reader.status_lists(tenant).await.unwrap().remove(0).id;
    reader.publication(&list).await.unwrap().unwrap()
}
