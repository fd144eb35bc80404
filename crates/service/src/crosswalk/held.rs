//! What a credential says of tasks: its achievement, what it aligns with, its level, its evidence and its day.
//!
//! **Invariant:** what others reviewed of an achievement speaks for credentials of its issuer alone ([`super::own_address`]).

use touchstone_crosswalk::role::{Checked as Judged, Day, Evidence, Held};
use touchstone_vc::{Credential, Verdict};

use super::{
    ShownCredential,
    own_address::{is_own, may_award, may_link, own_addresses},
    position::position,
};
use crate::issuing::{PILOT, RELEASE};

/// What a credential says of tasks.
pub(super) fn held(credential: &Credential<'_>, verdict: Verdict) -> (Held, ShownCredential) {
    let view = credential.view();
    let achievement = view.achievement.as_ref();
    let name = achievement
        .and_then(|achievement| achievement.name)
        .or(view.name);
    let issuer_id = view.issuer.id.unwrap_or_default();
    let links = achievement
        .into_iter()
        .flat_map(|achievement| &achievement.alignment);
    let links = links.filter_map(|link| link.target_url);
    let links = links.filter(|link| may_link(issuer_id, link));
    let rubrics: Vec<String> = (achievement.into_iter())
        .flat_map(|achievement| &achievement.alignment)
        .filter(|link| link.target_type == Some(RELEASE))
        .filter_map(|link| link.target_url)
        .filter(|link| is_own(issuer_id, link))
        .map(str::to_owned)
        .collect();
    let own = view
        .related_resources
        .iter()
        .filter_map(|resource| resource.id);
    let own = own.flat_map(|address| own_addresses(issuer_id, address));
    let evidence = view.evidence.iter().map(|one| Evidence {
        kind: one.genre.or(one.name).unwrap_or_default().to_owned(),
        genre: one.genre.is_some(),
        address: one
            .id
            .filter(|id| id.starts_with("https://"))
            .map(str::to_owned),
    });
    let awarded = view.awarded_date.or(view.valid_from);
    let id = view.id.unwrap_or_default().to_owned();
    let held = Held {
        id: id.clone(),
        achievement: achievement
            .and_then(|achievement| achievement.id)
            .filter(|id| may_award(issuer_id, id))
            .unwrap_or_default()
            .to_owned(),
        addresses: own.collect(),
        rubrics,
        alignments: links.map(str::to_owned).collect(),
        checked: match verdict {
            Verdict::Pass | Verdict::NotListed => Judged::Valid,
            // Something in it is not what was signed: it is for a person to look.
            Verdict::TakeCare | Verdict::Unknown => Judged::Unknown,
            Verdict::Failed => Judged::Invalid,
        },
        position: position(&view.results),
        evidence: evidence.collect(),
        assessor: view
            .assessor
            .as_ref()
            .and_then(|assessor| assessor.name.or(assessor.id))
            .map(str::to_owned),
        awarded: awarded.and_then(|awarded| Day::parse(&awarded.to_string()).ok()),
    };
    let shown = ShownCredential {
        id,
        name: name.unwrap_or_default().to_owned(),
        issuer: view.issuer.name.unwrap_or(issuer_id).to_owned(),
        issuer_id: issuer_id.to_owned(),
        verdict,
        pilot: achievement.is_some_and(|achievement| achievement.tags.contains(&PILOT)),
        no_longer_awarded: None,
        endorsed_by: Vec::new(),
    };
    (held, shown)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_a_link_that_says_that_it_is_one_names_the_release_of_a_rubric() {
        let own = "https://verify.example.edu/i/riverside";
        let link = |path: &str, kind: &str| {
            let url = format!("{own}/{path}");
            json!({"targetName": "Setting machines", "targetUrl": url, "targetType": kind})
        };
        let credential = json!({
            "@context": ["https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"],
            "id": "urn:uuid:1",
            "type": ["VerifiableCredential", "OpenBadgeCredential"],
            "issuer": {"id": "did:web:verify.example.edu:i:riverside", "type": ["Profile"]},
            "credentialSubject": {
                "type": ["AchievementSubject"],
                "achievement": {
                    "id": "urn:uuid:2",
                    "type": ["Achievement"],
                    "name": "Setting machines",
                    "tag": ["lathe", "pilot"],
                    "alignment": [
                        link("a/other", "ext:Task"),
                        link("competencies/other/1.json", "ext:Skill"),
                        link("competencies/setting/1.json", RELEASE),
                        {"targetName": "x", "targetUrl": "https://other.example/competencies/x/1.json", "targetType": RELEASE},
                    ],
                },
            },
        })
        .to_string();
        let credential = Credential::parse(credential.as_bytes()).unwrap();
        let (held, shown) = held(&credential, Verdict::Pass);
        assert!(shown.pilot, "it is tagged as one");
        assert_eq!(held.rubrics, [format!("{own}/competencies/setting/1.json")]);
        assert_eq!(held.alignments.len(), 4);
    }
}
