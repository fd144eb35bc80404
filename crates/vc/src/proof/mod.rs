//! Data Integrity proofs: reading them, and judging them one by one.
//!
//! [VC Data Integrity](https://www.w3.org/TR/vc-data-integrity/). A suite is a variant of [`Suite`] and a file beside
//! this one. A suite that is not known is *unknown*; a proof that does not hold is *failed*; a document with several
//! proofs is judged on each of them.

use alloc::string::String;
use alloc::vec::Vec;

use touchstone_canon::json::Value;
use touchstone_canon::{Contexts, multibase};

use crate::crypto::Checking;
use crate::did::{PublicKey, Relationship};
use crate::names;
use crate::report::Fault;
use crate::time::{CLOCK_SKEW_MS, Timestamp};

pub(crate) mod chain;
mod ecdsa_jcs_2019;
mod ecdsa_rdfc_2019;
mod ed25519_signature_2020;
pub(crate) mod eddsa_jcs_2022;
mod eddsa_rdfc_2022;
pub(crate) mod hash;
pub(crate) mod recurring;
mod suite;

pub use suite::{Curve, Suite};

/// A proof as it stands in a document, read but not believed.
pub(crate) struct Proof<'v> {
    /// The proof.
    pub(crate) value: &'v Value<'v>,
    /// Its place in the document.
    pub(crate) path: String,
    /// `cryptosuite`, or `type` where there is none.
    pub(crate) suite: Option<&'v str>,
    /// The key that signed, as a URL.
    pub(crate) verification_method: Option<&'v str>,
    /// When it was signed.
    pub(crate) created: Option<Timestamp>,
}

impl<'v> Proof<'v> {
    /// The proofs in the member `proof` of a document.
    pub(crate) fn all(member: &'v Value<'v>) -> Vec<Self> {
        let one = member.as_array().is_none();
        let proofs = member.items().iter().enumerate().map(|(at, value)| Self {
            value,
            path: if one {
                "/proof".into()
            } else {
                alloc::format!("/proof/{at}")
            },
            suite: text(value, "cryptosuite").or_else(|| text(value, "type")),
            verification_method: text(value, "verificationMethod"),
            created: text(value, "created").and_then(|at| Timestamp::parse(at).ok()),
        });
        proofs.collect()
    }

    /// What can be said without a key: form, purpose, dates and whether the suite is known.
    pub(crate) fn readable(
        &self,
        relationship: Relationship,
        at: Timestamp,
    ) -> Result<Suite, Refusal> {
        let Some(kind) = text(self.value, "type") else {
            return Err(Refusal::Fail(Fault::ProofMalformed));
        };
        let suite = match (kind, text(self.value, "cryptosuite")) {
            ("DataIntegrityProof", Some(suite)) => Suite::parse(suite),
            ("DataIntegrityProof", None) => return Err(Refusal::Fail(Fault::ProofMalformed)),
            ("Ed25519Signature2020", None) => Some(Suite::Ed25519Signature2020),
            _ => None,
        };
        let suite = suite.ok_or(Refusal::Unknown(Fault::SuiteUnsupported))?;
        if self.verification_method.is_none() || text(self.value, "proofValue").is_none() {
            return Err(Refusal::Fail(Fault::ProofMalformed));
        }
        match text(self.value, "proofPurpose") {
            Some(purpose) if purpose == relationship.as_str() => {}
            Some(_) => return Err(Refusal::Fail(Fault::PurposeWrong)),
            None => return Err(Refusal::Fail(Fault::ProofMalformed)),
        }
        let bound = ["domain", "challenge"]
            .iter()
            .any(|name| self.value.get(name).is_some());
        // What a presentation is bound to is a question of its own.
        if bound && relationship == Relationship::Assertion {
            return Err(Refusal::Unknown(Fault::DomainUnexpected));
        }
        if names::ambiguous_in_proof(self.value, &self.path).is_some() {
            return Err(Refusal::Unknown(Fault::NamesAmbiguous));
        }
        self.dates(at)?;
        Ok(suite)
    }

    fn dates(&self, at: Timestamp) -> Result<(), Refusal> {
        let date = |name| match self.value.get(name) {
            None => Ok(None),
            Some(date) => {
                let date = date.as_str().and_then(|date| Timestamp::parse(date).ok());
                date.map(Some).ok_or(Refusal::Fail(Fault::ProofMalformed))
            }
        };
        if date("expires")?.is_some_and(|end| end <= at) {
            return Err(Refusal::Fail(Fault::ProofExpired));
        }
        if date("created")?.is_some_and(|start| start > at.plus_millis(CLOCK_SKEW_MS)) {
            return Err(Refusal::Unknown(Fault::ProofFromFuture));
        }
        Ok(())
    }

    /// Whether `key` made this proof over `document`, which is without its proofs but for those that this one builds on.
    pub(crate) fn check(
        &self,
        suite: Suite,
        document: &Value<'_>,
        key: &PublicKey,
        contexts: &Contexts,
        checking: &Checking<'_>,
    ) -> Result<(), Refusal> {
        suite.check(self.value, document, key, contexts, checking)
    }
}

/// Why a proof is not good.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Refusal {
    /// It does not hold.
    Fail(Fault),
    /// It cannot be told whether it holds.
    Unknown(Fault),
}

impl Refusal {
    /// What a key that cannot be read means: nobody signs with what is no key; one of an unknown kind says nothing.
    pub(crate) const fn of_key(fault: Fault) -> Self {
        match fault {
            Fault::KeyMalformed => Self::Fail(fault),
            _ => Self::Unknown(fault),
        }
    }
}

/// Writes bytes as `proofValue` does: base58btc in multibase.
pub(crate) fn prefixed(signature: &[u8]) -> String {
    multibase::encode_base58(signature)
}

/// The signature in `proofValue`: exactly `N` bytes, in base58btc and nothing else.
fn signature<const N: usize>(proof: &Value<'_>) -> Result<[u8; N], Refusal> {
    let value =
        text(proof, "proofValue").filter(|value| value.starts_with('z') && value.len() < 256);
    let bytes = value.and_then(|value| multibase::decode(value).ok());
    bytes
        .and_then(|bytes| bytes.try_into().ok())
        .ok_or(Refusal::Fail(Fault::ProofMalformed))
}

/// What the answer of a signature check means.
const fn signed(fits: bool) -> Result<(), Refusal> {
    match fits {
        true => Ok(()),
        false => Err(Refusal::Fail(Fault::SignatureInvalid)),
    }
}

fn text<'v>(value: &'v Value<'_>, member: &str) -> Option<&'v str> {
    value.get(member).and_then(Value::as_str)
}
