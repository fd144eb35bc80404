//! How long it is good for.

use crate::lint::Profile::{CtdlMin, EuMc, TmcApplication, TmcKnowledge};
use crate::lint::{Facts, Judgement, Known, NOT_GIVEN, Rule, Severity, Stage};

pub(super) const RULE: Rule = Rule {
    id: "TS-017",
    severity: Severity::Warning,
    claim: "It expires, or it says why it does not.",
    source: "VC Data Model 2.0 §4.9, validUntil; CTDL, ceterms:renewalFrequency and ceterms:expirationDate",
    mend: "Say for how many months it is good (validForMonths), or say in renewal why it has no end.",
    profiles: &[EuMc, TmcApplication, TmcKnowledge, CtdlMin],
    judge,
};

fn judge(facts: &Facts) -> Judgement {
    let end = match facts.stage {
        Stage::Achievement => facts.valid_for_months.stated().is_some(),
        Stage::Credential => facts.valid_until.stated().is_some(),
    };
    match (end, &facts.renewal) {
        (true, _) | (false, Known::Stated(_)) => Judgement::Holds,
        (false, Known::Absent) => {
            Judgement::broken("validForMonths", "It has no end, and nothing says why.")
        }
        (false, Known::Unknown) => Judgement::unknown("renewal", NOT_GIVEN),
    }
}
