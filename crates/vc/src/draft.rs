//! A credential that is complete but for its signature, and the sealing of it.
//!
//! Two steps, so that the key can be in a file, an HSM or a browser: [`Draft::signing_input()`] gives the bytes to
//! sign, [`Draft::seal()`] attaches the signature. [`Securing`] says which suite, key and purpose;
//! [`Draft::new()`] is what this product issues with:
//! [eddsa-rdfc-2022](https://www.w3.org/TR/vc-di-eddsa/#eddsa-rdfc-2022).
//!
//! **Invariant:** nothing is signed that would not be read back: undefined terms, relative IRIs and names that may
//! mean something else are refused here, before a signature exists. The same input gives the same bytes.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use touchstone_canon::jcs::JcsError;
use touchstone_canon::json::Value;
use touchstone_canon::{CanonError, Contexts};

use crate::crypto::Crypto;
use crate::names;
use crate::proof::hash::{self, Digest};
use crate::proof::{Curve, Suite, prefixed};
use crate::signature::Signature;
use crate::time::Timestamp;
use crate::write::Members;

/// How a document is signed: with which suite, by which key, when and what for.
#[derive(Clone, Copy, Debug)]
pub struct Securing<'a> {
    /// The suite.
    pub suite: Suite,
    /// The curve of the key.
    pub curve: Curve,
    /// The key, as a URL.
    pub verification_method: &'a str,
    /// When it is signed, in whole seconds.
    pub created: Timestamp,
    /// What the signature is for.
    pub purpose: Purpose<'a>,
    /// The name of the proof, where another one is to build on it.
    pub id: Option<&'a str>,
    /// The names of the proofs that this one builds on: with them it is a link of a chain.
    pub previous: &'a [&'a str],
}

/// What a signature is for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Purpose<'a> {
    /// An issuer states something.
    Assertion,
    /// A holder presents something to somebody who asked.
    Authentication {
        /// What the reader asked to be signed, so that it cannot be shown twice.
        challenge: &'a str,
        /// To whom it is presented.
        domain: &'a str,
    },
}

impl<'a> Securing<'a> {
    /// A single proof of the issuer.
    #[must_use]
    pub const fn assertion(
        suite: Suite,
        curve: Curve,
        verification_method: &'a str,
        created: Timestamp,
    ) -> Self {
        Self {
            suite,
            curve,
            verification_method,
            created,
            purpose: Purpose::Assertion,
            id: None,
            previous: &[],
        }
    }

    fn proof(&self, context: &Value<'a>) -> Value<'a> {
        let members = Members::new()
            .text("id", self.id)
            .with("type", "DataIntegrityProof")
            .with("created", self.created.whole_seconds().to_string())
            .with("verificationMethod", self.verification_method)
            .with("cryptosuite", self.suite.as_str());
        let members = match self.purpose {
            Purpose::Assertion => members.with("proofPurpose", "assertionMethod"),
            Purpose::Authentication { challenge, domain } => members
                .with("proofPurpose", "authentication")
                .with("challenge", challenge)
                .with("domain", domain),
        };
        let members = match self.previous {
            [] => members,
            [one] => members.with("previousProof", *one),
            several => members.list("previousProof", several.iter().map(|id| Value::from(*id))),
        };
        // Suites over JSON sign the contexts as a part of the proof.
        let context = (!self.suite.signs_statements()).then(|| context.clone());
        members.maybe("@context", context).done()
    }
}

/// A credential that is complete but for its signature.
#[derive(Clone, Debug)]
pub struct Draft {
    /// The document without proofs as compact JSON.
    unsigned: String,
    /// The proofs that are there already, as compact JSON, each with a comma behind it.
    proofs: String,
    /// The proof as compact JSON, without its value.
    proof: String,
    input: Vec<u8>,
    /// The SHA-256 of the document's statements, where that is what the suite signs of the document.
    statements: Option<[u8; 32]>,
}

/// The hash of a document's statements, bound to the exact bytes of the document: with it, what was drafted once is
/// drafted again without canonicalizing it again.
///
/// Only [`Draft::statements()`] makes one.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Statements {
    unsigned: [u8; 32],
    statements: [u8; 32],
}

impl Statements {
    /// The SHA-256 of the unsigned document that they are the statements of.
    #[must_use]
    pub const fn unsigned_sha256(&self) -> &[u8; 32] {
        &self.unsigned
    }
}

/// The part of a signature's input that is the same for a whole cohort: key, time and contexts.
#[derive(Clone, Debug)]
pub struct ProofOptions {
    context: Value<'static>,
    /// How a document with this context begins, as compact JSON.
    beginning: String,
    suite: Suite,
    digest: Digest,
    proof: String,
    hash: Vec<u8>,
}

