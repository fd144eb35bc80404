//! A time-stamping authority (RFC 3161), over https as section 3.4 has it.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use touchstone_anchor::{Fault, rfc3161};
use touchstone_service::ports::{Anchor, AnchorError, Clock, Receipt, Rng};
use touchstone_vc::Timestamp;

use crate::{ANCHOR_CRYPTO, HttpFetch};

/// One authority.
pub struct AnchorRfc3161 {
    fetch: HttpFetch,
    rng: Arc<dyn Rng>,
    clock: Arc<dyn Clock>,
    url: String,
    certificate: Vec<u8>,
    patience: Duration,
}

impl AnchorRfc3161 {
    /// The authority at `url`, of which this certificate (DER) is trusted to be or to vouch for the one that signs.
    pub fn new(
        fetch: HttpFetch,
        (rng, clock): (Arc<dyn Rng>, Arc<dyn Clock>),
        url: String,
        certificate: Vec<u8>,
    ) -> Self {
        Self {
            fetch,
            rng,
            clock,
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
    async fn submit(&self, text: &[u8]) -> Result<Receipt, AnchorError> {
        let digest = &(ANCHOR_CRYPTO.sha256)(text);
        // Positive, and never so short that another answer has it by chance.
        let nonce = u64::from_be_bytes(self.rng.bytes()) | 1 << 63;
        let question = rfc3161::query(digest, nonce);
        let (url, most) = (&self.url, rfc3161::MOST_BYTES);
        let before = self.clock.now();
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
        let (by, now) = (Timestamp::from_unix_millis(stamped.by), self.clock.now());
        // The nonce says that it was made for this question, and there is a clock here (RFC 3161, section 2.2): what it cannot have seen yet,
        // and what it states of tomorrow, would stand in bundles for ever.
        let least = before.unix_millis().saturating_sub(APART_MS);
        let most = now.unix_millis().saturating_add(APART_MS);
        if !(least..=most).contains(&stamped.by) {
            return Err(AnchorError::Clock { by, now });
        }
        Ok(Receipt::Confirmed {
            proof: answer,
            by: Some(by),
        })
    }

    async fn refresh(&self, _: &[u8], _: &[u8]) -> Result<Receipt, AnchorError> {
        // An authority answers at once or not at all.
        Err(Fault::Malformed.into())
    }
}

/// How far an authority's clock, with what it says that it may be wrong by, and the one here may be apart.
const APART_MS: i64 = 10 * 60 * 1_000;
/// How long an authority may take.
const PATIENCE: Duration = Duration::from_secs(8);
