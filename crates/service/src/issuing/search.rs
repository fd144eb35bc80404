//! Finding credentials, learners and batches, page by page, newest first.

use std::collections::HashMap;

use touchstone_store::{
    BatchRow, CredentialFilter, CredentialRow, CredentialSummary, Cursor, LearnerRow, Page,
    StoreError, TenantId,
};

use crate::World;

/// Where in a list to read, and how much.
#[derive(Clone, Debug, Default)]
pub struct Place {
    /// What the page before answered as its `next`.
    pub after: Option<Cursor>,
    /// How many at most; absent: 50.
    pub limit: Option<u64>,
}

impl Place {
    /// Reads a place as it stands in an address; `None` if it is not one that was handed out.
    pub fn parse(after: Option<&str>, limit: Option<u64>) -> Option<Self> {
        let after = match after {
            None => None,
            Some(text) => {
                let (at, id) = text.split_once('.')?;
                Some(Cursor {
                    at: at.parse().ok()?,
                    id: id.to_owned(),
                })
            }
        };
        Some(Self { after, limit })
    }

    /// Writes where the next page starts, for an address.
    pub fn written(cursor: &Cursor) -> String {
        format!("{}.{}", cursor.at, cursor.id)
    }

    fn limit(&self) -> u64 {
        self.limit.unwrap_or(50).clamp(1, 1_000)
    }
}

/// Credentials that pass a filter.
#[crate::boxed]
pub async fn credentials(
    world: &World,
    tenant: &TenantId,
    filter: &CredentialFilter,
    place: &Place,
) -> Result<Page<CredentialSummary>, StoreError> {
    world
        .store
        .read()
        .credentials(tenant, filter, place.after.as_ref(), place.limit())
        .await
}

/// How many credentials pass a filter.
#[crate::boxed]
pub async fn counted(
    world: &World,
    tenant: &TenantId,
    filter: &CredentialFilter,
) -> Result<u64, StoreError> {
    world.store.read().count_credentials(tenant, filter).await
}

/// One credential.
#[crate::boxed]
pub async fn credential(
    world: &World,
    tenant: &TenantId,
    id: &str,
) -> Result<Option<CredentialRow>, StoreError> {
    world.store.read().credential(tenant, id).await
}

/// One batch.
#[crate::boxed]
pub async fn batch(
    world: &World,
    tenant: &TenantId,
    id: &str,
) -> Result<Option<BatchRow>, StoreError> {
    world.store.read().batch(tenant, id).await
}

/// Learners whose name, address or identifier contains a text; all, if it is empty.
#[crate::boxed]
pub async fn learners(
    world: &World,
    tenant: &TenantId,
    text: &str,
    place: &Place,
) -> Result<Page<LearnerRow>, StoreError> {
    world
        .store
        .read()
        .learners_named(tenant, text.trim(), place.after.as_ref(), place.limit())
        .await
}

/// How many of each of these batches were taken by their holders; a batch of which none was is left out.
#[crate::boxed]
pub async fn claimed(
    world: &World,
    tenant: &TenantId,
    batches: &[String],
) -> Result<HashMap<String, u64>, StoreError> {
    let reader = world.store.read();
    reader.claimed_in_batches(tenant, batches).await
}

/// Batches whose name or file's name contains a text; all, if it is empty.
#[crate::boxed]
pub async fn batches(
    world: &World,
    tenant: &TenantId,
    text: &str,
    place: &Place,
) -> Result<Page<BatchRow>, StoreError> {
    world
        .store
        .read()
        .batches(tenant, text.trim(), place.after.as_ref(), place.limit())
        .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_read_as_it_was_written() {
        let cursor = Cursor {
            at: 1_795_262_400_000,
            id: "a.b-c".into(),
        };
        let read = Place::parse(Some(&Place::written(&cursor)), None).unwrap();
        assert_eq!(read.after, Some(cursor));
        for bad in ["", "x.y", "1", "99999999999999999999.a"] {
            assert!(Place::parse(Some(bad), None).is_none(), "{bad}");
        }
    }

    #[test]
    fn a_page_has_at_least_one_and_at_most_a_thousand() {
        for (asked, expect) in [(None, 50), (Some(0), 1), (Some(7), 7), (Some(1_001), 1_000)] {
            let place = Place::parse(None, asked).unwrap();
            assert_eq!(place.limit(), expect, "{asked:?}");
        }
    }
}
