//! Signing and publishing a status list as the database has it, and stating the root over its blocks with it.
//!
//! **Invariant (threats 32, 36):** the list is computed from the rows, never from the list before, so no change is lost; a bit
//! that was published as withdrawn is never published as cleared; of two publishers at once one is told to read again.

use touchstone_bundle::status_root;
use touchstone_store::{
    OutboxLine, SigningKeyRow, StatusListRow, StatusPublicationRow, StatusPurpose as Purpose,
    StoreError, TenantId,
};
use touchstone_tlog::Hash;
use touchstone_vc::{
    DAY_MS, Draft, DraftError, Timestamp,
    json::Value,
    log::{EntryError, StatusRoot},
    model::StatusPurpose,
    status::bitstring::{Bits, StatusList},
};

use crate::{
    World,
    elapsed::is_ahead,
    logging,
    operations::{
        moving::{Name, name_of, names},
        signing_key::{self, securing},
    },
    ports::SignError,
};

/// Publishes a list if it changed, if its issuer's keys did, if it is past half of its validity, or if that has not begun. Repeating it changes nothing.
#[crate::boxed]
pub async fn publish_status(
    world: &World,
    tenant: &TenantId,
    list: &str,
) -> Result<(), PublishError> {
    let mut attempt = 0;
    loop {
        match publish_once(world, tenant, list).await {
            Err(PublishError::Store(StoreError::Conflict {
                table: "status_publication",
            })) if attempt < MAX_ATTEMPTS => {
                attempt += 1;
            }
            published => return published,
        }
    }
}

async fn publish_once(world: &World, tenant: &TenantId, id: &str) -> Result<(), PublishError> {
    let reader = world.store.read();
    let list = reader
        .status_list_by_id(tenant, id)
        .await?
        .ok_or(PublishError::NoSuchList)?;
    let now = world.clock.now().whole_seconds();
    // First what was published, then the rows: whoever publishes in between has taken our version number, and we read again.
    let before = reader.publication(id).await?;
    let bits = bits(&list, &reader.set_positions(tenant, &list).await?)?;
    // The log says with each publication which changes of keys there were by then: one that was left out shows by the newest (threat 45).
    let key_changes = reader.key_changes(tenant).await?.len() as i64;
    // In the name of the DID that the credentials in it were issued under, at the address that they name.
    let institution = reader.institution(tenant).await?;
    let institution = institution.ok_or(PublishError::NoSuchInstitution)?;
    let names = names(world, &reader, &institution).await?;
    let name = name_of(&names, list.number).ok_or(PublishError::NoSuchInstitution)?;
    let url = name.link(&format!("/i/{}/status/{}", institution.slug, list.number));
    let key = &reader
        .active_signing_key_of(tenant, &name.did)
        .await?
        .ok_or(PublishError::NoActiveKey)?;
    if let Some(before) = &before {
        let published = published_bits(&before.bytes).ok_or(PublishError::Unreadable)?;
        if list.purpose == Purpose::Revocation && !bits.includes(&published) {
            return Err(PublishError::WouldClear);
        }
        let half = before.published_at / 2 + before.valid_until / 2;
        let by_the_key = signed_by(&before.bytes).as_deref() == Some(&key.verification_method);
        let knows_keys = before.key_changes == key_changes;
        let is_there = named(&before.bytes).as_deref() == Some(&url);
        // One from when the clock was ahead is not valid yet for anybody.
        let stands = now.unix_millis() < half && !is_ahead(before.published_at, now.unix_millis());
        if published == bits && by_the_key && knows_keys && is_there && stands {
            return Ok(());
        }
    }
    let root = status_root(&bits, world.tlog);
    let list_of = published_list(&list, name, url, bits, now);
    let statement = match root {
        Some(root) => Some(state(world, key, &list_of, root).await?),
        None => None,
    };
    let bytes = sign(world, key, &list_of, now).await?;
    let row = &StatusPublicationRow {
        list: list.id.clone(),
        version: before.map_or(1, |before| before.version + 1),
        bytes,
        published_at: now.unix_millis(),
        valid_until: end(now).unix_millis(),
        statement,
        key_changes,
    };
    let line = |kind: &str| OutboxLine {
        tenant: tenant.clone(),
        kind: kind.into(),
        subject: list.id.clone(),
        version: row.version,
        at: now.unix_millis(),
    };
    let rooted = row.statement.as_ref().map(|_| line(logging::STATUS_ROOT));
    let outbox = &[Some(line(logging::STATUS)), rooted];
    let published = world.store.write(|mut tx| async move {
        let tx = &mut tx;
        // A list that was signed with a key that ended in between is not published: read again.
        let held = tx.hold_signing_key(tenant, &key.id).await?;
        held.ok_or(StoreError::Conflict {
            table: "status_publication",
        })?;
        tx.publish(row.clone()).await?;
        tx.outbox(outbox.iter().flatten().cloned()).await
    });
    Ok(published.await?)
}

