//! At least one learning outcome stands there as an entry that can be compared.

use crate::lint::Profile::{CtdlMin, EuMc, TmcApplication, TmcKnowledge};
use crate::lint::{AlignmentFacts, Facts, Judgement, Rule, Severity};

pub(super) const RULE: Rule = Rule {
    id: "TS-004",
    severity: Severity::Error,
    claim: "There is at least one learning outcome.",
    source: "Council Recommendation 2022/C 243/02, Annex I: learning outcomes; Open Badges 3.0, Achievement, alignment",
    mend: "Link at least one task, skill or competency of a framework (alignment).",
    profiles: &[EuMc, TmcApplication, TmcKnowledge, CtdlMin],
    judge,
};

fn judge(facts: &Facts) -> Judgement {
    match facts.alignment.iter().any(is_outcome) {
        true => Judgement::Holds,
        false => Judgement::broken(
            "alignment",
            "No task, skill or competency is named that the person showed.",
        ),
    }
}

/// A task, skill or competency; not a level, a rubric or another credential.
pub(super) fn is_outcome(alignment: &AlignmentFacts) -> bool {
    let other = alignment.target_type.starts_with("CFRubric")
        || alignment.target_type == "ceterms:Credential";
    !other && !alignment.target_name.is_empty() && !super::ts_011_level::is_level(alignment)
}
