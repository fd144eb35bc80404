//! Vouching for other installations' logs: this installation as a C2SP witness.
//!
//! **Invariant (threat 50):** of each log, what is cosigned continues what was cosigned last. That is written down, by compare and swap in one
//! transaction, before the cosignature leaves. A witness whose database was put back does not know what it cosigned since: it cosigns nothing
//! of a log until somebody has confirmed the newest size ([`confirm()`]).

mod add_checkpoint;
mod ask;
mod confirm;
mod key;
mod known;
mod witnesses;

pub use add_checkpoint::{WitnessError, add_checkpoint, cosigned};
pub use ask::{AskError, Asked, ask_witnesses};
pub(crate) use ask::{Place, all, ask, places};
pub(crate) use confirm::MARK;
pub use confirm::{ConfirmError, Confirmed, Waiting, all_confirmed, confirm, waiting};
pub use key::{Witness, WitnessSettingsError};
pub(crate) use known::known;
pub use witnesses::Witnesses;

/// Where the latest checkpoint of a log is kept, by the hash of its origin.
fn setting(origin_hash: &str) -> String {
    format!("witness.{origin_hash}")
}

/// The media type of a witness's answer that names the size it has.
pub use touchstone_tlog::witness::SIZE_MEDIA_TYPE;