impl ProofOptions {
    /// Prepares proofs that `verification_method` makes at `created` over documents with this `@context`, with
    /// eddsa-rdfc-2022.
    pub fn new(
        context: &Value<'_>,
        verification_method: &str,
        created: Timestamp,
        contexts: &Contexts,
        crypto: &Crypto,
    ) -> Result<Self, DraftError> {
        let securing = Securing::assertion(
            Suite::EddsaRdfc2022,
            Curve::Ed25519,
            verification_method,
            created,
        );
        Self::of(&securing, context, contexts, crypto)
    }

    /// Prepares proofs over documents with this `@context`.
    pub fn of(
        securing: &Securing<'_>,
        context: &Value<'_>,
        contexts: &Contexts,
        crypto: &Crypto,
    ) -> Result<Self, DraftError> {
        let suite = securing.suite;
        let digest = suite.digest(securing.curve).ok_or(DraftError::OtherCurve)?;
        let proof = securing.proof(context);
        let hash = match suite.signs_statements() {
            true => hash::proof_options(&proof, context, digest, contexts, crypto)?,
            false => hash::json_value(&proof, digest, crypto)?,
        };
        Ok(Self {
            proof: proof.to_string(),
            beginning: ["{\"@context\":", &context.to_string(), ","].concat(),
            context: context.clone().into_owned(),
            suite,
            digest,
            hash,
        })
    }

    /// Whether these are options for documents with this `@context`.
    pub(crate) fn are_for(&self, context: &Value<'_>) -> bool {
        self.context == *context
    }

    /// Whether documents are signed by their statements' SHA-256.
    pub(crate) fn signs_sha256_of_statements(&self) -> bool {
        self.suite.signs_statements() && self.digest == Digest::Sha256
    }
}

impl Draft {
    /// Prepares `unsigned` for signing by `verification_method` at `created`, with eddsa-rdfc-2022.
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

