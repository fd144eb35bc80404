//! Status lists that are JSON Web Tokens (VC-JOSE-COSE), trusted as those that are JSON.

use touchstone_canon::json::Value;
use touchstone_vc::bake::MAX_CREDENTIAL;
use touchstone_vc::did::key::verification_method;
use touchstone_vc::jose::Algorithm;
use touchstone_vc::model::StatusPurpose;
use touchstone_vc::status::bitstring::{Bits, StatusList};
use touchstone_vc::{CheckKind, Curve, Evidence, Fault, Outcome, Resource};

use crate::support::{Key, at, fetched, judge, outcome, set};
use crate::tokens::{SIGNING, forged, json, jwk, token, unsigned};

const LIST: &str = "http://127.0.0.1:4599/status/1";

fn list(issuer: &Key, withdrawn: &[u64]) -> Value<'static> {
    let mut bits = Bits::new(0);
    for index in withdrawn {
        bits.set(*index, true).unwrap();
    }
    let list = StatusList {
        id: LIST.into(),
        issuer: issuer.did(),
        purpose: StatusPurpose::Revocation,
        valid_from: at("2026-11-21T00:00:00Z"),
        valid_until: at("2026-11-23T00:00:00Z"),
        ttl_millis: 60_000,
        bits,
    };
    list.unsigned().into_owned()
}

/// A token under the name of a key, whoever signs it.
fn named(named: &Key, signer: &Key, algorithm: Algorithm, typ: &str, list: &Value<'_>) -> String {
    let header = format!(
        r#"{{"alg":"{}","typ":"{typ}","kid":"{}"}}"#,
        algorithm.as_str(),
        verification_method(&named.public())
    );
    forged(signer, &json(&header), list)
}

/// What a list says of a credential of `issuer`.
#[track_caller]
fn says(issuer: &Key, list: &str) -> Outcome {
    says_of(&token(issuer, &unsigned(issuer)), list)
}

#[track_caller]
fn says_of(credential: &str, list: &str) -> Outcome {
    let evidence = Evidence::from([(Resource::StatusList(LIST.into()), fetched(list))]);
    outcome(&judge(credential.as_bytes(), &evidence), CheckKind::Status)
}

fn keys() -> impl Iterator<Item = (Algorithm, Key, Key)> {
    SIGNING
        .into_iter()
        .map(|(algorithm, curve)| (algorithm, Key::new(curve, 1), Key::new(curve, 2)))
}

#[test]
fn a_list_that_is_a_token_of_the_issuers_says_what_is_withdrawn() {
    for (_, issuer, _) in keys() {
        let clear = token(&issuer, &list(&issuer, &[4, 6]));
        assert_eq!(says(&issuer, &clear), Outcome::Pass);
        assert_eq!(says(&issuer, &format!("{clear}\n")), Outcome::Pass);
        let withdrawn = token(&issuer, &list(&issuer, &[5]));
        assert_eq!(says(&issuer, &withdrawn), Outcome::Fail(Fault::Revoked));
    }
}

#[test]
fn t39_a_list_that_is_a_token_by_another_key_or_of_another_issuer_says_nothing() {
    let unknown = Outcome::Unknown;
    for (algorithm, issuer, other) in keys() {
        let clear = list(&issuer, &[]);
        let forged = named(&issuer, &other, algorithm, "vc+jwt", &clear);
        assert_eq!(says(&issuer, &forged), unknown(Fault::StatusListUnproven));
        // Another's signature holds, and is not the issuer's.
        let by_other = named(&other, &other, algorithm, "vc+jwt", &clear);
        assert_eq!(says(&issuer, &by_other), unknown(Fault::StatusListForeign));
        let of_other = token(&other, &list(&other, &[]));
        assert_eq!(says(&issuer, &of_other), unknown(Fault::StatusListForeign));
    }
}

#[test]
fn a_token_that_ended_was_altered_or_is_for_something_else_says_nothing() {
    let unproven = Outcome::Unknown(Fault::StatusListUnproven);
    for (algorithm, issuer, _) in keys() {
        let mut ended = list(&issuer, &[]);
        set(&mut ended, "/exp", 1_795_305_600_i64); // 2026-11-22T00:00:00Z
        let ended = named(&issuer, &issuer, algorithm, "vc+jwt", &ended);
        assert_eq!(says(&issuer, &ended), unproven);
        let answer = named(&issuer, &issuer, algorithm, "vp+jwt", &list(&issuer, &[]));
        assert_eq!(says(&issuer, &answer), unproven);
        let good = named(&issuer, &issuer, algorithm, "vc+jwt", &list(&issuer, &[]));
        assert_eq!(says(&issuer, &good), Outcome::Pass);
        let (signed, _) = good.rsplit_once('.').unwrap();
        let malformed = Outcome::Unknown(Fault::StatusListMalformed);
        assert_eq!(says(&issuer, signed), malformed);
        let other = named(&issuer, &issuer, algorithm, "vc+jwt", &list(&issuer, &[5]));
        let (_, signature) = other.rsplit_once('.').unwrap();
        let altered = format!("{signed}.{signature}");
        assert_eq!(says(&issuer, &altered), unproven);
    }
}

#[test]
fn t37_the_dates_of_the_list_in_a_token_count() {
    let issuer = Key::new(Curve::Ed25519, 1);
    let mut old = list(&issuer, &[]);
    set(&mut old, "/validUntil", "2026-11-21T12:00:00Z");
    let stale = Outcome::Unknown(Fault::StatusListStale);
    assert_eq!(says(&issuer, &token(&issuer, &old)), stale);
}

