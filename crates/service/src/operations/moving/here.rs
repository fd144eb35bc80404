//! Whether an institution is where the site is.

use std::fmt;

use touchstone_store::{InstitutionRow, Reader, StoreError, TenantId};
use touchstone_vc::did;

use super::names::authority;
use crate::{Site, World};

/// An institution whose DID is not at the site's address: the site was called otherwise when it was founded, or it moved since this process began.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{name} issues as {did}, and site.public_url is {here}. {}", self.way_out())]
pub struct Elsewhere {
    /// The institution.
    pub tenant: TenantId,
    /// What it is called.
    pub name: String,
    /// Its DID.
    pub did: String,
    /// Where the site is.
    pub here: String,
    /// What it can go on as.
    pub there: There,
}

/// What an institution can go on as at another address.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum There {
    /// A `did:web` goes on as this one.
    Did(String),
    /// The address is one that no `did:web` has.
    NoDomain,
    /// The history of a `did:webvh` stays at this address.
    Stays(String),
}

impl Elsewhere {
    fn way_out(&self) -> String {
        match &self.there {
            There::Stays(at) => format!(
                "A did:webvh stays where it is: set site.public_url back to {at}. For the new address, found an institution in an installation of its \
                 own"
            ),
            there => format!(
                "`touchstone move` has it go on as {there}; or set site.public_url back. What began before a move has to be started anew"
            ),
        }
    }
}

impl fmt::Display for There {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Did(did) => out.write_str(did),
            Self::NoDomain => out.write_str("a did:web, for which it needs a domain name"),
            Self::Stays(at) => write!(out, "nothing but what it is at {at}"),
        }
    }
}

/// The institutions that are not where the site is, by name. A DID that is no address is everywhere.
#[crate::boxed]
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
) -> Result<Result<(), Box<Elsewhere>>, StoreError> {
    let institution = reader.institution(tenant).await?;
    let found = institution.and_then(|institution| is_elsewhere(&world.site, &institution));
    Ok(found.map_or(Ok(()), |found| Err(Box::new(found))))
}

fn is_elsewhere(site: &Site, institution: &InstitutionRow) -> Option<Elsewhere> {
    let did = institution.did.as_deref()?;
    let stays = did::webvh::parts(did).map(|(_, beside)| beside);
    let address = stays.as_deref().unwrap_or(did);
    let domain = did::web::domain(address)?;
    let there = did_here(site, &institution.slug);
    (there.as_deref() != Some(address)).then(|| Elsewhere {
        tenant: institution.id.clone(),
        name: institution.name.clone(),
        did: did.to_owned(),
        here: site.link(""),
        there: match (&stays, there) {
            (Some(_), _) => There::Stays(format!("https://{domain}")),
            (None, Some(did)) => There::Did(did),
            (None, None) => There::NoDomain,
        },
    })
}

/// The `did:web` of an institution at the site's address. `None` where that has none.
pub(super) fn did_here(site: &Site, slug: &str) -> Option<String> {
    did::web::did(&authority(&site.public_url)?, &["i", slug])
}
