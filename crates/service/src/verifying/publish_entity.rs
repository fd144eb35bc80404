//! What an institution says about itself in federations (OpenID Federation 1.0, §9): its keys, its name, and who is above it.
//!
//! Signed with the key that signs its credentials, and only where superiors are configured. A superior names the same keys in its statement
//! about the institution; after a rotation it has to be told of the new one, which is in the statement as soon as it is made.
//!
//! **Invariant:** no statement counts whose key ended before it was kept, and none is shown that names a key which was given up since, or superiors
//! that are not configured any more. What keeps one institution's from being signed keeps no other's.

use touchstone_store::{
    AuditLine, EntityConfigurationRow, InstitutionRow, KeyState, SigningKeyRow, StoreError,
    TenantId,
};
use touchstone_vc::{
    DAY_MS, Timestamp,
    did::{self, PublicKey},
    federation::{ConfigurationDraft, EntityDescription, Statement, thumbprint},
};

use crate::{World, elapsed::is_ahead, operations::signing_key::sign, ports::SignError};

/// The path of an institution's statement about itself.
pub(crate) fn path_of_entity(slug: &str) -> String {
    format!("/i/{slug}{}", touchstone_vc::federation::WELL_KNOWN)
}

/// Signs the statements of all institutions that are due: changed, or past half of their time. The first that fails is told once all were tried.
pub(crate) async fn publish_entities(world: &World) -> Result<(), PublishEntityError> {
    let mut failed = Ok(());
    for institution in world.store.read().institutions_set_up().await? {
        let done = publish_entity(world, &institution).await;
        failed = failed.and(done);
    }
    failed
}

/// The statement of an institution that stands now: signed under the superiors that are configured, with no key in it that was given up.
pub(super) async fn entity_shown(
    world: &World,
    institution: &InstitutionRow,
) -> Result<Option<EntityConfigurationRow>, StoreError> {
    let Some(entity) = description(world, institution) else {
        return Ok(None);
    };
    let reader = world.store.read();
    let kept = reader.entity_configuration(&institution.id).await?;
    let now = world.clock.now().unix_millis();
    let Some(kept) = kept.filter(|kept| now < kept.valid_until) else {
        return Ok(None);
    };
    let statement = Statement::parse(&kept.bytes).map_err(|_| StoreError::Corrupt {
        table: "entity_configuration",
        column: "bytes",
    })?;
    let hints = entity.authority_hints.iter().map(String::as_str);
    let still = statement.subject() == entity.id && statement.authority_hints().eq(hints);
    let keys = reader.signing_keys(&institution.id).await?;
    for key in keys.iter().filter(|key| key.compromised_since.is_some()) {
        let name = thumbprint(&public_key(key)?, world.crypto);
        if name.is_some_and(|name| statement.keys().has(&name)) {
            return Ok(None);
        }
    }
    Ok(still.then_some(kept))
}

async fn publish_entity(
    world: &World,
    institution: &InstitutionRow,
) -> Result<(), PublishEntityError> {
    let tenant = &institution.id;
    let Some(entity) = description(world, institution) else {
        return Ok(());
    };
    let reader = world.store.read();
    let Some(key) = &reader.active_signing_key(tenant).await? else {
        return Ok(());
    };
    let mut keys = reader.signing_keys(tenant).await?;
    keys.retain(|one| one.did() == key.did());
    let keys = public_keys(&keys)?;
    let now = world.clock.now().whole_seconds();
    let says = says(&entity, &keys, key);
    let before = reader.entity_configuration(tenant).await?;
    if let Some(before) = before.filter(|before| before.says == says) {
        let half = before.published_at / 2 + before.valid_until / 2;
        let now = now.unix_millis();
        if now < half && !is_ahead(before.published_at, now) {
            return Ok(());
        }
    }
    let own = public_key(key)?;
    let end = now.plus_millis(VALID_MS);
    let draft = ConfigurationDraft::new(&entity, &keys, &own, now, end, world.crypto);
    let draft = draft.ok_or(CORRUPT)?;
    let signature = sign(world, key, draft.signing_input()).await?;
    let row = &EntityConfigurationRow {
        tenant: tenant.clone(),
        says,
        bytes: draft.seal(&signature).into_bytes(),
        published_at: now.unix_millis(),
        valid_until: end.unix_millis(),
    };
    keep(world, tenant, key, row, now).await
}

async fn keep(
    world: &World,
    tenant: &TenantId,
    key: &SigningKeyRow,
    row: &EntityConfigurationRow,
    now: Timestamp,
) -> Result<(), PublishEntityError> {
    let kept = world.store.write(|mut tx| async move {
        let tx = &mut tx;
        // A statement whose key ended in between is not published: the next turn signs with another.
        if tx.hold_signing_key(tenant, &key.id).await?.is_none() {
            return Ok(());
        }
        tx.publish_entity_configuration(row.clone()).await?;
        tx.audit([AuditLine {
            tenant: tenant.clone(),
            at: now.unix_millis(),
            actor: "system".into(),
            action: "entity.publish".into(),
            subject: key.id.clone(),
            detail: "{}".into(),
        }])
        .await
    });
    Ok(kept.await?)
}

/// What is said, where there are superiors and the institution is one that others can look up.
fn description(world: &World, institution: &InstitutionRow) -> Option<EntityDescription> {
    let hints = &world.recognition.authority_hints;
    let did = institution.did.as_deref().filter(|did| did::web::is(did));
    let id = world.site.link(&format!("/i/{}", institution.slug));
    if hints.is_empty() || did.is_none() || !id.starts_with("https://") {
        return None;
    }
    Some(EntityDescription {
        id,
        authority_hints: hints.clone(),
        organization_name: Some(institution.name.clone()),
        organization_uri: institution.website.clone(),
        contacts: institution.contact_email.iter().cloned().collect(),
    })
}

/// Everything but the times, so that a change of any of it is seen.
fn says(entity: &EntityDescription, keys: &[PublicKey], key: &SigningKeyRow) -> String {
    let keys: Vec<_> = keys.iter().map(PublicKey::to_multikey).collect();
    format!("{entity:?} {keys:?} {}", key.id)
}

/// The keys that sign, or will.
fn public_keys(rows: &[SigningKeyRow]) -> Result<Vec<PublicKey>, StoreError> {
    let signing = rows
        .iter()
        .filter(|row| matches!(row.state, KeyState::Active | KeyState::Pending));
    signing.map(public_key).collect()
}

fn public_key(row: &SigningKeyRow) -> Result<PublicKey, StoreError> {
    PublicKey::from_multikey(&row.public_multibase).map_err(|_| CORRUPT)
}

/// Why a statement was not published.
#[derive(Debug, thiserror::Error)]
pub enum PublishEntityError {
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The key did not sign.
    #[error("signing what an institution says about itself: {0}")]
    Sign(#[from] SignError),
}

const CORRUPT: StoreError = StoreError::Corrupt {
    table: "signing_key",
    column: "public_multibase",
};
/// How long a statement stands: a week. It is signed anew after half of it.
const VALID_MS: i64 = 7 * DAY_MS;
