//! Whether the key with which an institution signs is within reach.

use anyhow::Result;
use touchstone_service::World;
use touchstone_store::{InstitutionRow, SigningKeyRow};
use touchstone_vc::did::document_url;

use super::{Finding, ill, well};

/// Whether the institution can sign; nothing of one that has no documents of its own and no key.
pub(super) async fn signs(world: &World, institution: &InstitutionRow) -> Result<Option<Finding>> {
    let did = institution.did.as_deref().unwrap_or_default();
    let reader = world.store.read();
    if let Some(key) = reader.active_signing_key(&institution.id).await? {
        return Ok(Some(answers(world, institution, did, &key).await));
    }
    Ok(document_url(did).map(|_| {
        ill(
            "issuer",
            format!(
                "{}: no key signs, so nothing is issued and no list of withdrawals is signed anew; the key after one that was given up is made as \
                 soon as what holds the keys answers, and begins when it is published",
                institution.name
            ),
        )
    }))
}

/// What holds the key is asked for it.
async fn answers(
    world: &World,
    institution: &InstitutionRow,
    did: &str,
    key: &SigningKeyRow,
) -> Finding {
    let name = format!("{}{}", key.custody, key.id);
    let (who, id) = (&institution.name, &key.id);
    match world.signer.public(&name).await {
        Ok(_) => well("issuer", format!("{who} issues as {did}")),
        Err(_) if !world.signer.custodies().contains(&&*key.custody) => {
            let out_of_reach = match key.custody.as_str() {
                "aws-kms:" => "AWS KMS, and keys.aws_kms_region names no region",
                _ => "a security module, and keys.pkcs11_module names none",
            };
            ill(
                "issuer",
                format!("{who}: key {id} is in {out_of_reach}; nothing is signed in its place"),
            )
        }
        Err(error) => ill("issuer", format!("{who}: key {id}: {error}")),
    }
}
