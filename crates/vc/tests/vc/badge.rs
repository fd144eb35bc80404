//! Building credentials.

use ed25519_dalek::Signer as _;
use touchstone_canon::json::Value;
use touchstone_vc::badge::{self, BadgeError};
use touchstone_vc::crypto::rust::CRYPTO;
use touchstone_vc::model::{
    Achievement, Alignment, Assessor, Award, AwardResult, AwardStatus, EvidenceItem,
    HashedIdentity, IssuerProfile, OtherIdentifier, Recipient, RelatedResource, ResultDescription,
    RubricLevel, StatusPosition,
};
use touchstone_vc::{Draft, DraftError, Fault, ProofOptions, Signature, did};

use crate::support::{CONTEXTS, at, did_key, key, public, sample, set, unsigned_sample};

fn uuid(last: &str) -> String {
    format!("urn:uuid:6c1f1b1e-6c5a-4b7e-8a43-2a8e9a6f{last}")
}

fn issuer() -> IssuerProfile {
    IssuerProfile {
        id: did_key(1),
        name: "Riverside College".into(),
        url: Some("https://riverside.example".into()),
        other_identifiers: vec![OtherIdentifier {
            identifier: "12345".into(),
            identifier_type: "ext:legal".into(),
        }],
        country: Some("US".into()),
        ..IssuerProfile::default()
    }
}

fn level(id: &str, name: &str, rank: &str, description: &str) -> RubricLevel {
    RubricLevel {
        id: uuid(id),
        name: name.into(),
        level: Some(rank.into()),
        description: Some(description.into()),
        points: None,
    }
}

fn achievement() -> Achievement {
    Achievement {
        id: uuid("0003"),
        name: "Wound dressing".into(),
        description: "Dresses wounds.".into(),
        criteria_narrative: "Does it.".into(),
        achievement_type: Some("MicroCredential".into()),
        in_language: Some("en".into()),
        version: Some("1".into()),
        alignment: vec![Alignment {
            target_name: "Dress wounds".into(),
            target_url: "https://www.onetonline.org/link/summary/29-1141.00".into(),
            target_framework: Some("O*NET 29.3".into()),
            target_code: Some("20683".into()),
            target_type: Some("ext:Task".into()),
            ..Alignment::default()
        }],
        result_descriptions: vec![ResultDescription {
            id: uuid("0010"),
            name: "Level".into(),
            result_type: "RubricCriterionLevel".into(),
            required_level: Some(uuid("0011")),
            levels: vec![
                level("0011", "With help", "1", "x"),
                level("0012", "Alone", "2", "y"),
            ],
            ..ResultDescription::default()
        }],
        ..Achievement::default()
    }
}

fn award() -> Award {
    let status = StatusPosition {
        list: "http://127.0.0.1:4599/status/1".into(),
        index: 5,
    };
    let resource = sample("aim");
    let sri = resource
        .pointer("/relatedResource/0/digestSRI")
        .and_then(Value::as_str)
        .unwrap()
        .to_owned();
    let digest = base64(sri.strip_prefix("sha256-").unwrap());
    Award {
        id: uuid("0001"),
        name: "Wound dressing".into(),
        recipient: Recipient {
            hashed: vec![HashedIdentity {
                identity_type: "emailAddress".into(),
                sha256: hex("582f8837da3cb3a32ad81b3ec3657e0429bade367c96cbcf60db52380c988856"),
                salt: "kq83Hs02x".into(),
            }],
            ..Recipient::default()
        },
        valid_from: at("2026-11-01T00:00:00Z"),
        valid_until: Some(at("2029-11-01T00:00:00Z")),
        awarded_date: Some(at("2026-10-30T00:00:00Z")),
        results: vec![AwardResult {
            result_description: Some(uuid("0010")),
            achieved_level: Some(uuid("0012")),
            value: None,
        }],
        evidence: vec![EvidenceItem {
            id: Some("https://riverside.example/e/1".into()),
            name: Some("Video".into()),
            narrative: Some("n".into()),
            genre: Some("video".into()),
            sha256: Some([7; 32]),
            ..EvidenceItem::default()
        }],
        assessor: Some(Assessor {
            id: uuid("0002"),
            name: "J. Assessor".into(),
        }),
        narrative: None,
        status: AwardStatus::Revocable { revocation: status },
        related_resources: vec![RelatedResource {
            id: "https://riverside.example/i/riverside/a/wound-dressing/1".into(),
            sha256: digest,
            media_type: Some("application/json".into()),
        }],
    }
}

