//! Judging a credential from what was gathered, without reaching for anything.
//!
//! First [`required()`] says which documents are needed; the caller brings them, or says why not; then [`verify()`]
//! judges. A file per question, in reading order.
//!
//! **Limits:** [`MAX_PROOFS`] proofs, [`MAX_STATUS_ENTRIES`] status entries and [`MAX_BOUND`] bound documents are
//! looked at; a credential with more is unknown in that part.

use alloc::string::ToString;
use alloc::vec::Vec;
use core::cell::{Cell, RefCell};

use touchstone_canon::Contexts;

use crate::credential::Credential;
use crate::crypto::{Checking, Crypto, Signed};
use crate::did::{self, controller_of};
use crate::evidence::{Evidence, Resource, Trust};
use crate::proof::{Proof, hash::Hashing};
use crate::report::{Check, CheckKind, Detail, NotOffered, Outcome, Report};
use crate::status::{Entry, Lists};
use crate::time::Timestamp;

mod all;
mod bound;
mod inside;
mod issuer;
mod presentation;
mod proofs;
mod schema;
mod signer;
mod status;
mod token;
mod validity;

pub use all::verify_all;
pub use presentation::{
    About, Asked, Audience, Challenge, Domain, PresentationReport, Presented,
    required_by_presentation, verify_presentation,
};

/// The most proofs that are looked at.
pub const MAX_PROOFS: usize = 8;
/// The most status entries that are looked at.
pub const MAX_STATUS_ENTRIES: usize = 16;
/// The most schemas that are looked at.
pub const MAX_SCHEMAS: usize = 8;
/// The most pieces of evidence and related documents that are looked at.
pub const MAX_BOUND: usize = 64;

/// Lists the documents that [`verify()`] will look at, each once.
///
/// Identifiers are those that the credential states: whoever fetches them decides which addresses are safe.
#[must_use]
pub fn required(credential: &Credential<'_>) -> Vec<Resource> {
    required_at(credential, 0)
}

fn required_at(credential: &Credential<'_>, depth: usize) -> Vec<Resource> {
    let mut resources = Vec::new();
    let mut add = |resource| {
        if !resources.contains(&resource) {
            resources.push(resource);
        }
    };
    let issuer = credential.issuer();
    // A key that is not the issuer's cannot help: its document is never asked for. That of a badge's token is asked for where it does not come
    // with the token.
    let mut controller = |did: Option<&str>| {
        let did = did.filter(|did| Some(*did) == issuer);
        if let Some(did) = did.filter(|did| did::document_url(did).is_some()) {
            add(Resource::DidDocument(did.to_string()));
        }
    };
    for proof in Proof::all(credential.proof()).iter().take(MAX_PROOFS) {
        controller(proof.verification_method.map(controller_of));
    }
    if let Some(envelope) = credential.envelope() {
        controller(token::controller(envelope, issuer));
        #[cfg(feature = "key-urls")]
        if let Some(kid) = envelope.key_address(issuer)
            && envelope.token.key().is_none()
        {
            add(Resource::DidDocument(controller_of(kid).to_string()));
        }
    }
    for (_, entry) in credential.status_entries().iter().take(MAX_STATUS_ENTRIES) {
        if let Some(list) = Entry::read(entry).list {
            add(Resource::StatusList(list.to_string()));
        }
    }
    for piece in bound::pieces(credential).iter().take(MAX_BOUND) {
        if let Some(resource) = piece.resource() {
            add(resource);
        }
    }
    for resource in inside::required(credential, depth) {
        add(resource);
    }
    resources
}

/// Judges `credential` as of `at`, from `evidence` alone.
#[must_use]
pub fn verify(
    credential: &Credential<'_>,
    evidence: &Evidence,
    trust: &Trust,
    at: Timestamp,
    crypto: &Crypto,
    contexts: &Contexts,
) -> Report {
    verify_remembering(
        credential,
        evidence,
        &Lists::new(),
        trust,
        at,
        crypto,
        contexts,
    )
}

/// As [`verify()`], for whoever checks many credentials of the same status lists: of those that are in `lists` with the bytes that
/// they have in `evidence`, nothing is computed twice. The report is the same.
#[must_use]
pub fn verify_remembering(
    credential: &Credential<'_>,
    evidence: &Evidence,
    lists: &Lists,
    trust: &Trust,
    at: Timestamp,
    crypto: &Crypto,
    contexts: &Contexts,
) -> Report {
    let world = World {
        evidence,
        lists,
        at,
        crypto,
        contexts,
        later: None,
        hashing: None,
        spent: &Spent::default(),
    };
    judge(credential, &world, trust, 0)
}

/// Judges a credential that stands `depth` levels inside the one that was given.
fn judge(credential: &Credential<'_>, world: &World<'_>, trust: &Trust, depth: usize) -> Report {
    if depth == 0 {
        world.spent.inside.set(0);
    }
    let mut checks = Vec::new();
    let judged = proofs::judge(&proofs::Secured::credential(credential), world);
    checks.extend(judged.iter().map(proofs::Judged::check));
    let issuer = issuer::check(credential, &judged);
    let recognition = issuer::recognition(credential, issuer.outcome, trust);
    checks.extend([issuer, recognition, validity::check(credential, world.at)]);

    let status = status::checks(credential, world);
    let bound = bound::checks(credential, world);
    let mut not_offered = Vec::new();
    if status.is_empty() {
        not_offered.push(NotOffered::Status);
    }
    if bound.is_empty() {
        not_offered.push(NotOffered::Evidence);
    }
    checks.extend(status);
    checks.extend(schema::checks(credential));
    checks.extend(token::missing_claim(credential));
    checks.extend(bound);
    let (inside, inside_left_out) = inside::judged(credential, world, trust, depth);
    Report {
        at: world.at,
        checks,
        not_offered,
        inside,
        inside_left_out,
    }
}

pub use inside::{MAX_DEPTH, MAX_INSIDE};
pub(crate) use issuer::recognized;

/// What every check may look at.
#[derive(Clone, Copy)]
struct World<'w> {
    evidence: &'w Evidence,
    /// Status lists that were read before.
    lists: &'w Lists,
    at: Timestamp,
    crypto: &'w Crypto,
    contexts: &'w Contexts,
    /// Signatures that are to be checked together; absent where each is checked at once.
    later: Option<&'w RefCell<Vec<Signed>>>,
    /// Who hashes, where credentials come one after the other.
    hashing: Option<&'w dyn Hashing>,
    /// What was done before in this judgement.
    spent: &'w Spent,
}

/// What a judgement, or one of many credentials, does once only, however often it is asked for.
#[derive(Default)]
struct Spent {
    /// Credentials inside one that were judged, or are going to be.
    inside: Cell<usize>,
    documents: signer::Documents,
}

impl<'w> World<'w> {
    /// How signatures are checked.
    fn checking(&self) -> Checking<'w> {
        Checking {
            crypto: self.crypto,
            later: self.later,
            hashing: self.hashing,
        }
    }

    /// How many of so many credentials that stand beside one another inside one are judged; they come before those that stand in them.
    fn inside(&self, found: usize) -> usize {
        let before = self.spent.inside.get();
        let judged = found.min(MAX_INSIDE.saturating_sub(before));
        self.spent.inside.set(before + judged);
        judged
    }

    /// For signatures whose check cannot wait.
    fn checking_now(&self) -> Checking<'w> {
        Checking {
            later: None,
            ..self.checking()
        }
    }
}

fn check(kind: CheckKind, outcome: Outcome, path: &str, detail: Detail) -> Check {
    Check {
        kind,
        outcome,
        path: path.to_string(),
        detail,
    }
}
