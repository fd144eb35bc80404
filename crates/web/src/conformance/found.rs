//! The answer to a check: 200 where it holds, 400 where it does not, as VC API and its suites have it.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::value::RawValue;
use touchstone_service::conformance::Scope;
use touchstone_vc::schema::Misfit;
use touchstone_vc::{Check, Outcome};

use super::problem::Problem;

/// What was found.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Found {
    /// Everything that was asked holds.
    pub(super) verified: bool,
    /// What was looked at.
    checks: Vec<String>,
    /// What does not count here, but should be known.
    warnings: Vec<String>,
    /// Why it is not verified: check and fault.
    errors: Vec<String>,
    /// The same, with types.
    problem_details: Vec<Problem>,
    /// The report, as everywhere in Touchstone.
    #[serde(skip_serializing_if = "Option::is_none")]
    report: Option<Box<RawValue>>,
}

impl Found {
    /// An answer without anything in it yet.
    pub(super) fn new(verified: bool, report: String) -> Self {
        Self {
            verified,
            checks: vec!["form".to_owned()],
            warnings: Vec::new(),
            errors: Vec::new(),
            problem_details: Vec::new(),
            report: RawValue::from_string(report).ok(),
        }
    }

    /// What cannot be read is not verified.
    pub(super) fn refused(problem: Problem) -> Self {
        Self {
            verified: false,
            checks: Vec::new(),
            warnings: Vec::new(),
            errors: vec![problem.code().to_owned()],
            problem_details: vec![problem],
            report: None,
        }
    }

    /// Adds where the data model is not kept.
    pub(super) fn form(&mut self, misfit: Option<&Misfit>, member: &str) {
        if let Some(misfit) = misfit {
            self.errors.push(format!("form: {}", misfit.fault.code()));
            self.problem_details.push(Problem::misfit(misfit, member));
        }
    }

    /// Adds checks of what stands at `place`.
    pub(super) fn add(&mut self, checks: &[Check], scope: Scope, place: &str) {
        for check in checks {
            let kind = match place {
                "" => check.kind.code().to_owned(),
                place => format!("{place}: {}", check.kind.code()),
            };
            let words = match check.outcome {
                Outcome::Pass => None,
                Outcome::NotListed => Some(format!("{kind}: not_listed")),
                Outcome::Fail(fault) => Some(format!("{kind}: {}", fault.code())),
                Outcome::Unknown(fault) => {
                    Some(format!("{kind}: could_not_check: {}", fault.code()))
                }
            };
            self.checks.push(kind);
            let Some(words) = words else { continue };
            if scope.counts_against(check) {
                self.errors.push(words);
                self.problem_details.extend(Problem::of(check));
            } else {
                self.warnings.push(words);
            }
        }
    }

    /// Adds what kept a credential inside from being read.
    pub(super) fn unread(&mut self, place: &str, problem: Problem) {
        self.errors.push(format!("{place}: {}", problem.code()));
        self.problem_details.push(problem);
    }
}

impl IntoResponse for Found {
    fn into_response(self) -> Response {
        let status = match self.verified {
            true => StatusCode::OK,
            false => StatusCode::BAD_REQUEST,
        };
        (status, Json(self)).into_response()
    }
}
