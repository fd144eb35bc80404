//! The transparency log of this installation: what changed becomes entries of a Merkle tree that everybody can read and nobody can
//! take back. `docs/formats/log.md` is the format; C2SP tlog-tiles is how it is stored and served.
//!
//! - [`sequence`] takes queued lines into the tree, from staging to publishing. Whoever works on jobs calls it again and again.
//! - [`files`](file) are what is served and what `publish` writes.
//! - [`anchor`] has it anchored now and then, where that is configured.
//! - [`ask_witness`] has what is shown cosigned, beside all that; [`witnessed_with`] and [`first_witnessed`] say what they had seen by when.
//! - [`state_witnesses`] has each institution say in the log whom it asks.
//! - [`scrub`] reads again what was stored long ago, in turn.
//! - [`prune`] takes away the partial tiles that full ones have replaced.
//! - [`prove`] says where a change stands, and proves it.
//!
//! **Invariants (threats 47, 48, 49):** the tree is continued by compare-and-swap on its row, from tiles that hash to the root in that row, and not
//! while anything that is stored is known to be altered;
//! tiles and bundles are durable before their checkpoint is shown; a tile that was written is never written differently; what was
//! signed is never signed over, also not by an older database that was restored: [`look_back`] finds that out, and then nothing is changed.

mod adopt;
mod adopted;
mod anchor;
mod anchored;
mod anchors;
mod copy;
mod cosign;
mod edge;
mod entries;
mod explore;
mod files;
mod folder;
mod kept;
mod key;
mod key_events;
mod learn;
mod lists_ahead;
mod prove;
mod prune;
mod scrub;
mod sequence;
mod settle;
mod standing;
mod state_witnesses;
mod stopped;
mod trust;
mod witnessed;

pub(crate) use adopt::ahead_of_database;
pub use adopt::{compare, look_back};
pub(crate) use adopted::has_adopted_document;
pub use anchor::{Anchoring, anchor, anchor_all, anchors};
pub(crate) use anchored::anchored_with;
pub use anchored::{Anchored, anchor_files, anchored};
pub use anchors::{Anchors, ConfiguredAnchor};
pub use cosign::{Asking, ask_all, ask_witness, has_quorum, witnessed, witnesses};
pub(crate) use entries::{
    ACHIEVEMENT, AUDIT_ROOT, COMPETENCY, DID, ENDORSEMENT, FORMER, ISSUED, KEY, LEARNT, MAPPINGS,
    MOVED, POLICY, STATUS, STATUS_ROOT, SUCCESSION, WITNESSES,
};
pub use explore::{Explored, Placed, explore};
pub use files::{LogFile, Whole, copied, file, whole};
pub use kept::{Kept, kept};
pub use key::{origin, verifier_key, verifier_keys};
pub(crate) use key_events::key_events_ahead;
pub use learn::{Learned, learn};
pub(crate) use lists_ahead::{ListAhead, ListsAhead, lists_ahead};
pub use prove::{Proven, Shown, prove, prove_change, prove_in, shown};
pub use prune::{hold_pruning, prune, release_pruning};
pub use scrub::scrub;
pub use sequence::{sequence, sequence_until_idle};
pub use standing::{Quorum, Standby, Standing, StandingAnchor, is_sound, standing};
pub use state_witnesses::state_witnesses;
pub use stopped::{GoOn, GoOnError, go_on};
pub use touchstone_store::AnchorState;
pub use trust::trust_file;
pub use witnessed::{first_witnessed, thin_witnessed, witnessed_with};

use touchstone_store::StoreError;
use touchstone_tlog::{CheckpointError, Crypto, VkeyError, tile::EntryTooLong};
use touchstone_vc::log::EntryError;

use crate::{
    World,
    inspecting::{FileError, InspectError},
    ports::{ObjectError, SignError},
};

/// Why the log was not continued, or not read.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// The stored tiles are not those of the committed tree: nothing is signed over them.
    #[error(
        "log: {path} is missing or altered, so the stored tiles do not hash to the signed checkpoint; nothing is signed. `touchstone log fsck` \
         names every file that is wrong; put it back from a backup or a published copy"
    )]
    Tiles {
        /// The file; more than one only where it cannot be told which.
        path: String,
    },
    /// Another checkpoint was signed for a tree of this size: the database and the files are not of one installation.
    #[error(
        "log: a checkpoint of {size} entries was signed that this database does not continue; nothing is signed. The database or the files \
         were put back from elsewhere: restore both from one backup"
    )]
    Diverged {
        /// Entries of the checkpoint among the files.
        size: u64,
    },
    /// The checkpoint among the stored files is none of ours.
    #[error(
        "log: the stored checkpoint is not signed by this log's key; nothing is signed. Put the files of this installation back"
    )]
    NotOurs,
    /// An older database was put back, and nobody has said yet how far the log had come.
    #[error(
        "log: this installation was restored from a backup, or an older database was put back under it, and it does not know yet what was published \
         since; it shows no checkpoint, because it would be an older one. `touchstone restore --again` reads what was published"
    )]
    Restored,
    /// A witness has seen another history of this log, or more of it.
    #[error(
        "log: the witness {witness} speaks against it ({said}); nothing more is signed. If an older copy was put back, `touchstone restore` \
         reads what was published since; if the witness is wrong, `touchstone log go-on {witness} --reason WHY` goes on"
    )]
    Stopped {
        /// What the policy calls it.
        witness: String,
        /// What it said.
        said: String,
    },
    /// A row is not what this program writes.
    #[error("log: outbox line {seq} makes no entry: {error}")]
    Entry {
        /// Place in the outbox.
        seq: i64,
        /// Why.
        error: EntryError,
    },
    /// The files that prove what the log says cannot be read.
    #[error("log: {0}")]
    Inspect(InspectError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The files could not be read or written.
    #[error(transparent)]
    Object(#[from] ObjectError),
    /// A key that was noted cannot be read.
    #[error("log: its key: {0}")]
    Key(VkeyError),
    /// The signer did not sign.
    #[error(transparent)]
    Sign(#[from] SignError),
    /// A stored checkpoint cannot be read.
    #[error("log: {0}")]
    Checkpoint(#[from] CheckpointError),
    /// An entry does not fit into a bundle.
    #[error(transparent)]
    TooLong(#[from] EntryTooLong),
    /// The site's address gives the log no name.
    #[error("log: site.public_url has no host, so the log has no name; set it")]
    NoOrigin,
}

impl From<InspectError> for LogError {
    fn from(error: InspectError) -> Self {
        match error {
            InspectError::Damaged { path } => Self::Tiles { path },
            // A file that could not be read says nothing of the log.
            InspectError::File {
                path,
                error: FileError::Missing | FileError::Tile(_) | FileError::Bundle(_),
            } => Self::Tiles { path },
            other => Self::Inspect(other),
        }
    }
}

/// The functions that the tree is made with.
pub(crate) fn crypto(world: &World) -> Crypto {
    *world.tlog
}

/// Rows count with a sign, trees without.
fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
