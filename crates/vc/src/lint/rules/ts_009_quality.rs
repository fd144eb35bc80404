//! Who looks over the shoulder of the institution.

use crate::lint::Profile::{EuMc, TmcApplication, TmcKnowledge};
use crate::lint::{Facts, Judgement, Rule, Severity};

pub(super) const RULE: Rule = Rule {
    id: "TS-009",
    severity: Severity::Error,
    claim: "The type of quality assurance is stated.",
    source: "Council Recommendation 2022/C 243/02, Annex I: type of quality assurance used to underpin the micro-credential",
    mend: "Say who assures the quality, and how (qualityAssurance).",
    profiles: &[EuMc, TmcApplication, TmcKnowledge],
    judge,
};

fn judge(facts: &Facts) -> Judgement {
    Judgement::wants(
        &facts.quality_assurance,
        "qualityAssurance",
        "It is not said who assures the quality.",
    )
}