/// Whoever answers at the list's address chooses its header.
#[test]
fn t12_t13_a_list_that_is_a_token_takes_nothing_from_its_own_header() {
    let unproven = Outcome::Unknown(Fault::StatusListUnproven);
    let (issuer, thief) = (Key::new(Curve::Ed25519, 1), Key::new(Curve::Ed25519, 2));
    let clear = list(&issuer, &[]);
    let own = jwk(&thief);
    let theirs = verification_method(&issuer.public());
    for members in [
        format!(r#""jwk":{own}"#),
        format!(r#""kid":"{theirs}","jwk":{own}"#),
        r#""jku":"https://evil.example/keys","x5u":"https://evil.example/chain""#.to_owned(),
        format!(r#""kid":"{theirs}","jku":"https://evil.example/keys""#),
    ] {
        let header = json(&format!(r#"{{"alg":"EdDSA","typ":"vc+jwt",{members}}}"#));
        let list = forged(&thief, &header, &clear);
        assert_eq!(says(&issuer, &list), unproven, "{members}");
    }
    for name in ["none", "None", "NONE", "nOnE"] {
        let header = json(&format!(
            r#"{{"alg":"{name}","typ":"vc+jwt","kid":"{theirs}"}}"#
        ));
        let signed = forged(&issuer, &header, &clear);
        let (input, _) = signed.rsplit_once('.').unwrap();
        for list in [signed.clone(), format!("{input}.")] {
            assert_eq!(says(&issuer, &list), unproven, "{name}");
        }
    }
    // Of the three, each key signs with one.
    for (algorithm, issuer, _) in keys() {
        for (other, _) in SIGNING {
            let list = named(&issuer, &issuer, other, "vc+jwt", &list(&issuer, &[]));
            let expect = match other.as_str() == algorithm.as_str() {
                true => Outcome::Pass,
                false => unproven,
            };
            assert_eq!(says(&issuer, &list), expect, "{other:?} of {algorithm:?}");
        }
    }
}

/// What the claims say, the list inside leaves to them.
#[test]
fn a_list_that_is_a_token_as_open_badges_has_it_says_what_is_withdrawn() {
    for (algorithm, issuer, other) in keys() {
        let header = json(&format!(
            r#"{{"alg":"{}","typ":"JWT","kid":"{}"}}"#,
            algorithm.as_str(),
            verification_method(&issuer.public())
        ));
        for (withdrawn, expect) in [(4, Outcome::Pass), (5, Outcome::Fail(Fault::Revoked))] {
            let mut inside = list(&issuer, &[withdrawn]);
            for member in ["id", "issuer", "validFrom", "validUntil"] {
                inside.as_object_mut().unwrap().remove(member);
            }
            // 2026-11-21 and 2026-11-23.
            let mut payload = json(&format!(
                r#"{{"iss":"{}","jti":"{LIST}","sub":"{LIST}#list","nbf":1795219200,"exp":1795392000}}"#,
                issuer.did()
            ));
            set(&mut payload, "/vc", inside);
            let good = forged(&issuer, &header, &payload);
            assert_eq!(says(&issuer, &good), expect);
            let forged = forged(&other, &header, &payload);
            let unproven = Outcome::Unknown(Fault::StatusListUnproven);
            assert_eq!(says(&issuer, &forged), unproven);
        }
    }
}

#[test]
fn a_list_of_2021_that_is_a_token_says_what_is_withdrawn() {
    let issuer = Key::new(Curve::Ed25519, 1);
    let mut credential = unsigned(&issuer);
    let entry = format!(
        r#"{{"id":"{LIST}#5","type":"StatusList2021Entry","statusPurpose":"revocation","statusListIndex":"5","statusListCredential":"{LIST}"}}"#
    );
    set(&mut credential, "/credentialStatus", json(&entry));
    // Their types are those of another context than the one of these.
    let signed = |value: &Value<'_>| named(&issuer, &issuer, Algorithm::EdDsa, "vc+jwt", value);
    let credential = signed(&credential);
    for (withdrawn, expect) in [(4, Outcome::Pass), (5, Outcome::Fail(Fault::Revoked))] {
        let mut list = list(&issuer, &[withdrawn]);
        // Without the letter that says which base64 it is.
        let subject = list.get("credentialSubject").unwrap();
        let encoded = subject.get("encodedList").and_then(Value::as_str);
        let encoded = encoded.unwrap()[1..].to_owned();
        set(&mut list, "/credentialSubject/encodedList", encoded);
        set(&mut list, "/credentialSubject/type", "StatusList2021");
        let types = r#"["VerifiableCredential","StatusList2021Credential"]"#;
        set(&mut list, "/type", json(types));
        let list = signed(&list);
        assert_eq!(says_of(&credential, &list), expect);
        // It is no list of the present form.
        let malformed = Outcome::Unknown(Fault::StatusListMalformed);
        assert_eq!(says(&issuer, &list), malformed);
    }
}

#[test]
fn a_list_that_is_a_token_of_more_than_four_mebibytes_is_not_read() {
    let issuer = Key::new(Curve::Ed25519, 1);
    let filled = |length: usize| {
        let mut list = list(&issuer, &[]);
        set(&mut list, "/filler", "x".repeat(length));
        named(&issuer, &issuer, Algorithm::EdDsa, "vc+jwt", &list)
    };
    assert_eq!(says(&issuer, &filled(1)), Outcome::Pass);
    let large = filled(MAX_CREDENTIAL);
    let malformed = Outcome::Unknown(Fault::StatusListMalformed);
    assert_eq!(says(&issuer, &large), malformed);
}
