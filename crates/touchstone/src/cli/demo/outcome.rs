//! What came of the walk, and telling it as it goes.

use std::{path::PathBuf, time::Instant};

use anyhow::Result;

/// What came of the walk.
pub(super) struct Outcome {
    /// Where to look around.
    pub(super) address: String,
    /// A one-time link.
    pub(super) sign_in: String,
    /// The data folder.
    pub(super) data: PathBuf,
    /// How many credentials stand in the institution.
    pub(super) credentials: usize,
    /// The steps.
    pub(super) steps: Vec<Step>,
}

impl Outcome {
    /// Whether every step held.
    pub(super) fn held(&self) -> bool {
        !self.steps.is_empty() && self.steps.iter().all(|step| step.held)
    }
}

/// One step, as it turned out.
pub(super) struct Step {
    pub(super) name: &'static str,
    pub(super) held: bool,
    pub(super) millis: u128,
    pub(super) words: String,
}

/// What a step found: whether it is as it must be, and what there is to say.
pub(super) struct Found {
    pub(super) held: bool,
    pub(super) words: String,
}

/// Tells the reader in the terminal what happens.
pub(super) struct Teller {
    speaks: bool,
}

impl Teller {
    pub(super) fn new(speaks: bool) -> Self {
        Self { speaks }
    }

    /// Says something, on standard error: standard output is for the result.
    pub(super) fn say(&self, words: &str) {
        if self.speaks {
            eprintln!("{words}");
        }
    }

    /// Takes a step, and tells what came of it. An error is a step that did not hold.
    pub(super) async fn step(
        &self,
        name: &'static str,
        what: &str,
        work: impl Future<Output = Result<Found>>,
        steps: &mut Vec<Step>,
    ) {
        self.say(&format!("\n{}. {name}\n   {what}", steps.len() + 1));
        let began = Instant::now();
        let found = work.await.unwrap_or_else(|error| Found {
            held: false,
            words: format!("{error:#}"),
        });
        let millis = began.elapsed().as_millis();
        let mark = if found.held {
            "✓"
        } else {
            "✗ NOT AS IT SHOULD BE:"
        };
        self.say(&format!("   {mark} {} ({millis} ms)", found.words));
        steps.push(Step {
            name,
            held: found.held,
            millis,
            words: found.words,
        });
    }
}
