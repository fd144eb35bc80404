//! What a link leads to is still the same tomorrow.

use alloc::format;
use alloc::vec::Vec;

use super::ts_011_level::is_level;
use crate::lint::Profile::{CtdlMin, EuMc, TmcApplication, TmcKnowledge};
use crate::lint::{Facts, Finding, Judgement, Known, Rule, Severity};

pub(super) const RULE: Rule = Rule {
    id: "TS-012",
    severity: Severity::Warning,
    claim: "Each alignment leads somewhere and names its framework with a version.",
    source: "Open Badges 3.0, Alignment, targetUrl and targetFramework; SSSOM, object_source_version",
    mend: "Write the framework with its version (“O*NET 29.3”, “ESCO 1.2”) and an address that opens.",
    profiles: &[EuMc, TmcApplication, TmcKnowledge, CtdlMin],
    judge,
};

fn judge(facts: &Facts) -> Judgement {
    let mut findings = Vec::new();
    let mut not_looked = Vec::new();
    for (at, alignment) in facts.alignment.iter().enumerate() {
        let place = |member: &str| format!("alignment[{at}].{member}");
        let address = &alignment.target_url;
        if !address.starts_with("https://") && !address.starts_with("http://") {
            findings.push(Finding::new(
                place("targetUrl"),
                "This is no address that can be opened.",
            ));
        } else {
            match alignment.answers {
                Known::Stated(true) => {}
                Known::Stated(false) => findings.push(Finding::new(
                    place("targetUrl"),
                    format!("{address} did not answer."),
                )),
                Known::Unknown | Known::Absent => {
                    not_looked.push(
                        Finding::new(
                            place("targetUrl"),
                            "Whether the address opens is not known.",
                        )
                        .mend("Have it looked up (`touchstone lint --look-up`, `lookUp`, the button beside the form), or open it."),
                    );
                }
            }
        }
        if alignment.target_framework.is_empty() {
            findings.push(Finding::new(
                place("targetFramework"),
                "The framework is not named.",
            ));
        } else if !alignment
            .target_framework
            .contains(|c: char| c.is_ascii_digit())
            && !is_level(alignment)
        {
            findings.push(Finding::new(
                place("targetFramework"),
                format!(
                    "“{}” has no version: its entries change.",
                    alignment.target_framework
                ),
            ));
        }
    }
    match (findings.is_empty(), not_looked.is_empty()) {
        (false, _) => Judgement::Broken(findings),
        (true, false) => Judgement::Unknown(not_looked),
        (true, true) => Judgement::Holds,
    }
}
