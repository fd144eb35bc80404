//! Whose an achievement is, by its address: anybody can write somebody else's into a credential.

use touchstone_vc::did::webvh;

/// The addresses under which mappings speak of an achievement: of its document, and of all its versions. Only those that are the issuer's
/// own, by its DID.
pub(super) fn own_addresses(issuer: &str, address: &str) -> Vec<String> {
    let Some(base) = base(issuer) else {
        return Vec::new();
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

/// Whether an identifier that a credential gives its achievement is the issuer's to give: an address of its DID or, of an issuer that is an
/// https address itself, on the same site. Any other says nothing of whose it is.
pub(super) fn may_award(issuer: &str, id: &str) -> bool {
    match issuer.strip_prefix("https://") {
        Some(_) => !is_achievement(id) && site(issuer) == site(id),
        None => is_own(issuer, id),
    }
}

/// Whether the issuer may say that something aligns with this: with any task or skill, and with its own achievements. That another's
/// achievement is like it is for those to say who review mappings.
pub(super) fn may_link(issuer: &str, address: &str) -> bool {
    !is_achievement(address) || is_own(issuer, address)
}

/// Whether mappings lead on from `node` for an issuer that says that something aligns with `link`, as it may: from tasks and skills that have
/// an address, and from the link itself. What was reviewed of an achievement is its issuer's alone, and a `urn:` may be the identifier of one, which
/// anybody can write.
pub(crate) fn may_pass(link: &str, node: &str) -> bool {
    let scheme = node.split_once(':').map_or("", |(scheme, _)| scheme);
    !scheme.eq_ignore_ascii_case("urn") && (node == link || !is_achievement(node))
}

/// Whether an address is among the issuer's own documents, by its DID.
pub(super) fn is_own(issuer: &str, address: &str) -> bool {
    base(issuer).is_some_and(|base| address.starts_with(&base))
}

/// Where the documents of an issuer stand, by its DID.
fn base(issuer: &str) -> Option<String> {
    let beside = webvh::parts(issuer).map(|(_, beside)| beside);
    let rest = beside
        .as_deref()
        .unwrap_or(issuer)
        .strip_prefix("did:web:")?;
    let mut parts = rest.split(':');
    let host = parts.next().unwrap_or_default().replace("%3A", ":");
    let path: Vec<&str> = parts.collect();
    Some(match path.is_empty() {
        true => format!("https://{host}/"),
        false => format!("https://{host}/{}/", path.join("/")),
    })
}

/// The address of an achievement as installations publish it: `…/i/SLUG/a/ACHIEVEMENT`, alone or with a version.
fn is_achievement(address: &str) -> bool {
    let path = address.split_once("://").map_or("", |(_, rest)| rest);
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    matches!(parts[..], [_, "i", _, "a", _] | [_, "i", _, "a", _, _])
}

/// The site of an https address.
fn site(address: &str) -> Option<&str> {
    let rest = address.strip_prefix("https://")?;
    rest.split(['/', '?', '#']).next()
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWN: &str = "did:web:verify.example.edu:i:riverside";
    const WITH_HISTORY: &str =
        "did:webvh:QmfGEUAcMpzo25kF2Rhn8L5FAXysfGnkzjwdKoNPi615XQ:verify.example.edu:i:riverside";
    const DOCUMENT: &str = "https://verify.example.edu/i/riverside/a/measuring/2";
    const OTHERS: [&str; 5] = [
        "did:web:verify.example.edu:i:lakeside",
        "did:web:verify.example.edu:i:river",
        "did:web:evil.example",
        "did:webvh:QmfGEUAcMpzo25kF2Rhn8L5FAXysfGnkzjwdKoNPi615XQ:evil.example",
        "did:key:z6Mk",
    ];

    #[test]
    fn an_address_of_somebody_else_is_not_the_issuers_achievement() {
        assert_eq!(
            own_addresses(OWN, DOCUMENT),
            [
                DOCUMENT,
                "https://verify.example.edu/i/riverside/a/measuring"
            ]
        );
        assert_eq!(own_addresses(WITH_HISTORY, DOCUMENT).len(), 2);
        for other in OTHERS {
            assert!(own_addresses(other, DOCUMENT).is_empty(), "{other}");
        }
        for address in [
            "https://evil.example/i/riverside/a/measuring/2",
            "http://verify.example.edu/i/riverside/a/measuring/2",
        ] {
            assert!(own_addresses(OWN, address).is_empty(), "{address}");
        }
    }

    #[test]
    fn t69_an_issuer_links_and_names_its_own_achievements_and_nobody_elses() {
        let all = "https://verify.example.edu/i/riverside/a/measuring";
        for address in [DOCUMENT, all] {
            for own in [OWN, WITH_HISTORY] {
                assert!(may_link(own, address) && may_award(own, address), "{own}");
            }
            for other in OTHERS.into_iter().chain(["https://verify.example.edu/"]) {
                assert!(!may_link(other, address), "{other} {address}");
                assert!(!may_award(other, address), "{other} {address}");
            }
        }
        for task in [
            "https://services.onetcenter.org/task/11845",
            "http://data.europa.eu/esco/skill/a",
            "urn:uuid:0b0b",
        ] {
            assert!(may_link("did:key:z6Mk", task), "{task}");
        }
    }

    #[test]
    fn t69_no_mapping_leads_on_from_an_achievement_or_from_an_identifier_without_an_owner() {
        let all = "https://verify.example.edu/i/riverside/a/measuring";
        let skill = "http://data.europa.eu/esco/skill/a";
        for closed in [DOCUMENT, all, "urn:uuid:0b0b", "URN:uuid:0b0b"] {
            assert!(!may_pass(skill, closed), "{closed}");
        }
        assert!(!may_pass("urn:uuid:0b0b", "urn:uuid:0b0b"), "nor itself");
        for open in ["https://services.onetcenter.org/task/11845", skill] {
            assert!(may_pass(skill, open), "{open}");
        }
        // What an issuer may link at all is its own achievement.
        assert!(may_pass(all, all) && !may_pass(all, DOCUMENT));
    }

    #[test]
    fn an_identifier_without_an_owner_is_no_achievement_that_others_reviewed() {
        let class = "https://badges.example/classes/7";
        assert!(may_award("https://badges.example/issuer", class));
        for other in [
            "https://evil.example/issuer",
            "https://badges.example.evil.example/",
            "did:key:z6Mk",
        ] {
            assert!(!may_award(other, class), "{other}");
        }
        assert!(!may_award(OWN, "urn:uuid:0b0b"), "anybody can write it");
    }
}
