//! Open Badges 2.0: hosted and signed badges, from the documents that were brought.

use std::path::Path;

use touchstone_canon::json::Value;
use touchstone_vc::bake::unbake_any;
use touchstone_vc::crypto::rust::CRYPTO;
use touchstone_vc::open_badges_2::{Assertion, MAX_DEPTH, MAX_ROUNDS};
use touchstone_vc::{
    CheckKind, Credential, CredentialError, Detail, Document, Evidence, Fault, Outcome, Report,
    Resource, Trust, Unreachable, Verdict,
};

use crate::support::{TODAY, at, fetched, folder, parsed, set, vector, vectors};

const FOLDER: &str = "1edtech-validator-ob20";

/// What should become of a file that is an assertion.
enum Expect {
    /// Everything passes, from an issuer that nobody lists.
    Stands,
    /// This check fails with this fault.
    Fails(CheckKind, Fault),
}
use Expect::{Fails, Stands};

/// Every assertion in the folder, with why. The names of the files and EXPECTED.tsv say most of it.
const DECIDED: [(&str, Expect, &str); 19] = [
    (
        "assertion-with-data-image.json",
        Fails(CheckKind::Schema, Fault::MemberMalformed),
        "an assertion's picture is at an address",
    ),
    (
        "assertion-with-endorsements.json",
        Stands,
        "EXPECTED: Valid",
    ),
    (
        "assertion-with-extension-node-basic.json",
        Stands,
        "EXPECTED: Valid",
    ),
    (
        "assertion-with-extension-node-invalid.json",
        Stands,
        "EXPECTED: Invalid, by the extension's own schema; extensions are neither shown nor judged here",
    ),
    (
        "assertion-with-multiple-extensions.json",
        Stands,
        "EXPECTED: Valid",
    ),
    (
        "basic-assertion-in-future.json",
        Fails(CheckKind::Validity, Fault::NotYetValid),
        "issued in 2100",
    ),
    (
        "basic-assertion-invalid-context.json",
        Fails(CheckKind::Schema, Fault::MemberMalformed),
        "a context of another vocabulary",
    ),
    (
        "basic-assertion-no-public-key.json",
        Stands,
        "a hosted badge needs no key",
    ),
    (
        "basic-assertion-with-allowed-origins-invalid-multiple-starts-with.json",
        Fails(CheckKind::Issuer, Fault::ControllerMismatch),
        "the issuer hosts elsewhere",
    ),
    (
        "basic-assertion-with-allowed-origins-invalid-starts-with.json",
        Fails(CheckKind::Issuer, Fault::ControllerMismatch),
        "the issuer hosts elsewhere",
    ),
    (
        "basic-assertion-with-allowed-origins-valid-multiple-starts-with.json",
        Stands,
        "the issuer hosts there",
    ),
    (
        "basic-assertion-with-allowed-origins-valid-starts-with.json",
        Stands,
        "the issuer hosts there",
    ),
    (
        "basic-assertion-with-language.json",
        Stands,
        "EXPECTED: Valid",
    ),
    ("basic-assertion.json", Stands, "EXPECTED: Valid"),
    (
        "basic-assertion-with-allowed-origins.json",
        Stands,
        "EXPECTED: Valid",
    ),
    ("simple-badge.png", Stands, "EXPECTED: Valid"),
    ("simple-not-revoked.jwt", Stands, "EXPECTED: Valid"),
    (
        "simple-revoked.jwt",
        Fails(CheckKind::Status, Fault::Revoked),
        "on its issuer's list",
    ),
    ("simple.jwt", Stands, "EXPECTED: Valid"),
];

