//! Moving to another domain: an institution goes on under a new DID, and what was issued under the one before stays where it is.
//!
//! **Invariant:** a DID, its keys, its status lists and its documents belong to one address for ever. What was issued there is signed, published and
//! withdrawn under that DID and that address; nothing new is issued under it. An institution whose address is not that of the site issues nothing
//! until it moved, or the address is set back.

mod entered;
mod here;
mod move_here;
mod names;
mod relearn;

pub(crate) use entered::{Moved, moved};
pub(crate) use here::be_here;
pub use here::{Elsewhere, There, elsewhere};
pub use move_here::{MoveError, Moving, Step, move_here};
pub use names::{Former, former};
pub(crate) use names::{Name, authority, institution_of, name_of, names};
pub(super) use relearn::{Logged, relearn};
