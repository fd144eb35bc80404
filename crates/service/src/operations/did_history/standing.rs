//! How a history stands, for those who run the installation and for its members.

use touchstone_store::{StoreError, TenantId};
use touchstone_vc::{
    Timestamp,
    did::webvh::{History, WebvhFault},
};

use super::{HistoryError, keys, published, read, room::used_percent, webvh_of};
use crate::{World, operations::signing_key::custody_in_a_word};

/// How the history of an institution's DID stands.
#[derive(Debug)]
pub struct HistoryStanding {
    /// Where it is published.
    pub path: String,
    /// What it says, read as everybody reads it.
    pub read: Result<History, WebvhFault>,
    /// How much of what its readers take it needs, in percent. From 75 on no key is made.
    pub used_percent: usize,
    /// How many versions wait to be signed.
    pub waiting: usize,
    /// Since when the first of them waits.
    pub waits_since: Option<Timestamp>,
    /// In whose hands the key is that was promised for the next line, `file`, `pkcs11` or `aws-kms`; or why it signs nothing.
    pub next: Result<&'static str, HistoryError>,
}

/// Looks at it. `None` where the DID is no `did:webvh`.
#[crate::boxed]
pub async fn history_standing(
    world: &World,
    tenant: &TenantId,
) -> Result<Option<HistoryStanding>, StoreError> {
    let reader = world.store.read();
    let Some(institution) = reader.institution(tenant).await? else {
        return Ok(None);
    };
    let Some(did) = webvh_of(&institution) else {
        return Ok(None);
    };
    let versions = reader.did_versions(tenant).await?;
    let read = read(world, did, &published(&versions), world.clock.now());
    let mut waiting = versions.iter().filter(|row| row.line.is_none());
    let waits_since = waiting.clone().next();
    let next = match &read {
        Ok(history) => {
            let number = i64::try_from(history.versions).unwrap_or(i64::MAX) + 1;
            let key = keys::promised(world, &institution.slug, number, history).await;
            key.map(|key| custody_in_a_word(key.custody(&institution.slug, number)))
        }
        Err(fault) => Err((*fault).into()),
    };
    Ok(Some(HistoryStanding {
        path: format!("/i/{}/did.jsonl", institution.slug),
        waits_since: waits_since.map(|row| Timestamp::from_unix_millis(row.at)),
        waiting: waiting.by_ref().count(),
        used_percent: used_percent(&versions),
        read,
        next,
    }))
}
