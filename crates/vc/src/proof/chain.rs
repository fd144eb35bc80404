//! Proofs that build on other proofs.
//!
//! [VC Data Integrity §4.5](https://www.w3.org/TR/vc-data-integrity/#verify-proof-sets-and-chains): `previousProof` names
//! proofs of the same document, which are then part of what is signed. A proof counts only if those that it builds on
//! do. The text of the specification sets an empty `proof` into the document of a proof that names none; its vectors and
//! those who wrote verifiers do not, and neither does this one. It matters to the suites over JSON only.

use alloc::vec::Vec;

use touchstone_canon::json::Value;

use super::{Proof, Refusal, text};
use crate::report::{Fault, Outcome};

/// The positions in `all` of the proofs that `proof` builds on: all of them are there, each once.
pub(crate) fn previous(proof: &Proof<'_>, all: &[Proof<'_>]) -> Result<Vec<usize>, Refusal> {
    let Some(named) = proof.value.get("previousProof") else {
        return Ok(Vec::new());
    };
    let names: Option<Vec<&str>> = named.items().iter().map(Value::as_str).collect();
    let names = names
        .filter(|names| !names.is_empty())
        .ok_or(Refusal::Fail(Fault::ProofMalformed))?;
    let bears = |proof: &Proof<'_>, name: &str| text(proof.value, "id") == Some(name);
    let found = all.iter().enumerate();
    let found = found.filter(|(_, proof)| names.iter().any(|name| bears(proof, name)));
    let found: Vec<usize> = found.map(|(at, _)| at).collect();
    // Each name finds one proof, or the chain is broken: of two with one name it cannot be told which is meant.
    let once = |name: &&str| all.iter().filter(|proof| bears(proof, name)).count() == 1;
    if names.iter().all(once) {
        Ok(found)
    } else {
        Err(Refusal::Fail(Fault::ChainBroken))
    }
}

/// What a proof is worth together with those that it builds on. `outcomes` are those of each proof alone, `links` the
/// positions that each builds on.
pub(crate) fn settled(at: usize, outcomes: &[Outcome], links: &[Vec<usize>]) -> Outcome {
    walk(at, outcomes, links, &mut Vec::new())
}

fn walk(
    at: usize,
    outcomes: &[Outcome],
    links: &[Vec<usize>],
    on_the_way: &mut Vec<usize>,
) -> Outcome {
    let own = outcomes.get(at).copied();
    let own = own.unwrap_or(Outcome::Fail(Fault::ChainBroken));
    if own != Outcome::Pass {
        return own;
    }
    // A proof that builds on itself cannot have been made: its bytes would be part of their own hash.
    if on_the_way.contains(&at) {
        return Outcome::Fail(Fault::ChainBroken);
    }
    on_the_way.push(at);
    let mut worst = Outcome::Pass;
    for next in links.get(at).into_iter().flatten() {
        match walk(*next, outcomes, links, on_the_way) {
            Outcome::Pass => {}
            Outcome::Fail(_) => worst = Outcome::Fail(Fault::ChainBroken),
            _ if worst == Outcome::Pass => worst = Outcome::Unknown(Fault::ChainBroken),
            _ => {}
        }
    }
    on_the_way.pop();
    worst
}
