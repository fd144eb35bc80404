//! How often an anchor is asked, whatever it answers: each answer may be paid for.

use std::{pin::pin, sync::Arc};

use touchstone_anchor::Fault;
use touchstone_service::{
    World,
    logging::{
        AnchorState, Anchoring, LogError, anchor, anchored, sequence_until_idle, shown, standing,
    },
    ports::{AnchorError, Clock as _},
};
use touchstone_store::TenantId;
use touchstone_testkit::{
    FixedClock, Manner, Purpose, TestDatabase, TestWorld, TimestampAuthority, fixed_clock, world,
    world_on,
};
use touchstone_vc::Timestamp;

use crate::log_files::change;
use crate::support::institution;

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;

/// A world that asks this authority once in so long, and has a log.
async fn asking(
    database: TestDatabase,
    authority: &TimestampAuthority,
    every_ms: i64,
) -> (TestWorld, TenantId) {
    let mut world = world_on(database).await;
    trusts(&mut world, authority, &authority.root(), every_ms);
    let tenant = institution(&world).await;
    sequence_until_idle(&world).await.unwrap();
    (world, tenant)
}

fn trusts(world: &mut TestWorld, authority: &TimestampAuthority, trusted: &[u8], every_ms: i64) {
    let mut anchors = authority.anchors(trusted);
    anchors.every_ms = every_ms;
    world.world.anchors = Arc::new(anchors);
}

async fn asked(world: &World) -> Anchoring {
    anchor(world, "notary").await.unwrap()
}

/// The log grows every ten minutes, and it is looked whether anything is to be asked.
async fn goes_on(world: &TestWorld, tenant: &TenantId, steps: u32) {
    for _ in 0..steps {
        change(world, tenant, 1).await;
        sequence_until_idle(world).await.unwrap();
        asked(world).await;
        world.clock.advance_millis(10 * MINUTE_MS);
    }
}

#[tokio::test]
async fn t66_a_log_that_grows_has_one_answer_in_the_time_that_is_configured_whatever_it_is() {
    let authority = TimestampAuthority::with("ec:P-256", Purpose::Stamps);
    let (mut world, tenant) = asking(TestDatabase::sqlite(), &authority, HOUR_MS).await;
    for manner in [
        Manner::Honest,
        Manner::Garbage,
        Manner::OtherImprint,
        Manner::OtherNonce,
        Manner::Rejecting,
        Manner::Altered,
        Manner::Huge,
    ] {
        authority.set(manner);
        let before = authority.asked();
        goes_on(&world, &tenant, 3 * 6).await;
        assert_eq!(authority.asked() - before, 3, "{manner:?}");
    }
    // By a certificate that does not vouch for it no answer is ever kept.
    authority.set(Manner::Honest);
    let stranger = TimestampAuthority::with("ec:P-256", Purpose::Stamps).root();
    trusts(&mut world, &authority, &stranger, HOUR_MS);
    let before = authority.asked();
    goes_on(&world, &tenant, 3 * 6).await;
    assert_eq!(authority.asked() - before, 3);
    let all = anchored(&world, 99).await.unwrap();
    let confirmed = all.iter().filter(|one| one.state == AnchorState::Confirmed);
    assert_eq!(confirmed.count(), 3);
    assert!(all.iter().all(|one| one.state != AnchorState::Pending));
}

#[tokio::test]
async fn t66_one_that_does_not_answer_is_asked_about_one_checkpoint_with_growing_pauses() {
    let authority = TimestampAuthority::with("ec:P-256", Purpose::Stamps);
    let (world, tenant) = asking(TestDatabase::sqlite(), &authority, HOUR_MS).await;
    authority.set(Manner::Broken);
    goes_on(&world, &tenant, 20 * 6).await;
    let all = anchored(&world, 99).await.unwrap();
    assert_eq!(all.len(), 1, "no second one beside it: {all:?}");
    assert!(authority.asked() <= 12, "{}", authority.asked());
    // It is told, and when it answers again the time for the next one counts from there.
    authority.set(Manner::Honest);
    let before = authority.asked();
    goes_on(&world, &tenant, 6 * 6).await;
    let after = authority.asked() - before;
    assert!((1..=6).contains(&after), "{after}");
    let all = anchored(&world, 99).await.unwrap();
    assert_eq!(all[0].state, AnchorState::Confirmed, "{all:?}");
}

#[tokio::test]
async fn a_log_that_rests_is_handed_in_anew_when_what_was_wrong_is_mended() {
    for database in [TestDatabase::sqlite(), TestDatabase::postgres()] {
        let authority = TimestampAuthority::with("ec:P-256", Purpose::Stamps);
        let stranger = TimestampAuthority::with("ec:P-256", Purpose::Stamps).root();
        let (mut world, _) = asking(database, &authority, HOUR_MS).await;
        let size = shown(&world).await.unwrap().unwrap().size;
        trusts(&mut world, &authority, &stranger, HOUR_MS);
        let untrusted = Anchoring::GivenUp(AnchorError::Unproven(Fault::Untrusted));
        for _ in 0..2 {
            assert_eq!(asked(&world).await, untrusted);
            let told = standing(&world).await.unwrap().unwrap();
            assert!(told.anchors[0].fails().is_some());
            world.clock.advance_millis(HOUR_MS - 1);
            assert_eq!(asked(&world).await, Anchoring::Nothing);
            world.clock.advance_millis(1);
        }
        trusts(&mut world, &authority, &authority.root(), HOUR_MS);
        assert_eq!(asked(&world).await, Anchoring::Confirmed(size));
        let all = anchored(&world, 9).await.unwrap();
        assert_eq!(all.len(), 1);
        assert_eq!(all[0].submitted_at, world.clock.now());
        assert_eq!(all[0].why, None);
        // What is confirmed is confirmed, for as long as it rests.
        world.clock.advance_millis(9 * HOUR_MS);
        assert_eq!(asked(&world).await, Anchoring::Nothing);
        assert_eq!(authority.asked(), 3);
    }
}

