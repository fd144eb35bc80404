//! Awarding one achievement many times gives the bytes that putting each credential together by itself gives.

use std::sync::{Arc, LazyLock};

use touchstone_vc::crypto::rust::CRYPTO;
use touchstone_vc::model::{
    Achievement, Alignment, Assessor, Award, AwardResult, AwardStatus, EvidenceItem,
    HashedIdentity, Image, IssuerProfile, OtherIdentifier, Recipient, Related, RelatedResource,
    ResultDescription, RubricLevel, StatusPosition,
};
use touchstone_vc::{
    Awarding, AwardingError, Contexts, Draft, DraftError, ProofOptions, Signature, Timestamp, badge,
};

use crate::support::did_key;

static CONTEXTS: LazyLock<Arc<Contexts>> = LazyLock::new(|| Arc::new(Contexts::bundled()));

fn options_at(seconds: i64) -> ProofOptions {
    let method = format!("{0}#{1}", did_key(1), &did_key(1)[8..]);
    let created = Timestamp::from_unix_seconds(seconds);
    ProofOptions::new(&badge::contexts(), &method, created, &CONTEXTS, &CRYPTO).unwrap()
}

fn options() -> ProofOptions {
    options_at(1_800_000_000)
}

/// Bits of a number, to choose shapes by.
struct Bits(u64);

impl Bits {
    fn next(&mut self) -> bool {
        let bit = self.0 & 1 == 1;
        self.0 = self.0.rotate_right(1);
        bit
    }

    fn some<T>(&mut self, value: T) -> Option<T> {
        self.next().then_some(value)
    }

    fn list<T>(&mut self, make: impl Fn(usize) -> T) -> Vec<T> {
        let count = usize::from(self.next()) + 2 * usize::from(self.next());
        (0..count).map(make).collect()
    }
}

fn issuer(bits: &mut Bits) -> IssuerProfile {
    IssuerProfile {
        id: did_key(1),
        name: "Riverside \"College\" \u{1F600}\n".into(),
        url: bits.some("https://riverside.example".into()),
        email: bits.some("office@riverside.example".into()),
        description: bits.some("Teaches\\".into()),
        image: bits.some(Image {
            id: "https://riverside.example/mark.png".into(),
            caption: Some("Its mark".into()),
        }),
        other_identifiers: bits.list(|n| OtherIdentifier {
            identifier: format!("{}", n % 2),
            identifier_type: "ext:legal".into(),
        }),
        country: bits.some("US".into()),
        ..IssuerProfile::default()
    }
}

fn achievement(bits: &mut Bits) -> Achievement {
    Achievement {
        id: "urn:uuid:6c1f1b1e-6c5a-4b7e-8a43-2a8e9a6f0003".into(),
        name: "Wound dressing".into(),
        description: "Dresses wounds.".into(),
        criteria_narrative: "Does it.".into(),
        criteria_id: bits.some("https://riverside.example/criteria".into()),
        // Alike, and blank: only the whole document tells them apart.
        alignment: bits.list(|n| Alignment {
            target_name: format!("T{}", n / 2),
            target_url: "https://t.example/".into(),
            ..Alignment::default()
        }),
        result_descriptions: bits.list(|n| ResultDescription {
            id: format!("urn:x:result:{n}"),
            name: "Level".into(),
            result_type: "RubricCriterionLevel".into(),
            levels: vec![RubricLevel {
                id: format!("urn:x:level:{n}"),
                name: "Alone".into(),
                level: Some("1".into()),
                ..RubricLevel::default()
            }],
            allowed_values: vec!["b".into(), "a".into()],
            ..ResultDescription::default()
        }),
        related: bits.list(|n| Related {
            id: format!("urn:x:related:{n}"),
            ..Related::default()
        }),
        image: bits.some(Image {
            id: "data:image/png;base64,AAAA".into(),
            caption: None,
        }),
        tags: bits.list(|n| format!("tag {n}")),
        in_language: bits.some("en".into()),
        version: bits.some("1".into()),
        ..Achievement::default()
    }
}

fn award(bits: &mut Bits, achievement: &Achievement) -> Award {
    let position = |index| StatusPosition {
        list: format!("https://riverside.example/status/{index}"),
        index,
    };
    let status = match (bits.next(), bits.next()) {
        (false, _) => AwardStatus::Irrevocable,
        (true, false) => AwardStatus::Revocable {
            revocation: position(1),
        },
        (true, true) => AwardStatus::Pausable {
            revocation: position(1),
            suspension: position(2),
        },
    };
    let described = achievement.result_descriptions.first();
    Award {
        id: "urn:uuid:6c1f1b1e-6c5a-4b7e-8a43-2a8e9a6f0001".into(),
        name: "Wound dressing".into(),
        recipient: Recipient {
            id: bits.some("did:example:holder".into()),
            hashed: bits.list(|n| {
                HashedIdentity::new("emailAddress", "a@b.example", &n.to_string(), CRYPTO.sha256)
            }),
            name: Some("Zoë \"Z\"".into()),
        },
        valid_from: Timestamp::from_unix_seconds(1_800_000_000),
        valid_until: bits.some(Timestamp::from_unix_seconds(1_900_000_000)),
        awarded_date: bits.some(Timestamp::from_unix_seconds(1_700_000_000)),
        results: described
            .filter(|_| bits.next())
            .map(|described| AwardResult {
                result_description: Some(described.id.clone()),
                achieved_level: Some(described.levels[0].id.clone()),
                value: Some("A".into()),
            })
            .into_iter()
            .collect(),
        // Blank and alike again, one of them named as the achievement is.
        evidence: bits.list(|n| EvidenceItem {
            id: (n == 2).then(|| achievement.id.clone()),
            name: Some(achievement.name.clone()),
            sha256: Some([7; 32]),
            ..EvidenceItem::default()
        }),
        assessor: bits.some(Assessor {
            id: did_key(1),
            name: "The issuer itself".into(),
        }),
        narrative: bits.some("Well\tdone.".into()),
        status,
        related_resources: bits.list(|n| RelatedResource {
            id: format!("https://riverside.example/a/{n}"),
            sha256: [9; 32],
            media_type: None,
        }),
    }
}

