//! ESCO: skills and occupations, as the CSV of its download page or as JSON, with the relations between both; written as that CSV.
//!
//! ESCO © European Union; whoever publishes parts of it names the source (Commission Decision 2011/833/EU).

mod read;
mod write;

pub use read::read;
pub(super) use read::takes;
pub use write::write;
