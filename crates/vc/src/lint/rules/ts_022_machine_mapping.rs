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
        mapping.shown_as_confirmed && mapping.reviewers == 0 && is_machine(&mapping.justification)
    });
    let findings: Vec<Finding> = machine
        .map(|mapping| {
            let what = format!("The link to {} was found by a machine ({}) and nobody reviewed it, but it is shown as confirmed.", mapping.target_url, mapping.justification);
            Finding::new("alignment", what)
        })
        .collect();
    Judgement::of(findings)
}

/// The justifications of SSSOM's vocabulary (semapv) in which no person looked at the mapping.
fn is_machine(justification: &str) -> bool {
    let name = justification
        .rsplit([':', '/', '#'])
        .next()
        .unwrap_or_default();
    MACHINE.contains(&name)
}

const MACHINE: [&str; 10] = [
    "LexicalMatching",
    "LexicalSimilarityThresholdMatching",
    "SemanticSimilarityThresholdMatching",
    "StructuralMatching",
    "InstanceBasedMatching",
    "LogicalReasoning",
    "CompositeMatching",
    "BackgroundKnowledgeBasedMatching",
    "MappingChaining",
    "MappingInversion",
];
