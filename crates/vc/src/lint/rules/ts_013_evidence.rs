//! Whoever doubts can look, and sees by what measure it was judged.

use alloc::vec::Vec;

use crate::lint::Profile::TmcApplication;
use crate::lint::{Facts, Finding, Judgement, Known, NOT_GIVEN, Rule, Severity, Snapshot, Stage};

pub(super) const RULE: Rule = Rule {
    id: "TS-013",
    severity: Severity::Error,
    claim: "An application credential rests on evidence and binds its rubric by a hash.",
    source: "Open Badges 3.0, OpenBadgeCredential, evidence; VC Data Model 2.0 §5.3, relatedResource",
    mend: "Ask for at least one kind of evidence and describe the levels; each credential then carries evidence and the hash of the version.",
    profiles: &[TmcApplication],
    judge,
};

fn judge(facts: &Facts) -> Judgement {
    let mut findings = Vec::new();
    let mut unknown = Vec::new();
    let (evidence, place) = match facts.stage {
        Stage::Achievement => (asked(&facts.evidence_required), "evidenceRequired"),
        Stage::Credential => (asked(&facts.evidence), "evidence"),
    };
    match evidence {
        Some(true) => {}
        Some(false) => findings.push(Finding::new(place, "It rests on no evidence.")),
        None => unknown.push(Finding::new(place, NOT_GIVEN)),
    }
    let has_levels = facts.rubrics.iter().any(|rubric| !rubric.levels.is_empty());
    if !has_levels {
        findings.push(Finding::new(
            "resultDescription",
            "There is no rubric that it was judged by.",
        ));
    }
    if facts.stage == Stage::Credential {
        match facts.snapshot {
            Known::Stated(Snapshot::Bound) => {}
            Known::Stated(Snapshot::Differs) => findings.push(Finding::new(
                "relatedResource",
                "The version that was given is not the one that the credential binds.",
            )),
            Known::Absent => findings.push(Finding::new(
                "relatedResource",
                "The rubric is not bound by a hash, so it can be exchanged later.",
            )),
            Known::Unknown => unknown.push(Finding::new(
                "relatedResource",
                "Whether the digest is that of the achievement’s version was not looked at: its document was not given, or the digest is of a kind that is not read here.",
            )),
        }
    }
    match (findings.is_empty(), unknown.is_empty()) {
        (false, _) => Judgement::Broken(findings),
        (true, false) => Judgement::Unknown(unknown),
        (true, true) => Judgement::Holds,
    }
}

fn asked<T>(fact: &Known<T>) -> Option<bool> {
    match fact {
        Known::Unknown => None,
        Known::Absent => Some(false),
        Known::Stated(_) => Some(true),
    }
}
