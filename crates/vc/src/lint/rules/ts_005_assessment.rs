//! How it was found out what somebody can do.

use crate::lint::Profile::{EuMc, TmcApplication, TmcKnowledge};
use crate::lint::{Facts, Judgement, Rule, Severity};

pub(super) const RULE: Rule = Rule {
    id: "TS-005",
    severity: Severity::Error,
    claim: "The type of assessment is stated.",
    source: "Council Recommendation 2022/C 243/02, Annex I: type of assessment",
    mend: "Say how it is assessed: a practical test, a portfolio, an observation at work (assessmentMethod).",
    profiles: &[EuMc, TmcApplication, TmcKnowledge],
    judge,
};

fn judge(facts: &Facts) -> Judgement {
    Judgement::wants(
        &facts.assessment_method,
        "assessmentMethod",
        "It is not said how it is assessed.",
    )
}
