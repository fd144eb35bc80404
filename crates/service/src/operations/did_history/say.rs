//! Entering a version: in the transaction that changes the document, so that no change is forgotten.

use touchstone_store::{DidVersionRow, StoreError, TenantId, Tx};
use touchstone_vc::did::webvh;

use super::{signing, webvh_of};
use crate::{World, verifying::made_of};

/// Enters the document of an institution's DID as it is now, if that is a `did:webvh` and the document another than the last, and has it signed.
pub(crate) async fn say(world: &World, tx: &mut Tx, tenant: &TenantId) -> Result<(), StoreError> {
    let institution = tx.institution(tenant).await?;
    let did = institution.as_ref().and_then(webvh_of);
    let Some((did, (_, beside))) = did.and_then(|did| Some((did, webvh::parts(did)?))) else {
        return Ok(());
    };
    let (keys, changes) = (
        tx.signing_keys(tenant).await?,
        tx.key_changes(tenant).await?,
    );
    let document = made_of(did, &[beside], &keys, &changes)?;
    let versions = tx.did_versions(tenant).await?;
    let last = versions.last();
    if last.is_some_and(|last| last.document == document) {
        return Ok(());
    }
    let now = world.clock.now();
    tx.add_did_version(DidVersionRow {
        tenant: tenant.clone(),
        number: last.map_or(1, |last| last.number + 1),
        at: now.unix_millis(),
        document,
        line: None,
    })
    .await?;
    tx.enqueue(signing(world, tenant, now)).await
}
