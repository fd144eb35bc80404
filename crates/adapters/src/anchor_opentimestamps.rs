//! A calendar of OpenTimestamps, over https: `POST /digest`, and later `GET /timestamp/COMMITMENT`.
//!
//! Only the configured calendar is asked, whatever address stands in a proof.

use std::time::Duration;

use async_trait::async_trait;
use touchstone_anchor::{
    Fault,
    opentimestamps::{ACCEPT, Attestation, Detached, MOST_ANSWER, Stamp},
};
use touchstone_service::ports::{Anchor, AnchorError, Receipt};
use touchstone_vc::multibase::encode_hex;

use crate::{ANCHOR_CRYPTO, HttpFetch};

/// One calendar.
pub struct AnchorOpentimestamps {
    fetch: HttpFetch,
    url: String,
}

impl AnchorOpentimestamps {
    /// The calendar at `url`.
    pub fn new(fetch: HttpFetch, url: &str) -> Self {
        let url = url.trim_end_matches('/').to_owned();
        Self { fetch, url }
    }
}

#[async_trait]
impl Anchor for AnchorOpentimestamps {
    async fn submit(&self, text: &[u8]) -> Result<Receipt, AnchorError> {
        let digest = &(ANCHOR_CRYPTO.sha256)(text);
        let url = format!("{}/digest", self.url);
        let question = digest.to_vec();
        let asked = self.fetch.post(
            &url,
            ["application/octet-stream", ACCEPT],
            question,
            MOST_ANSWER,
            PATIENCE,
        );
        match asked.await? {
            (200, answer) => receipt(Detached::over(digest, Stamp::parse(&answer)?)),
            (status, _) => Err(AnchorError::Status(status)),
        }
    }

    async fn refresh(&self, text: &[u8], proof: &[u8]) -> Result<Receipt, AnchorError> {
        let digest = (ANCHOR_CRYPTO.sha256)(text);
        let mut proof = Detached::read(proof)?;
        if proof.digest != digest {
            return Err(Fault::OtherImprint.into());
        }
        let promised: Vec<Vec<u8>> = proof
            .attested(&ANCHOR_CRYPTO)
            .into_iter()
            .filter_map(|(message, attestation)| match attestation {
                Attestation::Pending(_) => message,
                _ => None,
            })
            .collect();
        for message in promised {
            let url = format!("{}/timestamp/{}", self.url, encode_hex(&message));
            match self.fetch.get(&url, ACCEPT, MOST_ANSWER, PATIENCE).await? {
                (200, answer) => {
                    proof.add(&message, &Stamp::parse(&answer)?, &ANCHOR_CRYPTO);
                }
                // Not in a block yet.
                (404, _) => {}
                (status, _) => return Err(AnchorError::Status(status)),
            }
        }
        receipt(proof)
    }
}

/// What a proof amounts to: it leads to a block, or to a promise, or it is none.
fn receipt(proof: Detached) -> Result<Receipt, AnchorError> {
    let (mut promised, mut in_block) = (false, false);
    for (message, attestation) in proof.attested(&ANCHOR_CRYPTO) {
        match attestation {
            Attestation::Pending(_) => promised |= message.is_some(),
            // The root over a block's transactions has 32 bytes.
            Attestation::Bitcoin(_) => in_block |= message.is_some_and(|root| root.len() == 32),
            Attestation::Other { .. } => {}
        }
    }
    let bytes = proof.encode();
    // What is kept can be read again.
    Detached::read(&bytes)?;
    match (in_block, promised) {
        (true, _) => Ok(Receipt::Confirmed {
            proof: bytes,
            by: None,
        }),
        (false, true) => Ok(Receipt::Pending { proof: bytes }),
        (false, false) => Err(Fault::Malformed.into()),
    }
}

/// How long a calendar may take: it answers once a second for all who asked.
const PATIENCE: Duration = Duration::from_secs(8);