/// The built credential, with the sample's evidence digest: that one is no well-formed base64url.
fn built(award: &Award) -> Value<'static> {
    let (issuer, achievement) = (issuer(), achievement());
    let mut built = badge::credential(&issuer, &achievement, award)
        .unwrap()
        .into_owned();
    let digest = built
        .pointer("/evidence/0/digestMultibase")
        .and_then(Value::as_str)
        .unwrap();
    let multihash = touchstone_canon::multibase::decode(digest).unwrap();
    assert_eq!(multihash, [[0x12, 0x20].as_slice(), &[7; 32]].concat());
    let theirs = sample("aim")
        .pointer("/evidence/0/digestMultibase")
        .unwrap()
        .clone();
    set(&mut built, "/evidence/0/digestMultibase", theirs);
    built
}

fn hex(text: &str) -> [u8; 32] {
    touchstone_canon::multibase::decode_hex(text)
        .unwrap()
        .try_into()
        .unwrap()
}

fn base64(text: &str) -> [u8; 32] {
    let url = text
        .trim_end_matches('=')
        .replace('+', "-")
        .replace('/', "_");
    touchstone_canon::multibase::decode_base64url(&url)
        .unwrap()
        .try_into()
        .unwrap()
}

#[test]
fn a_badge_is_built_exactly_as_the_sample_and_signed_to_the_same_bytes() {
    let built = built(&award());
    assert_eq!(built, unsigned_sample("aim"));

    let method = did::key::verification_method(&public(1));
    let draft = Draft::new(
        &built,
        &method,
        at("2026-11-21T21:50:34Z"),
        &CONTEXTS,
        &CRYPTO,
    )
    .unwrap();
    let signature = key(1).sign(draft.signing_input()).to_bytes().to_vec();
    let sealed = draft.seal(&Signature(signature));
    // Ed25519 is deterministic: the same statements give the same signature, whoever computes it.
    assert_eq!(Value::parse(&sealed).unwrap(), sample("aim"));
}

#[test]
fn two_status_entries_stand_in_an_array() {
    let mut award = award();
    award.status = AwardStatus::Pausable {
        revocation: StatusPosition {
            list: "http://127.0.0.1:4599/status/1".into(),
            index: 5,
        },
        suspension: StatusPosition {
            list: "http://127.0.0.1:4599/status/2".into(),
            index: 777,
        },
    };
    assert_eq!(built(&award), unsigned_sample("two"));
}

#[test]
fn a_name_in_the_clear_is_an_identity_object() {
    let mut award = award();
    award.recipient.name = Some("Ada Lovelace".into());
    assert_eq!(built(&award), unsigned_sample("named"));
}

#[test]
fn the_salt_stands_behind_the_identifier() {
    let identity = HashedIdentity::new("emailAddress", "ada@example.org", "s1", CRYPTO.sha256);
    assert_eq!(identity.sha256, (CRYPTO.sha256)(b"ada@example.orgs1"));
}

#[test]
fn what_would_mislead_is_not_built() {
    type Spoil = fn(&mut IssuerProfile, &mut Achievement, &mut Award);
    let cases: [(Spoil, BadgeError); 9] = [
        (
            |i, _, _| i.id = "riverside".into(),
            BadgeError::NotAnIri("issuer.id"),
        ),
        (
            |i, _, _| i.name = " ".into(),
            BadgeError::Empty("issuer.name"),
        ),
        (
            |_, a, _| a.alignment[0].target_url = "no url".into(),
            BadgeError::NotAnIri("alignment.targetUrl"),
        ),
        (
            |_, a, _| a.result_descriptions[0].required_level = Some(uuid("9")),
            BadgeError::UnknownLevel,
        ),
        (
            |_, _, w| w.results[0].achieved_level = Some(uuid("9")),
            BadgeError::UnknownLevel,
        ),
        (
            |_, _, w| w.results[0].result_description = Some(uuid("9")),
            BadgeError::UnknownResultDescription,
        ),
        (
            |_, _, w| w.recipient = Recipient::default(),
            BadgeError::NoRecipient,
        ),
        (
            |_, _, w| w.valid_until = Some(w.valid_from),
            BadgeError::EndsBeforeStart,
        ),
        (
            |_, _, w| {
                let place = StatusPosition {
                    list: "https://a.example/1".into(),
                    index: 1,
                };
                w.status = AwardStatus::Pausable {
                    revocation: place.clone(),
                    suspension: place,
                };
            },
            BadgeError::SharedStatusList,
        ),
    ];
    for (spoil, expect) in cases {
        let (mut issuer, mut achievement, mut award) = (issuer(), achievement(), award());
        spoil(&mut issuer, &mut achievement, &mut award);
        assert_eq!(
            badge::credential(&issuer, &achievement, &award),
            Err(expect)
        );
    }
}

