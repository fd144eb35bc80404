//! The public interface of `touchstone-bundle`, held to its claims. What installations write is tested with them, in `touchstone-service`.

#![allow(clippy::unwrap_used, missing_docs)]

mod status_file;
mod status_proof;
mod support;
