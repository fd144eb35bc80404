//! Somebody else stands behind it.

use alloc::vec::Vec;

use crate::lint::Profile::{TmcApplication, TmcKnowledge};
use crate::lint::{Facts, Judgement, Rule, Severity};

pub(super) const RULE: Rule = Rule {
    id: "TS-018",
    severity: Severity::Warning,
    claim: "An endorsement by somebody else or a reviewed mapping has not expired.",
    source: "Open Badges 3.0, EndorsementCredential; SSSOM, reviewer_id",
    mend: "Ask an employer for an endorsement, or have the links to tasks and skills reviewed.",
    profiles: &[TmcApplication, TmcKnowledge],
    judge,
};

fn judge(facts: &Facts) -> Judgement {
    let own = facts.issuer.did.stated();
    let stands = |until: Option<crate::Timestamp>| until.is_none_or(|until| until >= facts.at);
    let others: Vec<_> = facts
        .endorsements
        .stated()
        .into_iter()
        .flatten()
        .filter(|one| !one.endorser.is_empty() && own != Some(&one.endorser))
        .collect();
    let endorsed = others
        .iter()
        .any(|one| !one.valid_until.is_unknown() && stands(one.valid_until.stated().copied()));
    let reviewed = facts.mappings.stated().is_some_and(|all| {
        all.iter()
            .any(|one| one.reviewers > 0 && stands(one.reviewed_until))
    });
    if endorsed || reviewed {
        return Judgement::Holds;
    }
    if others.iter().any(|one| one.valid_until.is_unknown()) {
        return Judgement::unknown(
            "endorsement.validUntil",
            "Until when its endorsement stands cannot be read: validUntil is no time.",
        );
    }
    let ended = facts
        .endorsements
        .stated()
        .is_some_and(|all| !all.is_empty());
    match (ended, facts.mappings.is_unknown()) {
        (true, _) => Judgement::broken(
            "endorsement",
            "Its endorsements have ended, or are the issuer’s own.",
        ),
        (false, false) => Judgement::broken(
            "endorsement",
            "Nobody but the issuer stands behind it: there is no endorsement, and no mapping was reviewed.",
        ),
        (false, true) => Judgement::unknown(
            "endorsement",
            "No endorsement is in it, and whether its links were reviewed was not given.",
        ),
    }
}
