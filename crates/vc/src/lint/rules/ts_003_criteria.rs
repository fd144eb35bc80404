//! The criteria can be read where the achievement is read.

use crate::lint::Profile::{CtdlMin, EuMc, TmcApplication, TmcKnowledge};
use crate::lint::{Facts, Judgement, Known, Rule, Severity};

pub(super) const RULE: Rule = Rule {
    id: "TS-003",
    severity: Severity::Error,
    claim: "The criteria are a text, not only an address.",
    source: "Open Badges 3.0, Criteria, narrative and id",
    mend: "Write in criteria.narrative what the person does, for how long, with what help, and when it is passed.",
    profiles: &[EuMc, TmcApplication, TmcKnowledge, CtdlMin],
    judge,
};

fn judge(facts: &Facts) -> Judgement {
    match (&facts.criteria_narrative, &facts.criteria_id) {
        (Known::Unknown, _) => {
            Judgement::unknown("criteria.narrative", "The criteria were not given.")
        }
        (Known::Stated(text), _) if says_something(text) => Judgement::Holds,
        (Known::Stated(_), _) | (Known::Absent, Known::Stated(_)) => Judgement::broken(
            "criteria.narrative",
            "The criteria are only an address, which may change or vanish.",
        ),
        (Known::Absent, _) => Judgement::broken("criteria.narrative", "There are no criteria."),
    }
}

/// Whether there is a word that is no address.
fn says_something(text: &str) -> bool {
    text.split_whitespace().any(|word| {
        !word.contains("://") && !word.starts_with("www.") && word.chars().any(char::is_alphabetic)
    })
}
