//! Whether an institution is where the site is.

use touchstone_store::{InstitutionRow, Reader, StoreError, TenantId};
use touchstone_vc::did;

use super::names::authority;
use crate::{Site, World};

/// An institution whose DID is not at the site's address: the site was called otherwise when it was founded, or it moved since this process began.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error(
    "{name} issues as {did}, and site.public_url is {here}. `touchstone move` has it go on as {there}; or set site.public_url back. What began \
     before a move has to be started anew"
)]
pub struct Elsewhere {
    /// The institution.
    pub tenant: TenantId,
    /// What it is called.
    pub name: String,
    /// Its DID.
    pub did: String,
    /// Where the site is.
    pub here: String,
    /// Its DID if it was founded here.
    pub there: String,
}

/// The institutions that are not where the site is, by name. A DID that is no address is everywhere.
pub async fn elsewhere(world: &World) -> Result<Vec<Elsewhere>, StoreError> {
    let institutions = world.store.read().institutions().await?.into_iter();
    Ok(institutions
        .filter_map(|institution| is_elsewhere(&world.site, &institution))
        .collect())
}

/// Refuses to issue for an institution that is elsewhere: its documents would name an address where nobody finds them.
pub(crate) async fn be_here(
    world: &World,
    reader: &Reader,
    tenant: &TenantId,
) -> Result<Result<(), Elsewhere>, StoreError> {
    let institution = reader.institution(tenant).await?;
    let found = institution.and_then(|institution| is_elsewhere(&world.site, &institution));
    Ok(found.map_or(Ok(()), Err))
}

fn is_elsewhere(site: &Site, institution: &InstitutionRow) -> Option<Elsewhere> {
    let did = institution.did.as_deref().filter(|did| did::web::is(did))?;
    let there = did_here(site, &institution.slug);
    (there.as_deref() != Some(did)).then(|| Elsewhere {
        tenant: institution.id.clone(),
        name: institution.name.clone(),
        did: did.to_owned(),
        here: site.link(""),
        there: there.unwrap_or_else(|| "a did:web, for which it needs a domain name".to_owned()),
    })
}

/// The `did:web` of an institution at the site's address. `None` where that has none.
pub(super) fn did_here(site: &Site, slug: &str) -> Option<String> {
    did::web::did(&authority(&site.public_url)?, &["i", slug])
}
