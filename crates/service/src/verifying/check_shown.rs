//! The page of a credential that its holder switched on: what stands there, and what was found.

use touchstone_store::{CredentialRow, InstitutionRow, Reader, StoreError};

use super::{
    check::{CheckError, Checked, check},
    gather::Reach,
    moment::{Issuer, Version},
};
use crate::{
    World,
    endorsing::{Endorsers, endorsers},
    governing::{NoLongerAwarded, no_longer_awarded},
};

/// A credential that anybody with its link may see.
pub struct Shown {
    /// Its row.
    pub credential: CredentialRow,
    /// Who issued it.
    pub institution: InstitutionRow,
    /// Who stands behind what it certifies, where somebody does.
    pub endorsers: Option<Endorsers>,
    /// That its issuer no longer uses what it certifies. It is no part of what was found.
    pub no_longer_awarded: Option<NoLongerAwarded>,
    /// What was found.
    pub checked: Checked,
}

/// Checks the credential behind a link, by what this installation publishes; `None` where no page is switched on. The page itself is asked
/// for each time, what it shares with others once a second.
#[crate::boxed]
pub async fn check_shown(world: &World, link: &str) -> Result<Option<Shown>, CheckError> {
    let reader = world.store.read();
    let Some(credential) = reader.open_public_link(link).await? else {
        return Ok(None);
    };
    let issuer = issuer(world, &reader, &credential).await?;
    let Some((institution, endorsers, no_longer_awarded)) = issuer else {
        return Ok(None);
    };
    let checked = check(world, &credential.bytes, None, Reach::Moment).await?;
    Ok(Some(Shown {
        credential,
        institution,
        endorsers,
        no_longer_awarded,
        checked,
    }))
}

async fn issuer(
    world: &World,
    reader: &Reader,
    credential: &CredentialRow,
) -> Result<Option<Issuer>, StoreError> {
    let (tenant, achievement) = (&credential.tenant, &credential.achievement);
    let version: Version = (tenant.clone(), achievement.clone(), credential.version);
    let now = world.clock.now();
    if let Some(known) = world.moment.issuer(&version, now) {
        return Ok(Some(known));
    }
    let Some(institution) = reader.institution(tenant).await? else {
        return Ok(None);
    };
    let endorsers = endorsers(world, &institution, achievement, credential.version).await?;
    let over = no_longer_awarded(world, &institution, achievement).await?;
    let issuer = (institution, endorsers, over);
    world.moment.keep_issuer(version, &issuer, now);
    Ok(Some(issuer))
}
