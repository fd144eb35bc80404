//! Giving an institution that signed up by itself its DID and its first signing key, once its domain was shown.

use touchstone_store::{AuditLine, InstitutionRow, OutboxLine, TenantId};

use super::{
    Slug,
    found::{FoundError, key_row, names},
};
use crate::{World, logging, operations::signing_key};

/// Gives it both; one that has them keeps them. A crash in between leaves a key that the next attempt finds and uses, as in `found`.
pub(crate) async fn identify(
    world: &World,
    tenant: &TenantId,
    actor: &str,
) -> Result<(), FoundError> {
    let row = world.store.read().institution(tenant).await?;
    let Some(row) = row.filter(|row| row.did.is_none()) else {
        return Ok(());
    };
    let slug = Slug::new(&row.slug)?;
    let key = &format!("{slug}-1");
    let custody = world.signer.custody();
    let made = world.signer.create(&format!("{custody}{key}")).await?;
    let public = made.named();
    let (did, method) = &names(&world.site, &slug, key, &public).ok_or(FoundError::NoDid)?;
    let multikey = &public.to_multikey();
    let now = world.clock.now().unix_millis();
    world
        .store
        .write(|mut tx| async move {
            let row = tx.institution(tenant).await?;
            // Another request was faster.
            let Some(row) = row.filter(|row| row.did.is_none()) else {
                return Ok(());
            };
            tx.change_institution(InstitutionRow {
                did: Some(did.clone()),
                public_url: Some(world.site.link("")),
                ..row
            })
            .await?;
            tx.outbox([OutboxLine {
                tenant: tenant.clone(),
                kind: logging::DID.into(),
                subject: tenant.to_string(),
                version: 1,
                at: now,
            }])
            .await?;
            let key_row = key_row(tenant, [key, custody, method, multikey], now);
            signing_key::found(&mut tx, key_row, actor).await?;
            tx.audit([AuditLine {
                tenant: tenant.clone(),
                at: now,
                actor: actor.to_owned(),
                action: "institution.identify".into(),
                subject: tenant.to_string(),
                detail: serde_json::json!({"did": did, "key": key}).to_string(),
            }])
            .await?;
            Ok(())
        })
        .await
}
