//! The history of an institution's `did:webvh`: one line for each version of its document, `did.jsonl` beside `did.json`.
//!
//! **Who signs the lines.** Keys of their own, apart from those that sign credentials: with one of these somebody else signs credentials until it
//! is given up; with an update key they would say which keys count at all. There is one for each line, called
//! `SLUG.update-N`, as no signing key can be. The line before promises it by its hash (pre-rotation), it signs once, and it is destroyed when its
//! line stands. So no signer signs another past for an older database, and a key that is stolen afterwards is worth nothing. What this does not
//! give: the next key lies beside the others, or in a file where those are of another kind than Ed25519, which the histories take alone (AWS KMS, and
//! modules that are to make P-256); so whoever has the whole key folder and its passphrase has it too. Keys are made [`AHEAD`] lines
//! before they sign, so that an older backup of them can go on.
//!
//! **Invariants (threat 44):** a version is entered in the transaction that changes the document ([`say`]); a job signs what waits, in order
//! ([`sign`]); what is not read back whole by our own reader is not published; a line that was published is never written anew, and after a restore
//! nothing is added before everything that was published is known ([`learn`]).

mod begin;
mod keys;
mod knows;
mod learn;
mod room;
mod say;
mod sign;
mod standing;

pub(crate) use begin::{Begun, begin};
pub(in crate::operations) use knows::knows;
pub(in crate::operations) use learn::{Outside, learn};
pub(in crate::operations) use room::has_room;
pub(crate) use say::say;
pub(in crate::operations) use sign::sign;
pub use standing::{HistoryStanding, history_standing};

use touchstone_store::{DidVersionRow, InstitutionRow, NewJob, StoreError, TenantId};
use touchstone_vc::{
    Timestamp,
    did::webvh::{self, History, WebvhFault},
};

use crate::{World, operations::Job, ports::SignError};

/// Why a line was not written.
#[derive(Debug, thiserror::Error)]
pub enum HistoryError {
    /// The keys here are of another kind.
    #[error("the history of a did:webvh is signed with Ed25519, and no such keys are made here")]
    NotEd25519,
    /// The key that was promised is gone.
    #[error(
        "the key {0}, which the history of the DID promised for its next line, is not here, and no other may sign it: put the keys back as they \
         were when the last line was signed"
    )]
    KeyLost(String),
    /// What is stored does not hold.
    #[error("the history of the DID is refused by its own reader: {0}; nothing is added to it")]
    Refused(#[from] WebvhFault),
    /// The signer did not sign.
    #[error("update key: {0}")]
    Sign(#[from] SignError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The DID of an institution, where it is one with a history.
pub(crate) fn webvh_of(institution: &InstitutionRow) -> Option<&str> {
    institution.did.as_deref().filter(|did| webvh::is(did))
}

/// The lines that are published, in their order.
pub(crate) fn published(versions: &[DidVersionRow]) -> Vec<u8> {
    let lines = versions.iter().map_while(|row| row.line.as_deref());
    lines.collect::<Vec<_>>().concat()
}

/// Reads a history as everybody does.
fn read(world: &World, did: &str, log: &[u8], at: Timestamp) -> Result<History, WebvhFault> {
    webvh::resolve(did, log, None, at, world.crypto)
}

/// The job that signs what waits of a history, due at this time.
pub(crate) fn signing(world: &World, tenant: &TenantId, due: Timestamp) -> NewJob {
    let job = Job::SignHistory {
        tenant: tenant.to_string(),
    };
    job.queued(&*world.rng, world.clock.now(), due)
}

/// For so many lines there are always keys, the next line included: so an older backup of the keys can go on.
const AHEAD: i64 = 3;
