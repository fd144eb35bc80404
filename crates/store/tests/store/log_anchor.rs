//! Checkpoints at anchors: whose turn it is, and which of them shows an entry.

use touchstone_store::{AnchorState, LogAnchorRow, LogAnchorTrustRow, Store, StoreError};

use crate::on_both;

/// One that was confirmed, under what was trusted then.
fn row(size: i64, trust: Option<&str>, seen_by: i64) -> LogAnchorRow {
    LogAnchorRow {
        anchor: "notary".into(),
        size,
        kind: "rfc3161".into(),
        note: b"three lines".to_vec(),
        state: AnchorState::Confirmed,
        tries: 1,
        next_at: 60,
        submitted_at: 1,
        answered_at: Some(2),
        trust: trust.map(str::to_owned),
        confirmed_at: Some(2),
        seen_by: Some(seen_by),
        proof: Some(vec![7]),
        why: None,
    }
}

async fn begin(store: &Store, rows: &[LogAnchorRow]) {
    let begun = store.write(|mut tx| async move {
        for row in rows {
            tx.begin_log_anchor(row.clone()).await?;
        }
        Ok::<_, StoreError>(())
    });
    begun.await.unwrap();
}

on_both! {
    async fn whoever_moves_a_row_on_second_is_told_that_it_was_moved(store: Store) {
        let pending = LogAnchorRow { state: AnchorState::Pending, tries: 0, proof: None, ..row(5, None, 1) };
        begin(&store, std::slice::from_ref(&pending)).await;
        // Two have read that it is due.
        let due = store.read().log_anchor_due("notary", 60, 90).await.unwrap();
        assert_eq!(due.as_ref(), Some(&pending));
        let taken = &LogAnchorRow {
            tries: 1,
            next_at: 120,
            kind: "opentimestamps".into(),
            submitted_at: 9,
            answered_at: Some(10),
            trust: Some("a".into()),
            ..pending.clone()
        };
        let before = &pending;
        for is_first in [true, false] {
            let moved = store.write(|mut tx| async move { tx.move_log_anchor(before, taken).await });
            match (is_first, moved.await) {
                (true, Ok(())) | (false, Err(StoreError::Conflict { .. })) => {}
                (_, other) => panic!("{other:?}"),
            }
        }
        let now = store.read().log_anchor("notary", 5).await.unwrap();
        assert_eq!(now.as_ref(), Some(taken));
    }

    async fn the_earliest_is_found_among_those_that_have_the_entry_and_are_trusted_alike(store: Store) {
        let failed = LogAnchorRow { state: AnchorState::Failed, ..row(3, Some("a"), 1) };
        begin(&store, &[
            failed, row(4, Some("a"), 70), row(6, Some("a"), 50), row(9, Some("a"), 40), row(7, Some("b"), 30), row(8, None, 20),
        ]).await;
        let reader = store.read();
        for (trust, leaf, most, expect) in [
            (Some("a"), 2, 100, Some(9)),
            (Some("a"), 2, 8, Some(6)),
            (Some("a"), 2, 5, Some(4)),
            (Some("a"), 4, 5, None),
            (Some("a"), 6, 8, None),
            (Some("b"), 2, 100, Some(7)),
            (Some("c"), 2, 100, None),
            (None, 2, 100, Some(8)),
        ] {
            let found = reader.log_anchor_with(("notary", trust), leaf, most).await.unwrap();
            assert_eq!(found.map(|row| row.size), expect, "{trust:?} over {leaf} below {most}");
        }
        let mut confirmed = reader.log_anchors_confirmed().await.unwrap();
        confirmed.sort();
        let of = |trust: Option<&str>| ("notary".to_owned(), trust.map(str::to_owned));
        assert_eq!(confirmed, [of(None), of(Some("a")), of(Some("b"))]);
        let files = reader.log_anchor_files().await.unwrap();
        assert_eq!(files[0], (9, "notary".into(), "rfc3161".into()));
        assert_eq!(files.len(), 6);
    }

    async fn what_was_anchored_is_told_as_each_row_has_it(store: Store) {
        let of = |anchor: &str, note: &[u8]| LogAnchorRow { anchor: anchor.into(), note: note.to_vec(), ..row(5, None, 1) };
        begin(&store, &[of("a", b"one"), of("b", b"one"), of("c", b"other"), row(6, None, 1)]).await;
        let mut notes = store.read().log_anchor_notes(5).await.unwrap();
        notes.sort();
        assert_eq!(notes, [b"one".to_vec(), b"other".to_vec()]);
        assert!(store.read().log_anchor_notes(7).await.unwrap().is_empty());
    }

    async fn what_is_trusted_of_an_anchor_is_noted_once(store: Store) {
        let of = |anchor: &str, id: &str| LogAnchorTrustRow { anchor: anchor.into(), id: id.into(), line: format!("of {id}") };
        let (one, two, other) = (&of("notary", "a"), &of("notary", "b"), &of("tower", "a"));
        for row in [one, two, one, other] {
            let kept = store.write(|mut tx| async move { tx.keep_log_anchor_trust(row).await });
            kept.await.unwrap();
        }
        let all = store.read().log_anchor_trusts().await.unwrap();
        assert_eq!(all, [one.clone(), two.clone(), other.clone()]);
    }
}