#[tokio::test]
async fn what_was_asked_while_the_clock_was_ahead_holds_nothing_up_once_it_is_right() {
    let authority = TimestampAuthority::with("ec:P-256", Purpose::Stamps);
    let (world, tenant) = asking(TestDatabase::sqlite(), &authority, HOUR_MS).await;
    let jump = 30 * 24 * HOUR_MS;
    authority.set(Manner::Broken);
    for millis in [jump, -jump] {
        world.clock.advance_millis(millis);
        let came = asked(&world).await;
        assert!(matches!(came, Anchoring::Refused(_)), "{came:?}");
    }
    authority.set(Manner::Honest);
    for millis in [jump, -jump] {
        world.clock.advance_millis(millis);
        change(&world, &tenant, 1).await;
        sequence_until_idle(&world).await.unwrap();
        let came = asked(&world).await;
        assert!(matches!(came, Anchoring::Confirmed(_)), "{came:?}");
    }
}

#[tokio::test]
async fn of_two_processes_one_asks() {
    for database in [TestDatabase::sqlite(), TestDatabase::postgres()] {
        let authority = TimestampAuthority::with("ec:P-256", Purpose::Stamps);
        let (world, _) = asking(database, &authority, HOUR_MS).await;
        let other = world.beside().await;
        let size = shown(&world).await.unwrap().unwrap().size;
        authority.set(Manner::Broken);
        // At once about what nobody has begun on, then about what is due again.
        for expect in [
            Anchoring::Refused(AnchorError::Status(503)),
            Anchoring::Confirmed(size),
        ] {
            authority.hold(true);
            let (mut one, mut two) = (pin!(asked(&world)), pin!(asked(&other)));
            // Whoever asks has no answer yet: only who finds nothing to ask can be done.
            let (first, one_is_left) = tokio::select! {
                came = &mut one => (came, false),
                came = &mut two => (came, true),
            };
            assert_eq!(first, Anchoring::Nothing);
            authority.hold(false);
            let second = match one_is_left {
                true => one.await,
                false => two.await,
            };
            assert_eq!(second, expect);
            authority.set(Manner::Honest);
            world.clock.advance_millis(MINUTE_MS);
        }
        assert_eq!(authority.asked(), 2);
    }
}

/// On SQLite whoever writes waits for whoever else does: an anchor that is looked at every few seconds must not.
#[tokio::test]
async fn nothing_is_written_while_nothing_is_due() {
    let authority = TimestampAuthority::with("ec:P-256", Purpose::Stamps);
    let (world, _) = asking(TestDatabase::sqlite(), &authority, HOUR_MS).await;
    asked(&world).await;
    let other = &world.beside().await;
    // Before the time has passed, and when it has and the log rests.
    for _ in 0..2 {
        let beside_a_writer = world.store.write(|_writing| async move {
            let found = anchor(other, "notary").await;
            Ok::<_, LogError>(found.map_err(|error| error.to_string()))
        });
        assert_eq!(beside_a_writer.await.unwrap(), Ok(Anchoring::Nothing));
        world.clock.advance_millis(2 * HOUR_MS);
    }
}

/// A time that cannot be would be the earliest of every bundle, for ever.
#[tokio::test]
async fn t66_an_authority_whose_clock_is_wrong_states_no_time() {
    let machine = touchstone_adapters::SystemClock.now();
    let at =
        |minutes: i64| Timestamp::from_unix_millis(machine.unix_millis() + minutes * MINUTE_MS);
    // Where the clock here stands, by that of the authority; and what it says of itself.
    for (ahead, accuracy, is_kept) in [
        (-5, "secs:1", true),
        (5, "secs:1", true),
        (24 * 60, "secs:1", false),
        (-24 * 60, "secs:1", false),
        (0, "secs:60", true),
        (0, "secs:3600", false),
        (0, "secs:1000000000", false),
    ] {
        let mut world = world().await;
        let authority = TimestampAuthority::with("ec:P-256", Purpose::Stamps);
        authority.set_accuracy(accuracy);
        let clock: FixedClock = fixed_clock();
        clock.set(at(ahead));
        let anchors = authority.anchors_by(&authority.root(), Arc::new(clock));
        world.world.anchors = Arc::new(anchors);
        institution(&world).await;
        sequence_until_idle(&world).await.unwrap();
        let came = asked(&world).await;
        let kept = anchored(&world, 1).await.unwrap().remove(0);
        let is_of_clocks = matches!(
            came,
            Anchoring::GivenUp(AnchorError::Clock { now, .. }) if now == at(ahead)
        );
        assert_eq!(
            is_of_clocks, !is_kept,
            "{ahead} minutes, {accuracy}: {came:?}"
        );
        assert_eq!(kept.proof_path.is_some(), is_kept);
        assert_eq!(kept.seen_by.is_some(), is_kept);
    }
}
