//! Did the issuer's own key sign it, and does a register list the issuer?
//!
//! Two questions: the first is about authenticity, the second about recognition. An issuer that no register lists is
//! a warning, not a failure.

use alloc::string::ToString;

use super::proofs::Judged;
use crate::badge::is_iri;
use crate::credential::Credential;
use crate::did::controller_of;
use crate::evidence::{Listing, Trust};
use crate::proof::Refusal;
use crate::report::{
    Check, CheckKind, Consulted, Detail, Fault, IssuerDetail, Outcome, RecognitionDetail,
};

/// The best of what the proofs say: one that holds and was made by the issuer's key suffices.
pub(super) fn check(credential: &Credential<'_>, judged: &[Judged]) -> Check {
    let mut detail = IssuerDetail {
        issuer: credential.issuer().map(ToString::to_string),
        ..IssuerDetail::default()
    };
    let Some(issuer) = credential.issuer().filter(|id| is_iri(id)) else {
        return super::check(
            CheckKind::Issuer,
            Outcome::Fail(Fault::IssuerMalformed),
            "/issuer",
            Detail::Issuer(detail),
        );
    };
    let (outcome, proof) = best(Some(issuer), judged);
    if let Some(proof) = proof {
        detail
            .verification_method
            .clone_from(&proof.signer.verification_method);
        detail.fetched_at = proof.signer.fetched_at;
        detail.unreachable = proof.signer.unreachable;
    }
    check_at_issuer(outcome, detail)
}

/// The proof that speaks best for `party`, and what it says; where nobody is named, for whoever signed.
pub(super) fn best<'j>(party: Option<&str>, judged: &'j [Judged]) -> (Outcome, Option<&'j Judged>) {
    let mut best: Option<(Outcome, &Judged)> = None;
    for proof in judged {
        let outcome = by_party(party, proof);
        if best.is_none_or(|(known, _)| rank(outcome) < rank(known)) {
            best = Some((outcome, proof));
        }
    }
    best.map_or(
        (Outcome::Unknown(Fault::ProofNotGood), None),
        |(outcome, proof)| (outcome, Some(proof)),
    )
}

/// What registers say about an issuer that is known to be the one it claims to be.
pub(super) fn recognition(credential: &Credential<'_>, issuer: Outcome, trust: &Trust) -> Check {
    let (outcome, detail) = recognized(credential.issuer(), issuer, trust);
    super::check(CheckKind::Recognition, outcome, "/issuer", detail)
}

/// The best that any register says of the issuer called `id`: one that lists it suffices, and one that could not be read leaves open
/// what no other says.
pub(crate) fn recognized(id: Option<&str>, issuer: Outcome, trust: &Trust) -> (Outcome, Detail) {
    let consulted = trust.registers.iter().map(|register| Consulted {
        name: register.name.clone(),
        source: register.source.clone(),
        as_of: register.as_of,
        unread: register.unread,
    });
    let mut detail = RecognitionDetail {
        consulted: consulted.collect(),
        ..RecognitionDetail::default()
    };
    if let Some(fault) = not_asked(issuer) {
        return (Outcome::Unknown(fault), Detail::Recognition(detail));
    }
    let (mut outcome, mut best) = (Outcome::NotListed, 4);
    for register in &trust.registers {
        let listing = id.and_then(|id| register.issuers.get(id));
        let (said, rank) = match listing {
            Some(Listing::Listed) if register.unread => (UNREAD, 2),
            _ if register.unread => (UNREAD, 3),
            Some(Listing::Listed) => (Outcome::Pass, 0),
            Some(Listing::Removed(_)) => (Outcome::Fail(Fault::RemovedFromRegister), 1),
            None => continue,
        };
        if rank < best {
            (outcome, best) = (said, rank);
            detail.register = Some(register.name.clone());
            detail.as_of = register.as_of.filter(|_| rank < 3);
            detail.removed_on = match listing {
                Some(Listing::Removed(on)) if rank == 1 => Some(*on),
                _ => None,
            };
        }
    }
    (outcome, Detail::Recognition(detail))
}

const UNREAD: Outcome = Outcome::Unknown(Fault::RegisterUnread);

/// Why no register is asked about an issuer: anybody can write the name of a listed one.
const fn not_asked(issuer: Outcome) -> Option<Fault> {
    match issuer {
        Outcome::Pass => None,
        Outcome::Unknown(Fault::ProofNotGood) => Some(Fault::ProofNotGood),
        Outcome::Unknown(_) | Outcome::Fail(_) | Outcome::NotListed => Some(Fault::IssuerUnproven),
    }
}

/// What a proof says for `party`.
pub(super) fn by_party(party: Option<&str>, proof: &Judged) -> Outcome {
    let method = proof.signer.verification_method.as_deref();
    let controller = method.map(controller_of);
    if let (Some(party), Some(controller)) = (party, controller)
        && party != controller
    {
        return Outcome::Fail(Fault::ControllerMismatch);
    }
    match (proof.signer.may, proof.holds) {
        (Some(Err(Refusal::Fail(fault))), _) => Outcome::Fail(fault),
        (Some(Err(Refusal::Unknown(fault))), _) => Outcome::Unknown(fault),
        (Some(Ok(())), Outcome::Pass) if method.is_some() => Outcome::Pass,
        _ => Outcome::Unknown(Fault::ProofNotGood),
    }
}

fn check_at_issuer(outcome: Outcome, detail: IssuerDetail) -> Check {
    super::check(
        CheckKind::Issuer,
        outcome,
        "/issuer",
        Detail::Issuer(detail),
    )
}

/// Which of several proofs speaks for the issuer: a pass before what is unknown before what failed.
const fn rank(outcome: Outcome) -> u8 {
    match outcome {
        Outcome::Pass => 0,
        Outcome::Unknown(_) | Outcome::NotListed => 1,
        Outcome::Fail(_) => 2,
    }
}
