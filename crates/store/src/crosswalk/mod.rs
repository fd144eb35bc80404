//! Frameworks, mapping sets and roles.
//!
//! A mapping set is seen by the institutions that take part in it or were asked to: every question about one names the tenant that asks.

mod conflict;
mod framework;
mod mapping;
mod release;
mod role;
mod role_version;
mod set;

pub use mapping::{MappingCount, MappingFilter};
pub use release::MappingReleaseSummary;
