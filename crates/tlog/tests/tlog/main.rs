//! The public interface of `touchstone-tlog`, held to its claims.

#![allow(clippy::unwrap_used, missing_docs)]

mod merkle;
mod merkle_vectors;
mod notes;
mod sunlight;
mod support;
mod tiles;
