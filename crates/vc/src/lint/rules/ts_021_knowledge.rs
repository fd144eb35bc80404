//! Knowing is not doing.

use alloc::format;
use alloc::vec::Vec;

use crate::lint::Profile::TmcKnowledge;
use crate::lint::statement::{self, Language};
use crate::lint::{Facts, Finding, Judgement, Known, Rule, Severity};

pub(super) const RULE: Rule = Rule {
    id: "TS-021",
    severity: Severity::Error,
    claim: "A knowledge credential does not claim that a task was performed.",
    source: "Open Badges 3.0, Alignment, targetType; Cedefop, Defining, writing and applying learning outcomes (2022): knowledge, skills and competence",
    mend: "Say what the person explains, names or compares and link skills or knowledge; or choose the profile tmc-application and ask for evidence.",
    profiles: &[TmcKnowledge],
    judge,
};

fn judge(facts: &Facts) -> Judgement {
    let mut findings = Vec::new();
    for (at, alignment) in facts.alignment.iter().enumerate() {
        if alignment.target_type == "ext:Task" {
            findings.push(Finding::new(
                format!("alignment[{at}].targetType"),
                format!(
                    "“{}” is a task: readers take it for done.",
                    alignment.target_name
                ),
            ));
        }
    }
    let language = facts.in_language.stated().map(|tag| Language::of_tag(tag));
    if let (Some(text), Some(Some(language))) = (facts.description.stated(), language) {
        let read = statement::judge(text, language);
        if let (Ok(verb), false) = (&read.action, read.knowledge) {
            findings.push(Finding::new(
                "description",
                format!("“{verb}” says that a task is done, not that something is known."),
            ));
        }
    }
    if !findings.is_empty() {
        return Judgement::Broken(findings);
    }
    match (&facts.description, language) {
        (Known::Unknown, _) => Judgement::unknown("description", "The description was not given."),
        (Known::Stated(_), None) => Judgement::unknown(
            "inLanguage",
            "The language is not stated, so the description cannot be judged.",
        ),
        (Known::Stated(_), Some(None)) => Judgement::NotApplicable(
            "it links no task, and descriptions are judged in English, Spanish, French, German, Portuguese and Dutch",
        ),
        (Known::Absent, _) | (Known::Stated(_), Some(Some(_))) => Judgement::Holds,
    }
}
