//! Giving an institution that signed up by itself its short name, its DID and its first signing key, once its domain was shown.

use touchstone_store::{AuditLine, InstitutionRow, Reader, StoreError, TenantId};

use super::{
    Slug,
    found::{FoundError, key_row, name},
};
use crate::World;

/// Gives it all three; one that has them keeps them. A crash in between leaves a key that the next attempt finds and uses, as in `found`.
pub(crate) async fn identify(
    world: &World,
    tenant: &TenantId,
    actor: &str,
) -> Result<(), FoundError> {
    let reader = world.store.read();
    let row = reader.institution(tenant).await?;
    let Some(row) = row.filter(|row| row.did.is_none()) else {
        return Ok(());
    };
    let signed_up = reader.employer(tenant).await?;
    let Some((_, shown)) = signed_up.zip(reader.domain_proof(tenant).await?) else {
        return Ok(());
    };
    let slug = &free_slug(&reader, &row, &shown.domain).await?;
    let key = &format!("{slug}-1");
    let custody = world.signer.custody();
    let made = world.signer.create(&format!("{custody}{key}")).await?;
    let now = world.clock.now().unix_millis();
    let key_row = key_row(tenant, [key, custody, &made.named().to_multikey()], now);
    let named = &name(world, slug, None, key_row).await?;
    let did = &named.did;
    let identified = world
        .store
        .write(|mut tx| async move {
            let row = tx.institution(tenant).await?;
            // Another request was faster.
            let Some(row) = row.filter(|row| row.did.is_none()) else {
                return Ok(());
            };
            tx.change_institution(InstitutionRow {
                slug: slug.to_string(),
                did: Some(did.clone()),
                public_url: Some(world.site.link("")),
                ..row
            })
            .await?;
            named.enter(world, &mut tx, now, actor).await?;
            tx.audit([AuditLine {
                tenant: tenant.clone(),
                at: now,
                actor: actor.to_owned(),
                action: "institution.identify".into(),
                subject: tenant.to_string(),
                detail: serde_json::json!({"slug": slug, "did": did, "key": key}).to_string(),
            }])
            .await
        })
        .await;
    match identified {
        Err(StoreError::Conflict {
            table: "institution",
        }) => Err(FoundError::SlugTaken(slug.clone())),
        identified => Ok(identified?),
    }
}

/// The first short name that is free, made from the domain: `acme-example`, `acme-example-2`. Only who has shown a domain is called by it.
async fn free_slug(
    reader: &Reader,
    row: &InstitutionRow,
    domain: &str,
) -> Result<Slug, FoundError> {
    let base = plain(domain);
    for number in 1..=MOST_ALIKE {
        let slug = Slug::new(&match number {
            1 => base.clone(),
            number => format!("{base}-{number}"),
        })?;
        let taken = reader.institution_by_slug(slug.as_str()).await?;
        if taken.is_none_or(|taken| taken.id == row.id) {
            return Ok(slug);
        }
    }
    Err(FoundError::SlugTaken(Slug::new(&base)?))
}

/// A domain in the letters of short names, and no longer than leaves room for a number behind it.
fn plain(domain: &str) -> String {
    let mut base = domain.replace('.', "-");
    base.truncate(60);
    base.trim_matches('-').to_owned()
}

/// More institutions that are called alike were set up by hand.
const MOST_ALIKE: u32 = 99;
