//! Copies of registers that others keep.

use touchstone_store::Store;

use crate::{on_both, rows::NOON};

const SOURCE: &str = "https://register.example/registry.json";

on_both! {
    async fn a_register_that_cannot_be_read_keeps_its_last_good_copy(store: Store) {
        assert!(store.read().register_copy(SOURCE).await.unwrap().is_none());
        store.miss_register_copy(SOURCE, "timeout", NOON).await.unwrap();
        store.keep_register_copy(SOURCE, vec![1], NOON + 1).await.unwrap();
        store.miss_register_copy(SOURCE, "status 500", NOON + 2).await.unwrap();
        let copy = store.read().register_copy(SOURCE).await.unwrap().unwrap();
        assert_eq!((copy.bytes, copy.fetched_at), (Some(vec![1]), Some(NOON + 1)));
        let ages = store.read().register_ages().await.unwrap();
        let age = ages.first().unwrap();
        assert_eq!((age.source.as_str(), age.fetched_at), (SOURCE, Some(NOON + 1)));
        assert_eq!((age.error.as_deref(), age.error_at), (Some("status 500"), Some(NOON + 2)));

        store.keep_register_copy(SOURCE, vec![2], NOON + 3).await.unwrap();
        let fresh = store.read().register_copy(SOURCE).await.unwrap().unwrap();
        assert_eq!((fresh.bytes, fresh.error, fresh.error_at), (Some(vec![2]), None, None));
    }

    async fn copies_of_registers_that_are_asked_no_more_go_and_strangers_push_out_none(store: Store) {
        store.keep_register_copy(SOURCE, vec![1], NOON).await.unwrap();
        store.keep_register_copy("https://gone.example", vec![1], NOON).await.unwrap();
        store.forget_remote_documents(NOON + 9, 0, 0).await.unwrap();
        assert_eq!(store.read().register_ages().await.unwrap().len(), 2);
        store.keep_register_copies_of(&[SOURCE.to_owned()]).await.unwrap();
        let ages = store.read().register_ages().await.unwrap();
        assert_eq!(ages.len(), 1);
        store.keep_register_copies_of(&[]).await.unwrap();
        assert!(store.read().register_ages().await.unwrap().is_empty());
    }
}
