//! Handing over what a verdict is judged from, so that the reader's own program can judge again without us.
//!
//! Only what anybody may fetch anyway goes out: published documents, and whom this installation lists.

use touchstone_store::StoreError;
use touchstone_vc::{Credential, Fetched, Supplied, bake::unbake_any, did};

use super::{
    check::{CheckError, trust},
    documents::{did_document, status},
    gather::{Reach, gather},
};
use crate::World;

/// What judging the credential in `file` takes, as far as this installation publishes it.
pub async fn supply(world: &World, file: &[u8]) -> Result<Supplied, CheckError> {
    let (_, json) = unbake_any(file)?;
    let credential = Credential::parse(&json)?;
    let evidence = gather(world, touchstone_vc::required(&credential), Reach::Own).await?;
    Ok(Supplied::of(&evidence, trust(world).await?))
}

/// What judging any credential issued here takes: the keys of every institution and its status lists.
///
/// Stops at [`MOST_BYTES`]. A credential whose list did not fit cannot be fully checked from this alone, and the report says so.
pub async fn supply_all(world: &World) -> Result<Supplied, StoreError> {
    let mut supplied = Supplied {
        trust: trust(world).await?,
        ..Supplied::default()
    };
    let fetched_at = world.clock.now();
    let reader = world.store.read();
    let mut bytes = 0;
    for institution in reader.institutions().await? {
        let mut found = Vec::new();
        let address = institution.did.as_deref().and_then(did::document_url);
        let keys = did_document(&reader, &institution).await?;
        found.extend(address.zip(keys));
        for list in reader.status_lists(&institution.id).await? {
            let published = status(&reader, &institution, list.number).await?;
            found.extend(published.map(|list| (world.site.link(&list.path), list)));
        }
        for (address, document) in found {
            bytes += document.bytes.len();
            if bytes > MOST_BYTES {
                return Ok(supplied);
            }
            let fetched = Fetched {
                bytes: document.bytes,
                fetched_at,
            };
            supplied.documents.insert(address, fetched);
        }
    }
    Ok(supplied)
}

/// As much as a browser is asked to load for one page: some two hundred status lists.
const MOST_BYTES: usize = 4 << 20;
