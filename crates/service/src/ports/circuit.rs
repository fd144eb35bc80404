//! Whether a module may be asked: a failing one is left alone for a second, then two, four, at most a minute.

use std::time::{Duration, Instant};

use super::SignError;

/// How the module did when it was asked last.
#[derive(Debug)]
pub struct Circuit {
    /// How long an answer may take.
    patience: Duration,
    /// Since when the module works on what it was asked last.
    busy_since: Option<Instant>,
    failures: u32,
    again_at: Option<Instant>,
    /// It refused the PIN.
    locked: bool,
    /// What it said when it failed.
    why: Option<String>,
}

impl Circuit {
    /// A module that was not asked yet, and that is to answer within this time.
    pub fn new(patience: Duration) -> Self {
        Self {
            patience,
            busy_since: None,
            failures: 0,
            again_at: None,
            locked: false,
            why: None,
        }
    }

    /// Why it may not be asked now, if it may not.
    pub fn refuses(&self, now: Instant) -> Option<SignError> {
        if self.locked {
            return Some(SignError::PinRefused);
        }
        let resting = self.again_at.is_some_and(|at| now < at);
        (resting || self.hangs(now)).then_some(SignError::Unavailable)
    }

    /// Whether it was asked and does not answer: asking more would only make more wait.
    fn hangs(&self, now: Instant) -> bool {
        self.busy_since
            .is_some_and(|since| now.saturating_duration_since(since) >= self.patience)
    }

    /// How long it is left alone yet, if it failed and comes back.
    pub fn rests_for(&self, now: Instant) -> Option<Duration> {
        let at = self.again_at.filter(|_| !self.locked)?;
        Some(at.saturating_duration_since(now))
    }

    /// It is being asked.
    pub fn begin(&mut self, now: Instant) {
        self.busy_since = Some(now);
    }

    /// It answered. Tells whether it had failed before.
    pub fn close(&mut self) -> bool {
        let had_failed = self.why.is_some();
        *self = Self::new(self.patience);
        had_failed
    }

    /// It failed: not again before a while. Tells whether that is news.
    pub fn open(&mut self, now: Instant, why: String) -> bool {
        let wait = FIRST.saturating_mul(1 << self.failures.min(6)).min(LAST);
        self.failures = self.failures.saturating_add(1);
        self.again_at = Some(now + wait);
        self.busy_since = None;
        self.why.replace(why).is_none()
    }

    /// It refused the PIN: never again in this process, or it locks.
    pub fn lock(&mut self, why: String) {
        self.locked = true;
        self.busy_since = None;
        self.why = Some(why);
    }

    /// What it said when it failed, or that it says nothing.
    pub fn why(&self, now: Instant) -> String {
        match &self.why {
            _ if self.hangs(now) => "it was asked and does not answer".into(),
            Some(why) => why.clone(),
            None => "it did not answer in time".into(),
        }
    }
}

const FIRST: Duration = Duration::from_secs(1);
const LAST: Duration = Duration::from_secs(60);

#[cfg(test)]
mod tests {
    #![expect(
        clippy::disallowed_methods,
        reason = "an Instant cannot be made without asking for one; each test counts from its first"
    )]

    use super::*;

    const PATIENCE: Duration = Duration::from_secs(20);

    #[test]
    fn a_module_that_failed_is_asked_again_later_and_later_and_at_once_when_it_answered() {
        let begin = Instant::now();
        let after = |seconds| begin + Duration::from_secs(seconds);
        let mut circuit = Circuit::new(PATIENCE);
        assert_eq!(circuit.refuses(begin), None);
        for (number, wait) in [1, 2, 4, 8, 16, 32, 60, 60].into_iter().enumerate() {
            assert_eq!(circuit.open(begin, "gone".into()), number == 0, "news once");
            assert_eq!(circuit.rests_for(begin), Some(Duration::from_secs(wait)));
            for early in [begin, after(wait - 1)] {
                assert_eq!(circuit.refuses(early), Some(SignError::Unavailable));
            }
            assert_eq!(circuit.refuses(after(wait)), None, "{wait}");
        }
        assert_eq!(circuit.why(begin), "gone");
        assert!(circuit.close());
        assert!(!circuit.close(), "it was well already");
        assert_eq!(circuit.refuses(begin), None);
    }

    #[test]
    fn a_module_that_does_not_answer_is_not_asked_until_it_does() {
        let begin = Instant::now();
        let much_later = begin + Duration::from_secs(1_000_000);
        let mut circuit = Circuit::new(PATIENCE);
        circuit.begin(begin);
        assert_eq!(
            circuit.refuses(begin),
            None,
            "it may be asked while it works"
        );
        assert_eq!(circuit.refuses(much_later), Some(SignError::Unavailable));
        circuit.open(begin, "it failed in the end".into());
        assert_eq!(circuit.refuses(much_later), None);
        circuit.begin(begin);
        circuit.close();
        assert_eq!(circuit.refuses(much_later), None);
    }

    #[test]
    fn a_pin_that_was_refused_stays_refused() {
        let begin = Instant::now();
        let much_later = begin + Duration::from_secs(1_000_000);
        let mut circuit = Circuit::new(PATIENCE);
        circuit.lock("wrong".into());
        assert_eq!(circuit.refuses(much_later), Some(SignError::PinRefused));
        assert_eq!(circuit.rests_for(begin), None);
    }
}
