//! On site, online or both.

use crate::lint::Profile::{EuMc, TmcApplication, TmcKnowledge};
use crate::lint::{Facts, Judgement, Rule, Severity};

pub(super) const RULE: Rule = Rule {
    id: "TS-010",
    severity: Severity::Error,
    claim: "The form of participation is stated.",
    source: "Council Recommendation 2022/C 243/02, Annex I: form of participation in the learning activity",
    mend: "Say whether one takes part on site, online or both, and where (participation).",
    profiles: &[EuMc, TmcApplication, TmcKnowledge],
    judge,
};

fn judge(facts: &Facts) -> Judgement {
    Judgement::wants(
        &facts.participation,
        "participation",
        "It is not said how one takes part.",
    )
}
