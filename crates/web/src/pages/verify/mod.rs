//! The page about one credential: what it says, who stands behind it, and whether it still stands.
//!
//! [`view`] has the plain values, [`show`] renders them. Rendering is pure: the same view gives the same bytes.

pub mod cache;
pub mod public;
pub mod read;
pub mod show;
pub mod view;
mod whom;

pub use read::Known;
pub use show::show;
pub use view::View;
pub use whom::LONGEST;
