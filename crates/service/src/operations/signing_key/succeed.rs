//! An institution whose DID is its key is succeeded by another institution here: the only way on for a `did:key`.
//!
//! **Invariant (threat 43):** both keys sign, each while it is in use, and what both signed enters the log. An institution is succeeded once, and by one
//! that goes on itself: so whoever follows from one to the next comes to an end. What the old one issued stays as it is: its key goes on signing its lists.

use serde::{Deserialize, Serialize};
use touchstone_store::{
    AuditLine, InstitutionRow, OutboxLine, Reader, SigningKeyRow, StoreError, TenantId, Tx,
};
use touchstone_vc::{
    Timestamp, did,
    log::{Entry, Succession},
};

use super::{SigningKeyError, reason, sign};
use crate::{World, logging};

/// A request to have one institution succeeded by another.
#[derive(Clone, Debug)]
pub struct Succeeding {
    /// The institution with the `did:key`.
    pub tenant: TenantId,
    /// The one that goes on.
    pub successor: TenantId,
    /// Who asks, as proven by the caller.
    pub actor: String,
    /// Why, in their words.
    pub reason: String,
}

/// What both signed, as it is kept.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Succeeded {
    /// The institution that goes on.
    pub(crate) successor: String,
    issuer: String,
    did: String,
    since: String,
    method: String,
    public_key: String,
    successor_method: String,
    successor_key: String,
    signatures: [Vec<u8>; 2],
}

/// Has an institution succeeded by another one. Both keys sign.
#[crate::boxed]
pub async fn succeed(world: &World, order: &Succeeding) -> Result<Succession, SigningKeyError> {
    let why = &reason(&order.reason)?;
    let reader = world.store.read();
    let issuer = did_of(&reader, &order.tenant).await?;
    let successor = did_of(&reader, &order.successor).await?;
    if did::document_url(&issuer).is_some() {
        return Err(SigningKeyError::Rotates);
    }
    if issuer == successor {
        return Err(SigningKeyError::Itself);
    }
    let key = in_use(&reader, &order.tenant, &issuer).await?;
    let new_key = in_use(&reader, &order.successor, &successor).await?;
    let now = world.clock.now();
    let (stated, signatures) =
        stated_by_both(world, (issuer, &key), (successor, &new_key), now).await?;
    let kept = &Succeeded::new(&order.successor, &stated, signatures).kept();
    let (at, stated) = (now.unix_millis(), &stated);
    let keys = [(&key, &stated.issuer), (&new_key, &stated.successor)];
    world
        .store
        .write(|mut tx| async move {
            for (key, did) in keys {
                // Nothing counts that is signed with a key that ended meanwhile.
                let held = tx.hold_signing_key(&key.tenant, &key.id).await?;
                held.ok_or_else(|| SigningKeyError::CannotSign(did.clone()))?;
            }
            if tx.setting(&place(&order.tenant)).await?.is_some() {
                return Err(SigningKeyError::Succeeded);
            }
            if let Some(next) = succeeded(&tx, &order.successor).await? {
                return Err(SigningKeyError::GoesOnAs(
                    stated.successor.clone(),
                    next.did,
                ));
            }
            let kind = logging::SUCCESSION.to_owned();
            enter(&mut tx, &order.tenant, kept, kind, at).await?;
            let detail = serde_json::json!({
                "reason": why, "issuer": stated.issuer, "successor": stated.successor,
            });
            let line = |tenant: &TenantId, action: &str, subject: &TenantId| AuditLine {
                tenant: tenant.clone(),
                at,
                actor: order.actor.clone(),
                action: action.to_owned(),
                subject: subject.to_string(),
                detail: detail.to_string(),
            };
            tx.audit([
                line(&order.tenant, "institution.succeed", &order.successor),
                line(&order.successor, "institution.take-over", &order.tenant),
            ])
            .await?;
            Ok(())
        })
        .await?;
    Ok(stated.clone())
}

/// Who succeeds an institution, if anybody does.
#[crate::boxed]
pub async fn successor(
    world: &World,
    tenant: &TenantId,
) -> Result<Option<(TenantId, String)>, StoreError> {
    let kept = succeeded(&world.store.read(), tenant).await?;
    Ok(kept.map(|kept| (TenantId::new(kept.successor.clone()), kept.did)))
}

