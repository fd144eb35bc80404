//! RDF statements and their canonical form.
//!
//! [`Quads`] holds statements as N-Quads text from the moment they are found; [`canonical`] labels the blank nodes
//! (RDFC-1.0) and sorts the lines.

mod canonical;
mod ndegree;
mod nquads;
mod part;
mod quads;

pub use canonical::{canonicalize_nquads, issued_identifiers};
pub(crate) use part::{Bounds, Statements};
pub(crate) use quads::{Graph, Node, Quads, escape_literal};
