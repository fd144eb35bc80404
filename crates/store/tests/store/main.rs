//! The store as its users see it, on SQLite and on PostgreSQL.

// By path, not by crate: the testkit depends on what depends on the store.
#[allow(dead_code, unreachable_pub)]
#[path = "../../../testkit/src/database.rs"]
mod database;

mod contention;
mod rows;
mod schema;

/// Makes each function a test on SQLite and a test on PostgreSQL.
macro_rules! on_both {
    ($($(#[$doc:meta])* async fn $name:ident($store:ident: Store) $body:block)+) => {
        $(
            mod $name {
                use super::*;

                $(#[$doc])*
                async fn claim($store: touchstone_store::Store) $body

                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn sqlite() {
                    let database = crate::database::TestDatabase::sqlite();
                    claim(crate::rows::migrated(database.url()).await).await;
                }

                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn postgres() {
                    let database = crate::database::TestDatabase::postgres();
                    claim(crate::rows::migrated(database.url()).await).await;
                }
            }
        )+
    };
}
pub(crate) use on_both;
