//! Institutions, members, keys, sessions, audit, outbox, answers to repeated requests, objects and settings.

mod did_version;
mod domain;
mod former_did;
mod gauges;
mod idempotency;
mod institution;
mod keeping;
mod member;
mod session;
mod sign_up;
mod signing_key;
mod snapshot;
mod trail;

pub use gauges::Gauges;
pub use idempotency::Reservation;
pub use trail::{AuditFilter, AuditLine, OutboxLine};
