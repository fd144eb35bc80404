//! Indexes over random identifiers that nothing asks for: each is a page read and written for every credential of a long list.
//!
//! Programs that still know them work on without them. That an intent is sealed once is kept by the credential's primary key,
//! which is the intent's: [`Tx::seal`](crate::Tx::seal) refuses any other.

use super::{Step, drop_index, drop_unique};

pub(super) fn steps() -> Vec<Step> {
    vec![
        drop_unique("credential", &["intent"]),
        drop_index("status_entry", &["credential"]),
    ]
}
