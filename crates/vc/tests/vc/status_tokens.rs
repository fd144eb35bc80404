//! Status lists that are JSON Web Tokens (VC-JOSE-COSE), trusted as those that are JSON.

use touchstone_canon::json::Value;
use touchstone_vc::did::key::verification_method;
use touchstone_vc::jose::Algorithm;
use touchstone_vc::model::StatusPurpose;
use touchstone_vc::status::bitstring::{Bits, StatusList};
use touchstone_vc::{CheckKind, Curve, Evidence, Fault, Outcome, Resource};

use crate::support::{Key, at, fetched, judge, outcome, set};
use crate::tokens::{SIGNING, forged, json, token, unsigned};

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
    let credential = token(issuer, &unsigned(issuer));
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
fn a_token_by_another_key_or_of_another_issuer_says_nothing() {
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
fn the_dates_of_the_list_in_a_token_count() {
    let issuer = Key::new(Curve::Ed25519, 1);
    let mut old = list(&issuer, &[]);
    set(&mut old, "/validUntil", "2026-11-21T12:00:00Z");
    let stale = Outcome::Unknown(Fault::StatusListStale);
    assert_eq!(says(&issuer, &token(&issuer, &old)), stale);
}
