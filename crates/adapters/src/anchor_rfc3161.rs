//! A time-stamping authority (RFC 3161), over https as section 3.4 has it.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use touchstone_anchor::{Digest, Fault, rfc3161};
use touchstone_service::ports::{Anchor, AnchorError, Receipt, Rng};
use touchstone_vc::Timestamp;

use crate::{ANCHOR_CRYPTO, HttpFetch};

/// One authority.
pub struct AnchorRfc3161 {
    fetch: HttpFetch,
    rng: Arc<dyn Rng>,
    url: String,
    certificate: Vec<u8>,
    patience: Duration,
}

impl AnchorRfc3161 {
    /// The authority at `url`, of which this certificate (DER) is trusted to be or to vouch for the one that signs.
    pub fn new(fetch: HttpFetch, rng: Arc<dyn Rng>, url: String, certificate: Vec<u8>) -> Self {
        Self {
            fetch,
            rng,
            url,
            certificate,
            patience: PATIENCE,
        }
    }

    /// The same, with another idea of how long an answer may take.
    #[must_use]
    pub fn patient_for(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }
}

#[async_trait]
impl Anchor for AnchorRfc3161 {
    async fn submit(&self, digest: &Digest) -> Result<Receipt, AnchorError> {
        // Positive, and never so short that another answer has it by chance.
        let nonce = u64::from_be_bytes(self.rng.bytes()) | 1 << 63;
        let question = rfc3161::query(digest, nonce);
        let (url, most) = (&self.url, rfc3161::MOST_BYTES);
        let asked = self.fetch.post(
            url,
            [rfc3161::QUERY, rfc3161::REPLY],
            question,
            most,
            self.patience,
        );
        let (status, answer) = asked.await?;
        if status != 200 {
            return Err(AnchorError::Status(status));
        }
        let trusted = [self.certificate.as_slice()];
        let stamped = rfc3161::judge(&answer, digest, Some(nonce), &trusted, &ANCHOR_CRYPTO)?;
        Ok(Receipt::Confirmed {
            proof: answer,
            by: Some(Timestamp::from_unix_millis(stamped.by)),
        })
    }

    async fn refresh(&self, _: &Digest, _: &[u8]) -> Result<Receipt, AnchorError> {
        // An authority answers at once or not at all.
        Err(Fault::Malformed.into())
    }
}

/// How long an authority may take.
const PATIENCE: Duration = Duration::from_secs(8);
