//! Who stands behind what a credential certifies, for its bundle.

use touchstone_bundle::{Bundle, Endorsement};
use touchstone_store::{
    EndorsedKind, EndorsementRow, EndorsementWay, Reader, StoreError, TenantId,
};
use touchstone_vc::{Credential, CredentialText, did::DidDocument, log::Entry};

use super::{
    ExportError,
    prove::{did_document, entered, prove, text},
};
use crate::{
    World,
    endorsing::counts,
    logging::{self, Shown},
};

/// A version of an achievement: whose, which, and its number.
type Awarded<'a> = (&'a TenantId, &'a str, i64);

/// Adds the endorsements of the version that was awarded which stand now, as far as the log and the bundle can show them: the newest first. What the
/// institution recorded of a passkey is its own word, and left out.
pub(super) async fn endorsements(
    world: &World,
    shown: &Shown,
    (did, awarded): (&str, Awarded<'_>),
    bundle: &mut Bundle,
) -> Result<(), ExportError> {
    let reader = world.store.read();
    let before = bundle.endorsements.len();
    for one in said(world, &reader, awarded).await? {
        if bundle.endorsements.len() - before == MOST {
            break;
        }
        let place = reader.log_entry_of(logging::ENDORSEMENT, &one.request, 1);
        let place = place.await?;
        let place = place.filter(|place| place.leaf.unsigned_abs() < shown.size);
        // Said a moment ago: the next bundle has it.
        let Some(place) = place else { continue };
        let known = |did: &str| bundle.did_documents.iter().any(|known| known.name == did);
        if DidDocument::contained(&one.issuer).is_none() && !known(&one.issuer) {
            // Of whoever is elsewhere the log has no document.
            let Some(endorser) = &one.endorser_tenant else {
                continue;
            };
            let Some(endorser) = reader.institution(endorser).await? else {
                continue;
            };
            let found = did_document(world, shown, &endorser, &one.issuer).await;
            let found = match found {
                Err(ExportError::NotLogged) => None,
                found => found?,
            };
            let found = found.filter(|found| found.document.len() <= LONGEST);
            let Some(document) = found else { continue };
            bundle.did_documents.push(document);
        }
        let proof = prove(world, shown, place.leaf).await?;
        // Taken in under another name of the institution than the credential's: whoever reads the bundle would not find it.
        let stated = Entry::parse(&proof.entry);
        if !stated.is_ok_and(|entry| [did, &one.issuer].contains(&entry.issuer())) {
            continue;
        }
        bundle.endorsements.push(Endorsement {
            document: text(one.document)?,
            entry: entered(&proof),
        });
    }
    Ok(())
}

/// Those of others than the institution's own organization that stand now and are shown, the newest first.
async fn said(
    world: &World,
    reader: &Reader,
    (tenant, achievement, version): Awarded<'_>,
) -> Result<Vec<EndorsementRow>, StoreError> {
    let (kind, now) = (EndorsedKind::Achievement, world.clock.now().unix_millis());
    let all = reader.endorsements_of(tenant, kind, achievement, version);
    let mut all = all.await?;
    all.retain(|one| {
        counts(one, now)
            && one.way != EndorsementWay::Passkey
            && one.document.len() <= LONGEST
            && binds(&one.document)
    });
    all.reverse();
    Ok(all)
}

/// Whether it binds anything by digest: one that was brought may name the achievement alone, and so no version of it.
fn binds(document: &[u8]) -> bool {
    let text = CredentialText::of(document);
    let read = Credential::read(&text);
    read.is_ok_and(|read| read.document().get("relatedResource").is_some())
}

/// Those that are signed here have 2 to 4 KB; one that is brought may have more, and a bundle is to stay one mail.
const MOST: usize = 8;
const LONGEST: usize = 16 << 10;
