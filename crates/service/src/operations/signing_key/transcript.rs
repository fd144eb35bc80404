//! What was written down when a key was made before witnesses: signed by the key itself, and noted in the audit record.

use touchstone_store::{AuditFilter, AuditLine, StoreError, TenantId};
use touchstone_vc::{Signature, Timestamp};

use super::{KeyAct, SigningKeyError, sign};
use crate::{World, digest::sha256_hex};

/// How a transcript begins. A key signs credentials and lists by their hashes and the roots of lists as lines that begin with
/// `touchstone-log/1` or, at the end of an audit record, with `touchstone-audit/2`, so nothing that begins so is ever one of them.
pub const TRANSCRIPT: &str = "TOUCHSTONE KEY CEREMONY\n";

/// A transcript that a key signed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Transcript {
    /// When.
    pub at: Timestamp,
    /// SHA-256 of what was signed, in lower-case hex.
    pub sha256: String,
}

/// The transcripts that a key signed, oldest first, as the audit record has them.
#[crate::boxed]
pub async fn transcripts(
    world: &World,
    tenant: &TenantId,
    key: &str,
) -> Result<Vec<Transcript>, StoreError> {
    let filter = AuditFilter {
        action: Some(CEREMONY.into()),
        subject: Some(key.to_owned()),
        ..AuditFilter::default()
    };
    let reader = world.store.read();
    let lines = reader.audit_lines(tenant, &filter, None, MOST).await?;
    let sha256 = |detail: &str| {
        let detail: serde_json::Value = serde_json::from_str(detail).ok()?;
        Some(detail.get("sha256")?.as_str()?.to_owned())
    };
    let of = lines.into_iter().rev().map(|line| Transcript {
        at: Timestamp::from_unix_millis(line.at),
        sha256: sha256(&line.detail).unwrap_or_default(),
    });
    Ok(of.collect())
}

/// Has a key sign the transcript of its making: [`TRANSCRIPT`], and `body` behind it.
#[crate::boxed]
pub async fn sign_transcript(
    world: &World,
    order: &KeyAct,
    body: &str,
) -> Result<Signature, SigningKeyError> {
    let text = format!("{TRANSCRIPT}{body}");
    let reader = world.store.read();
    let key = reader.signing_key(&order.tenant, &order.key).await?;
    let key = key.ok_or(SigningKeyError::NoSuchKey)?;
    let signature = sign(world, &key, text.as_bytes()).await?;
    let line = &AuditLine {
        tenant: order.tenant.clone(),
        at: world.clock.now().unix_millis(),
        actor: order.actor.clone(),
        action: CEREMONY.into(),
        subject: key.id.clone(),
        detail: serde_json::json!({
            "reason": order.reason, "sha256": sha256_hex(world.crypto, text.as_bytes()),
        })
        .to_string(),
    };
    let noted = world
        .store
        .write(|mut tx| async move { tx.audit([line.clone()]).await });
    noted.await?;
    Ok(signature)
}

const CEREMONY: &str = "key.ceremony";
/// A key whose paper is lost more often than that has other troubles.
const MOST: u64 = 100;
