//! From the bytes of a spreadsheet to learners, or to faults that say where, what and the way out.
//!
//! `docs/formats/cohort-csv.md` describes the file for those who make one. [`Sheet::open`] finds out the encoding, the delimiter
//! and what the columns mean; [`Sheet::next_line`] hands out one line after the other, in bounded memory; [`Rules::check`] makes
//! a [`RowInput`](super::RowInput) of a line; [`Seen`] notices people who stand there twice.
//!
//! **Invariant:** every line of the file is either a row that can be issued or a row with at least one fault; none is lost.

mod check;
mod columns;
mod date;
mod decode;
mod escape;
mod fault;
mod raw;
mod seen;
mod sheet;
mod value;

pub use check::Rules;
pub use columns::{Column, Mapping};
pub use escape::escape_formula;
pub use fault::{FaultCode, RowFault};
pub use raw::RawRow;
pub use seen::Seen;
pub use sheet::{About, IntakeError, Line, Sheet};
pub(super) use value::email;
