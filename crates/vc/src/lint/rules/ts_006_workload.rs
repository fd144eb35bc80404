//! How much work it is.

use crate::lint::Profile::{EuMc, TmcApplication, TmcKnowledge};
use crate::lint::{Facts, Judgement, Known, NOT_GIVEN, Rule, Severity};

pub(super) const RULE: Rule = Rule {
    id: "TS-006",
    severity: Severity::Error,
    claim: "The workload is stated in hours or credits.",
    source: "Council Recommendation 2022/C 243/02, Annex I: notional workload needed to achieve the learning outcomes (in ECTS credits, wherever possible)",
    mend: "State the hours that learning takes on average (workloadHours) or the credits (creditsAvailable).",
    profiles: &[EuMc, TmcApplication, TmcKnowledge],
    judge,
};

fn judge(facts: &Facts) -> Judgement {
    match (&facts.workload_hours, &facts.credits_available) {
        (Known::Stated(_), _) | (_, Known::Stated(_)) => Judgement::Holds,
        (Known::Absent, Known::Absent) => {
            Judgement::broken("workloadHours", "Neither hours nor credits are stated.")
        }
        _ => Judgement::unknown("workloadHours", NOT_GIVEN),
    }
}
