//! Was anything changed since it was signed?
//!
//! [VC Data Integrity §4.4](https://www.w3.org/TR/vc-data-integrity/#verify-proof) for every proof of a document.

use alloc::borrow::Cow;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use touchstone_canon::json::Value;

use super::signer::Signer;
use super::{MAX_PROOFS, World, check, token};
use crate::credential::Credential;
use crate::crypto::Checking;
use crate::did::{PublicKey, Relationship, controller_of};
use crate::jose::envelope::Envelope;
use crate::proof::{Proof, Refusal, chain, hash};
use crate::report::{Check, CheckKind, Detail, Fault, Outcome, ProofDetail};
use crate::status::List;
use crate::time::Timestamp;

/// A document with what secures it.
pub(super) struct Secured<'s> {
    /// The document without its proofs.
    pub(super) document: &'s Value<'s>,
    /// The member `proof`.
    pub(super) proof: &'s Value<'s>,
    /// The token that carries it; then there are no proofs.
    pub(super) envelope: Option<&'s Envelope<'s>>,
    /// Who has to have signed: the issuer or the holder.
    pub(super) party: Option<&'s str>,
    /// What for.
    pub(super) relationship: Relationship,
    /// What checking the same bytes gave before.
    pub(super) known: Option<&'s List>,
}

impl<'s> Secured<'s> {
    pub(super) fn credential(credential: &'s Credential<'_>) -> Self {
        Self {
            document: credential.document(),
            proof: credential.proof(),
            envelope: credential.envelope(),
            party: credential.issuer(),
            relationship: Relationship::Assertion,
            known: None,
        }
    }

    /// Whether the proof at `path` was made by `key`: what `check` says, or said of the same bytes before.
    pub(super) fn made_by(
        &self,
        path: &str,
        key: &PublicKey,
        world: &World<'_>,
        check: &dyn Fn(Checking<'_>) -> Result<(), Refusal>,
    ) -> Result<(), Refusal> {
        match self.known {
            // What is remembered must be true, not taken for true.
            Some(known) => known.proof(path, key, || check(world.checking_now())),
            None => check(world.checking()),
        }
    }
}

/// One proof, judged.
pub(super) struct Judged {
    path: String,
    detail: ProofDetail,
    /// Whether the signature fits the document.
    pub(super) holds: Outcome,
    /// Whose key signed, and whether it may: asked by the issuer check.
    pub(super) signer: Signer,
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

    pub(super) fn new(
        path: String,
        detail: ProofDetail,
        holds: Result<(), Refusal>,
        signer: Signer,
    ) -> Self {
        Self {
            path,
            detail,
            holds: match holds {
                Ok(()) => Outcome::Pass,
                Err(Refusal::Fail(fault)) => Outcome::Fail(fault),
                Err(Refusal::Unknown(fault)) => Outcome::Unknown(fault),
            },
            signer,
        }
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

pub(super) fn judge(secured: &Secured<'_>, world: &World<'_>) -> Vec<Judged> {
    if let Some(envelope) = secured.envelope {
        return Vec::from([token::judge(envelope, secured, world)]);
    }
    let proofs = Proof::all(secured.proof);
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
            one(proof, previous, secured, world)
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
    secured: &Secured<'_>,
    world: &World<'_>,
) -> Judged {
    let mut signer = Signer {
        verification_method: proof.verification_method.map(ToString::to_string),
        ..Signer::default()
    };
    let holds = holds(proof, previous, secured, world, &mut signer);
    let detail = ProofDetail {
        suite: proof.suite.map(ToString::to_string),
        verification_method: signer.verification_method.clone(),
        created: proof.created,
    };
    Judged::new(proof.path.clone(), detail, holds, signer)
}

fn holds(
    proof: &Proof<'_>,
    previous: Result<Vec<Value<'_>>, Refusal>,
    secured: &Secured<'_>,
    world: &World<'_>,
    signer: &mut Signer,
) -> Result<(), Refusal> {
    let suite = proof.readable(secured.relationship, world.at)?;
    let previous = previous?;
    let method = proof
        .verification_method
        .ok_or(Refusal::Fail(Fault::ProofMalformed))?;
    let key = key(method, proof.created, secured.relationship, world, signer);
    let key = key.inspect_err(|refusal| {
        signer.may.get_or_insert(Err(*refusal));
    });
    // Without a key nothing can be said about the document, whatever may be said about the key; but what is no key signed nothing.
    let key =
        key.map_err(|(Refusal::Fail(fault) | Refusal::Unknown(fault))| Refusal::of_key(fault))?;
    let chained = !previous.is_empty();
    let document = match previous.is_empty() {
        true => Cow::Borrowed(secured.document),
        false => Cow::Owned(hash::with(
            secured.document,
            "proof",
            &Value::Array(previous),
        )),
    };
    let check =
        |checking: Checking<'_>| proof.check(suite, &document, &key, world.contexts, &checking);
    match chained {
        true => check(world.checking()),
        false => secured.made_by(&proof.path, &key, world, &check),
    }
}

/// Finds the key called `method` and notes whether it may do this.
fn key(
    method: &str,
    created: Option<Timestamp>,
    relationship: Relationship,
    world: &World<'_>,
    signer: &mut Signer,
) -> Result<PublicKey, Refusal> {
    let document = signer.document(controller_of(method), world)?;
    let signed = created.unwrap_or(world.at);
    signer.key(&document, document.method(method), relationship, signed)
}
