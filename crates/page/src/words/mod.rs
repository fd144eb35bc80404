//! The words of verdicts and checks: every code of a report has its sentence here, and nowhere else.
//!
//! Short sentences, present tense, no blame. Never "valid", "invalid" or "verified": a credential *stands*, *ends*, is *withdrawn*.

mod check;
mod fault;
mod inside;
mod refusal;
mod verdict;

pub use check::{Naming, lines, not_offered, on_registers, presentation_lines};
pub use fault::reason;
pub use inside::{association, inside};
pub use refusal::{carrier, credential, presentation_refused};
pub use verdict::{Caller, Sentence, presentation, sentence, verdict, verdict_word};
