//! What others need in order to check: status lists and the other public documents.

use std::sync::Arc;

use async_trait::async_trait;
use touchstone_service::{
    issuing::revoke,
    operations::{gauges, wind, work_until_idle},
    ports::{Clock as _, PublicKey, SignError, Signer},
    verifying::{self, Which, document},
};
use touchstone_testkit::world;
use touchstone_vc::{CheckKind, Credential, Fault, Outcome, Signature};

use crate::static_hosts::hosts_are_told_of_every_file;
use crate::support::{MEASURING, credential, issued, outcome};
use crate::withdraw::revocation;

#[tokio::test]
async fn t36_a_list_that_would_clear_a_withdrawal_is_not_published() {
    let world = world().await;
    let (tenant, credentials) = issued(&world, MEASURING).await;
    revoke(&world, &revocation(&tenant, &credentials[0].id))
        .await
        .unwrap();
    work_until_idle(&world).await.unwrap();
    let row = credential(&world, &tenant, &credentials[0].id).await;
    let list = row.status_list.unwrap();
    let published = world
        .store
        .read()
        .publication(&list)
        .await
        .unwrap()
        .unwrap();

    // An older state of the rows comes back: the one thing that must never show as "stands again".
    let other = touchstone_testkit::world().await;
    let (older, _) = issued(&other, MEASURING).await;
    let number = other
        .store
        .read()
        .status_lists(&older)
        .await
        .unwrap()
        .remove(0);
    let before = other
        .store
        .read()
        .publication(&number.id)
        .await
        .unwrap()
        .unwrap();
    let restored = touchstone_store::StatusPublicationRow {
        list: number.id.clone(),
        version: before.version + 1,
        bytes: published.bytes,
        published_at: published.published_at,
        valid_until: published.valid_until,
        statement: published.statement,
        key_changes: published.key_changes,
    };
    let restored = &restored;
    other
        .store
        .write(|mut tx| async move { tx.publish(restored.clone()).await })
        .await
        .unwrap();
    other.clock.advance_millis(6 * 24 * 60 * 60 * 1_000);
    let refused = verifying::publish_status(&other, &older, &number.id).await;
    assert!(
        matches!(refused, Err(verifying::PublishError::WouldClear)),
        "{refused:?}"
    );
}

#[tokio::test]
async fn a_list_is_signed_anew_at_half_its_validity_and_not_before() {
    let world = world().await;
    let (tenant, _) = issued(&world, MEASURING).await;
    let list = world
        .store
        .read()
        .status_lists(&tenant)
        .await
        .unwrap()
        .remove(0);
    let version = async || {
        world
            .store
            .read()
            .publication(&list.id)
            .await
            .unwrap()
            .unwrap()
            .version
    };
    let first = version().await;

    verifying::publish_status(&world, &tenant, &list.id)
        .await
        .unwrap();
    assert_eq!(
        version().await,
        first,
        "an unchanged list is not signed again"
    );
    world.clock.advance_millis(4 * 24 * 60 * 60 * 1_000);
    touchstone_service::operations::wind(&world).await.unwrap();
    work_until_idle(&world).await.unwrap();
    assert_eq!(version().await, first + 1);
}

#[tokio::test]
async fn a_list_from_when_the_clock_was_ahead_is_signed_anew_once_it_is_right() {
    let world = world().await;
    let (tenant, _) = issued(&world, MEASURING).await;
    let list = world.store.read().status_lists(&tenant).await.unwrap();
    let dated_after = async |millis: i64| {
        world.clock.advance_millis(millis);
        wind(&world).await.unwrap();
        work_until_idle(&world).await.unwrap();
        let published = world.store.read().publication(&list[0].id).await.unwrap();
        published.unwrap().published_at - world.clock.now().unix_millis()
    };
    let jump = 30 * 24 * 60 * 60 * 1_000;
    assert!(dated_after(jump).await.abs() < 1_000);
    assert!(dated_after(-jump).await.abs() < 1_000);
}

#[tokio::test]
async fn public_documents_are_the_same_bytes_one_by_one_and_all_together() {
    let world = world().await;
    let (_, credentials) = issued(&world, MEASURING).await;
    assert!(!credentials.is_empty());
    let all = verifying::documents(&world).await.unwrap();
    let paths: Vec<&str> = all.iter().map(|document| document.path.as_str()).collect();
    assert_eq!(
        paths,
        [
            "/registry.json",
            "/i/riverside/did.json",
            "/i/riverside/profile",
            "/i/riverside/status/1",
            "/i/riverside/a/precision-measurement/1"
        ]
    );
    let did = document(&world, "riverside", Which::Did)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(did, all[1]);
    let list = Credential::parse(&all[3].bytes).unwrap();
    assert_eq!(
        list.issuer(),
        Some("did:web:verify.example.edu:i:riverside")
    );
    hosts_are_told_of_every_file(&world).await;
}

#[tokio::test]
async fn publishing_is_tried_until_it_works_as_one_job_and_is_seen_to_fail() {
    let world = world().await;
    let (tenant, credentials) = issued(&world, MEASURING).await;
    let revoked = &credentials[0].id;
    revoke(&world, &revocation(&tenant, revoked)).await.unwrap();
    let mut locked = world.world.clone();
    locked.signer = Arc::new(Failing(SignError::NoSuchKey));
    for _ in 0..40 {
        wind(&locked).await.unwrap();
        work_until_idle(&locked).await.unwrap();
        world.clock.advance_millis(MINUTES_11);
    }
    let reader = world.store.read();
    let waiting = reader.jobs_of("publish-status", 9).await.unwrap();
    assert_eq!(waiting.len(), 1);
    assert!(waiting[0].attempts >= 40, "{}", waiting[0].attempts);
    assert!(reader.dead_jobs(9).await.unwrap().is_empty());
    let seen = gauges(&world).await.unwrap();
    assert_eq!((seen.jobs_failing, seen.jobs_dead), (1, 0));
    assert_eq!(seen.status_waits_seconds, 40 * 11 * 60);
    assert_eq!(
        outcome(&world, &tenant, revoked, CheckKind::Status).await,
        Some(Outcome::Pass),
        "not published yet"
    );

    work_until_idle(&world).await.unwrap(); // The key is there again.
    assert_eq!(
        outcome(&world, &tenant, revoked, CheckKind::Status).await,
        Some(Outcome::Fail(Fault::Revoked))
    );
    let seen = gauges(&world).await.unwrap();
    assert_eq!((seen.jobs_failing, seen.status_waits_seconds), (0, 0));
    assert_eq!(seen.issued, u64::try_from(credentials.len()).unwrap());
}

/// A signer that never signs, and says why.
struct Failing(SignError);

#[async_trait]
impl Signer for Failing {
    async fn create(&self, _: &str) -> Result<PublicKey, SignError> {
        Err(self.0)
    }

    async fn public(&self, _: &str) -> Result<PublicKey, SignError> {
        Err(self.0)
    }

    async fn sign(&self, _: &str, _: &[u8]) -> Result<Signature, SignError> {
        Err(self.0)
    }

    async fn end(&self, _: &str) -> Result<(), SignError> {
        Err(self.0)
    }

    async fn destroy(&self, _: &str) -> Result<(), SignError> {
        Err(self.0)
    }
}

const MINUTES_11: i64 = 11 * 60 * 1_000;
