//! What an institution signs about a file that it releases.

use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use serde_json::json;
use touchstone_store::{InstitutionRow, SigningKeyRow, StoreError};
use touchstone_vc::{Draft, DraftError, Timestamp, json::Value};

use crate::{
    World,
    operations::signing_key::{securing, sign},
    ports::SignError,
};

/// What a W3C credential says of a file, by its digest: the institution released it (VC Data Model 2.0, section 5.3).
pub(crate) struct FileStatement<'a> {
    /// What the file is called.
    pub(crate) title: &'a str,
    /// Where it is published.
    pub(crate) url: &'a str,
    /// SHA-256 of its exact bytes.
    pub(crate) sha256: &'a [u8; 32],
    /// Its media type.
    pub(crate) media_type: &'a str,
    /// When it is released.
    pub(crate) now: Timestamp,
    /// Until when it is good.
    pub(crate) valid_until: i64,
}

impl FileStatement<'_> {
    /// Signs it with a key of the institution.
    pub(crate) async fn sign(
        &self,
        world: &World,
        institution: &InstitutionRow,
        key: &SigningKeyRow,
    ) -> Result<Vec<u8>, StatementError> {
        let did = institution.did.as_deref().ok_or(StatementError::NoKey)?;
        let until = Timestamp::from_unix_millis(self.valid_until).whole_seconds();
        let unsigned = json!({
            "@context": ["https://www.w3.org/ns/credentials/v2"],
            "type": ["VerifiableCredential"],
            "issuer": did,
            "name": self.title,
            "validFrom": self.now.to_string(),
            "validUntil": until.to_string(),
            "credentialSubject": {"id": self.url, "name": self.title},
            "relatedResource": [{
                "id": self.url,
                "digestSRI": format!("sha256-{}", BASE64.encode(self.sha256)),
                "mediaType": self.media_type,
            }],
        })
        .to_string();
        let unsigned = Value::parse(unsigned.as_bytes()).expect("what was just written is JSON");
        let draft = Draft::secured(
            &unsigned,
            &securing(key, self.now)?,
            &world.contexts,
            world.crypto,
        )?;
        let signature = sign(world, key, draft.signing_input()).await?;
        Ok(draft.seal(&signature))
    }
}

/// Why nothing was signed about a file.
#[derive(Debug, thiserror::Error)]
pub enum StatementError {
    /// The institution cannot sign.
    #[error("the institution has no DID or no active signing key")]
    NoKey,
    /// The statement could not be prepared for signing.
    #[error(transparent)]
    Draft(#[from] DraftError),
    /// The signer did not sign.
    #[error(transparent)]
    Sign(#[from] SignError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
