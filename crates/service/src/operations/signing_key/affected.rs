//! What rests on a key: what is in doubt if it is given up.

use touchstone_store::{StoreError, TenantId};
use touchstone_vc::Timestamp;

use crate::World;

/// What rests on a key.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Affected {
    /// Credentials that it signed, also those that were withdrawn.
    pub signed: u64,
    /// Of these, those that were not withdrawn: ids, the oldest first.
    pub standing: Vec<String>,
    /// Of the standing ones, how many were issued at or after the moment that was asked about, by our clock.
    pub issued_since: u64,
    /// Approved credentials that wait to be signed with it: they are not issued, and their rows say why.
    pub waiting: u64,
    /// Status lists of the institution, which are signed anew with another key.
    pub lists: usize,
}

/// Looks up what rests on a key, and what of it was issued since a moment.
#[crate::boxed]
pub async fn affected(
    world: &World,
    tenant: &TenantId,
    key: &str,
    since: Timestamp,
) -> Result<Affected, StoreError> {
    let reader = world.store.read();
    let mut found = Affected {
        signed: reader.count_signed_with(tenant, key).await?,
        waiting: reader.count_waiting_for(tenant, key).await?,
        lists: reader.status_lists(tenant).await?.len(),
        ..Affected::default()
    };
    let mut standing: Vec<(i64, String)> = Vec::new();
    let mut after: Option<String> = None;
    loop {
        let page = reader
            .signed_with(tenant, key, after.as_deref(), PAGE)
            .await?;
        let Some((last, _, _)) = page.last() else {
            break;
        };
        after = Some(last.clone());
        standing.extend(page.into_iter().map(|(id, _, at)| (at, id)));
    }
    standing.sort_unstable();
    let late = standing.iter().filter(|(at, _)| *at >= since.unix_millis());
    found.issued_since = late.count() as u64;
    found.standing = standing.into_iter().map(|(_, id)| id).collect();
    Ok(found)
}

const PAGE: u64 = 1_000;
