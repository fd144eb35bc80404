//! Progress of long work on standard error, which vanishes where that is not a terminal.

use std::{io::IsTerminal, time::Duration};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A bar over `total` steps, erased when it is dropped.
pub(crate) fn bar(what: &str, total: u64) -> Progress {
    let style = ProgressStyle::with_template("{msg} {bar:30} {pos}/{len} {eta}")
        .expect("the template is one that indicatif reads");
    start(
        ProgressBar::with_draw_target(Some(total), target()).with_style(style),
        what,
    )
}

/// A sign of life where nobody knows how much is left.
pub(crate) fn spinner(what: &str) -> Progress {
    let progress = start(ProgressBar::with_draw_target(None, target()), what);
    if std::io::stderr().is_terminal() {
        progress.0.enable_steady_tick(Duration::from_millis(120));
    }
    progress
}

/// A bar or a spinner.
pub(crate) struct Progress(ProgressBar);

impl Progress {
    /// Says how far it is.
    pub(crate) fn reached(&self, step: u64) {
        self.0.set_position(step);
    }

    /// Says how much there is.
    pub(crate) fn of(&self, total: u64) {
        if self.0.length() != Some(total) {
            self.0.set_length(total);
        }
    }

    /// Whether anybody sees it.
    pub(crate) fn is_seen(&self) -> bool {
        !self.0.is_hidden()
    }

    /// Says what is being done now.
    pub(crate) fn now(&self, what: &str) {
        self.0.set_message(what.to_owned());
    }

    /// Says what came of it where nobody saw how far it was: standard error is no terminal.
    pub(crate) fn ended(&self, words: &str) {
        if !std::io::stderr().is_terminal() {
            eprintln!("{words}");
        }
    }

    /// Says something that stays, on standard error, whether or not that is a terminal.
    pub(crate) fn note(&self, words: &str) {
        self.0.suspend(|| eprintln!("{words}"));
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

fn start(bar: ProgressBar, what: &str) -> Progress {
    bar.set_message(what.to_owned());
    Progress(bar)
}

fn target() -> ProgressDrawTarget {
    if std::io::stderr().is_terminal() {
        ProgressDrawTarget::stderr()
    } else {
        ProgressDrawTarget::hidden()
    }
}
