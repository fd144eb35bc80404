//! What institutions say about themselves in federations, and the register of the institutions here.

use std::sync::Arc;

use touchstone_service::{
    World,
    issuing::found,
    operations::{
        Turn,
        signing_key::{compromise, rotate, signing_keys},
        wind, work_promptly_once, work_until_idle,
    },
    ports::Signer as _,
    verifying::{Recognition, Which, document, membership},
};
use touchstone_testkit::{TestWorld, world};
use touchstone_vc::{
    federation::{Statement, issuers_of},
    registry::{Form, Registry},
};

use crate::signing_key::{giving_up, rotation};
use crate::static_hosts::hosts_are_told_of_every_file;
use crate::support::{MEASURING, founding, institution, issued};

const ANCHOR: &str = "https://anchor.example";
const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// The same world, whose institutions have these superiors.
fn below(test: &TestWorld, superiors: &[&str]) -> World {
    let superiors = superiors.iter().map(|&one| one.to_owned()).collect();
    World {
        recognition: Arc::new(Recognition::default().below(superiors)),
        ..test.world.clone()
    }
}

async fn turn(world: &World) {
    wind(world).await.unwrap();
    work_until_idle(world).await.unwrap();
}

/// What is shown of an institution.
async fn shown(world: &World, slug: &str) -> Option<Statement> {
    let found = document(world, slug, Which::Entity).await.unwrap();
    found.map(|found| Statement::parse(&found.bytes).unwrap())
}

#[tokio::test]
async fn an_institution_says_who_is_above_it_and_signs_with_its_own_key() {
    let test = world().await;
    let (tenant, _) = issued(&test, MEASURING).await;
    let world = below(&test, &[ANCHOR]);
    let row = world
        .store
        .read()
        .institution(&tenant)
        .await
        .unwrap()
        .unwrap();
    let published = async || {
        turn(&world).await;
        let found = document(&world, &row.slug, Which::Entity).await.unwrap();
        found.unwrap().bytes
    };
    let first = published().await;
    hosts_are_told_of_every_file(&world).await;
    let statement = Statement::parse(&first).unwrap();
    assert!(statement.is_configuration());
    assert_eq!(statement.signed_by(statement.keys(), world.crypto), Ok(()));
    assert_eq!(statement.at(world.clock.now()), Ok(()));
    assert_eq!(statement.authority_hints().collect::<Vec<_>>(), [ANCHOR]);
    assert_eq!(
        statement.endpoint("organization_name"),
        Some(row.name.as_str())
    );
    let issuers = issuers_of(statement.subject());
    assert!(issuers.contains(row.did.as_ref().unwrap()), "{issuers:?}");

    // It stays as it is until half of its time has passed.
    test.clock.advance_millis(3 * DAY_MS);
    assert_eq!(published().await, first);
    test.clock.advance_millis(DAY_MS);
    let second = published().await;
    assert_ne!(second, first);
    // Where nobody signs it anew it is not shown beyond its end.
    test.clock.advance_millis(8 * DAY_MS);
    let found = document(&world, &row.slug, Which::Entity).await.unwrap();
    assert_eq!(found, None);
}

#[tokio::test]
async fn a_statement_from_when_the_clock_was_ahead_is_signed_anew_once_it_is_right() {
    let test = world().await;
    let (tenant, _) = issued(&test, MEASURING).await;
    let world = below(&test, &[ANCHOR]);
    for millis in [30 * DAY_MS, -30 * DAY_MS] {
        test.clock.advance_millis(millis);
        turn(&world).await;
        let kept = world.store.read().entity_configuration(&tenant).await;
        let now = world.clock.now().whole_seconds().unix_millis();
        assert_eq!(kept.unwrap().unwrap().published_at, now);
    }
}

#[tokio::test]
async fn without_superiors_nothing_is_said_to_federations() {
    let test = world().await;
    let (tenant, _) = issued(&test, MEASURING).await;
    turn(&test).await;
    let said = test.store.read().entity_configuration(&tenant).await;
    assert_eq!(said.unwrap(), None);
}

