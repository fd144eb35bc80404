//! The verifier in a browser: the same core, the same report, the same words as on the server; nobody is asked and nothing is sent.
//!
//! [`check()`] is the whole of it for credentials, from bytes to text; `check_whole` judges presentations and proof bundles as well. That
//! is a half larger, so it is a module of its own (feature `whole`), for those who meet one. On `wasm32` the functions of
//! `exports` hand it over the border.
//! `cargo xtask wasm` builds it, `npm/` wraps it, `/verify` and `/v/LINK` run it in a worker.
//!
//! **Invariant:** no clock, no network and no randomness: the module imports nothing at all, and a test holds that.

mod check;
#[cfg(target_arch = "wasm32")]
mod exports;
#[cfg(feature = "whole")]
mod stapled;
#[cfg(feature = "whole")]
mod whole;

pub use check::check;
#[cfg(feature = "whole")]
pub use whole::check_whole;