/// What was signed, if an institution was succeeded.
pub(crate) async fn succeeded(
    reader: &Reader,
    tenant: &TenantId,
) -> Result<Option<Succeeded>, StoreError> {
    let kept = reader.setting(&place(tenant)).await?;
    let read = kept.map(|kept| serde_json::from_str(&kept)).transpose();
    read.map_err(|_| StoreError::Corrupt {
        table: "setting",
        column: "value",
    })
}

/// That one DID goes on as another, signed by the keys of both.
pub(crate) async fn stated_by_both(
    world: &World,
    (issuer, key): (String, &SigningKeyRow),
    (successor, new_key): (String, &SigningKeyRow),
    now: Timestamp,
) -> Result<(Succession, [Vec<u8>; 2]), SigningKeyError> {
    let stated = Succession {
        issuer,
        successor,
        since: now.whole_seconds(),
        method: key.verification_method.clone(),
        public_key: key.public_multibase.clone(),
        successor_method: new_key.verification_method.clone(),
        successor_key: new_key.public_multibase.clone(),
    };
    let message = stated.signing_input();
    let message = message.map_err(|_| StoreError::Corrupt {
        table: "signing_key",
        column: "verification_method",
    })?;
    let signatures = [
        sign(world, key, &message).await?.0,
        sign(world, new_key, &message).await?.0,
    ];
    Ok((stated, signatures))
}

impl Succeeded {
    fn new(successor: &TenantId, stated: &Succession, signatures: [Vec<u8>; 2]) -> Self {
        let stated = stated.clone();
        Self {
            successor: successor.to_string(),
            issuer: stated.issuer,
            did: stated.successor,
            since: stated.since.to_string(),
            method: stated.method,
            public_key: stated.public_key,
            successor_method: stated.successor_method,
            successor_key: stated.successor_key,
            signatures,
        }
    }

    fn kept(&self) -> String {
        serde_json::to_string(self).expect("texts and bytes")
    }

    /// As it is entered in the log.
    pub(crate) fn entry(self) -> Option<Entry> {
        let stated = Succession {
            issuer: self.issuer,
            successor: self.did,
            since: Timestamp::parse(&self.since).ok()?,
            method: self.method,
            public_key: self.public_key,
            successor_method: self.successor_method,
            successor_key: self.successor_key,
        };
        let signatures = self.signatures;
        Some(Entry::DidSuccession { stated, signatures })
    }
}

/// What was learnt from the log after a restore: an older database knows nothing of it. Answers whether it is news.
pub(super) async fn learn(
    world: &World,
    institutions: &[InstitutionRow],
    stated: &Succession,
    signatures: [Vec<u8>; 2],
) -> Result<bool, StoreError> {
    let called = |did: &str| {
        let mut all = institutions.iter();
        all.find(|row| row.did.as_deref() == Some(did))
    };
    let (Some(old), Some(new)) = (called(&stated.issuer), called(&stated.successor)) else {
        return Ok(false);
    };
    let kept = &Succeeded::new(&new.id, stated, signatures).kept();
    let at = world.clock.now().unix_millis();
    world
        .store
        .write(|mut tx| async move {
            if tx.setting(&place(&old.id)).await?.is_some() {
                return Ok(false);
            }
            let kind = format!("{}{}", logging::LEARNT, logging::SUCCESSION);
            enter(&mut tx, &old.id, kept, kind, at).await?;
            Ok(true)
        })
        .await
}

/// Keeps what both signed, and queues its entry of the log.
async fn enter(
    tx: &mut Tx,
    tenant: &TenantId,
    kept: &str,
    kind: String,
    at: i64,
) -> Result<(), StoreError> {
    tx.set_setting(&place(tenant), kept).await?;
    tx.outbox([OutboxLine {
        tenant: tenant.clone(),
        kind,
        subject: tenant.to_string(),
        version: 1,
        at,
    }])
    .await
}

async fn did_of(reader: &Reader, tenant: &TenantId) -> Result<String, SigningKeyError> {
    let institution = reader.institution(tenant).await?;
    let did = institution.and_then(|institution| institution.did);
    did.ok_or(SigningKeyError::NoSuchInstitution)
}

async fn in_use(
    reader: &Reader,
    tenant: &TenantId,
    did: &str,
) -> Result<SigningKeyRow, SigningKeyError> {
    let key = reader.active_signing_key(tenant).await?;
    key.ok_or_else(|| SigningKeyError::CannotSign(did.to_owned()))
}

fn place(tenant: &TenantId) -> String {
    format!("did.succession.{tenant}")
}
