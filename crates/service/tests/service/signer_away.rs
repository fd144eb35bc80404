//! A signer that is away: what waits for it is kept, and goes on when it is back.

use touchstone_service::{
    operations::{gauges, work_until_idle},
    ports::SignError,
};
use touchstone_store::BatchState;

use crate::signing_key::{ADA, on_both};
use crate::support::{MEASURING, all, confirmed, institution_with, state};

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
