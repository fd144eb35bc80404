//! What Data Integrity suites hash: the document without its proofs, and the proof without its value.
//!
//! [VC Data Integrity §4.2](https://www.w3.org/TR/vc-data-integrity/#add-proof);
//! [eddsa-rdfc-2022 §3.2.4](https://www.w3.org/TR/vc-di-eddsa/#hashing-eddsa-rdfc-2022) over statements,
//! [eddsa-jcs-2022 §3.3.4](https://www.w3.org/TR/vc-di-eddsa/#hashing-eddsa-jcs-2022) over JSON. The suites of ECDSA do the
//! same with the hash that goes with the curve.

use alloc::vec::Vec;

use touchstone_canon::json::{Object, Value};
use touchstone_canon::{
    CanonError, Contexts, Fault as CanonFault, Hash, Limits, canonicalize, jcs,
};

use super::Refusal;
use crate::crypto::Crypto;
use crate::names;
use crate::report::Fault;

/// The hash function of a suite: SHA-384 with P-384, SHA-256 else. RDFC-1.0 uses the same one inside.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Digest {
    Sha256,
    Sha384,
}

impl Digest {
    fn of(self, bytes: &[u8], crypto: &Crypto) -> Vec<u8> {
        match self {
            Self::Sha256 => (crypto.sha256)(bytes).to_vec(),
            Self::Sha384 => (crypto.sha384)(bytes).to_vec(),
        }
    }

    const fn inside(self, crypto: &Crypto) -> Hash {
        match self {
            Self::Sha256 => Hash::Sha256(crypto.sha256),
            Self::Sha384 => Hash::Sha384(crypto.sha384),
        }
    }
}

/// Who hashes for eddsa-rdfc-2022, other than [`statements`] for each document by itself.
pub(crate) trait Hashing {
    /// What [`statements`] gives with SHA-256.
    fn statements(&self, proof: &Value<'_>, document: &Value<'_>) -> Result<Vec<u8>, Refusal>;
}

/// What a suite over statements signs: the hash of the proof's statements, then that of the document's.
pub(super) fn statements(
    proof: &Value<'_>,
    document: &Value<'_>,
    digest: Digest,
    contexts: &Contexts,
    crypto: &Crypto,
) -> Result<Vec<u8>, Refusal> {
    let context = context(document)?;
    let mut input =
        proof_options(proof, context, digest, contexts, crypto).map_err(|e| refusal(&e))?;
    input.extend(self::document(document, digest, contexts, crypto).map_err(|e| refusal(&e))?);
    Ok(input)
}

/// The context in which a document is read, if it can be read in one way only.
pub(super) fn context<'d, 'v>(document: &'d Value<'v>) -> Result<&'d Value<'v>, Refusal> {
    // The signature may fit even so; but what is read would not be what was signed.
    if names::ambiguous(document).is_some() {
        return Err(Refusal::Unknown(Fault::NamesAmbiguous));
    }
    document
        .get("@context")
        .ok_or(Refusal::Fail(Fault::NotCanonicalizable))
}

/// What a suite over JSON signs: the hash of the proof, then that of the document. Everything in the canonical JSON counts, but for contexts
/// appended behind those that the proof states: no context is looked at, except that a proof's must be what the document's starts with.
pub(super) fn json(
    proof: &Value<'_>,
    document: &Value<'_>,
    digest: Digest,
    crypto: &Crypto,
) -> Result<Vec<u8>, Refusal> {
    let malformed = |_| Refusal::Fail(Fault::NotCanonicalizable);
    let mut input = json_value(&without(proof, "proofValue"), digest, crypto).map_err(malformed)?;
    let signed = match proof.get("@context") {
        None => json_value(document, digest, crypto),
        Some(context) => {
            let stated = document.get("@context").map_or(&[][..], Value::items);
            if !stated.starts_with(context.items()) {
                return Err(Refusal::Fail(Fault::ProofMalformed));
            }
            json_value(&with(document, "@context", context), digest, crypto)
        }
    };
    input.extend(signed.map_err(malformed)?);
    Ok(input)
}

/// The hash of an unsecured document's statements.
pub(crate) fn document(
    unsecured: &Value<'_>,
    digest: Digest,
    contexts: &Contexts,
    crypto: &Crypto,
) -> Result<Vec<u8>, CanonError> {
    let statements = canonicalize(
        unsecured,
        contexts,
        digest.inside(crypto),
        &Limits::default(),
    )?;
    Ok(digest.of(statements.as_bytes(), crypto))
}

/// The hash of the statements of a proof without its value, read under the document's `@context`.
pub(crate) fn proof_options(
    proof: &Value<'_>,
    context: &Value<'_>,
    digest: Digest,
    contexts: &Contexts,
    crypto: &Crypto,
) -> Result<Vec<u8>, CanonError> {
    let mut options = Object::new();
    options.insert("@context", context.clone());
    for (name, value) in signed_members(proof) {
        options.insert(name, value.clone());
    }
    document(&Value::Object(options), digest, contexts, crypto)
}

/// The members of a proof that its statements are made of.
pub(super) fn signed_members<'p, 'v>(
    proof: &'p Value<'v>,
) -> impl Iterator<Item = (&'p str, &'p Value<'v>)> {
    let members = proof.as_object().into_iter().flat_map(Object::iter);
    members.filter(|(name, _)| !matches!(*name, "@context" | "proofValue"))
}

/// The hash of the canonical form of a JSON value.
pub(crate) fn json_value(
    value: &Value<'_>,
    digest: Digest,
    crypto: &Crypto,
) -> Result<Vec<u8>, jcs::JcsError> {
    Ok(digest.of(jcs::canonicalize(value)?.as_bytes(), crypto))
}

/// A context or a size that this program does not know is its own limit; all else is the document's fault.
pub(super) fn refusal(error: &CanonError) -> Refusal {
    match error.fault {
        CanonFault::UnknownContext => Refusal::Unknown(Fault::ContextUnknown),
        CanonFault::TooDeep
        | CanonFault::TooManyQuads
        | CanonFault::TooLarge
        | CanonFault::ContextOverflow
        | CanonFault::PoisonGraph => Refusal::Unknown(Fault::TooComplex),
        _ => Refusal::Fail(Fault::NotCanonicalizable),
    }
}

fn without<'a>(value: &Value<'a>, member: &str) -> Value<'a> {
    let mut rest = value.clone();
    if let Some(object) = rest.as_object_mut() {
        object.remove(member);
    }
    rest
}

/// The value with a member set.
pub(crate) fn with<'a>(value: &Value<'a>, member: &'static str, new: &Value<'a>) -> Value<'a> {
    let mut changed = value.clone();
    if let Some(object) = changed.as_object_mut() {
        object.insert(member, new.clone());
    }
    changed
}
