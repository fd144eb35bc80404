//! Whether our DIDs resolve, for the world, to what we published: whoever takes a domain over puts another document there. Of a `did:webvh` the
//! document is its history, of which an older one is the beginning.
//!
//! **Invariant (threat 44):** only a document that the institution's keys made was put there by it. Any other is an alarm until the one of now is
//! seen again; a server that does not answer says nothing either way. One of ours from before a key was given up is an alarm too, once no cache
//! keeps it any more: whoever holds the key and the domain shows it to have the key counted.

use serde::{Deserialize, Serialize};
use touchstone_store::{InstitutionRow, KeyState, Reader, StoreError, TenantId, Tx};
use touchstone_vc::{
    Timestamp,
    did::{self, DidDocument},
    log::Entry,
    multibase,
};
use tracing::{error, warn};

use super::{did_document, did_documents};
use crate::{
    World,
    elapsed::has_passed,
    logging::{self, LogError},
    operations::Lease,
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
    /// Whether somebody goes on looking: if not, this is how it stood then, and nothing will take it back.
    pub is_watched: bool,
}

/// What stands at the address of a DID.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Resolution {
    /// The document that is published now.
    Ours,
    /// One that was published before: a cache, or a static host that was not brought up to date.
    Older,
    /// One that was published before a key was given up, in which that key is as good as any: **whoever has the key can use it**.
    GivenUp,
    /// One that was never published: **nobody here put it there**.
    Foreign,
    /// It was never read.
    Unread,
}

impl Resolution {
    /// Whether somebody has to act, before others are deceived.
    #[must_use]
    pub fn is_alarm(self) -> bool {
        matches!(self, Self::GivenUp | Self::Foreign)
    }
}

/// Looks at the documents of all institutions that are due, as anybody would resolve their DIDs; those first that were not looked at for longest.
/// The first failure of ours is told once all were looked at.
pub(crate) async fn compare_documents(world: &World, lease: &Lease<'_>) -> Result<(), LogError> {
    let begun = world.clock.now().unix_millis();
    let every = world.keys.documents_every_ms.unwrap_or(0);
    let mut due = Vec::new();
    for institution in world.store.read().institutions().await? {
        let did = institution.did.clone();
        let url = did.as_deref().and_then(did::document_url);
        let Some((did, url)) = did.zip(url) else {
            continue;
        };
        let last = kept(&world.store.read(), &institution.id, &did).await?;
        let last = last.map_or(i64::MIN, |kept| kept.at);
        if has_passed(last, every, begun) {
            due.push((last, institution, did, url));
        }
    }
    due.sort_by_key(|(last, ..)| *last);
    let mut failed = Ok(());
    for (_, institution, did, url) in due {
        if world.clock.now().unix_millis() - begun > LONGEST_MS {
            // Whoever is left comes first in the next round, which is due at once.
            return failed;
        }
        lease.extend(&world.store, world.clock.now()).await?;
        let found = match look(world, &institution, &did, &url).await {
            Ok(found) => found,
            Err(error) => {
                warn!(did, %error, "the document of a DID could not be compared");
                failed = failed.and(Err(error));
                continue;
            }
        };
        let (tenant, did, found) = (&institution.id, did.as_str(), &found);
        let noted = world
            .store
            .write(|mut tx| async move {
                lease.hold(&mut tx, world.clock.now()).await?;
                note(&mut tx, tenant, did, found, begun).await
            })
            .await?;
        match noted.what {
            Resolution::Foreign => error!(
                did,
                url, "ALARM: the DID resolves to a document that was never published here"
            ),
            Resolution::GivenUp => error!(
                did,
                url,
                "ALARM: the DID resolves to a document in which a key that was given up counts"
            ),
            Resolution::Ours | Resolution::Older | Resolution::Unread => {}
        }
    }
    let begun = &begun.to_string();
    world
        .store
        .write(|mut tx| async move {
            lease.hold(&mut tx, world.clock.now()).await?;
            tx.set_setting(LOOKED, begun).await
        })
        .await?;
    failed
}

/// Whether it is time to look again.
pub(crate) async fn documents_due(world: &World) -> Result<bool, StoreError> {
    let Some(every) = world.keys.documents_every_ms else {
        return Ok(false);
    };
    let last = world.store.read().setting(LOOKED).await?;
    let last: i64 = last.and_then(|last| last.parse().ok()).unwrap_or(0);
    Ok(has_passed(last, every, world.clock.now().unix_millis()))
}

/// What the DID of an institution resolved to last. `None` where nobody has looked.
#[crate::boxed]
pub async fn resolved(world: &World, tenant: &TenantId) -> Result<Option<Resolved>, StoreError> {
    let reader = world.store.read();
    let institution = reader.institution(tenant).await?;
    let Some(did) = institution.and_then(|row| row.did) else {
        return Ok(None);
    };
    let kept = kept(&reader, tenant, &did).await?;
    Ok(kept.map(|kept| Resolved {
        what: kept.what,
        at: Timestamp::from_unix_millis(kept.at),
        since: Timestamp::from_unix_millis(kept.since),
        sha256: kept.sha256,
        unread: kept.unread,
        is_watched: world.keys.documents_every_ms.is_some(),
    }))
}

