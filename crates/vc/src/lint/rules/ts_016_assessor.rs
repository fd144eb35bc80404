//! Who judged, who watched, and whether it was that person.

use alloc::vec::Vec;

use crate::lint::Profile::{EuMc, TmcApplication, TmcKnowledge};
use crate::lint::{Facts, Finding, Judgement, Known, NOT_GIVEN, Rule, Severity, Stage};

pub(super) const RULE: Rule = Rule {
    id: "TS-016",
    severity: Severity::Warning,
    claim: "The assessor, the supervision and the check of identity are stated.",
    source: "Council Recommendation 2022/C 243/02, Annex I, optional elements: supervision and identity verification during assessment; Open Badges 3.0, AchievementSubject, source",
    mend: "Say who watches (supervision), how identity is checked (identityCheck), and name the assessor in each award.",
    profiles: &[EuMc, TmcApplication, TmcKnowledge],
    judge,
};

fn judge(facts: &Facts) -> Judgement {
    let mut asked = Vec::from([
        (
            "supervision",
            &facts.supervision,
            "It is not said who watches.",
        ),
        (
            "identityCheck",
            &facts.identity_check,
            "It is not said how it is made sure who was assessed.",
        ),
    ]);
    if facts.stage == Stage::Credential {
        asked.push((
            "credentialSubject.source",
            &facts.assessor,
            "The assessor is not named.",
        ));
    }
    let absent = asked.iter().filter(|(_, fact, _)| **fact == Known::Absent);
    let findings: Vec<Finding> = absent
        .map(|(place, _, what)| Finding::new(*place, *what))
        .collect();
    let unknown = asked.iter().filter(|(_, fact, _)| fact.is_unknown());
    let unknown: Vec<Finding> = unknown
        .map(|(place, ..)| Finding::new(*place, NOT_GIVEN))
        .collect();
    match (findings.is_empty(), unknown.is_empty()) {
        (false, _) => Judgement::Broken(findings),
        (true, false) => Judgement::Unknown(unknown),
        (true, true) => Judgement::Holds,
    }
}
