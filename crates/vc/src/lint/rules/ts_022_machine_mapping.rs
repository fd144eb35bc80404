//! What a machine found is a suggestion until somebody looked.

use alloc::format;
use alloc::vec::Vec;

use crate::lint::Profile::{CtdlMin, EuMc, TmcApplication, TmcKnowledge};
use crate::lint::{Facts, Finding, Judgement, Known, Rule, Severity};

pub(super) const RULE: Rule = Rule {
    id: "TS-022",
    severity: Severity::Error,
    claim: "A mapping that only a machine made is never shown as confirmed.",
    source: "SSSOM, mapping_justification and reviewer_id; semapv, matching processes",
    mend: "Have somebody review the link, or take it out.",
    profiles: &[EuMc, TmcApplication, TmcKnowledge, CtdlMin],
    judge,
};

fn judge(facts: &Facts) -> Judgement {
    // An alignment of which no mapping tells is a statement of the issuer, which signs for it.
    let Known::Stated(mappings) = &facts.mappings else {
        return Judgement::Holds;
    };
    let machine = mappings.iter().filter(|mapping| {
        mapping.shown_as_confirmed
            && mapping.reviewers == 0
            && !is_by_person(&mapping.justification)
    });
    let findings: Vec<Finding> = machine
        .map(|mapping| {
            let what = format!("No person made the link to {} (“{}”) and nobody reviewed it, but it is shown as confirmed.", mapping.target_url, mapping.justification);
            Finding::new("alignment", what)
        })
        .collect();
    Judgement::of(findings)
}

/// Whether a person made it or decided on it. Any other word, also one that is in no vocabulary, tells of no person.
fn is_by_person(justification: &str) -> bool {
    let mut names = SEMAPV
        .iter()
        .filter_map(|prefix| justification.strip_prefix(prefix));
    names.any(|name| ["ManualMappingCuration", "MappingReview"].contains(&name))
}

/// The vocabulary of mapping justifications, written short and in full.
const SEMAPV: [&str; 2] = ["semapv:", "https://w3id.org/semapv/vocab/"];
