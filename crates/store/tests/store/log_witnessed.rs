//! Checkpoints that witnesses saw: one row of each size, told apart by who signed.

use touchstone_store::{LogWitnessedRow, Store, StoreError};

use crate::on_both;

fn row(size: i64, at: i64, cosigners: &str) -> LogWitnessedRow {
    LogWitnessedRow {
        size,
        checkpoint: format!("{size} {cosigners}").into_bytes(),
        at,
        cosigners: Some(cosigners.into()),
        last_at: Some(at + 1),
    }
}

async fn keep(store: &Store, rows: &[LogWitnessedRow]) {
    let kept = store.write(|mut tx| async move {
        for row in rows {
            tx.keep_log_witnessed(row.clone()).await?;
        }
        Ok::<_, StoreError>(())
    });
    kept.await.unwrap();
}

on_both! {
    async fn a_checkpoint_that_is_kept_again_takes_its_own_place(store: Store) {
        keep(&store, &[row(5, 10, "a"), row(9, 20, "a"), row(5, 10, "a b")]).await;
        let reader = store.read();
        assert_eq!(reader.log_witnessed(5).await.unwrap(), Some(row(5, 10, "a b")));
        let all = reader.log_witnessed_between(0, 100, 9).await.unwrap();
        assert_eq!(all, [(5, 10, Some("a b".into()), Some(11)), (9, 20, Some("a".into()), Some(21))]);
    }

    async fn the_first_that_each_set_of_witnesses_signed_is_found_by_place_and_time(store: Store) {
        keep(&store, &[
            row(5, 10, "a"), row(6, 20, "a"), row(7, 30, "a b"), row(8, 40, "a b"), row(9, 50, "a b c"),
        ]).await;
        for (leaf, before, expected) in [
            (0, 100, vec![5, 7, 9]),
            (5, 100, vec![6, 7, 9]),
            (6, 45, vec![7]),
            (0, 30, vec![5]),
            (9, 100, vec![]),
        ] {
            let mut found = store.read().log_witnessed_with(leaf, before).await.unwrap();
            found.sort_unstable();
            assert_eq!(found, expected, "{leaf} before {before}");
        }
    }

    async fn what_is_forgotten_is_gone_and_nothing_else(store: Store) {
        keep(&store, &[row(5, 10, "a"), row(6, 20, "a"), row(7, 30, "a")]).await;
        let forgotten = store.write(|mut tx| async move { tx.forget_log_witnessed(&[5, 7, 8]).await });
        forgotten.await.unwrap();
        let left = store.read().log_witnessed_between(10, 30, 9).await.unwrap();
        assert_eq!(left, [(6, 20, Some("a".into()), Some(21))]);
    }
}