/// How many institutions have a DID that resolves to a document that deceives others. Where nobody looks any more, nobody knows.
pub(crate) async fn foreign_documents(world: &World) -> Result<u64, StoreError> {
    let mut foreign = 0;
    for institution in world.store.read().institutions().await? {
        let resolved = resolved(world, &institution.id).await?;
        let alarms = |found: Resolved| found.is_watched && found.what.is_alarm();
        foreign += u64::from(resolved.is_some_and(alarms));
    }
    Ok(foreign)
}

/// What was read: of which kind it is and its hash; or why nothing was.
type Found = Result<(Resolution, String), String>;

async fn look(
    world: &World,
    institution: &InstitutionRow,
    did: &str,
    url: &str,
) -> Result<Found, LogError> {
    let fetched = match world.fetch.fetch(url).await {
        Ok(fetched) => fetched.bytes,
        Err(error) => return Ok(Err(error.to_string())),
    };
    let hash = (world.crypto.sha256)(&fetched);
    let reader = world.store.read();
    // Read after it was fetched: what was published in between is ours as well.
    let now = did_document(&reader, institution).await?;
    let is_now = now.is_some_and(|now| now.bytes == fetched);
    // What an earlier version of this program wrote otherwise is in the log alone; what the log did not take in in time, in the keys alone.
    let was_ours = !is_now
        && (did_documents(&reader, institution)
            .await?
            .contains(&fetched)
            || logged(world, institution, did, &hash).await?);
    let what = match (is_now, was_ours) {
        (true, _) => Resolution::Ours,
        (false, false) => Resolution::Foreign,
        (false, true) => match has_a_key_given_up(world, institution, did, &fetched).await? {
            true => Resolution::GivenUp,
            false => Resolution::Older,
        },
    };
    Ok(Ok((what, multibase::encode_hex(&hash))))
}

/// Whether a key counts in a document of ours that was given up longer ago than caches keep one.
async fn has_a_key_given_up(
    world: &World,
    institution: &InstitutionRow,
    did: &str,
    document: &[u8],
) -> Result<bool, StoreError> {
    let now = world.clock.now();
    let Ok(document) = DidDocument::published(did, document, now, world.crypto) else {
        return Ok(false);
    };
    let changes = world.store.read().key_changes(&institution.id).await?;
    let before = now.unix_millis() - CACHED_MS;
    let given_up = |change: &&touchstone_store::KeyChangeRow| {
        change.state == KeyState::Compromised && change.at <= before
    };
    let methods = document.verification_methods.iter();
    let mut counting = methods.filter(|method| method.revoked.is_none());
    Ok(counting.any(|method| {
        let name = method.id.rsplit('#').next();
        let mut given_up = changes.iter().filter(given_up);
        given_up.any(|change| name == Some(change.key.as_str()))
    }))
}

/// Whether the log has a document of the institution with this hash.
async fn logged(
    world: &World,
    institution: &InstitutionRow,
    did: &str,
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
    // What was entered after a backup from which this database was restored has no line here.
    logging::has_adopted_document(world, did, hash).await
}

/// What is kept of it.
#[derive(Deserialize, Serialize)]
struct Kept {
    /// Of which DID; a version before did not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    did: Option<String>,
    what: Resolution,
    at: i64,
    since: i64,
    sha256: Option<String>,
    unread: Option<String>,
}

/// What was kept of this DID. What was seen of another says nothing about it.
async fn kept(reader: &Reader, tenant: &TenantId, did: &str) -> Result<Option<Kept>, StoreError> {
    Ok(read(reader.setting(&place(tenant)).await?, did))
}

fn read(kept: Option<String>, did: &str) -> Option<Kept> {
    let kept: Kept = serde_json::from_str(&kept?).ok()?;
    let same = kept.did.as_deref().is_none_or(|of| of == did);
    same.then_some(kept)
}

async fn note(
    tx: &mut Tx,
    tenant: &TenantId,
    did: &str,
    found: &Found,
    now: i64,
) -> Result<Kept, StoreError> {
    let before = read(tx.setting(&place(tenant)).await?, did);
    let mut kept = before.unwrap_or(Kept {
        did: None,
        what: Resolution::Unread,
        at: now,
        since: now,
        sha256: None,
        unread: None,
    });
    kept.did = Some(did.to_owned());
    kept.at = now;
    match found {
        // An alarm does not end because somebody stops answering, nor because they show what was ours once.
        Err(why) => kept.unread = Some(why.clone()),
        Ok((Resolution::Older | Resolution::GivenUp, _)) if kept.what == Resolution::Foreign => {
            kept.unread = None;
        }
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

/// When a round of looking ended last, as when it began.
const LOOKED: &str = "did.looked";
/// How long one round takes at most.
const LONGEST_MS: i64 = 10 * 60_000;
/// Twice as long as caches may keep a document.
const CACHED_MS: i64 = 2 * 300 * 1_000;
