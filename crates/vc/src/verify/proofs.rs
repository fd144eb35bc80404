//! Was anything changed since it was signed?
//!
//! [VC Data Integrity §4.4](https://www.w3.org/TR/vc-data-integrity/#verify-proof) for every proof of a document.

use alloc::borrow::Cow;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use touchstone_canon::json::Value;

use super::{MAX_PROOFS, World, check};
use crate::credential::Credential;
use crate::did::{self, DidDocument, PublicKey, Relationship, controller_of};
use crate::evidence::{Document, Resource, Unreachable};
use crate::proof::{Proof, Refusal, chain, hash};
use crate::report::{Check, CheckKind, Detail, Fault, Outcome, ProofDetail};
use crate::time::Timestamp;

/// One proof, judged.
pub(super) struct Judged {
    path: String,
    detail: ProofDetail,
    /// Whether the signature fits the document.
    pub(super) holds: Outcome,
    /// Whose key signed, and whether it may: asked by the issuer check.
    pub(super) signer: Signer,
}

/// What is known about the key behind a proof.
#[derive(Clone, Debug, Default)]
pub(super) struct Signer {
    /// The key's URL.
    pub(super) verification_method: Option<String>,
    /// Whether the key is its controller's and may assert.
    pub(super) may_assert: Option<Result<(), Refusal>>,
    /// When the controller's document was fetched.
    pub(super) fetched_at: Option<Timestamp>,
    /// Why it could not be had.
    pub(super) unreachable: Option<Unreachable>,
}

impl Judged {
    pub(super) fn check(&self) -> Check {
        check(
            CheckKind::Proof,
            self.holds,
            &self.path,
            Detail::Proof(self.detail.clone()),
        )
    }

    fn missing(fault: Outcome) -> Self {
        Self {
            path: String::new(),
            detail: ProofDetail::default(),
            holds: fault,
            signer: Signer::default(),
        }
    }
}

pub(super) fn judge(credential: &Credential<'_>, world: &World<'_>) -> Vec<Judged> {
    let proofs = Proof::all(credential.proof());
    if proofs.is_empty() {
        return Vec::from([Judged::missing(Outcome::Fail(Fault::ProofMissing))]);
    }
    if proofs.len() > MAX_PROOFS {
        return Vec::from([Judged::missing(Outcome::Unknown(Fault::TooComplex))]);
    }
    let links: Vec<_> = proofs
        .iter()
        .map(|proof| chain::previous(proof, &proofs))
        .collect();
    let mut judged: Vec<_> = proofs
        .iter()
        .zip(&links)
        .map(|(proof, link)| {
            let previous = link.as_ref().map_err(|refusal| *refusal).map(|link| {
                let value = |at: &usize| proofs.get(*at).map(|proof| proof.value.clone());
                link.iter().filter_map(value).collect::<Vec<_>>()
            });
            one(proof, previous, credential, world)
        })
        .collect();
    let links: Vec<_> = links.into_iter().map(Result::unwrap_or_default).collect();
    if links.iter().any(|link| !link.is_empty()) {
        let alone: Vec<_> = judged.iter().map(|judged| judged.holds).collect();
        for (at, judged) in judged.iter_mut().enumerate() {
            judged.holds = chain::settled(at, &alone, &links);
        }
    }
    judged
}

/// `previous` are the proofs that this one builds on.
fn one(
    proof: &Proof<'_>,
    previous: Result<Vec<Value<'_>>, Refusal>,
    credential: &Credential<'_>,
    world: &World<'_>,
) -> Judged {
    let mut signer = Signer {
        verification_method: proof.verification_method.map(ToString::to_string),
        ..Signer::default()
    };
    let holds = holds(proof, previous, credential, world, &mut signer);
    Judged {
        path: proof.path.clone(),
        detail: ProofDetail {
            suite: proof.suite.map(ToString::to_string),
            verification_method: signer.verification_method.clone(),
            created: proof.created,
        },
        holds: match holds {
            Ok(()) => Outcome::Pass,
            Err(Refusal::Fail(fault)) => Outcome::Fail(fault),
            Err(Refusal::Unknown(fault)) => Outcome::Unknown(fault),
        },
        signer,
    }
}

fn holds(
    proof: &Proof<'_>,
    previous: Result<Vec<Value<'_>>, Refusal>,
    credential: &Credential<'_>,
    world: &World<'_>,
    signer: &mut Signer,
) -> Result<(), Refusal> {
    let suite = proof.readable(world.at)?;
    let previous = previous?;
    let method = proof
        .verification_method
        .ok_or(Refusal::Fail(Fault::ProofMalformed))?;
    let key = key(method, proof.created, world, signer).inspect_err(|refusal| {
        signer.may_assert.get_or_insert(Err(*refusal));
    });
    // Without a key nothing can be said about the document, whatever may be said about the key.
    let key =
        key.map_err(|(Refusal::Fail(fault) | Refusal::Unknown(fault))| Refusal::Unknown(fault))?;
    let document = match previous.is_empty() {
        true => Cow::Borrowed(credential.document()),
        false => Cow::Owned(hash::with(
            credential.document(),
            "proof",
            &Value::Array(previous),
        )),
    };
    proof.check(suite, &document, &key, world.contexts, world.crypto)
}

/// Finds the key called `method` and notes whether it may assert.
fn key(
    method: &str,
    created: Option<Timestamp>,
    world: &World<'_>,
    signer: &mut Signer,
) -> Result<PublicKey, Refusal> {
    let did = controller_of(method);
    let document = document(did, world, signer)?;
    let known = document
        .method(method)
        .ok_or(Refusal::Fail(Fault::KeyUnknown))?;
    let window = match (known.revoked, known.expires, created) {
        // The time in a proof is the signer's word; a thief would date it back.
        (Some(revoked), _, Some(created)) if created < revoked => {
            Err(Refusal::Unknown(Fault::KeyRevoked))
        }
        (Some(_), _, _) => Err(Refusal::Fail(Fault::KeyRevoked)),
        (None, Some(expires), Some(created)) if created >= expires => {
            Err(Refusal::Fail(Fault::KeyRevoked))
        }
        _ => Ok(()),
    };
    signer.may_assert = Some(
        document
            .may(Relationship::Assertion, method)
            .map_err(Refusal::Fail)
            .and(window),
    );
    known.key.clone().map_err(Refusal::Unknown)
}

/// The document of an identifier: contained in it, or among the evidence.
fn document(id: &str, world: &World<'_>, signer: &mut Signer) -> Result<DidDocument, Refusal> {
    if let Some(contained) = DidDocument::contained(id) {
        return contained.map_err(Refusal::Unknown);
    }
    if did::document_url(id).is_none() {
        return Err(Refusal::Unknown(Fault::MethodUnsupported));
    }
    match world.evidence.get(&Resource::DidDocument(id.to_string())) {
        None => Err(Refusal::Unknown(Fault::IssuerDocumentMissing)),
        Some(Document::Unreachable { why, .. }) => {
            signer.unreachable = Some(*why);
            Err(Refusal::Unknown(Fault::IssuerDocumentUnreachable))
        }
        Some(Document::Fetched(copy)) => {
            signer.fetched_at = Some(copy.fetched_at);
            DidDocument::parse(&copy.bytes, id).map_err(Refusal::Unknown)
        }
    }
}
