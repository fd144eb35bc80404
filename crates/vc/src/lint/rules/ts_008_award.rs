//! Whose it is, and since when.

use alloc::vec::Vec;

use crate::lint::Profile::{EuMc, TmcApplication, TmcKnowledge};
use crate::lint::{Facts, Finding, Judgement, Known, NOT_GIVEN, Rule, Severity, Stage};

pub(super) const RULE: Rule = Rule {
    id: "TS-008",
    severity: Severity::Error,
    claim: "The date of the award and the learner are stated.",
    source: "Council Recommendation 2022/C 243/02, Annex I: date of issuing, identification of the learner; Open Badges 3.0, AchievementSubject, identifier",
    mend: "Issue it with a date and with a name, an address or an identifier of the person.",
    profiles: &[EuMc, TmcApplication, TmcKnowledge],
    judge,
};

fn judge(facts: &Facts) -> Judgement {
    if facts.stage == Stage::Achievement {
        return Judgement::NotApplicable("asked of each credential, when somebody is awarded it");
    }
    let asked = [
        (
            "awardedDate",
            facts.awarded == Known::Absent,
            "It is not said when it was awarded.",
        ),
        (
            "credentialSubject.identifier",
            facts.learner == Known::Absent,
            "It is not said whose it is: there is no name, identifier or DID.",
        ),
    ];
    let findings: Vec<Finding> = asked
        .into_iter()
        .filter(|(_, absent, _)| *absent)
        .map(|(place, _, what)| Finding::new(place, what))
        .collect();
    if findings.is_empty() && (facts.awarded.is_unknown() || facts.learner.is_unknown()) {
        return Judgement::unknown("credentialSubject", NOT_GIVEN);
    }
    Judgement::of(findings)
}
