//! One act of checking where there is no installation: on the machine of whoever was given a credential.
//!
//! The same core judges as everywhere; only the gathering differs. Nothing is kept, and nobody is told but the hosts of the
//! documents that the caller allows to be fetched.

use std::collections::BTreeMap;

use touchstone_vc::{
    Contexts, Credential, Crypto, Document, Evidence, Fetched, Resource, Timestamp, Trust,
    Unreachable,
    bake::unbake_any,
    open_badges_2::{Assertion, MAX_ROUNDS},
    required, verify,
};

use super::{
    check::{CheckError, Checked},
    gather::why,
};
use crate::ports::{Clock, Fetch};

/// What checking takes, besides the file.
#[expect(missing_docs)] // The names say it.
pub struct Alone<'a> {
    pub clock: &'a dyn Clock,
    pub fetch: &'a dyn Fetch,
    pub crypto: &'a Crypto,
    pub contexts: &'a Contexts,
    /// Whom the reader knows.
    pub trust: &'a Trust,
    /// Documents at hand, by the address at which they are published. They are asked first.
    pub at_hand: &'a (dyn Fn(&str) -> Option<Document> + Sync),
}

/// Checks the credential in `file` (JSON, or a PNG, SVG or PDF that carries one) as of `at`, or as of now.
///
/// Only the registers that the reader brought are consulted; by which chain one of them has the issuer, [`super::TrustChain::in_files`] says.
#[crate::boxed]
pub async fn check_alone(
    alone: &Alone<'_>,
    file: &[u8],
    at: Option<Timestamp>,
) -> Result<Checked, CheckError> {
    let (carrier, json) = unbake_any(file)?;
    let at = at.unwrap_or_else(|| alone.clock.now());
    if let Ok(assertion) = Assertion::parse(&json) {
        let evidence = gather_hosted(alone, &assertion).await;
        let report = assertion.verify(&evidence, alone.trust, at, alone.crypto);
        let credential = assertion.as_credential(&evidence).to_string().into_bytes();
        return Ok(Checked {
            version_2: Some(json.into_owned()),
            ..Checked::of(carrier, credential, report, &evidence)
        });
    }
    let credential = Credential::parse(&json)?;
    let evidence = gather(alone, required(&credential)).await;
    let report = verify(
        &credential,
        &evidence,
        alone.trust,
        at,
        alone.crypto,
        alone.contexts,
    );
    Ok(Checked::of(carrier, json.into_owned(), report, &evidence))
}

pub(super) async fn gather(alone: &Alone<'_>, resources: Vec<Resource>) -> Evidence {
    let mut evidence = BTreeMap::new();
    for resource in resources {
        let Some(url) = resource.address() else {
            continue;
        };
        if let Some(document) = (alone.at_hand)(&url) {
            evidence.insert(resource, document);
        } else if resource.decides() {
            evidence.insert(resource, fetched(alone, &url).await);
        }
    }
    evidence
}

async fn gather_hosted(alone: &Alone<'_>, assertion: &Assertion) -> Evidence {
    let mut evidence = BTreeMap::new();
    for _ in 0..MAX_ROUNDS {
        for resource in assertion.required(&evidence) {
            let Some(url) = resource.address() else {
                continue;
            };
            let document = match (alone.at_hand)(&url) {
                Some(document) => document,
                None => fetched(alone, &url).await,
            };
            evidence.insert(resource, document);
        }
    }
    evidence
}

async fn fetched(alone: &Alone<'_>, url: &str) -> Document {
    match alone.fetch.fetch(url).await {
        Ok(fetched) => Document::Fetched(Fetched {
            bytes: fetched.bytes,
            fetched_at: alone.clock.now(),
        }),
        Err(error) => {
            let why: Unreachable = why(error);
            Document::Unreachable {
                why,
                last_good: None,
            }
        }
    }
}
