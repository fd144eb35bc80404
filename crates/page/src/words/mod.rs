//! The words of verdicts and checks: every code of a report has its sentence here, and nowhere else.
//!
//! Short sentences, present tense, no blame. Never "valid", "invalid" or "verified": a credential *stands*, *ends*, is *withdrawn*.

#[cfg(feature = "bundle")]
mod bundle;
mod check;
mod fault;
mod inside;
mod refusal;
mod verdict;

#[cfg(feature = "bundle")]
pub use bundle::{bundle, bundle_answer, bundle_lines};
pub use check::{NO_LOG, Naming, lines, not_offered, on_registers, presentation_lines};
pub use fault::reason;
pub use inside::{association, inside};
pub use refusal::{BUNDLE, DOMAIN_ALONE, carrier, credential, presentation_refused};
pub use verdict::{Caller, Sentence, presentation, sentence, verdict, verdict_word};
