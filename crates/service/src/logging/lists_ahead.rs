//! What the log says of status lists that this database does not know: it was restored from an older copy.

use std::collections::BTreeMap;

use touchstone_vc::{Timestamp, log::Entry};

use super::{LogError, key_events::entries_ahead};
use crate::World;

/// The last publication of each status list, by its address.
pub(crate) type ListsAhead = BTreeMap<String, ListAhead>;

/// The last publication of a status list.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct ListAhead {
    /// SHA-256 of the exact signed bytes.
    pub(crate) sha256: [u8; 32],
    /// From when the newest of its publications stands of which a root was stated.
    pub(crate) valid_from: Option<Timestamp>,
}

/// Status lists of the log among the files, as they were published beyond what the database has entered.
pub(crate) async fn lists_ahead(world: &World) -> Result<ListsAhead, LogError> {
    let mut lists = ListsAhead::new();
    let take = |entry: Entry| match entry {
        Entry::StatusListPublished { url, sha256, .. } => {
            let fresh = ListAhead {
                sha256,
                valid_from: None,
            };
            lists.entry(url).or_insert(fresh).sha256 = sha256;
        }
        // Of a publication that the database has entered, the root alone says nothing new.
        Entry::StatusListRoot { stated, .. } => {
            if let Some(list) = lists.get_mut(&stated.url) {
                list.valid_from = list.valid_from.max(Some(stated.valid_from));
            }
        }
        _ => {}
    };
    entries_ahead(world, take).await?;
    Ok(lists)
}
