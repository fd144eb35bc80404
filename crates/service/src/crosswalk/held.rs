//! What a credential says of tasks: its achievement, what it aligns with, its level, its evidence and its day.

use touchstone_crosswalk::role::{Checked as Judged, Day, Evidence, Held, Position};
use touchstone_vc::{Credential, Verdict, did::webvh};

use super::ShownCredential;

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
    let links = links.filter_map(|link| link.target_url.map(str::to_owned));
    let own = view
        .related_resources
        .iter()
        .filter_map(|resource| resource.id);
    let own = own.flat_map(|address| own_addresses(issuer_id, address));
    let reached = view.results.iter().find_map(|result| {
        let place = result.levels.iter().position(|level| level.reached)?;
        let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        Some(Position {
            rubric: result.name.unwrap_or_default().to_owned(),
            name: result.levels[place].name.unwrap_or_default().to_owned(),
            place: number(place + 1),
            of: number(result.levels.len()),
        })
    });
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
            .unwrap_or_default()
            .to_owned(),
        alignments: links.chain(own).collect(),
        checked: match verdict {
            Verdict::Pass | Verdict::NotListed => Judged::Valid,
            // Something in it is not what was signed: it is for a person to look.
            Verdict::TakeCare | Verdict::Unknown => Judged::Unknown,
            Verdict::Failed => Judged::Invalid,
        },
        position: reached,
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
        no_longer_awarded: None,
    };
    (held, shown)
}

/// The addresses under which mappings speak of an achievement: of its document, and of all its versions. Only those that are the issuer's
/// own, by its DID: anybody can write somebody else's address into a credential.
fn own_addresses(issuer: &str, address: &str) -> Vec<String> {
    let beside = webvh::parts(issuer).map(|(_, beside)| beside);
    let Some(rest) = beside.as_deref().unwrap_or(issuer).strip_prefix("did:web:") else {
        return Vec::new();
    };
    let mut parts = rest.split(':');
    let host = parts.next().unwrap_or_default().replace("%3A", ":");
    let path: Vec<&str> = parts.collect();
    let base = match path.is_empty() {
        true => format!("https://{host}/"),
        false => format!("https://{host}/{}/", path.join("/")),
    };
    let Some(own) = address.strip_prefix(&base) else {
        return Vec::new();
    };
    let mut all = vec![address.to_owned()];
    // `a/ACHIEVEMENT/VERSION`, as `issuing/achievement/publish` makes it.
    if let ["a", slug, _] = own.split('/').collect::<Vec<_>>()[..] {
        all.push(format!("{base}a/{slug}"));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::own_addresses;

    #[test]
    fn an_address_of_somebody_else_is_not_the_issuers_achievement() {
        let own = "did:web:verify.example.edu:i:riverside";
        let document = "https://verify.example.edu/i/riverside/a/measuring/2";
        assert_eq!(
            own_addresses(own, document),
            [
                document,
                "https://verify.example.edu/i/riverside/a/measuring"
            ]
        );
        let with_history = "did:webvh:QmfGEUAcMpzo25kF2Rhn8L5FAXysfGnkzjwdKoNPi615XQ:verify.example.edu:i:riverside";
        assert_eq!(own_addresses(with_history, document).len(), 2);
        for (issuer, address) in [
            ("did:web:verify.example.edu:i:lakeside", document),
            ("did:web:verify.example.edu:i:river", document),
            ("did:web:evil.example", document),
            (
                "did:webvh:QmfGEUAcMpzo25kF2Rhn8L5FAXysfGnkzjwdKoNPi615XQ:evil.example",
                document,
            ),
            ("did:key:z6Mk", document),
            (own, "https://evil.example/i/riverside/a/measuring/2"),
            (own, "http://verify.example.edu/i/riverside/a/measuring/2"),
        ] {
            assert!(
                own_addresses(issuer, address).is_empty(),
                "{issuer} {address}"
            );
        }
    }
}
