//! What one needs before, how well it went, what it counts towards.

use alloc::vec::Vec;

use crate::lint::Profile::{CtdlMin, EuMc, TmcApplication, TmcKnowledge};
use crate::lint::{Facts, Finding, Judgement, Known, NOT_GIVEN, Rule, Severity};

pub(super) const RULE: Rule = Rule {
    id: "TS-020",
    severity: Severity::Information,
    claim: "Prerequisites, the grade and what it counts towards are stated.",
    source: "Council Recommendation 2022/C 243/02, Annex I, optional elements: prerequisites, grade achieved, integration and stackability options",
    mend: "List what is required before (requires, empty if nothing), describe levels or another scale, state the result in the credential, and link the credential that it counts towards (targetType ceterms:Credential).",
    profiles: &[EuMc, TmcApplication, TmcKnowledge, CtdlMin],
    judge,
};

fn judge(facts: &Facts) -> Judgement {
    let mut findings = Vec::new();
    if facts.requires == Known::Absent {
        findings.push(Finding::new(
            "requires",
            "It is not said what has to be held before.",
        ));
    }
    match (facts.rubrics.is_empty(), &facts.graded) {
        // A grade says what it is of: a scale beside it is one more thing.
        (_, Known::Stated(())) | (false, Known::Unknown) => {}
        (true, _) => findings.push(Finding::new(
            "resultDescription",
            "There is no scale that a grade could stand on.",
        )),
        (false, Known::Absent) => findings.push(
            Finding::new(
                "credentialSubject.result",
                "No grade is stated: neither a value nor a level that was reached.",
            )
            .mend("State the result (achievedLevel, or a value on the scale)."),
        ),
    }
    if facts.stackability == Known::Absent {
        findings.push(Finding::new(
            "alignment",
            "It is not said what it counts towards.",
        ));
    }
    if findings.is_empty() && facts.requires.is_unknown() {
        return Judgement::unknown("requires", NOT_GIVEN);
    }
    Judgement::of(findings)
}
