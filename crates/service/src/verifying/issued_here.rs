//! What an installation knows of a credential that one of its own institutions signed.

use touchstone_store::{CredentialRow, InstitutionRow, Reader, StoreError};
use touchstone_vc::{CheckKind, Credential, Outcome, Report};

use crate::{
    World,
    governing::{NoLongerAwarded, no_longer_awarded},
    operations::moving::institution_of,
};

/// Who of this installation is named as its issuer, and the credential as it stands in the rows.
#[derive(Clone, Debug)]
pub struct IssuedHere {
    /// Who is named as its issuer.
    pub institution: InstitutionRow,
    /// Its row: of the one that we signed, and not of something that says it is that one.
    pub credential: Option<CredentialRow>,
}

impl IssuedHere {
    /// That its issuer no longer uses what it certifies: told beside what was found, and no part of it.
    #[crate::boxed]
    pub async fn no_longer_awarded(
        &self,
        world: &World,
    ) -> Result<Option<NoLongerAwarded>, StoreError> {
        match &self.credential {
            Some(row) => no_longer_awarded(world, &self.institution, &row.achievement).await,
            None => Ok(None),
        }
    }
}

/// Looks whether its issuer works here. `report` is what was found about it.
#[crate::boxed]
pub async fn issued_here(
    world: &World,
    credential: &Credential<'_>,
    report: &Report,
) -> Result<Option<IssuedHere>, StoreError> {
    let reader = world.store.read();
    let Some(issuer) = credential.issuer() else {
        return Ok(None);
    };
    let Some(institution) = institution_of(&reader, issuer).await? else {
        return Ok(None);
    };
    let credential = row_of(&reader, &institution, credential, report).await?;
    Ok(Some(IssuedHere {
        institution,
        credential,
    }))
}

/// The row of a credential that names this institution as its issuer; only of one that was found to be what was signed.
pub(crate) async fn row_of(
    reader: &Reader,
    institution: &InstitutionRow,
    credential: &Credential<'_>,
    report: &Report,
) -> Result<Option<CredentialRow>, StoreError> {
    let signed = report.outcome(CheckKind::Proof) == Some(Outcome::Pass);
    let id = credential.id().and_then(|id| id.strip_prefix("urn:uuid:"));
    match id.filter(|_| signed) {
        Some(id) => reader.credential(&institution.id, id).await,
        None => Ok(None),
    }
}