#[tokio::test]
async fn the_institutions_of_an_installation_are_a_register_that_we_read() {
    let test = world().await;
    assert_eq!(membership(&test).await.unwrap(), None);
    let (tenant, _) = issued(&test, MEASURING).await;
    let row = test
        .store
        .read()
        .institution(&tenant)
        .await
        .unwrap()
        .unwrap();
    let published = membership(&test).await.unwrap().unwrap();
    let read = Registry::parse(&published.bytes).unwrap();
    assert_eq!(read.form, Form::Dcc);
    assert_eq!(read.issuers.keys().collect::<Vec<_>>(), [&row.did.unwrap()]);
}

#[tokio::test]
async fn an_institution_whose_key_does_not_sign_holds_up_no_other() {
    let test = world().await;
    for slug in ["hillside", "lakeside", "riverside"] {
        found(&test, &founding(slug)).await.unwrap();
    }
    let world = below(&test, &[ANCHOR]);
    let all = world.store.read().institutions().await.unwrap();
    let keys = signing_keys(&world, &all[0].id).await.unwrap();
    test.memory_signer.destroy(&keys[0].id).await.unwrap();
    turn(&world).await;
    assert!(shown(&world, &all[0].slug).await.is_none());
    for other in &all[1..] {
        assert!(shown(&world, &other.slug).await.is_some(), "{}", other.slug);
    }
    let waiting = world.store.read().jobs_of("publish-entities", 9).await;
    let waiting = waiting.unwrap();
    assert!(waiting[0].last_error.is_some(), "it is told: {waiting:?}");
}

#[tokio::test]
async fn superiors_that_are_configured_no_more_are_said_no_more() {
    let test = world().await;
    institution(&test).await;
    let world = below(&test, &[ANCHOR]);
    turn(&world).await;
    assert!(shown(&world, "riverside").await.is_some());
    assert!(shown(&below(&test, &[]), "riverside").await.is_none());
    let other = below(&test, &["https://other.example"]);
    assert!(shown(&other, "riverside").await.is_none());
    turn(&other).await;
    let statement = shown(&other, "riverside").await.unwrap();
    let hints: Vec<_> = statement.authority_hints().collect();
    assert_eq!(hints, ["https://other.example"]);
}

/// did.json says at once that the key is revoked: no other document of ours goes on naming it.
#[tokio::test]
async fn a_key_that_is_given_up_stands_in_no_statement_from_then_on() {
    let test = world().await;
    let tenant = institution(&test).await;
    let world = below(&test, &[ANCHOR]);
    turn(&world).await;
    let first = shown(&world, "riverside").await.unwrap();
    let old = signing_keys(&world, &tenant).await.unwrap()[0].id.clone();
    compromise(&world, &giving_up(&world, &tenant, &old))
        .await
        .unwrap();
    assert!(shown(&world, "riverside").await.is_none());
    // Nobody has to wait for the clock, or for what else there is to be done.
    while work_promptly_once(&world).await.unwrap() == Turn::Worked {}
    let second = shown(&world, "riverside").await.unwrap();
    assert_ne!(second.keys(), first.keys());
    assert_eq!(second.signed_by(second.keys(), world.crypto), Ok(()));
    assert!(second.signed_by(first.keys(), world.crypto).is_err());
}

/// A superior has to be told of a new key before it signs.
#[tokio::test]
async fn a_key_that_is_announced_is_said_at_once_and_what_was_said_stands_meanwhile() {
    let test = world().await;
    let tenant = institution(&test).await;
    let world = below(&test, &[ANCHOR]);
    turn(&world).await;
    let first = shown(&world, "riverside").await.unwrap();
    rotate(&world, &rotation(&tenant, false)).await.unwrap();
    let meanwhile = shown(&world, "riverside").await.unwrap();
    assert_eq!(meanwhile.keys(), first.keys());
    while work_promptly_once(&world).await.unwrap() == Turn::Worked {}
    let second = shown(&world, "riverside").await.unwrap();
    assert_ne!(second.keys(), first.keys());
    assert_eq!(second.signed_by(first.keys(), world.crypto), Ok(()));
}
