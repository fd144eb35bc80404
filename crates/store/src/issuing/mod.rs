//! Achievements, learners, batches, intents, credentials and status lists.

mod achievement;
mod batch;
mod change;
mod credential;
mod learner;
mod lint_choice;
mod position;
mod seal;
mod status;

pub use change::{ItemFilter, Standing};
pub use credential::{CredentialFilter, CredentialState, CredentialSummary};
pub use learner::Holder;
