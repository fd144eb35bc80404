//! Counters for operators, in Prometheus text. No label names a tenant, a person or a credential.

use std::fmt::Write;
use std::sync::atomic::{AtomicU64, Ordering};

use touchstone_service::verifying::Found;

/// Everything that is counted while the process runs.
#[derive(Debug, Default)]
pub struct Metrics {
    /// Answers by class of status: index 2 is 2xx.
    answers: [AtomicU64; 6],
    /// Requests turned away by a rate limit.
    pub limited: AtomicU64,
    /// Handlers that panicked.
    pub panics: AtomicU64,
    /// Verifications by result.
    verified: [AtomicU64; 4],
}

impl Metrics {
    /// Counts an answer.
    pub fn answered(&self, status: axum::http::StatusCode) {
        let class = usize::from(status.as_u16() / 100).min(5);
        self.answers[class].fetch_add(1, Ordering::Relaxed);
    }

    /// Counts a verification.
    pub fn verified(&self, result: Found) {
        self.verified[result as usize].fetch_add(1, Ordering::Relaxed);
    }

    /// All counters, in the text format that Prometheus reads.
    pub fn text(&self) -> String {
        let mut out = String::with_capacity(1024);
        family(
            &mut out,
            "touchstone_http_answers_total",
            "Answers by class of status.",
        );
        for class in 1..=5 {
            sample(
                &mut out,
                "touchstone_http_answers_total",
                "class",
                &format!("{class}xx"),
                &self.answers[class],
            );
        }
        family(
            &mut out,
            "touchstone_verifications_total",
            "Verifications by result.",
        );
        for (found, counter) in Found::ALL.iter().zip(&self.verified) {
            sample(
                &mut out,
                "touchstone_verifications_total",
                "result",
                found.as_str(),
                counter,
            );
        }
        single(
            &mut out,
            "touchstone_rate_limited_total",
            "Requests turned away by a rate limit.",
            &self.limited,
        );
        single(
            &mut out,
            "touchstone_panics_total",
            "Handlers that panicked.",
            &self.panics,
        );
        out
    }
}

fn family(out: &mut String, name: &str, help: &str) {
    _ = writeln!(out, "# HELP {name} {help}\n# TYPE {name} counter");
}

fn sample(out: &mut String, name: &str, label: &str, value: &str, counter: &AtomicU64) {
    _ = writeln!(
        out,
        "{name}{{{label}=\"{value}\"}} {}",
        counter.load(Ordering::Relaxed)
    );
}

fn single(out: &mut String, name: &str, help: &str, counter: &AtomicU64) {
    family(out, name, help);
    _ = writeln!(out, "{name} {}", counter.load(Ordering::Relaxed));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counters_are_told_by_class_and_result() {
        let metrics = Metrics::default();
        metrics.answered(axum::http::StatusCode::NOT_FOUND);
        metrics.verified(Found::Unknown);
        let text = metrics.text();
        assert!(text.contains("touchstone_http_answers_total{class=\"4xx\"} 1\n"));
        assert!(text.contains("touchstone_verifications_total{result=\"unknown\"} 1\n"));
    }
}
