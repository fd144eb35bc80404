//! The store as its users see it, on SQLite and on PostgreSQL.

// What is not a `#[test]` itself is still part of one.
#![allow(clippy::unwrap_used)]

// By path, not by crate: the testkit depends on what depends on the store.
#[allow(dead_code, unreachable_pub)]
#[path = "../../../testkit/src/database.rs"]
mod database;

mod competency;
mod contention;
mod crosswalk;
mod did_version;
mod endorsing;
mod former_did;
mod hiring;
mod holding;
mod issuing;
mod jobs;
mod lint_choice;
mod log_anchor;
mod log_witnessed;
mod operations;
mod registers;
mod rows;
mod schema;
mod sign_up;
mod status;
mod verifying;

/// Makes each function a test on SQLite and a test on PostgreSQL.
macro_rules! on_both {
    ($($(#[$doc:meta])* async fn $name:ident($store:ident: $ty:ty) $body:block)+) => {
        $(
            mod $name {
                use super::*;

                $(#[$doc])*
                async fn holds_on($store: $ty) $body

                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn sqlite() {
                    let database = crate::database::TestDatabase::sqlite();
                    holds_on(crate::rows::migrated(database.url()).await).await;
                }

                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn postgres() {
                    let database = crate::database::TestDatabase::postgres();
                    holds_on(crate::rows::migrated(database.url()).await).await;
                }
            }
        )+
    };
}
pub(crate) use on_both;