/// Whether a credential can be withdrawn has to be said; saying nothing does not compile.
#[test]
fn t40_a_status_is_lost_only_by_saying_so() {
    let (issuer, achievement, mut award) = (issuer(), achievement(), award());
    let with = badge::credential(&issuer, &achievement, &award).unwrap();
    assert!(with.get("credentialStatus").is_some());
    award.status = AwardStatus::Irrevocable;
    let without = badge::credential(&issuer, &achievement, &award).unwrap();
    assert!(without.get("credentialStatus").is_none());
}

#[track_caller]
fn refuses(unsigned: &Value<'_>) -> DraftError {
    let method = did::key::verification_method(&public(1));
    Draft::new(
        unsigned,
        &method,
        at("2026-11-21T21:50:34Z"),
        &CONTEXTS,
        &CRYPTO,
    )
    .unwrap_err()
}

#[test]
fn t02_undefined_terms_are_not_signed() {
    for place in [
        "/favouriteColour",
        "/credentialSubject/achievement/level",
        "/evidence/0/grade",
        "/issuer/vat",
    ] {
        let mut credential = unsigned_sample("aim");
        set(&mut credential, place, "x");
        let DraftError::Canon(error) = refuses(&credential) else {
            panic!("{place} is no canonicalization error");
        };
        assert_eq!(error.path, place);
    }
}

#[test]
fn what_is_signed_already_or_named_strangely_is_not_signed() {
    assert_eq!(refuses(&sample("aim")), DraftError::AlreadySigned);
    assert_eq!(refuses(&Value::Null), DraftError::NotADocument);
    let mut credential = unsigned_sample("aim");
    set(&mut credential, "/https:~1~1a.example~1x", "x");
    let mut spelled = unsigned_sample("aim");
    spelled
        .as_object_mut()
        .unwrap()
        .insert("https://a.example/x", "x");
    assert!(matches!(
        refuses(&spelled),
        DraftError::AmbiguousName { .. }
    ));
}

#[test]
fn a_cohort_shares_its_proof_options() {
    let method = did::key::verification_method(&public(1));
    let created = at("2026-11-21T21:50:34.9Z");
    let options =
        ProofOptions::new(&badge::contexts(), &method, created, &CONTEXTS, &CRYPTO).unwrap();
    for name in ["aim", "named", "two"] {
        let draft =
            Draft::with_options(&unsigned_sample(name), &options, &CONTEXTS, &CRYPTO).unwrap();
        let signature = key(1).sign(draft.signing_input()).to_bytes().to_vec();
        assert_eq!(
            Value::parse(&draft.seal(&Signature(signature))).unwrap(),
            sample(name)
        );
    }
    let other = unsigned_sample("status-1");
    assert_eq!(
        Draft::with_options(&other, &options, &CONTEXTS, &CRYPTO).unwrap_err(),
        DraftError::OtherContext
    );
}

#[test]
fn a_did_document_is_read_as_it_is_written() {
    let id = "did:web:localhost%3A8443:i:riverside";
    let mut document = did::DidDocument::asserting(
        id,
        [("key-1".into(), public(1)), ("key-2".into(), public(2))],
    );
    document.also_known_as.push("did:web:old.example".into());
    document.verification_methods[0].expires = Some(at("2026-01-01T00:00:00Z"));
    let bytes = document.to_value().to_string();
    assert_eq!(
        did::DidDocument::parse(bytes.as_bytes(), id).as_ref(),
        Ok(&document)
    );
    assert_eq!(
        did::DidDocument::parse(bytes.as_bytes(), "did:web:other.example"),
        Err(Fault::IssuerDocumentMalformed)
    );
}
