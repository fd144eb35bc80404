//! A level that is named can be found in the rubric.

use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use crate::lint::Profile::{TmcApplication, TmcKnowledge};
use crate::lint::{Facts, Finding, Judgement, Rule, Severity};

pub(super) const RULE: Rule = Rule {
    id: "TS-014",
    severity: Severity::Error,
    claim: "The required level and the achieved level exist in the rubric.",
    source: "Open Badges 3.0, ResultDescription, requiredLevel; Result, achievedLevel",
    mend: "Name a level that the rubric has, or add it to the rubric.",
    profiles: &[TmcApplication, TmcKnowledge],
    judge,
};

fn judge(facts: &Facts) -> Judgement {
    let mut findings = Vec::new();
    for (at, rubric) in facts.rubrics.iter().enumerate() {
        let known: BTreeSet<&String> = rubric.levels.iter().map(|level| &level.id).collect();
        let exists = |level: &String| known.contains(level);
        if let Some(level) = rubric
            .required_level
            .as_ref()
            .filter(|level| !exists(level))
        {
            findings.push(Finding::new(
                format!("resultDescription[{at}].requiredLevel"),
                format!("“{}” has no level “{level}”.", rubric.name),
            ));
        } else if rubric.required_level.is_none() && !rubric.levels.is_empty() {
            findings.push(Finding::new(
                format!("resultDescription[{at}].requiredLevel"),
                format!(
                    "“{}” does not say which level has to be reached.",
                    rubric.name
                ),
            ));
        }
        for level in rubric.achieved.iter().filter(|level| !exists(level)) {
            findings.push(Finding::new(
                "credentialSubject.result.achievedLevel",
                format!("“{}” has no level “{level}”.", rubric.name),
            ));
        }
    }
    Judgement::of(findings)
}
