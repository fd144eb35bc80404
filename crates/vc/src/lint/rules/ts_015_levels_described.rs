//! A level says what can be seen at it.

use alloc::format;
use alloc::vec::Vec;

use crate::lint::Profile::{TmcApplication, TmcKnowledge};
use crate::lint::{Facts, Finding, Judgement, Rule, Severity};

pub(super) const RULE: Rule = Rule {
    id: "TS-015",
    severity: Severity::Warning,
    claim: "Every level of the rubric is described.",
    source: "Open Badges 3.0, RubricCriterionLevel, description",
    mend: "Write one sentence: what can be seen at this level and not below it.",
    profiles: &[TmcApplication, TmcKnowledge],
    judge,
};

fn judge(facts: &Facts) -> Judgement {
    let mut findings = Vec::new();
    for (at, rubric) in facts.rubrics.iter().enumerate() {
        for (number, level) in rubric
            .levels
            .iter()
            .enumerate()
            .filter(|(_, level)| level.description.is_empty())
        {
            findings.push(Finding::new(
                format!("resultDescription[{at}].rubricCriterionLevel[{number}].description"),
                format!("“{}” is a name without a description.", level.name),
            ));
        }
    }
    Judgement::of(findings)
}
