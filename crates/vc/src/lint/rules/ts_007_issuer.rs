//! Who says it, from where, and who says who that is.

use alloc::vec::Vec;

use crate::lint::Profile::{CtdlMin, EuMc, TmcApplication, TmcKnowledge};
use crate::lint::{Facts, Finding, Judgement, Known, Rule, Severity};

pub(super) const RULE: Rule = Rule {
    id: "TS-007",
    severity: Severity::Error,
    claim: "The issuer is stated by name, country and DID, and is recognized somewhere.",
    source: "Council Recommendation 2022/C 243/02, Annex I: awarding body, country or region of the issuer; Open Badges 3.0, Profile",
    mend: "Complete the profile of the institution: name, country, and its number in a public register (legal identifier), or have a register that this installation asks list its DID.",
    profiles: &[EuMc, TmcApplication, TmcKnowledge, CtdlMin],
    judge,
};

fn judge(facts: &Facts) -> Judgement {
    let issuer = &facts.issuer;
    let asked = [
        ("issuer.name", &issuer.name, "The issuer has no name."),
        (
            "issuer.address.addressCountry",
            &issuer.country,
            "The country of the issuer is not stated.",
        ),
        (
            "issuer.id",
            &issuer.did,
            "The issuer has no DID, so nobody can tell its signature from another’s.",
        ),
        (
            "issuer.otherIdentifier",
            &issuer.recognition,
            "Nothing says where others recognize the issuer.",
        ),
    ];
    let absent = asked.iter().filter(|(_, fact, _)| **fact == Known::Absent);
    let broken: Vec<Finding> = absent
        .map(|(place, _, missing)| Finding::new(*place, *missing))
        .collect();
    if !broken.is_empty() {
        return Judgement::Broken(broken);
    }
    let unknown = asked.iter().filter(|(_, fact, _)| fact.is_unknown());
    let unknown: Vec<Finding> = unknown
        .map(|(place, ..)| {
            Finding::new(
                *place,
                "Not in what was given; the profile of the issuer would tell.",
            )
        })
        .collect();
    match unknown.is_empty() {
        true => Judgement::Holds,
        false => Judgement::Unknown(unknown),
    }
}
