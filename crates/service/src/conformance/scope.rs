//! How much is asked of what is checked.

use touchstone_vc::{Check, CheckKind, Fault, Outcome, Resource};

/// What a request asks. The form, and that no digest which can be computed differs, are always asked.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Scope {
    /// Does every proof hold? (VC Data Integrity §4.4)
    Proof,
    /// That, and does its issuer stand by it? (Bitstring Status List §3.2)
    ProofAndStatus,
    /// That, and did its issuer's own key sign it, within its dates?
    Everything,
}

impl Scope {
    /// The scope that the names in `options.checks` ask for; none asks for what is usual here. `None` for a name that is not known.
    pub fn of(checks: &[String], usual: Self) -> Option<Self> {
        let mut asked = None;
        for check in checks {
            let one = match check.as_str() {
                "proof" => Self::Proof,
                "credentialStatus" => Self::ProofAndStatus,
                _ => return None,
            };
            asked = match asked {
                Some(Self::ProofAndStatus) => asked,
                _ => Some(one),
            };
        }
        Some(asked.unwrap_or(usual))
    }

    /// Whether a document from elsewhere is needed to answer.
    pub(super) fn needs(self, resource: &Resource) -> bool {
        match resource {
            Resource::StatusList(_) => self != Self::Proof,
            _ => true,
        }
    }

    /// Whether a check keeps what was checked from being verified.
    pub fn counts_against(self, check: &Check) -> bool {
        if check.outcome == Outcome::Pass {
            return false;
        }
        match check.kind {
            CheckKind::Proof => true,
            CheckKind::Status => self != Self::Proof,
            CheckKind::Issuer | CheckKind::Validity | CheckKind::Holder => self == Self::Everything,
            // Who asked nothing of the holder knows that.
            CheckKind::Challenge => check.outcome != Outcome::Unknown(Fault::ChallengeNotAsked),
            // A related document that is not here says nothing; one that differs is an error (VC Data Model 2.0 §5.3).
            CheckKind::Evidence => matches!(check.outcome, Outcome::Fail(_)),
            CheckKind::Recognition | CheckKind::Schema => false,
        }
    }

    /// Whether none of these checks counts against it.
    pub(super) fn holds(self, checks: &[Check]) -> bool {
        !checks.iter().any(|check| self.counts_against(check))
    }
}
