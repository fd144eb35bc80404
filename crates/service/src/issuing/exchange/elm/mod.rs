//! European Learning Model 3: an achievement written as a specification, and read from specifications and credentials of others.

mod language;
mod node;
mod read;
mod write;

pub(in crate::issuing) use read::{Brought, read};
pub(super) use write::{duration, write};
