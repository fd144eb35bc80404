//! What the use cases promise, each on a real database.

#![expect(
    clippy::unwrap_used,
    reason = "a test stops where something is not as it says"
)]

mod batch;
mod claim;
mod correct;
mod define;
mod describe;
mod issue;
mod publish;
mod resilience;
mod support;
mod upload;
mod withdraw;
