//! A part of a status list that was proven to be of it: judged as the list itself would be.

use touchstone_vc::{
    CheckKind, Detail, Document, Evidence, Fault, Outcome, Resource, StatusBlock, Timestamp,
};

use crate::support::{at, did_key, judge, judge_at, outcome, vector};

const LIST: &str = "http://127.0.0.1:4599/status/1";

/// The part of the list that has entry 5, at which the sample stands.
fn block(set: bool) -> StatusBlock {
    let mut bits = vec![0; 1_024];
    if set {
        bits[0] = 0x80 >> 5;
    }
    StatusBlock {
        issuer: did_key(1),
        purpose: "revocation".into(),
        valid_from: at("2026-11-21T00:00:00Z"),
        valid_until: at("2026-11-23T00:00:00Z"),
        length: 131_072,
        first: 0,
        bits,
    }
}

fn evidence(blocks: impl Into<Vec<StatusBlock>>) -> Evidence {
    let resource = Resource::StatusList(LIST.into());
    Evidence::from([(resource, Document::Proven(blocks.into()))])
}

#[track_caller]
fn check(blocks: impl Into<Vec<StatusBlock>>, expect: Outcome) {
    let report = judge(&vector("sample-shapes/aim.json"), &evidence(blocks));
    assert_eq!(outcome(&report, CheckKind::Status), expect);
}

#[test]
fn a_part_says_what_the_list_says() {
    check([block(false)], Outcome::Pass);
    check([block(true)], Outcome::Fail(Fault::Revoked));
    let report = judge(&vector("sample-shapes/aim.json"), &evidence([block(false)]));
    let found = report
        .checks
        .iter()
        .find(|check| check.kind == CheckKind::Status);
    let Detail::Status(detail) = &found.unwrap().detail else {
        panic!("no status");
    };
    assert_eq!(detail.list_from, Some(block(false).valid_from));
    assert_eq!((detail.value, detail.fetched_at), (Some(0), None));
}

#[test]
fn t34_a_part_that_does_not_have_the_entry_is_unknown() {
    let with = |change: fn(&mut StatusBlock)| {
        let mut block = block(false);
        change(&mut block);
        [block]
    };
    check([], Outcome::Unknown(Fault::StatusListMissing));
    check(
        with(|one| one.first = 8_192),
        Outcome::Unknown(Fault::StatusListMissing),
    );
    check(
        with(|one| one.bits.clear()),
        Outcome::Unknown(Fault::StatusListMissing),
    );
    check(
        with(|one| one.length = 8_192),
        Outcome::Unknown(Fault::StatusListTooShort),
    );
    check(
        with(|one| one.purpose = "suspension".into()),
        Outcome::Unknown(Fault::StatusListMismatch),
    );
}

#[test]
fn t37_t39_a_part_that_is_old_or_foreign_says_nothing() {
    let with = |change: fn(&mut StatusBlock)| {
        let mut block = block(false);
        change(&mut block);
        [block]
    };
    check(
        with(|one| one.issuer = did_key(2)),
        Outcome::Unknown(Fault::StatusListForeign),
    );
    let at = |moment: &str| {
        let judged = judge_at(
            &vector("sample-shapes/aim.json"),
            &evidence([block(false)]),
            moment,
        );
        outcome(&judged, CheckKind::Status)
    };
    assert_eq!(
        at("2026-11-23T00:00:01Z"),
        Outcome::Unknown(Fault::StatusListStale)
    );
    assert_eq!(
        at("2036-11-23T00:00:01Z"),
        Outcome::Unknown(Fault::StatusListStale)
    );
    assert_eq!(
        at("2026-11-20T23:54:00Z"),
        Outcome::Unknown(Fault::StatusListNotYetValid)
    );
}

#[test]
fn the_newest_part_counts() {
    let newer = |set, seconds: i64| {
        let mut block = block(set);
        let from: Timestamp = block.valid_from;
        block.valid_from = from.plus_millis(seconds * 1_000);
        block
    };
    let revoked = Outcome::Fail(Fault::Revoked);
    check([newer(true, 60), newer(false, 0)], revoked);
    check([newer(false, 0), newer(true, 60)], revoked);
    // One that is newer and about others does not stand in for it.
    let mut other = newer(true, 90);
    other.first = 8_192;
    check([newer(false, 0), other], Outcome::Pass);
}
