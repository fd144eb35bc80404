//! The page about one credential: what it says, who stands behind it, and whether it still stands.
//!
//! [`view`] has the plain values, [`read`] finds them, [`show`] renders them.

#[cfg(feature = "bundle")]
pub mod bundled;
pub mod presented;
pub mod read;
pub mod show;
pub mod view;
mod whom;

#[cfg(feature = "bundle")]
pub use bundled::Bundled;
pub use presented::{Part, Presented};
pub use read::{Known, credits};
pub use view::View;
pub use whom::LONGEST;
