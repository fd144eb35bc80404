//! How demanding it is, on a scale that is shared.

use crate::lint::Profile::{EuMc, TmcApplication, TmcKnowledge};
use crate::lint::{AlignmentFacts, Facts, Judgement, Rule, Severity};

pub(super) const RULE: Rule = Rule {
    id: "TS-011",
    severity: Severity::Warning,
    claim: "A level is stated: EQF or another.",
    source: "Council Recommendation 2022/C 243/02, Annex I: level (and cycle, if applicable) of the learning experience leading to the micro-credential (EQF, QF-EHEA)",
    mend: "Link a level: framework EQF, name “EQF level 4”, address http://data.europa.eu/snb/eqf/4.",
    profiles: &[EuMc, TmcApplication, TmcKnowledge],
    judge,
};

fn judge(facts: &Facts) -> Judgement {
    match facts.alignment.iter().any(is_level) {
        true => Judgement::Holds,
        false => Judgement::broken(
            "alignment",
            "No level of a qualifications framework is stated.",
        ),
    }
}

/// Whether an alignment is a level of a qualifications framework and not an outcome.
pub(super) fn is_level(alignment: &AlignmentFacts) -> bool {
    let named = |text: &str| {
        text.split(|c: char| !c.is_alphanumeric() && c != '-')
            .any(|word| FRAMEWORKS.contains(&word))
    };
    LEVELS
        .iter()
        .any(|address| alignment.target_url.starts_with(address))
        || named(&alignment.target_framework)
        || alignment
            .target_framework
            .contains("Qualifications Framework")
}

/// Qualifications frameworks by their short names: Europe, higher education in Europe, Germany, England, Scotland, Ireland, Wales,
/// France, Portugal, Spain, the Netherlands, Austria, Switzerland, Australia, New Zealand, South Africa, Canada’s and UNESCO’s scales.
const FRAMEWORKS: [&str; 19] = [
    "EQF", "QF-EHEA", "EQR", "CEC", "DQR", "RQF", "SCQF", "NFQ", "CQFW", "CNCP", "RNCP", "QNQ",
    "MECU", "NLQF", "NQR", "AQF", "NZQCF", "NQF", "ISCED",
];
/// Where the European Commission and CTDL publish levels.
const LEVELS: [&str; 4] = [
    "http://data.europa.eu/snb/eqf/",
    "https://data.europa.eu/snb/eqf/",
    "http://data.europa.eu/snb/nqf/",
    "https://credreg.net/ctdl/terms/audienceLevelType",
];
