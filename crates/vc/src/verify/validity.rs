//! Is it within its dates?
//!
//! [VC Data Model 2.0 §4.9](https://www.w3.org/TR/vc-data-model-2.0/#validity-period).

use crate::credential::Credential;
use crate::report::{Check, CheckKind, Detail, Fault, Outcome, ValidityDetail};
use crate::time::Timestamp;

pub(super) fn check(credential: &Credential<'_>, at: Timestamp) -> Check {
    let (from, until) = (credential.valid_from(), credential.valid_until());
    let detail = ValidityDetail {
        valid_from: from.ok().flatten(),
        valid_until: until.ok().flatten(),
    };
    let (outcome, path) = match (from, until) {
        // A date that cannot be read is not the same as no date.
        (Err(member), _) | (_, Err(member)) => (Outcome::Unknown(Fault::DatesMalformed), member),
        (Ok(from), Ok(Some(until))) if from.is_some_and(|from| until < from) => {
            (Outcome::Unknown(Fault::DatesMalformed), "validUntil")
        }
        (_, Ok(Some(until))) if until < at => (Outcome::Fail(Fault::Expired), "validUntil"),
        (Ok(Some(from)), _) if at < from => (Outcome::Fail(Fault::NotYetValid), "validFrom"),
        _ => (Outcome::Pass, ""),
    };
    let path = if path.is_empty() {
        path.into()
    } else {
        alloc::format!("/{path}")
    };
    super::check(
        CheckKind::Validity,
        outcome,
        &path,
        Detail::Validity(detail),
    )
}
