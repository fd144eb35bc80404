//! Retrieval: which statements of a framework come nearest to one of another, or to what somebody types.
//!
//! [`Finder`] compares words, [`Precedents`] remembers how statements like this one were mapped before, [`tune`] learns how much
//! each of their signals counts, [`Suggester`] puts them together; [`Typing`] answers while a word is still being written. Nothing here knows which frameworks it
//! reads.

mod entries;
mod finder;
mod index;
mod learnt;
mod learnt_with_sentences;
mod precedents;
mod suggest;
pub mod tune;
mod typing;
mod words;

pub use finder::{Candidate, Entry, Finder, NAMES, SIGNALS, Signals, Weights};
pub use precedents::{Precedents, VOTE_NAMES, VOTES, Votes};
pub use suggest::{ALL, Away, Curated, Learnt, Suggester, suggest_gated, tune_outside};
pub use typing::{Suggestion, Typing};