    /// Prepares `document` for one more signature. Proofs that it has stay beside the new one; those that the new one
    /// builds on become part of what is signed
    /// ([VC Data Integrity §4.3](https://www.w3.org/TR/vc-data-integrity/#add-proof-set-chain)).
    pub fn secured(
        document: &Value<'_>,
        securing: &Securing<'_>,
        contexts: &Contexts,
        crypto: &Crypto,
    ) -> Result<Self, DraftError> {
        let context = document.get("@context").ok_or(DraftError::NotADocument)?;
        let options = ProofOptions::of(securing, context, contexts, crypto)?;
        let mut unsigned = document.clone();
        let object = unsigned.as_object_mut().ok_or(DraftError::NotADocument)?;
        let there = object.remove("proof").unwrap_or_default();
        let id = |proof: &Value<'_>| proof.get("id").and_then(Value::as_str).map(String::from);
        let named = |proof: &&Value<'_>| {
            id(proof).is_some_and(|id| securing.previous.contains(&id.as_str()))
        };
        let previous: Vec<_> = there.items().iter().filter(named).cloned().collect();
        if previous.len() != securing.previous.len() {
            return Err(DraftError::PreviousMissing);
        }
        let mut draft = match previous.is_empty() {
            true => Self::with_options(&unsigned, &options, contexts, crypto)?,
            false => {
                let signed = hash::with(&unsigned, "proof", &Value::Array(previous));
                Self::over(&unsigned, &signed, &options, contexts, crypto)?
            }
        };
        for proof in there.items() {
            draft.proofs.push_str(&proof.to_string());
            draft.proofs.push(',');
        }
        Ok(draft)
    }

    /// The same as [`Draft::new()`] with options prepared once for many documents.
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
        Self::over(unsigned, unsigned, options, contexts, crypto)
    }

    /// `signed` is what the signature covers: the document, and the proofs that this one builds on.
    fn over(
        unsigned: &Value<'_>,
        signed: &Value<'_>,
        options: &ProofOptions,
        contexts: &Contexts,
        crypto: &Crypto,
    ) -> Result<Self, DraftError> {
        if unsigned.get("@context") != Some(&options.context) {
            return Err(DraftError::OtherContext);
        }
        if let Some(path) = names::ambiguous(unsigned) {
            return Err(DraftError::AmbiguousName { path });
        }
        // Over JSON too, nothing is signed that statements cannot be made of: the reader may read it as JSON-LD.
        let statements = hash::document(signed, options.digest, contexts, crypto)?;
        let hash = match options.suite.signs_statements() {
            true => statements,
            false => hash::json_value(signed, options.digest, crypto)?,
        };
        // Written once, with room for the proof behind it.
        let mut text = String::with_capacity(USUAL_BYTES);
        unsigned.write(&mut text);
        let alone = core::ptr::eq(unsigned, signed) && options.suite.signs_statements();
        Ok(Self {
            statements: hash.as_slice().try_into().ok().filter(|_| alone),
            ..Self::hashed(text, &hash, options)
        })
    }

    /// A document whose hash is known to be `hash`.
    fn hashed(unsigned: String, hash: &[u8], options: &ProofOptions) -> Self {
        Self {
            unsigned,
            proofs: String::new(),
            proof: options.proof.clone(),
            input: [options.hash.as_slice(), hash].concat(),
            statements: None,
        }
    }

    /// A document, as compact JSON, the SHA-256 of whose statements is known. The options are for its context and sign that.
    pub(crate) fn of_statements(
        unsigned: String,
        statements: [u8; 32],
        options: &ProofOptions,
    ) -> Self {
        Self {
            statements: Some(statements),
            ..Self::hashed(unsigned, &statements, options)
        }
    }

    /// The document, complete but for the proof, as compact JSON.
    #[must_use]
    pub fn unsigned(&self) -> &str {
        &self.unsigned
    }

    /// The hash of its statements, to draft the same bytes [again](Self::again). `None` where the suite signs something else.
    #[must_use]
    pub fn statements(&self, crypto: &Crypto) -> Option<Statements> {
        Some(Statements {
            unsigned: (crypto.sha256)(self.unsigned.as_bytes()),
            statements: self.statements.filter(|_| self.proofs.is_empty())?,
        })
    }

    /// Prepares for signing what was drafted before, perhaps by other options: `unsigned` is exactly [`Draft::unsigned()`] of
    /// then.
    ///
    /// `None` if it is not, or if the options are for another context or sign something else: then it has to be read and
    /// drafted anew.
    #[must_use]
    pub fn again(
        unsigned: &[u8],
        statements: &Statements,
        options: &ProofOptions,
        crypto: &Crypto,
    ) -> Option<Self> {
        if (crypto.sha256)(unsigned) != statements.unsigned {
            return None;
        }
        let text = core::str::from_utf8(unsigned).ok()?;
        // Its beginning says which context the document has.
        let fits = text.starts_with(&options.beginning) && options.signs_sha256_of_statements();
        fits.then(|| {
            // With room for the proof behind it.
            let mut unsigned = String::with_capacity(text.len() + USUAL_PROOF_BYTES);
            unsigned.push_str(text);
            Self::of_statements(unsigned, statements.statements, options)
        })
    }

    /// The exact bytes to sign, in this process, an HSM or a browser: with Ed25519, or with ECDSA and the hash that goes
    /// with the curve, as `r ‖ s`.
    #[must_use]
    pub fn signing_input(&self) -> &[u8] {
        &self.input
    }

    /// Attaches the signature. Consumes the draft: a sealed credential cannot be signed again.
    #[must_use]
    pub fn seal(self, signature: &Signature) -> Vec<u8> {
        let mut sealed = self.unsigned;
        sealed.reserve(self.proofs.len() + self.proof.len() + 200);
        // Both texts are JSON objects with members: what is cut off is their closing brace.
        sealed.pop();
        sealed.push_str(",\"proof\":[");
        sealed.push_str(&self.proofs);
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
    /// The suite does not sign with keys on this curve.
    #[error("the suite does not sign with keys on this curve")]
    OtherCurve,
    /// A proof to build on is not there, or there are two of its name.
    #[error("previous: the document has not one proof of this name each")]
    PreviousMissing,
    /// It has a member that readers of a token take for a claim, or for the document itself.
    #[error("/{name}: a token has this name for itself; leave it out")]
    NameOfAClaim {
        /// Which.
        name: &'static str,
    },
    /// It lacks what a claim of its token has to say, or has something else there than a claim can say.
    #[error("{path}: a badge as a JSON Web Token needs it, or one of it")]
    ClaimMissing {
        /// What, as a JSON Pointer.
        path: &'static str,
    },
    /// It holds a number that JSON Canonicalization cannot write exactly.
    #[error(transparent)]
    Json(#[from] JcsError),
    /// It has no canonical form: an undefined term, a relative IRI, an unknown context.
    #[error(transparent)]
    Canon(#[from] CanonError),
}

/// Most credentials are smaller, with their proof.
const USUAL_BYTES: usize = 4096;
/// Most proofs are smaller.
const USUAL_PROOF_BYTES: usize = 640;
