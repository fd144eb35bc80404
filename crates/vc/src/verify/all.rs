//! Judging many credentials from the same evidence, their signatures together.
//!
//! Each credential is judged with its Ed25519 signatures taken for good, and noted. Then all that were noted are checked
//! together: if they are good, so are the reports. If they are not, or cannot be checked together, each credential is judged
//! by itself. What it has in common with one before is hashed once, the first time.
//!
//! **Invariant:** every report is the one that [`verify()`](super::verify()) gives. Whoever checks signatures together says
//! that all are good only if each is good alone.

use alloc::vec::Vec;
use core::cell::RefCell;

use touchstone_canon::Contexts;

use super::{Spent, World, judge};
use crate::credential::Credential;
use crate::crypto::{Crypto, Signed};
use crate::evidence::{Evidence, Trust};
use crate::proof::recurring::Remembered;
use crate::report::Report;
use crate::status::List;
use crate::time::Timestamp;

/// Judges `credentials` as of `at`, from `evidence` alone; those that cannot be read are handed back as they came.
///
/// They are read one after the other, so that a thousand take no more memory than their reports, and a second time if each has to be
/// judged by itself. `at_once` says whether all of some signatures are good, each as [`Crypto::verify_ed25519`] judges it; its
/// no says nothing about any one of them.
pub fn verify_all<'a, E>(
    credentials: impl Iterator<Item = Result<Credential<'a>, E>> + Clone,
    evidence: &Evidence,
    trust: &Trust,
    at: Timestamp,
    crypto: &Crypto,
    contexts: &Contexts,
    at_once: fn(&[Signed]) -> bool,
) -> Vec<Result<Report, E>> {
    let lists = &List::all(evidence);
    let noted = RefCell::new(Vec::new());
    let remembered = Remembered::new(contexts, crypto);
    let world = World {
        evidence,
        lists,
        at,
        crypto,
        contexts,
        later: Some(&noted),
        hashing: Some(&remembered),
        spent: &Spent::default(),
    };
    let reports = credentials
        .clone()
        .map(|credential| Ok(judge(&credential?, &world, trust, 0)))
        .collect();
    if at_once(&noted.borrow()) {
        return reports;
    }
    let world = World {
        later: None,
        hashing: None,
        ..world
    };
    credentials
        .map(|credential| Ok(judge(&credential?, &world, trust, 0)))
        .collect()
}
