//! From a definition and a list of learners to signed credentials, and taking them back.

mod digest;
mod row;

pub use row::{EvidenceInput, RowInput};
