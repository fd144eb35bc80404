//! Whether our DIDs resolve, for the world, to what we published: whoever takes a domain over puts another document there.
//!
//! **Invariant (threat 44):** only a document whose hash the public log has was put there by its institution. One that the log does not have is an
//! alarm until one of ours is seen again; a server that does not answer says nothing either way.

use serde::{Deserialize, Serialize};
use touchstone_store::{InstitutionRow, StoreError, TenantId, Tx};
use touchstone_vc::{Timestamp, did, log::Entry, multibase};
use tracing::error;

use super::did_document;
use crate::{
    World,
    logging::{self, LogError},
};

/// What a DID resolved to when it was looked at last.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Resolved {
    /// What was found.
    pub what: Resolution,
    /// When it was looked at last.
    pub at: Timestamp,
    /// Since when it is so.
    pub since: Timestamp,
    /// SHA-256 of the document that was found last, in lower-case hex.
    pub sha256: Option<String>,
    /// Why nothing could be read at the last look.
    pub unread: Option<String>,
}

/// What stands at the address of a DID.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Resolution {
    /// The document that is published now.
    Ours,
    /// One that was published before: a cache, or a static host that was not brought up to date.
    Older,
    /// One that the public log does not have: **nobody here put it there**.
    Foreign,
    /// It was never read.
    Unread,
}

/// Looks at the documents of all institutions, as anybody would resolve their DIDs.
pub(crate) async fn compare_documents(world: &World) -> Result<(), LogError> {
    let now = world.clock.now().unix_millis();
    for institution in world.store.read().institutions().await? {
        let did = institution.did.clone().filter(|did| did::web::is(did));
        let Some(url) = did.as_deref().and_then(did::web::document_url) else {
            continue;
        };
        let found = &look(world, &institution, &url).await?;
        let (tenant, did) = (&institution.id, did.unwrap_or_default());
        let noted = world
            .store
            .write(|mut tx| async move { note(&mut tx, tenant, found, now).await })
            .await?;
        if noted.what == Resolution::Foreign {
            error!(
                did,
                url, "ALARM: the DID resolves to a document that the public log does not have"
            );
        }
    }
    let now = &now.to_string();
    world
        .store
        .write(|mut tx| async move { tx.set_setting(LOOKED, now).await })
        .await?;
    Ok(())
}

/// Whether it is time to look again.
pub(crate) async fn documents_due(world: &World) -> Result<bool, StoreError> {
    let Some(every) = world.keys.documents_every_ms else {
        return Ok(false);
    };
    let last = world.store.read().setting(LOOKED).await?;
    let last: i64 = last.and_then(|last| last.parse().ok()).unwrap_or(0);
    Ok(world.clock.now().unix_millis() - last >= every)
}

/// What the DID of an institution resolved to last. `None` where nobody has looked.
pub async fn resolved(world: &World, tenant: &TenantId) -> Result<Option<Resolved>, StoreError> {
    let kept = world.store.read().setting(&place(tenant)).await?;
    let kept = kept.and_then(|kept| serde_json::from_str::<Kept>(&kept).ok());
    Ok(kept.map(|kept| Resolved {
        what: kept.what,
        at: Timestamp::from_unix_millis(kept.at),
        since: Timestamp::from_unix_millis(kept.since),
        sha256: kept.sha256,
        unread: kept.unread,
    }))
}

/// How many institutions have a DID that resolves to a document that is none of theirs.
pub(crate) async fn foreign_documents(world: &World) -> Result<u64, StoreError> {
    let mut foreign = 0;
    for institution in world.store.read().institutions().await? {
        let resolved = resolved(world, &institution.id).await?;
        foreign += u64::from(resolved.is_some_and(|found| found.what == Resolution::Foreign));
    }
    Ok(foreign)
}

/// What was read: of which kind it is and its hash; or why nothing was.
type Found = Result<(Resolution, String), String>;

async fn look(world: &World, institution: &InstitutionRow, url: &str) -> Result<Found, LogError> {
    let fetched = match world.fetch.fetch(url).await {
        Ok(fetched) => fetched,
        Err(error) => return Ok(Err(error.to_string())),
    };
    let hash = (world.crypto.sha256)(&fetched.bytes);
    let reader = world.store.read();
    // Read after it was fetched: what was published in between is ours as well.
    let now = did_document(&reader, institution).await?;
    let is_now = now.is_some_and(|now| now.bytes == fetched.bytes);
    let what = match is_now {
        true => Resolution::Ours,
        false if logged(world, institution, &hash).await? => Resolution::Older,
        false => Resolution::Foreign,
    };
    Ok(Ok((what, multibase::encode_hex(&hash))))
}

/// Whether the log has a document of the institution with this hash.
async fn logged(
    world: &World,
    institution: &InstitutionRow,
    hash: &[u8; 32],
) -> Result<bool, LogError> {
    let entries = world
        .store
        .read()
        .log_entries_of(&institution.id, logging::DID)
        .await?;
    for entry in entries.iter().rev() {
        let Some(proven) = logging::prove(world, entry.leaf.unsigned_abs()).await? else {
            continue;
        };
        if let Ok(Entry::DidDocument { sha256, .. }) = Entry::parse(&proven.entry)
            && sha256 == *hash
        {
            return Ok(true);
        }
    }
    Ok(false)
}

/// What is kept of it.
#[derive(Deserialize, Serialize)]
struct Kept {
    what: Resolution,
    at: i64,
    since: i64,
    sha256: Option<String>,
    unread: Option<String>,
}

async fn note(tx: &mut Tx, tenant: &TenantId, found: &Found, now: i64) -> Result<Kept, StoreError> {
    let before = tx.setting(&place(tenant)).await?;
    let before = before.and_then(|before| serde_json::from_str::<Kept>(&before).ok());
    let mut kept = before.unwrap_or(Kept {
        what: Resolution::Unread,
        at: now,
        since: now,
        sha256: None,
        unread: None,
    });
    kept.at = now;
    match found {
        // An alarm does not end because somebody stops answering.
        Err(why) => kept.unread = Some(why.clone()),
        Ok((what, sha256)) => {
            if kept.what != *what {
                kept.since = now;
            }
            kept.what = *what;
            kept.sha256 = Some(sha256.clone());
            kept.unread = None;
        }
    }
    let text = serde_json::to_string(&kept).expect("texts and numbers");
    tx.set_setting(&place(tenant), &text).await?;
    Ok(kept)
}

fn place(tenant: &TenantId) -> String {
    format!("did.resolved.{tenant}")
}

/// When the documents were looked at last.
const LOOKED: &str = "did.looked";
