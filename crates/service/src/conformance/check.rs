//! Checking a credential as a suite asks: the same core as everywhere, and a yes or no that the scope decides.

use touchstone_store::StoreError;
use touchstone_vc::{
    BUNDLED, Credential, CredentialError, Document, Evidence, Fetched, Report, Resource, Trust,
    data_model, required, schema::Misfit, verify,
};

use super::{Conformance, Scope, SecureError, status};
use crate::verifying::{Reach, gather};

/// What was found.
#[derive(Clone, Debug)]
pub struct Checked {
    /// Whether everything that was asked holds.
    pub verified: bool,
    /// Where it is not as the data model asks.
    pub misfit: Option<Misfit>,
    /// The report, as everywhere.
    pub report: Report,
}

/// Checks a credential, as JSON or as a token.
#[crate::boxed]
pub async fn check(
    room: &Conformance,
    credential: &[u8],
    scope: Scope,
) -> Result<Checked, CheckError> {
    let world = &room.world;
    let credential = Credential::parse(credential)?;
    let evidence = evidence(room, required(&credential), scope).await?;
    let report = verify(
        &credential,
        &evidence,
        &Trust::default(),
        world.clock.now(),
        world.crypto,
        &world.contexts,
    );
    let misfit = data_model::credential(credential.document()).err();
    Ok(Checked {
        verified: misfit.is_none() && scope.holds(&report.checks),
        misfit,
        report,
    })
}

/// What a verdict takes: our own lists and the contexts we know as they are here, the rest from the network.
pub(super) async fn evidence(
    room: &Conformance,
    resources: Vec<Resource>,
    scope: Scope,
) -> Result<Evidence, GatherError> {
    let mut own = Evidence::new();
    let mut others = Vec::new();
    for resource in resources.into_iter().filter(|one| scope.needs(one)) {
        match here(room, &resource)? {
            Some(bytes) => {
                let fetched_at = room.world.clock.now();
                own.insert(resource, Document::Fetched(Fetched { bytes, fetched_at }));
            }
            None => others.push(resource),
        }
    }
    own.extend(gather(&room.world, others, Reach::Network).await?);
    Ok(own)
}

fn here(room: &Conformance, resource: &Resource) -> Result<Option<Vec<u8>>, SecureError> {
    Ok(match resource {
        Resource::StatusList(url) => status::at(room, url)?.map(|list| list.to_string().into()),
        Resource::RelatedResource(url) => BUNDLED
            .iter()
            .find(|bundled| bundled.url == url)
            .map(|bundled| bundled.bytes.to_vec()),
        _ => None,
    })
}

/// Why documents could not be brought together.
#[derive(Debug, thiserror::Error)]
pub enum GatherError {
    /// A list of ours was not signed.
    #[error(transparent)]
    Secure(#[from] SecureError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why nothing was checked.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// It is no credential.
    #[error(transparent)]
    Credential(#[from] CredentialError),
    /// What the verdict takes could not be had from this process.
    #[error(transparent)]
    Gather(#[from] GatherError),
}
