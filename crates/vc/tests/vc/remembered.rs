//! Status lists that are remembered: the same report, with less work, and never from other bytes.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use touchstone_canon::json::Value;
use touchstone_vc::crypto::rust::CRYPTO;
use touchstone_vc::model::StatusPurpose;
use touchstone_vc::status::bitstring::{Bits, StatusList};
use touchstone_vc::status::{List, Lists};
use touchstone_vc::{
    CheckKind, Credential, Crypto, Curve, Document, Evidence, Fault, Fetched, Outcome, Report,
    Resource, Trust, Unreachable, verify, verify_remembering,
};

use crate::support::{CONTEXTS, Key, TODAY, at, did_key, fetched, outcome, signed, vector};
use crate::tokens::token;

const LIST: &str = "http://127.0.0.1:4599/status/1";

fn unsigned(issuer: u8, set: &[u64]) -> Value<'static> {
    let mut bits = Bits::new(0);
    for index in set {
        bits.set(*index, true).unwrap();
    }
    let list = StatusList {
        id: LIST.into(),
        issuer: did_key(issuer),
        purpose: StatusPurpose::Revocation,
        valid_from: at("2026-11-21T00:00:00Z"),
        valid_until: at("2026-11-23T00:00:00Z"),
        ttl_millis: 60_000,
        bits,
    };
    list.unsigned().into_owned()
}

fn list(issuer: u8, set: &[u64]) -> Vec<u8> {
    signed(&unsigned(issuer, set), 1)
}

fn list_as_token(issuer: u8, set: &[u64]) -> Vec<u8> {
    token(&Key::new(Curve::Ed25519, 1), &unsigned(issuer, set)).into_bytes()
}

fn evidence(list: &[u8]) -> Evidence {
    Evidence::from([(Resource::StatusList(LIST.into()), fetched(list))])
}

fn remembered(bytes: &[u8]) -> Lists {
    Lists::from([(LIST.to_owned(), Arc::new(List::new(bytes.to_vec())))])
}

fn judge(evidence: &Evidence, lists: &Lists, moment: &str, crypto: &Crypto) -> Report {
    let aim = vector("sample-shapes/aim.json");
    let aim = Credential::parse(&aim).unwrap();
    let trust = Trust::default();
    verify_remembering(&aim, evidence, lists, &trust, at(moment), crypto, &CONTEXTS)
}

/// Judged without memory, with a fresh one and with a full one.
#[track_caller]
fn same(evidence: &Evidence, lists: &Lists, moment: &str) -> Report {
    let aim = vector("sample-shapes/aim.json");
    let aim = Credential::parse(&aim).unwrap();
    let trust = Trust::default();
    let expect = verify(&aim, evidence, &trust, at(moment), &CRYPTO, &CONTEXTS);
    for _ in 0..2 {
        assert_eq!(judge(evidence, lists, moment, &CRYPTO), expect);
    }
    expect
}

#[test]
fn the_report_is_the_same_as_without_memory() {
    let tampered = String::from_utf8(list(1, &[])).unwrap();
    let tampered = tampered.replace("\"ttl\":60000", "\"ttl\":60001");
    for (bytes, expect) in [
        (list(1, &[]), Outcome::Pass),
        (list(1, &[5]), Outcome::Fail(Fault::Revoked)),
        (list(2, &[]), Outcome::Unknown(Fault::StatusListForeign)),
        (
            tampered.into_bytes(),
            Outcome::Unknown(Fault::StatusListUnproven),
        ),
        (b"{}".to_vec(), Outcome::Unknown(Fault::StatusListMalformed)),
        (list_as_token(1, &[]), Outcome::Pass),
        (list_as_token(1, &[5]), Outcome::Fail(Fault::Revoked)),
        (
            list_as_token(2, &[]),
            Outcome::Unknown(Fault::StatusListForeign),
        ),
    ] {
        let report = same(&evidence(&bytes), &remembered(&bytes), TODAY);
        assert_eq!(outcome(&report, CheckKind::Status), expect);
    }
}

#[test]
fn a_list_is_checked_once_and_its_dates_each_time() {
    static CHECKED: AtomicUsize = AtomicUsize::new(0);
    fn counting(key: &[u8; 32], message: &[u8], signature: &[u8; 64]) -> bool {
        CHECKED.fetch_add(1, Ordering::Relaxed);
        (CRYPTO.verify_ed25519)(key, message, signature)
    }
    let crypto = Crypto {
        verify_ed25519: counting,
        ..CRYPTO
    };
    for bytes in [list(1, &[]), list_as_token(1, &[])] {
        let (evidence, lists) = (evidence(&bytes), remembered(&bytes));
        let checked = |moment| {
            let before = CHECKED.load(Ordering::Relaxed);
            let report = judge(&evidence, &lists, moment, &crypto);
            let checked = CHECKED.load(Ordering::Relaxed) - before;
            (outcome(&report, CheckKind::Status), checked)
        };
        assert_eq!(checked(TODAY), (Outcome::Pass, 2));
        assert_eq!(checked(TODAY), (Outcome::Pass, 1));
        let stale = Outcome::Unknown(Fault::StatusListStale);
        assert_eq!(checked("2026-11-23T00:00:01Z"), (stale, 1));
        assert_eq!(checked(TODAY), (Outcome::Pass, 1));
    }
}

#[test]
fn nothing_is_read_from_the_memory_of_other_bytes() {
    let (clear, revoked) = (list(1, &[]), list(1, &[5]));
    let lists = remembered(&clear);
    assert_eq!(
        outcome(&same(&evidence(&clear), &lists, TODAY), CheckKind::Status),
        Outcome::Pass
    );
    assert_eq!(
        outcome(&same(&evidence(&revoked), &lists, TODAY), CheckKind::Status),
        Outcome::Fail(Fault::Revoked)
    );
}

#[test]
fn the_last_good_answer_is_told_from_memory_too() {
    let revoked = list(1, &[5]);
    let gone = Document::Unreachable {
        why: Unreachable::NoAnswer,
        last_good: Some(Fetched {
            bytes: revoked.clone(),
            fetched_at: at(TODAY),
        }),
    };
    let evidence = Evidence::from([(Resource::StatusList(LIST.into()), gone)]);
    let report = same(&evidence, &remembered(&revoked), "2026-11-25T00:00:00Z");
    assert_eq!(
        outcome(&report, CheckKind::Status),
        Outcome::Unknown(Fault::StatusListUnreachable)
    );
}

#[test]
fn bits_count_into_the_weight_once_they_are_read() {
    let bytes = list(1, &[5]);
    let lists = remembered(&bytes);
    assert_eq!(lists[LIST].weight(), bytes.len());
    same(&evidence(&bytes), &lists, TODAY);
    assert_eq!(lists[LIST].weight(), bytes.len() + 131_072 / 8);
}
