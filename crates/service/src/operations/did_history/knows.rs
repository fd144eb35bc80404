//! Which keys whoever reads the history knows.

use touchstone_store::{Reader, SigningKeyRow, StoreError};
use touchstone_vc::did::{DidDocument, webvh};

/// Whether a key counts in what is published of its DID's history. Without a history, the document has each key from its making on.
pub(in crate::operations) async fn knows(
    reader: &Reader,
    key: &SigningKeyRow,
) -> Result<bool, StoreError> {
    let did = key.did();
    if !webvh::is(did) {
        return Ok(true);
    }
    let versions = reader.did_versions(&key.tenant).await?;
    let signed = versions.iter().take_while(|row| row.line.is_some());
    let Some(last) = signed.last() else {
        return Ok(false);
    };
    let document = DidDocument::parse(last.document.as_bytes(), did);
    let document = document.map_err(|_| StoreError::Corrupt {
        table: "did_version",
        column: "document",
    })?;
    Ok(document
        .assertion_methods
        .contains(&key.verification_method))
}
