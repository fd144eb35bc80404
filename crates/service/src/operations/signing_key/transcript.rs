//! What was written down when a key was made before witnesses: signed by the key itself, and noted in the audit record.

use touchstone_store::AuditLine;
use touchstone_vc::Signature;

use super::{KeyAct, SigningKeyError, handle};
use crate::{World, issuing::sha256_hex};

/// How a transcript begins. A key signs credentials and lists by their hashes and the roots of lists as lines that begin with
/// `touchstone-log/1`, so nothing that begins so is ever one of them.
pub const TRANSCRIPT: &str = "TOUCHSTONE KEY CEREMONY\n";

/// Has a key sign the transcript of its making: [`TRANSCRIPT`], and `body` behind it.
pub async fn sign_transcript(
    world: &World,
    order: &KeyAct,
    body: &str,
) -> Result<Signature, SigningKeyError> {
    let text = format!("{TRANSCRIPT}{body}");
    let reader = world.store.read();
    let key = reader.signing_key(&order.tenant, &order.key).await?;
    let key = key.ok_or(SigningKeyError::NoSuchKey)?;
    let signature = world.signer.sign(&handle(&key), text.as_bytes()).await?;
    let line = &AuditLine {
        tenant: order.tenant.clone(),
        at: world.clock.now().unix_millis(),
        actor: order.actor.clone(),
        action: "key.ceremony".into(),
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
