//! A credential that is complete but for its signature, and the sealing of it.
//!
//! Two steps, so that the key can be in a file, an HSM or a browser: [`Draft::signing_input()`] gives the bytes to
//! sign, [`Draft::seal()`] attaches the signature. The suite is
//! [eddsa-rdfc-2022](https://www.w3.org/TR/vc-di-eddsa/#eddsa-rdfc-2022).
//!
//! **Invariant:** nothing is signed that would not be read back: undefined terms, relative IRIs and names that may
//! mean something else are refused here, before a signature exists. The same input gives the same bytes.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use touchstone_canon::json::Value;
use touchstone_canon::{CanonError, Contexts};

use crate::crypto::Crypto;
use crate::names;
use crate::proof::{Suite, hash, prefixed};
use crate::signature::Signature;
use crate::time::Timestamp;
use crate::write::Members;

/// A credential that is complete but for its signature.
#[derive(Clone, Debug)]
pub struct Draft {
    /// The unsigned credential as compact JSON.
    unsigned: String,
    /// The proof as compact JSON, without its value.
    proof: String,
    input: [u8; 64],
}

/// The part of a signature's input that is the same for a whole cohort: key, time and contexts.
#[derive(Clone, Debug)]
pub struct ProofOptions {
    context: Value<'static>,
    proof: String,
    hash: [u8; 32],
}

impl ProofOptions {
    /// Prepares proofs that `verification_method` makes at `created` over documents with this `@context`.
    pub fn new(
        context: &Value<'_>,
        verification_method: &str,
        created: Timestamp,
        contexts: &Contexts,
        crypto: &Crypto,
    ) -> Result<Self, DraftError> {
        let proof = Members::new()
            .with("type", "DataIntegrityProof")
            .with("created", created.whole_seconds().to_string())
            .with("verificationMethod", verification_method)
            .with("cryptosuite", Suite::EddsaRdfc2022.as_str())
            .with("proofPurpose", "assertionMethod");
        let proof = proof.done();
        let written = proof.to_string();
        let hash = hash::proof_options(&proof, context, contexts, crypto)?;
        Ok(Self {
            context: context.clone().into_owned(),
            proof: written,
            hash,
        })
    }
}

impl Draft {
    /// Prepares `unsigned` for signing by `verification_method` at `created`.
    pub fn new(
        unsigned: &Value<'_>,
        verification_method: &str,
        created: Timestamp,
        contexts: &Contexts,
        crypto: &Crypto,
    ) -> Result<Self, DraftError> {
        let context = unsigned.get("@context").ok_or(DraftError::NotADocument)?;
        let options = ProofOptions::new(context, verification_method, created, contexts, crypto)?;
        Self::with_options(unsigned, &options, contexts, crypto)
    }

    /// The same with options prepared once for many documents.
    pub fn with_options(
        unsigned: &Value<'_>,
        options: &ProofOptions,
        contexts: &Contexts,
        crypto: &Crypto,
    ) -> Result<Self, DraftError> {
        let object = unsigned.as_object().ok_or(DraftError::NotADocument)?;
        if object.contains_key("proof") {
            return Err(DraftError::AlreadySigned);
        }
        if object.get("@context") != Some(&options.context) {
            return Err(DraftError::OtherContext);
        }
        if let Some(path) = names::ambiguous(unsigned) {
            return Err(DraftError::AmbiguousName { path });
        }
        let mut input = [0; 64];
        let (first, second) = input.split_at_mut(32);
        first.copy_from_slice(&options.hash);
        second.copy_from_slice(&hash::document(unsigned, contexts, crypto)?);
        Ok(Self {
            unsigned: unsigned.to_string(),
            proof: options.proof.clone(),
            input,
        })
    }

    /// The exact bytes to sign with Ed25519, in this process, an HSM or a browser.
    #[must_use]
    pub fn signing_input(&self) -> &[u8] {
        &self.input
    }

    /// Attaches the signature. Consumes the draft: a sealed credential cannot be signed again.
    #[must_use]
    pub fn seal(self, signature: &Signature) -> Vec<u8> {
        let mut sealed = self.unsigned;
        sealed.reserve(self.proof.len() + 160);
        // Both texts are JSON objects with members: what is cut off is their closing brace.
        sealed.pop();
        sealed.push_str(",\"proof\":[");
        sealed.push_str(&self.proof);
        sealed.pop();
        sealed.push_str(",\"proofValue\":\"");
        sealed.push_str(&prefixed(&signature.0));
        sealed.push_str("\"}]}");
        sealed.into_bytes()
    }
}

/// Why a document was not prepared for signing.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum DraftError {
    /// It is no JSON object with a context.
    #[error("not a document with an @context")]
    NotADocument,
    /// It has a proof already.
    #[error("the document is signed already")]
    AlreadySigned,
    /// The options were prepared for another context.
    #[error("the proof options were prepared for another @context")]
    OtherContext,
    /// A name in it may stand for something other than it says.
    #[error("{path}: use plain terms; full IRIs, keywords and renamed terms are not signed")]
    AmbiguousName {
        /// Where, as a JSON Pointer.
        path: String,
    },
    /// It has no canonical form: an undefined term, a relative IRI, an unknown context.
    #[error(transparent)]
    Canon(#[from] CanonError),
}
