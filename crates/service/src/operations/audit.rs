//! The audit record: reading it, and giving anybody the means to see that it was not altered.
//!
//! Lines are written by each change in its own transaction. Every institution's lines are the leaves of a tree; [`root`] queues its
//! root for the public log, at most a minute after a line, and [`Record`] is the file that is held against these roots offline
//! (`docs/formats/audit.md`).
//!
//! What was done is named `noun.verb`, with hyphens between words: `credential.change-many`. Some older names have `_`, and keep it: they
//! are in logged trees.

mod about;
mod decision;
mod lines;
mod record;
mod root;
mod rooted;

pub use about::{About, Audited, audited};
pub(crate) use decision::Decision;
pub use lines::audit;
pub use record::{Record, RecordError, record};
pub(crate) use root::tree;
pub use root::{RootError, root, root_due};
pub use rooted::{Rooted, rooted};

use touchstone_bundle::AuditLeaf;
use touchstone_store::AuditRow;
use touchstone_vc::Timestamp;

/// The leaf that a line is.
fn leaf(row: &AuditRow) -> Vec<u8> {
    let leaf = AuditLeaf {
        seq: row.seq.unsigned_abs(),
        at: Timestamp::from_unix_millis(row.at),
        actor: &row.actor,
        action: &row.action,
        subject: &row.subject,
        detail: &row.detail,
    };
    leaf.encode()
}
