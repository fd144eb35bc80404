//! Somebody else stands behind it.

use alloc::vec::Vec;

use crate::Timestamp;
use crate::lint::Profile::{TmcApplication, TmcKnowledge};
use crate::lint::{Facts, Finding, Judgement, Known, Rule, Severity};

pub(super) const RULE: Rule = Rule {
    id: "TS-018",
    severity: Severity::Warning,
    claim: "An endorsement by another organization, or a mapping that another organization reviewed, has not expired.",
    source: "Open Badges 3.0, EndorsementCredential; SSSOM, reviewer_id",
    mend: "Ask an employer for an endorsement, or have others review the links to tasks and skills.",
    profiles: &[TmcApplication, TmcKnowledge],
    judge,
};

fn judge(facts: &Facts) -> Judgement {
    let own = facts.issuer.did.stated();
    let stands = |until: Option<Timestamp>| until.is_none_or(|until| until >= facts.at);
    let endorsements = facts.endorsements.stated().into_iter().flatten();
    // What has ended or is of something else counts neither way, whoever signed it.
    let others: Vec<_> = endorsements
        .filter(|one| own != Some(&one.endorser) && one.genuine != Known::Stated(false))
        .filter(|one| stands(one.valid_until.stated().copied()))
        .collect();
    let endorsed = others.iter().any(|one| {
        !one.endorser.is_empty()
            && !one.valid_until.is_unknown()
            && one.genuine == Known::Stated(true)
    });
    let mappings = facts.mappings.stated().into_iter().flatten();
    let reviewed: Vec<_> = mappings
        .filter(|one| one.reviewers > 0 && stands(one.reviewed_until))
        .collect();
    let by_others = reviewed
        .iter()
        .any(|one| one.by_others == Known::Stated(true));
    if endorsed || by_others {
        return Judgement::Holds;
    }
    let mut open = Vec::new();
    for one in &others {
        if one.valid_until.is_unknown() {
            open.push(Finding::new(
                "endorsement.validUntil",
                "Until when its endorsement stands cannot be read: validUntil is no time.",
            ));
        } else if one.genuine.is_unknown() {
            open.push(
                Finding::new(
                    "endorsement",
                    "There is an endorsement; whether it is that organization’s, nobody checked.",
                )
                .mend("Have its proof checked, or ask for one under an address of the organization itself."),
            );
        }
    }
    if reviewed.iter().any(|one| one.by_others.is_unknown()) {
        open.push(
            Finding::new(
                "alignment.reviewer_id",
                "Who reviewed its links is said by the document alone.",
            )
            .mend("Look the mapping up in the mapping set that it is from."),
        );
    }
    if !open.is_empty() {
        return Judgement::Unknown(open);
    }
    let given = facts
        .endorsements
        .stated()
        .is_some_and(|all| !all.is_empty());
    match (given, reviewed.is_empty(), facts.mappings.is_unknown()) {
        (true, ..) => Judgement::broken(
            "endorsement",
            "Its endorsements have ended, are of something else, or are the issuer’s own.",
        ),
        (false, false, _) => Judgement::broken(
            "endorsement",
            "Nobody but the issuer stands behind it: there is no endorsement, and only the issuer’s own people reviewed its links.",
        ),
        (false, true, false) => Judgement::broken(
            "endorsement",
            "Nobody but the issuer stands behind it: there is no endorsement, and no mapping was reviewed.",
        ),
        (false, true, true) => Judgement::unknown(
            "endorsement",
            "No endorsement is in it, and whether its links were reviewed was not given.",
        ),
    }
}
