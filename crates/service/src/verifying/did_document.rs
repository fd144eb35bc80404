//! What the DID of an institution resolves from: every key that may still verify something, and those that must not, told as such.
//!
//! A retired key stays an assertion method: a key that is taken out takes with it whatever it signed
//! ([DID Core §9.8](https://www.w3.org/TR/did-1.0/#verification-method-revocation)). One that is compromised is `revoked` from the stated moment
//! on ([Controlled Identifiers §2.2](https://www.w3.org/TR/cid-1.0/#verification-methods)) and asserts nothing.

use touchstone_store::{InstitutionRow, KeyChangeRow, KeyState, Reader, SigningKeyRow, StoreError};
use touchstone_vc::{
    Timestamp,
    did::{self, DidDocument, PublicKey, VerificationMethod},
    json::Value,
};

use super::documents::{PublicDocument, pretty};
use crate::operations::did_history::{published, webvh_of};

/// What a DID resolves from. A `did:web` is the address of its document, a `did:webvh` that of its history; a `did:key` contains its document, and
/// none is published.
pub(crate) async fn did_document(
    reader: &Reader,
    institution: &InstitutionRow,
) -> Result<Option<PublicDocument>, StoreError> {
    if webvh_of(institution).is_some() {
        return history_up_to(reader, institution, i64::MAX).await;
    }
    let Some(did) = institution.did.as_deref().filter(|did| did::web::is(did)) else {
        return Ok(None);
    };
    let bytes = did_document_bytes(reader, institution, did).await?;
    Ok(Some(PublicDocument {
        path: format!("/i/{}/did.json", institution.slug),
        media_type: "application/did+json",
        bytes,
        max_age_seconds: 300,
    }))
}

/// The history of a `did:webvh` as it was published with this version, as far as it is signed. `None` if the DID is another.
pub(crate) async fn history_up_to(
    reader: &Reader,
    institution: &InstitutionRow,
    version: i64,
) -> Result<Option<PublicDocument>, StoreError> {
    let mut versions = reader.did_versions(&institution.id).await?;
    versions.retain(|row| row.number <= version);
    let bytes = published(&versions);
    Ok((!bytes.is_empty()).then(|| PublicDocument {
        path: format!("/i/{}/did.jsonl", institution.slug),
        media_type: "text/jsonl",
        bytes,
        max_age_seconds: 300,
    }))
}

/// The `did:web` beside a `did:webvh`, as of its last signed version.
pub(super) async fn parallel_document(
    reader: &Reader,
    institution: &InstitutionRow,
) -> Result<Option<PublicDocument>, StoreError> {
    let Some(did) = webvh_of(institution) else {
        return Ok(None);
    };
    let versions = reader.did_versions(&institution.id).await?;
    let Some(last) = versions.iter().rfind(|row| row.line.is_some()) else {
        return Ok(None);
    };
    let corrupt = StoreError::Corrupt {
        table: "did_version",
        column: "document",
    };
    let document = Value::parse(last.document.as_bytes()).ok();
    let parallel = document.and_then(|document| did::webvh::parallel(did, &document));
    Ok(Some(PublicDocument {
        path: format!("/i/{}/did.json", institution.slug),
        media_type: "application/did+json",
        bytes: pretty(&parallel.ok_or(corrupt)?),
        max_age_seconds: 300,
    }))
}

/// The document of an institution's DID as a file, of the keys as they are now.
async fn did_document_bytes(
    reader: &Reader,
    institution: &InstitutionRow,
    did: &str,
) -> Result<Vec<u8>, StoreError> {
    let keys = reader.signing_keys(&institution.id).await?;
    let changes = reader.key_changes(&institution.id).await?;
    line_of(made_of(
        did,
        &before(reader, institution).await?,
        &keys,
        &changes,
    ))
}

/// A document as a file.
pub(super) fn line_of(document: Result<String, StoreError>) -> Result<Vec<u8>, StoreError> {
    let mut text = document?;
    text.push('\n');
    Ok(text.into_bytes())
}

/// The DIDs that an institution had before it moved, which it answers for as well.
async fn before(reader: &Reader, institution: &InstitutionRow) -> Result<Vec<String>, StoreError> {
    let former = reader.former_dids(&institution.id).await?.into_iter();
    Ok(former.map(|row| row.did).collect())
}

/// Every document that an institution's DID ever had, oldest first, as its keys and what became of them make it. What was changed twice before
/// the log took it in is among them, and in no entry. Of a `did:webvh`, its history as it was with each version.
pub(super) async fn did_documents(
    reader: &Reader,
    institution: &InstitutionRow,
) -> Result<Vec<Vec<u8>>, StoreError> {
    if webvh_of(institution).is_some() {
        let versions = reader.did_versions(&institution.id).await?;
        let signed = versions.iter().take_while(|row| row.line.is_some()).count();
        let until = (1..=signed).filter_map(|until| versions.get(..until));
        return Ok(until.map(published).collect());
    }
    let Some(did) = institution.did.as_deref().filter(|did| did::web::is(did)) else {
        return Ok(Vec::new());
    };
    let keys = reader.signing_keys(&institution.id).await?;
    let mut changes = reader.key_changes(&institution.id).await?;
    // A key that is made has no line of its own, and comes before what becomes of it.
    changes.sort_by_key(|change| (change.at, change.outbox, change.number));
    let before = before(reader, institution).await?;
    let until = (1..=changes.len()).filter_map(|until| changes.get(..until));
    let documents = until.map(|changes| {
        let keys = keys_after(&keys, changes);
        line_of(made_of(did, &before, &keys, changes))
    });
    documents.collect()
}

/// The keys as they were after these changes.
fn keys_after(keys: &[SigningKeyRow], changes: &[KeyChangeRow]) -> Vec<SigningKeyRow> {
    let there = keys.iter().filter_map(|key| {
        let mut of_it = changes.iter().filter(|change| change.key == key.id);
        let given_up = of_it.clone().find(|one| one.state == KeyState::Compromised);
        Some(SigningKeyRow {
            state: of_it.next_back()?.state,
            compromised_since: given_up.map(|one| one.since),
            ..key.clone()
        })
    });
    there.collect()
}

/// The document that those of these keys make that are this DID's; `beside` are other names of whoever has them.
pub(crate) fn made_of(
    did: &str,
    beside: &[String],
    keys: &[SigningKeyRow],
    changes: &[KeyChangeRow],
) -> Result<String, StoreError> {
    let mut document = DidDocument::asserting(did, []);
    document.also_known_as.extend_from_slice(beside);
    for key in keys.iter().rev().filter(|key| key.did() == did) {
        let signed =
            |change: &&KeyChangeRow| change.key == key.id && change.state == KeyState::Active;
        let never_signed = !changes.iter().any(|change| signed(&change));
        if key.state == KeyState::Destroyed && never_signed {
            continue;
        }
        let corrupt = StoreError::Corrupt {
            table: "signing_key",
            column: "public_multibase",
        };
        let public = PublicKey::from_multikey(&key.public_multibase).map_err(|_| corrupt)?;
        let revoked = key.compromised_since.map(Timestamp::from_unix_millis);
        if revoked.is_none() {
            document
                .assertion_methods
                .push(key.verification_method.clone());
        }
        document.verification_methods.push(VerificationMethod {
            id: key.verification_method.clone(),
            controller: did.to_owned(),
            key: Ok(public),
            kid: None,
            revoked: revoked.map(Timestamp::whole_seconds),
            expires: None,
        });
    }
    Ok(document.to_value().to_string())
}
