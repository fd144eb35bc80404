//! Touchstone over HTTP: pages for people, documents and an API for machines.
//!
//! Pages are rendered on the server, complete without script, and escaped by construction (maud). Every answer carries the
//! security headers of [`edge`]; every error has a stable code and says the way out.
//!
//! **Invariants:** no address, name or credential id is written to a log line or a metric; a check that could not be made is
//! never shown as passed or failed; public answers have strong ETags that differ per encoding, and answers that belong to a
//! session are neither cached nor compressed.
//!
//! Start at [`pages`] for what people see and at [`edge`] for what every request passes.

pub mod answer;
pub mod api;
pub mod assets;
pub mod conformance;
mod credits;
pub mod edge;
pub mod error;
pub mod health;
mod limits;
pub mod metrics;
pub mod pages;
pub mod protocols;
mod router;
mod serve;
pub mod session;
mod signed_in;
mod state;
pub mod tally;
pub mod templates;
pub mod witness;

pub use error::ApiError;
pub use router::router;
pub use serve::serve;
pub use state::Web;
pub use touchstone_page::{text, words};
