//! Counters for operators, in Prometheus text. No label names a tenant, a person or a credential.

use std::fmt::Write;
use std::sync::atomic::{AtomicU64, Ordering};

use touchstone_service::logging::{Quorum, Standby, Standing, StandingAnchor};
use touchstone_service::operations::Gauges;
use touchstone_service::verifying::Found;
use tracing::warn;

/// Everything that is counted while the process runs.
#[derive(Debug, Default)]
pub struct Metrics {
    /// Answers by class of status: index 2 is 2xx.
    answers: [AtomicU64; 6],
    /// Requests turned away by a rate limit.
    pub limited: AtomicU64,
    /// Requests that were forwarded by a proxy which is not configured.
    forwarded: AtomicU64,
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

    /// Counts a request that says for whom it was forwarded, from whom that is not believed, and tells of the first.
    pub fn forwarded_by_a_stranger(&self) {
        if self.forwarded.fetch_add(1, Ordering::Relaxed) == 0 {
            warn!(
                "a request came with X-Forwarded-For from an address that site.trusted_proxies does not name: if that is your proxy, everybody behind it \
                 counts as one network for the rate limits until it is named there"
            );
        }
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
            "touchstone_forwarded_by_strangers_total",
            "Requests with X-Forwarded-For from an address that site.trusted_proxies does not name.",
            &self.forwarded,
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

/// What the database says, in the same format. Nothing of it if the database does not answer: old numbers would look like new.
pub fn of_database(gauges: Option<&Gauges>) -> String {
    let mut out = String::with_capacity(2048);
    let mut write = |name: &str, kind: &str, help: &str, samples: &[(&str, i64)]| {
        _ = writeln!(out, "# HELP {name} {help}\n# TYPE {name} {kind}");
        for (labels, value) in samples {
            _ = writeln!(out, "{name}{labels} {value}");
        }
    };
    write(
        "touchstone_database_up",
        "gauge",
        "1 if the database answers.",
        &[("", i64::from(gauges.is_some()))],
    );
    let Some(gauges) = gauges else { return out };
    write(
        "touchstone_signer_up",
        "gauge",
        "1 if the signer of the institutions' keys answers; 0 while a security module or AWS KMS is away and jobs wait for it.",
        &[("", i64::from(gauges.signer_ready))],
    );
    let count = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    write(
        "touchstone_credentials_issued_total",
        "counter",
        "Credentials that were ever sealed.",
        &[("", count(gauges.issued))],
    );
    let labels: Vec<(String, i64)> = gauges
        .deliveries
        .iter()
        .map(|(state, n)| (format!("{{state=\"{state}\"}}"), count(*n)))
        .collect();
    let deliveries: Vec<(&str, i64)> = labels.iter().map(|(l, n)| (l.as_str(), *n)).collect();
    write(
        "touchstone_deliveries",
        "gauge",
        "Deliveries by state; bounced and dead are those that failed.",
        &deliveries,
    );
    if let Some(age) = gauges.status_age_seconds {
        write(
            "touchstone_status_list_age_seconds",
            "gauge",
            "Age of the oldest of the status lists as they are published.",
            &[("", age)],
        );
    }
    if let Some(left) = gauges.status_stale_in_seconds {
        write(
            "touchstone_status_list_stale_in_seconds",
            "gauge",
            "Time until the first status list goes stale; negative if one is.",
            &[("", left)],
        );
    }
    write(
        "touchstone_status_publication_waiting_seconds",
        "gauge",
        "How long a changed status list has waited to be published; 0 if none waits.",
        &[("", gauges.status_waits_seconds)],
    );
    write(
        "touchstone_jobs",
        "gauge",
        "Jobs by state; dead ones were given up.",
        &[
            ("{state=\"ready\"}", count(gauges.jobs_ready)),
            ("{state=\"leased\"}", count(gauges.jobs_leased)),
            ("{state=\"dead\"}", count(gauges.jobs_dead)),
        ],
    );
    write(
        "touchstone_jobs_failing",
        "gauge",
        "Jobs that failed and are tried again.",
        &[("", count(gauges.jobs_failing))],
    );
    write(
        "touchstone_jobs_oldest_seconds",
        "gauge",
        "For how long the longest waiting job has been due; 0 if none is.",
        &[("", gauges.jobs_oldest_seconds)],
    );
    write(
        "touchstone_jobs_lost_seconds",
        "gauge",
        "For how long a job has been in work without a sign of life; 0 if none is.",
        &[("", gauges.jobs_lost_seconds)],
    );
    write(
        "touchstone_remote_documents",
        "gauge",
        "Copies kept of other issuers’ documents.",
        &[("", count(gauges.remote_documents))],
    );
    write(
        "touchstone_did_foreign_documents",
        "gauge",
        "Institutions whose DID resolves to a document that was never published here, or in which a key counts that was given up: more than 0 is always an alarm.",
        &[("", count(gauges.foreign_documents))],
    );
    if let Some(log) = &gauges.log {
        of_log(&mut write, gauges, log);
    }
    out
}

/// How the public log stands. A witness is named as the operator's policy names it.
fn of_log(
    write: &mut impl FnMut(&str, &str, &str, &[(&str, i64)]),
    gauges: &Gauges,
    log: &Standing,
) {
    let count = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    let mut one = |name: &str, help: &str, value: i64| write(name, "gauge", help, &[("", value)]);
    one(
        "touchstone_log_entries",
        "Entries of the public log as it is shown.",
        count(log.size),
    );
    one(
        "touchstone_log_checkpoint_age_seconds",
        "Age of the checkpoint that is shown; it grows while nothing changes.",
        gauges.log_age_seconds,
    );
    one(
        "touchstone_log_queue",
        "Changes that wait to be entered in the public log.",
        count(log.queued),
    );
    one(
        "touchstone_log_queue_oldest_seconds",
        "For how long the longest of them has waited; 0 if none does.",
        gauges.log_waits_seconds,
    );
    of_anchors(write, log);
    let mut one = |name: &str, help: &str, value: i64| write(name, "gauge", help, &[("", value)]);
    if log.quorum == Quorum::NotAsked {
        return;
    }
    one(
        "touchstone_log_quorum",
        "1 if enough witnesses have cosigned the checkpoint that is shown.",
        i64::from(log.quorum == Quorum::Reached),
    );
    one(
        "touchstone_log_witnessed_entries",
        "Entries under the newest checkpoint that enough witnesses cosigned.",
        count(log.witnessed.unwrap_or(0)),
    );
    let labels: Vec<String> = log.witnesses.iter().map(|one| label(&one.name)).collect();
    let mut each = |name: &str, help: &str, value: fn(&Standby) -> i64| {
        let values = labels.iter().zip(&log.witnesses);
        let values: Vec<(&str, i64)> = values.map(|(l, one)| (l.as_str(), value(one))).collect();
        write(name, "gauge", help, &values);
    };
    each(
        "touchstone_log_witness_up",
        "1 if the witness cosigned when it was asked last.",
        |one| i64::from(one.asked_at.is_some() && one.refused.is_none()),
    );
    each(
        "touchstone_log_witness_entries",
        "Entries under the newest checkpoint that the witness cosigned.",
        |one| i64::try_from(one.cosigned).unwrap_or(i64::MAX),
    );
    each(
        "touchstone_log_witness_against",
        "1 if the witness has seen another history of this log, or more of it.",
        |one| i64::from(one.against.is_some()),
    );
    each(
        "touchstone_log_stopped",
        "1 if nothing more is entered in the log because of what the witness says.",
        |one| i64::from(one.stops_the_log()),
    );
}

fn of_anchors(write: &mut impl FnMut(&str, &str, &str, &[(&str, i64)]), log: &Standing) {
    if log.anchors.is_empty() {
        return;
    }
    let names = log.anchors.iter();
    let labels: Vec<String> = names
        .map(|one| format!("{{anchor=\"{}\"}}", one.name))
        .collect();
    let mut each = |name: &str, help: &str, value: fn(&StandingAnchor) -> Option<i64>| {
        let values = labels.iter().zip(&log.anchors);
        let values: Vec<(&str, i64)> = values
            .filter_map(|(label, one)| Some((label.as_str(), value(one)?)))
            .collect();
        if !values.is_empty() {
            write(name, "gauge", help, &values);
        }
    };
    each(
        "touchstone_log_anchor_asked",
        "1 if the anchor is asked; 0 if it is configured and nothing may be fetched.",
        |one| Some(i64::from(one.is_asked)),
    );
    each(
        "touchstone_log_anchor_up",
        "1 if the anchor took the newest checkpoint that it was asked about, when it was asked last.",
        |one| {
            let up = one.newest.is_some() && one.fails().is_none();
            one.is_asked.then_some(i64::from(up))
        },
    );
    each(
        "touchstone_log_anchor_entries",
        "Entries under the newest checkpoint whose time the anchor states.",
        |one| {
            let size = one.confirmed.as_ref().map_or(0, |confirmed| confirmed.size);
            Some(i64::try_from(size).unwrap_or(i64::MAX))
        },
    );
}

/// `{witness="NAME"}`, with what has a meaning in the format escaped.
fn label(name: &str) -> String {
    let name = name.replace('\\', "\\\\").replace('"', "\\\"");
    format!("{{witness=\"{name}\"}}")
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