/// The list as it is to be published.
fn published_list(
    list: &StatusListRow,
    name: &Name,
    url: String,
    bits: Bits,
    now: Timestamp,
) -> StatusList {
    StatusList {
        id: url,
        issuer: name.did.clone(),
        purpose: match list.purpose {
            Purpose::Revocation => StatusPurpose::Revocation,
            Purpose::Suspension => StatusPurpose::Suspension,
        },
        valid_from: now,
        valid_until: end(now),
        ttl_millis: TTL_SECONDS * 1_000,
        bits,
    }
}

async fn sign(
    world: &World,
    key: &SigningKeyRow,
    list: &StatusList,
    now: Timestamp,
) -> Result<Vec<u8>, PublishError> {
    let draft = Draft::secured(
        &list.unsigned(),
        &securing(key, now)?,
        &world.contexts,
        world.crypto,
    )?;
    let signature = signing_key::sign(world, key, draft.signing_input()).await?;
    Ok(draft.seal(&signature))
}

/// What is stated about the list beside it, signed: of which any part can be proven without the rest.
async fn state(
    world: &World,
    key: &SigningKeyRow,
    list: &StatusList,
    root: Hash,
) -> Result<Vec<u8>, PublishError> {
    let stated = StatusRoot {
        issuer: list.issuer.clone(),
        url: list.id.clone(),
        purpose: list.purpose.as_str().to_owned(),
        length: list.bits.len(),
        valid_from: list.valid_from,
        valid_until: list.valid_until.whole_seconds(),
        root: root.0,
        method: key.verification_method.clone(),
    };
    let message = stated.signing_input()?;
    let signature = signing_key::sign(world, key, &message).await?;
    Ok(stated.signed(&signature.0)?)
}

fn bits(list: &StatusListRow, set: &[i64]) -> Result<Bits, PublishError> {
    let mut bits = Bits::new(list.length.unsigned_abs());
    for position in set {
        bits.set(position.unsigned_abs(), true)
            .ok_or(PublishError::OutsideList)?;
    }
    Ok(bits)
}

/// The key that signed a list.
fn signed_by(bytes: &[u8]) -> Option<String> {
    let list = Value::parse(bytes).ok()?;
    let proof = list.get("proof")?.items().first()?;
    Some(proof.get("verificationMethod")?.as_str()?.to_owned())
}

/// The address that a list says it stands at.
fn named(bytes: &[u8]) -> Option<String> {
    let list = Value::parse(bytes).ok()?;
    Some(list.get("id")?.as_str()?.to_owned())
}

/// The bits of a list that was published.
pub(crate) fn published_bits(bytes: &[u8]) -> Option<Bits> {
    let list = Value::parse(bytes).ok()?;
    let encoded = list
        .get("credentialSubject")?
        .get("encodedList")?
        .as_str()?;
    Bits::decode(encoded).ok()
}

fn end(now: Timestamp) -> Timestamp {
    Timestamp::from_unix_millis(now.unix_millis() + VALID_MS)
}

/// Why a list was not published.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// No such list.
    #[error("no such status list")]
    NoSuchList,
    /// Its institution is gone or has no DID.
    #[error("the status list's institution has no DID")]
    NoSuchInstitution,
    /// Its institution has no key to sign with.
    #[error("the institution has no active signing key")]
    NoActiveKey,
    /// A row has a position outside its list.
    #[error("a credential has a position outside its status list")]
    OutsideList,
    /// The list published before cannot be read, so nothing can be said about what it withdrew.
    #[error("the status list published before cannot be read")]
    Unreadable,
    /// The rows would clear a bit that was published as withdrawn: an older database was restored, or rows were altered.
    #[error(
        "publishing would un-revoke a credential; restore the database that published the last list"
    )]
    WouldClear,
    /// The statement about it has a value that may not stand in the log.
    #[error("the address of the status list cannot be entered in the log: {0}")]
    Statement(#[from] EntryError),
    /// The list could not be prepared for signing.
    #[error(transparent)]
    Draft(#[from] DraftError),
    /// The signer did not sign.
    #[error(transparent)]
    Sign(#[from] SignError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// How long readers may keep a list: what is revoked is seen through any cache within a minute.
pub const TTL_SECONDS: u64 = 30;
/// How long a list stands if nothing is signed any more: seven days, so that a server that is down for a weekend leaves no
/// credential unknown. Signed anew at half of it.
const VALID_MS: i64 = 7 * DAY_MS;
const MAX_ATTEMPTS: u32 = 20;