/// Numbers without any pattern, the same every time.
fn seeds() -> impl Iterator<Item = u64> {
    (1..=300_u64).map(|n| n.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(17) ^ n)
}

#[test]
fn every_draft_is_the_one_that_is_put_together_by_itself() {
    let options = options();
    for seed in seeds() {
        let bits = &mut Bits(seed);
        let (issuer, achievement) = (issuer(bits), achievement(bits));
        let awarding = Awarding::new(
            issuer.clone(),
            achievement.clone(),
            Arc::clone(&CONTEXTS),
            &CRYPTO,
        );
        for turn in 0..4 {
            let award = award(&mut Bits(seed.rotate_left(turn * 7)), &achievement);
            let whole = badge::credential(&issuer, &achievement, &award).unwrap();
            let expect = Draft::with_options(&whole, &options, &CONTEXTS, &CRYPTO).unwrap();
            let draft = awarding.draft(&award, &options, &CRYPTO).unwrap();
            assert_eq!(draft.unsigned(), whole.to_string(), "{seed}");
            assert_eq!(draft.signing_input(), expect.signing_input(), "{seed}");
            assert_eq!(draft.statements(&CRYPTO), expect.statements(&CRYPTO));
            let signature = Signature(vec![1; 64]);
            assert_eq!(draft.seal(&signature), expect.seal(&signature), "{seed}");
        }
    }
}

#[test]
fn what_cannot_be_signed_is_refused_as_ever() {
    let bits = &mut Bits(u64::MAX);
    let (issuer, mut achievement) = (issuer(bits), achievement(bits));
    let plain = award(&mut Bits(0), &achievement);
    achievement.image = Some(Image {
        id: "not an address".into(),
        caption: None,
    });
    let whole = badge::credential(&issuer, &achievement, &plain).unwrap();
    let expect = Draft::with_options(&whole, &options(), &CONTEXTS, &CRYPTO).unwrap_err();
    let awarding = Awarding::new(issuer, achievement, Arc::clone(&CONTEXTS), &CRYPTO);
    let refused = awarding.draft(&plain, &options(), &CRYPTO).unwrap_err();
    assert_eq!(refused, AwardingError::Draft(expect));

    let nobody = Award {
        recipient: Recipient::default(),
        ..plain.clone()
    };
    let refused = awarding.draft(&nobody, &options(), &CRYPTO).unwrap_err();
    assert_eq!(
        refused,
        AwardingError::Badge(badge::BadgeError::NoRecipient)
    );

    let created = Timestamp::from_unix_seconds(0);
    let context = touchstone_vc::json::Value::from(badge::CONTEXTS[0]);
    let other = ProofOptions::new(&context, "did:example:i#k", created, &CONTEXTS, &CRYPTO);
    let refused = awarding.draft(&plain, &other.unwrap(), &CRYPTO);
    assert!(matches!(
        refused,
        Err(AwardingError::Draft(
            DraftError::Canon(_) | DraftError::OtherContext
        ))
    ));
}

#[test]
fn a_draft_is_made_again_from_exactly_its_own_bytes() {
    let bits = &mut Bits(5);
    let (issuer, achievement) = (issuer(bits), achievement(bits));
    let award = award(bits, &achievement);
    let whole = badge::credential(&issuer, &achievement, &award).unwrap();
    let draft = Draft::with_options(&whole, &options(), &CONTEXTS, &CRYPTO).unwrap();
    let statements = draft.statements(&CRYPTO).unwrap();
    let bytes = draft.unsigned().as_bytes().to_vec();

    // By options of another moment: what is signed is what they say.
    let later = options_at(1_800_000_001);
    let expect = Draft::with_options(&whole, &later, &CONTEXTS, &CRYPTO).unwrap();
    let again = Draft::again(&bytes, &statements, &later, &CRYPTO).unwrap();
    assert_eq!(again.signing_input(), expect.signing_input());
    let signature = Signature(vec![2; 64]);
    assert_eq!(again.seal(&signature), expect.seal(&signature));

    for at in [0, bytes.len() / 2, bytes.len() - 1] {
        let mut altered = bytes.clone();
        altered[at] ^= 1;
        assert!(
            Draft::again(&altered, &statements, &later, &CRYPTO).is_none(),
            "{at}"
        );
    }
    let created = Timestamp::from_unix_seconds(0);
    let context = touchstone_vc::json::Value::from(badge::CONTEXTS[0]);
    let other =
        ProofOptions::new(&context, "did:example:i#k", created, &CONTEXTS, &CRYPTO).unwrap();
    assert!(Draft::again(&bytes, &statements, &other, &CRYPTO).is_none());
}
