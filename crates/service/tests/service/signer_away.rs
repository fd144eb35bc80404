//! A signer that is away: what waits for it is kept, and goes on when it is back.

use touchstone_service::operations::{gauges, work_until_idle};
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
