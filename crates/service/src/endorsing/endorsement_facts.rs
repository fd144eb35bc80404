//! What is known here of endorsements of an achievement (TS-018).

use touchstone_store::{
    EndorsedKind, EndorsementRow, EndorsementWay, InstitutionRow, Reader, StoreError,
};
use touchstone_vc::{
    Timestamp,
    lint::{EndorsementFacts, Known},
};

use super::{endorsements::is_published, free_mail::is_free_mail};
use crate::issuing::Definition;

/// The endorsements of the latest version of an achievement, if it says what `definition` says: whoever endorsed another text did not endorse
/// this one.
pub(crate) async fn endorsement_facts(
    reader: &Reader,
    institution: &InstitutionRow,
    definition: &Definition,
) -> Result<Vec<EndorsementFacts>, StoreError> {
    let tenant = &institution.id;
    let row = reader.achievement_by_slug(tenant, definition.slug.as_str());
    let Some(row) = row.await? else {
        return Ok(Vec::new());
    };
    let written = definition.to_json();
    let versions = reader.achievement_versions(tenant, &row.id).await?;
    let Some(same) = versions.iter().find(|one| one.document == written) else {
        return Ok(Vec::new());
    };
    let kind = EndorsedKind::Achievement;
    let all = reader.endorsements_of(tenant, kind, &row.id, same.version);
    let all = all.await?.into_iter().filter(is_published);
    Ok(all
        .map(|one| EndorsementFacts {
            // What the issuer's own organization says is the issuer's own.
            endorser: match (one.own, one.endorser()) {
                (1, _) => institution.did.clone().unwrap_or_default(),
                (_, Some(did)) => did.to_owned(),
                (_, None) => one.organization.clone(),
            },
            valid_until: Known::Stated(Timestamp::from_unix_millis(one.valid_until)),
            // What was taken in here was checked then, and is of this version.
            genuine: match is_anybodys_key(&one) && is_free_mail(&one.domain) {
                true => Known::Unknown,
                false => Known::Stated(true),
            },
        })
        .collect())
}

/// Whether only the address that was asked tells whose it is: a passkey, and a DID that is a key, anybody makes for themselves.
fn is_anybodys_key(one: &EndorsementRow) -> bool {
    match one.way {
        EndorsementWay::Passkey => true,
        EndorsementWay::Wallet => ["did:key:", "did:jwk:"]
            .iter()
            .any(|key| one.issuer.starts_with(key)),
        EndorsementWay::Member => false,
    }
}
