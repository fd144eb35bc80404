//! What is told beside an answer: that something is no longer used, and who stood behind it. Each is looked up once, of however many
//! credentials it is told.

use std::collections::HashMap;

use touchstone_store::{EndorsedKind, InstitutionRow, StoreError, TenantId};
use touchstone_vc::{Credential, Report, Timestamp};

use crate::{
    World,
    endorsing::standing,
    governing::{NoLongerAwarded, no_longer_awarded_at},
    operations::moving::institution_of,
    verifying::row_of,
};

/// What was looked up for one reading.
pub(super) struct Beside<'a> {
    world: &'a World,
    /// As of when it is told.
    at: i64,
    /// Issuers that work here, by DID; `None` of those that do not.
    issuers: HashMap<String, Option<InstitutionRow>>,
    /// What is said of achievements, by institution and id.
    over: HashMap<(TenantId, String), Option<NoLongerAwarded>>,
    /// Who stood behind what stands at an address; `None` where no version of an achievement does.
    endorsers: HashMap<String, Option<Vec<String>>>,
}

impl<'a> Beside<'a> {
    pub(super) fn new(world: &'a World, at: Timestamp) -> Self {
        Self {
            world,
            at: at.unix_millis(),
            issuers: HashMap::new(),
            over: HashMap::new(),
            endorsers: HashMap::new(),
        }
    }

    /// That its issuer no longer used what a credential certifies, as was said by then. `report` is what was found about it.
    pub(super) async fn over(
        &mut self,
        credential: &Credential<'_>,
        report: &Report,
    ) -> Result<Option<NoLongerAwarded>, StoreError> {
        let Some(issuer) = credential.issuer() else {
            return Ok(None);
        };
        let Some(institution) = self.issuer(issuer).await? else {
            return Ok(None);
        };
        let reader = self.world.store.read();
        let Some(row) = row_of(&reader, &institution, credential, report).await? else {
            return Ok(None);
        };
        let key = (institution.id.clone(), row.achievement);
        if let Some(known) = self.over.get(&key) {
            return Ok(known.clone());
        }
        let found = no_longer_awarded_at(self.world, &institution, &key.1, self.at).await?;
        self.over.insert(key, found.clone());
        Ok(found)
    }

    async fn issuer(&mut self, did: &str) -> Result<Option<InstitutionRow>, StoreError> {
        if let Some(known) = self.issuers.get(did) {
            return Ok(known.clone());
        }
        let found = institution_of(&self.world.store.read(), did).await?;
        self.issuers.insert(did.to_owned(), found.clone());
        Ok(found)
    }

    /// Who stood behind the version of an achievement of this installation that one of these addresses is of. They are its issuer's own.
    pub(super) async fn endorsers(
        &mut self,
        addresses: &[String],
    ) -> Result<Vec<String>, StoreError> {
        for address in addresses {
            if let Some(found) = self.endorsers_at(address).await? {
                return Ok(found);
            }
        }
        Ok(Vec::new())
    }

    async fn endorsers_at(&mut self, address: &str) -> Result<Option<Vec<String>>, StoreError> {
        if let Some(known) = self.endorsers.get(address) {
            return Ok(known.clone());
        }
        let found = endorsers_of(self.world, address, self.at).await?;
        self.endorsers.insert(address.to_owned(), found.clone());
        Ok(found)
    }
}

async fn endorsers_of(
    world: &World,
    address: &str,
    at: i64,
) -> Result<Option<Vec<String>>, StoreError> {
    let path = address.strip_prefix(&world.site.link("/i/"));
    let path: Vec<&str> = path.unwrap_or_default().split('/').collect();
    let [slug, "a", achievement, version] = path[..] else {
        return Ok(None);
    };
    let reader = world.store.read();
    let Some(institution) = reader.institution_shown(slug).await? else {
        return Ok(None);
    };
    let tenant = &institution.id;
    let row = reader.achievement_by_slug(tenant, achievement).await?;
    let (Some(row), Ok(version)) = (row, version.parse::<i64>()) else {
        return Ok(None);
    };
    let thing = (EndorsedKind::Achievement, row.id.as_str(), version);
    let found = standing(&reader, tenant, thing, at).await?;
    let names = found.into_iter().flatten().map(|(by, _)| by);
    Ok(Some(names.collect()))
}