/// The document at an address of the vectors' made-up site.
fn at_site(url: &str, own: (&str, &Value<'_>)) -> Document {
    if url == own.0 {
        return fetched(own.1.to_string());
    }
    let name = url.rsplit('/').next().unwrap();
    let file = folder(FOLDER).join("assets").join(name);
    match std::fs::read(&file).or_else(|_| std::fs::read(file.with_extension("json"))) {
        Ok(bytes) => fetched(bytes),
        Err(_) => Document::Unreachable {
            why: Unreachable::Status(404),
            last_good: None,
        },
    }
}

fn gathered(assertion: &Assertion, own: (&str, &Value<'_>)) -> Evidence {
    let mut evidence = Evidence::new();
    for _ in 0..MAX_ROUNDS {
        for resource in assertion.required(&evidence) {
            let Resource::Hosted(url) = &resource else {
                panic!("{resource:?}")
            };
            let document = at_site(url, own);
            evidence.insert(resource, document);
        }
    }
    assert_eq!(assertion.required(&evidence), []);
    evidence
}

fn judged(assertion: &Assertion, evidence: &Evidence) -> Report {
    assertion.verify(evidence, &Trust::default(), at(TODAY), &CRYPTO)
}

fn from_file(bytes: &[u8]) -> (Assertion, Evidence, Report) {
    let (_, badge) = unbake_any(bytes).unwrap();
    let assertion = Assertion::parse(&badge).unwrap();
    let text = Value::parse(&badge).unwrap_or_default();
    let id = assertion.id().unwrap().to_owned();
    let evidence = gathered(&assertion, (&id, &text));
    let report = judged(&assertion, &evidence);
    (assertion, evidence, report)
}

#[test]
fn every_file_of_the_validator_is_judged_as_decided() {
    let mut assertions = 0;
    for path in vectors(FOLDER, "") {
        let bytes = std::fs::read(&path).unwrap();
        let name = path.strip_prefix(folder(FOLDER)).unwrap();
        let name = name.to_str().unwrap();
        let badge = unbake_any(&bytes).map(|(_, badge)| badge.into_owned());
        let Some(assertion) = badge.ok().and_then(|badge| Assertion::parse(&badge).ok()) else {
            assert!(
                DECIDED.iter().all(|(known, ..)| *known != name),
                "{name}: is no assertion"
            );
            continue;
        };
        assertions += 1;
        drop(assertion);
        let decided = DECIDED.iter().find(|(known, ..)| *known == name);
        let (_, expect, why) = decided.unwrap_or_else(|| panic!("{name}: decide, and say why"));
        let (_, _, report) = from_file(&bytes);
        match expect {
            Stands => assert_eq!(
                report.verdict(),
                Verdict::NotListed,
                "{name} ({why}): {report:?}"
            ),
            Fails(kind, fault) => assert_eq!(
                report.outcome(*kind),
                Some(Outcome::Fail(*fault)),
                "{name} ({why}): {report:?}"
            ),
        }
    }
    assert!(assertions >= 18, "{assertions}");
}

#[test]
fn a_hosted_badge_is_told_as_what_its_site_says_never_as_signed() {
    let bytes = vector("1edtech-validator-ob20/basic-assertion.json");
    let (assertion, evidence, report) = from_file(&bytes);
    let proof = report.of(CheckKind::Proof).next().unwrap();
    let Detail::Proof(detail) = &proof.detail else {
        panic!("{proof:?}")
    };
    assert_eq!(detail.suite.as_deref(), Some("HostedBadge"));
    assert_eq!(detail.verification_method, None);

    // It reads as one of version 3.0.
    let shown = assertion.as_credential(&evidence).to_string();
    let credential = Credential::parse(shown.as_bytes()).unwrap();
    let view = credential.view();
    assert_eq!(view.issuer.name, Some("An Example Badge Issuer"));
    assert!(view.title().is_some());
    assert_eq!(view.subject.hashed[0].identity_type, "emailAddress");
    let hashed = &view.subject.hashed[0];
    assert!(hashed.matches("nobody@example.org", CRYPTO.sha256));
    assert!(!hashed.matches("somebody@example.org", CRYPTO.sha256));
    assert_eq!(
        view.evidence[0].id,
        Some("https://example.org/beths-robot-work.html")
    );
    assert_eq!(view.valid_from, Some(at("2016-12-31T23:59:59Z")));
}

#[test]
fn the_deepest_badge_that_is_read_is_shown_as_a_credential_that_is_read() {
    let nested = |member: &str, at: usize, depth: usize| {
        let inside = "[".repeat(depth - at) + &"]".repeat(depth - at);
        let mut badge =
            parsed(br#"{"type": "Assertion", "recipient": {}, "badge": {"image": {}}}"#);
        set(&mut badge, member, parsed(inside.as_bytes()));
        Assertion::parse(badge.to_string().as_bytes())
    };
    for (member, at) in [
        ("/recipient/identity", 2),
        ("/badge/alignment", 2),
        ("/badge/image/caption", 3),
        ("/evidence", 1),
    ] {
        let deepest = nested(member, at, MAX_DEPTH).unwrap();
        let shown = deepest.as_credential(&Evidence::new()).to_string();
        assert!(Credential::parse(shown.as_bytes()).is_ok(), "{member}");
        assert!(nested(member, at, MAX_DEPTH + 1).is_err(), "{member}");
    }
}

#[test]
fn what_the_site_does_not_say_does_not_stand() {
    let original = parsed(&vector("1edtech-validator-ob20/basic-assertion.json"));
    let id = "https://example.org/beths-robotics-badge.json";
    let proof = |file: &Value<'_>, site: &Value<'_>| {
        let assertion = Assertion::parse(file.to_string().as_bytes()).unwrap();
        let evidence = gathered(&assertion, (id, site));
        judged(&assertion, &evidence)
    };
    // Somebody else's name in the file.
    let mut changed = original.clone();
    set(&mut changed, "/recipient/identity", "sha256$00");
    let report = proof(&changed, &original);
    assert_eq!(report.verdict(), Verdict::Failed);
    assert_eq!(
        report.outcome(CheckKind::Proof),
        Some(Outcome::Fail(Fault::HostedDiffers))
    );
    // Withdrawn at its address.
    let gone = parsed(
        format!(r#"{{"id":"{id}","revoked":true,"revocationReason":"Awarded twice."}}"#).as_bytes(),
    );
    let report = proof(&original, &gone);
    assert_eq!(
        report.outcome(CheckKind::Status),
        Some(Outcome::Fail(Fault::Revoked))
    );

    // Every document in turn out of reach: nothing stands, nothing is withdrawn by that.
    let assertion = Assertion::parse(original.to_string().as_bytes()).unwrap();
    let full = gathered(&assertion, (id, &original));
    for resource in full.keys() {
        for (why, revoked) in [
            (Unreachable::NoAnswer, false),
            (Unreachable::Status(404), false),
            (
                Unreachable::Status(410),
                *resource == Resource::Hosted(id.into()),
            ),
        ] {
            let mut evidence = full.clone();
            let document = Document::Unreachable {
                why,
                last_good: None,
            };
            evidence.insert(resource.clone(), document);
            let report = judged(&assertion, &evidence);
            let expect = if revoked {
                Verdict::Failed
            } else {
                Verdict::Unknown
            };
            assert_eq!(report.verdict(), expect, "{resource:?} {why:?}: {report:?}");
        }
    }
    assert_eq!(
        judged(&assertion, &Evidence::new()).verdict(),
        Verdict::Unknown
    );
}

#[test]
fn t10_a_site_speaks_for_no_other_sites_issuer() {
    let original = parsed(&vector("1edtech-validator-ob20/basic-assertion.json"));
    let id = "https://evil.example/badge.json";
    let mut assertion = original.clone();
    set(&mut assertion, "/id", id);
    set(&mut assertion, "/badge", "https://evil.example/class.json");
    let class = r#"{"type":"BadgeClass","id":"https://evil.example/class.json","name":"n","description":"d","criteria":"https://x.example/","issuer":"https://evil.example/issuer.json"}"#;
    let issuer = r#"{"type":"Issuer","id":"https://example.org/organization.json","name":"An Example Badge Issuer","url":"https://example.org","verification":{"allowedOrigins":["evil.example"]}}"#;
    let parsed_one = Assertion::parse(assertion.to_string().as_bytes()).unwrap();
    let mut evidence = Evidence::new();
    for (url, text) in [
        (id, assertion.to_string()),
        ("https://evil.example/class.json", class.into()),
        ("https://evil.example/issuer.json", issuer.into()),
    ] {
        evidence.insert(Resource::Hosted(url.into()), fetched(text));
    }
    let report = judged(&parsed_one, &evidence);
    assert_eq!(
        report.outcome(CheckKind::Issuer),
        Some(Outcome::Unknown(Fault::IssuerDocumentMalformed))
    );
    assert_ne!(report.verdict(), Verdict::NotListed);
    // A profile inside the badge class is what the badge class's writer made up.
    let own = class.replace("\"https://evil.example/issuer.json\"", issuer);
    let mut with_own = evidence.clone();
    with_own.insert(
        Resource::Hosted("https://evil.example/class.json".into()),
        fetched(own),
    );
    let asked = parsed_one.required(&with_own);
    assert_eq!(
        asked,
        [Resource::Hosted(
            "https://example.org/organization.json".into()
        )]
    );
    let report = judged(&parsed_one, &with_own);
    assert_eq!(
        report.outcome(CheckKind::Issuer),
        Some(Outcome::Unknown(Fault::IssuerDocumentMissing))
    );
    // On evil.example, in the name of an issuer elsewhere whose own document says nothing of it.
    let inline = class.replace(
        "https://evil.example/issuer.json",
        "https://example.org/organization.json",
    );
    evidence.insert(
        Resource::Hosted("https://evil.example/class.json".into()),
        fetched(inline),
    );
    let real = Path::new("assets/organization.json");
    let real = std::fs::read(folder(FOLDER).join(real)).unwrap();
    evidence.insert(
        Resource::Hosted("https://example.org/organization.json".into()),
        fetched(real),
    );
    let report = judged(&parsed_one, &evidence);
    assert_eq!(
        report.outcome(CheckKind::Issuer),
        Some(Outcome::Fail(Fault::ControllerMismatch))
    );
}

/// What a list withdraws, as far as that can be read.
#[test]
fn t41_an_entry_of_a_revocation_list_that_names_nothing_leaves_the_badge_unknown() {
    let (assertion, evidence, report) =
        from_file(&vector("1edtech-validator-ob20/simple-not-revoked.jwt"));
    assert_eq!(report.outcome(CheckKind::Status), Some(Outcome::Pass));
    let is_list = |document: &&Document| match document {
        Document::Fetched(copy) => {
            String::from_utf8_lossy(&copy.bytes).contains("revokedAssertions")
        }
        _ => false,
    };
    let (url, list) = evidence
        .iter()
        .find(|(_, document)| is_list(document))
        .unwrap();
    let Document::Fetched(copy) = list else {
        panic!("{list:?}");
    };
    let own = assertion.id().unwrap();
    let other = r#"{"id":"https://x.example/other"}"#;
    for (entries, expect) in [
        (other.to_owned(), Outcome::Pass),
        ("{}".into(), Outcome::Unknown(Fault::StatusListMalformed)),
        ("7".into(), Outcome::Unknown(Fault::StatusListMalformed)),
        (
            format!(r#"{other},{{"id":["a","b"]}}"#),
            Outcome::Unknown(Fault::StatusListMalformed),
        ),
        (format!(r#"{{}},"{own}""#), Outcome::Fail(Fault::Revoked)),
        (
            format!(r#"{{"uid":"{own}"}}"#),
            Outcome::Fail(Fault::Revoked),
        ),
    ] {
        let mut list = parsed(&copy.bytes);
        set(
            &mut list,
            "/revokedAssertions",
            parsed(format!("[{entries}]").as_bytes()),
        );
        let mut evidence = evidence.clone();
        evidence.insert(url.clone(), fetched(list.to_string()));
        let report = judged(&assertion, &evidence);
        assert_eq!(report.outcome(CheckKind::Status), Some(expect), "{entries}");
    }
}

/// On a site that many share, a profile calls itself by the name of another there.
#[test]
fn t10_a_profile_is_known_by_its_own_address_and_by_no_other_of_its_site() {
    let id = "https://shared.example/evil/badge.json";
    let mut assertion = parsed(&vector("1edtech-validator-ob20/basic-assertion.json"));
    set(&mut assertion, "/id", id);
    set(
        &mut assertion,
        "/badge",
        "https://shared.example/evil/class.json",
    );
    let parsed_one = Assertion::parse(assertion.to_string().as_bytes()).unwrap();
    let known_as = |address: &str, name: &str| {
        let class = format!(
            r#"{{"type":"BadgeClass","id":"https://shared.example/evil/class.json","name":"n","description":"d","criteria":"https://x.example/","issuer":"{address}"}}"#
        );
        let profile = format!(
            r#"{{"type":"Issuer","id":"{name}","name":"Official","url":"https://shared.example"}}"#
        );
        let mut evidence = Evidence::new();
        for (url, text) in [
            (id, assertion.to_string()),
            ("https://shared.example/evil/class.json", class),
            (address, profile),
        ] {
            evidence.insert(Resource::Hosted(url.into()), fetched(text));
        }
        let report = judged(&parsed_one, &evidence);
        let issuer = report.of(CheckKind::Issuer).next().unwrap();
        assert_eq!(issuer.outcome, Outcome::Pass, "{address} {name}");
        let Detail::Issuer(detail) = &issuer.detail else {
            panic!("{issuer:?}");
        };
        let view = parsed_one.as_credential(&evidence);
        let shown = view.pointer("/issuer/id").and_then(Value::as_str);
        assert_eq!(shown, detail.issuer.as_deref(), "{address} {name}");
        detail.issuer.clone().unwrap()
    };
    let own = "https://shared.example/evil/issuer.json";
    for other in [
        "https://shared.example/official/issuer.json",
        "https://shared.example/evil/issuer.json/",
        "https://shared.example/evil/issuer",
        "https://shared.example/evil/issuer.json?v=2",
        "https://shared.example/",
    ] {
        assert_eq!(known_as(own, other), own, "{other}");
    }
    let by_query = "https://shared.example/?user=evil";
    assert_eq!(known_as(by_query, "https://shared.example/"), by_query);
    for (address, name) in [(own, own), (own, "http://shared.example/evil/issuer.json")] {
        assert_eq!(known_as(address, name), name, "{address}");
    }
}

#[test]
fn t12_t13_a_signed_badge_takes_nothing_from_its_own_header() {
    let file = String::from_utf8(vector("1edtech-validator-ob20/simple.jwt")).unwrap();
    let (_, rest) = file.trim().split_once('.').unwrap();
    let encoded = |header: &str| {
        touchstone_canon::multibase::encode_base64url(header.as_bytes())[1..].to_owned()
    };
    for (header, expect) in [
        (r#"{"alg":"none"}"#, Outcome::Fail(Fault::ProofMissing)),
        (r#"{"alg":"nOnE"}"#, Outcome::Fail(Fault::ProofMissing)),
        (r#"{"typ":"JWT"}"#, Outcome::Fail(Fault::ProofMissing)),
        (
            r#"{"alg":"HS256"}"#,
            Outcome::Unknown(Fault::SuiteUnsupported),
        ),
        (
            r#"{"alg":"RS256","jwk":{"kty":"RSA","e":"AQAB","n":"AQ"}}"#,
            Outcome::Fail(Fault::SignatureInvalid),
        ),
        (
            r#"{"alg":"RS256","jku":"https://evil.example/keys"}"#,
            Outcome::Fail(Fault::SignatureInvalid),
        ),
    ] {
        let (assertion, _, report) = from_file(format!("{}.{rest}", encoded(header)).as_bytes());
        assert_eq!(report.outcome(CheckKind::Proof), Some(expect), "{header}");
        let asked = assertion.required(&Evidence::new());
        assert!(!format!("{asked:?}").contains("evil"), "{asked:?}");
    }
    // Every part of the signature counts.
    let (head, signature) = file.trim().rsplit_once('.').unwrap();
    let flipped: String = signature
        .chars()
        .enumerate()
        .map(|(place, c)| {
            if place == 40 {
                if c == 'A' { 'B' } else { 'A' }
            } else {
                c
            }
        })
        .collect();
    let (_, _, report) = from_file(format!("{head}.{flipped}").as_bytes());
    assert_eq!(
        report.outcome(CheckKind::Proof),
        Some(Outcome::Fail(Fault::SignatureInvalid))
    );
}

#[test]
fn what_is_no_assertion_is_refused() {
    for text in [
        "{}",
        "[]",
        r#"{"type":"BadgeClass","badge":"x"}"#,
        r#"{"type":"Assertion"}"#,
    ] {
        assert_eq!(
            Assertion::parse(text.as_bytes()),
            Err(CredentialError::NotACredential),
            "{text}"
        );
    }
    for text in ["", "a.b.c", "eyJ.eyJ.eyJ", "nothing"] {
        assert!(Assertion::parse(text.as_bytes()).is_err());
    }
}
