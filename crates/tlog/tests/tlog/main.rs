//! The public interface of `touchstone-tlog`, held to its claims.

#![allow(clippy::unwrap_used, missing_docs)]

mod merkle;
mod merkle_vectors;
mod notes;
mod policy;
mod proof;
mod sunlight;
mod support;
mod tiles;
mod witness;
