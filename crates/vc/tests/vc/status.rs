//! Status lists: published, read, and everything that can be wrong with them.

use miniz_oxide::deflate::core::{
    CompressorOxide, TDEFLFlush, TDEFLStatus, compress, create_comp_flags_from_zip_params,
};
use touchstone_canon::json::Value;
use touchstone_canon::multibase::encode_base64url;
use touchstone_vc::model::StatusPurpose;
use touchstone_vc::report::LastGood;
use touchstone_vc::status::bitstring::{Bits, MIN_ENTRIES, StatusList};
use touchstone_vc::{
    CheckKind, Detail, Document, Evidence, Fault, Fetched, NotOffered, Outcome, Report, Resource,
    Unreachable, Verdict,
};

use crate::bake::memory_for;
use crate::support::{
    TODAY, at, did_key, fetched, judge, judge_at, lists, nothing, outcome, sample, set, signed,
    unsigned_sample, vector,
};

const LIST: &str = "http://127.0.0.1:4599/status/1";

fn list(purpose: StatusPurpose, set: &[u64]) -> StatusList {
    let mut bits = Bits::new(0);
    for index in set {
        bits.set(*index, true).unwrap();
    }
    StatusList {
        id: LIST.into(),
        issuer: did_key(1),
        purpose,
        valid_from: at("2026-11-21T00:00:00Z"),
        valid_until: at("2026-11-23T00:00:00Z"),
        ttl_millis: 60_000,
        bits,
    }
}

fn evidence(list: impl Into<Vec<u8>>) -> Evidence {
    Evidence::from([(Resource::StatusList(LIST.into()), fetched(list))])
}

fn aim_with(list: impl Into<Vec<u8>>) -> Report {
    judge(&vector("sample-shapes/aim.json"), &evidence(list))
}

#[track_caller]
fn check(report: &Report, expect: Outcome) {
    assert_eq!(outcome(report, CheckKind::Status), expect);
    assert_eq!(
        report.verdict(),
        match expect {
            Outcome::Pass => Verdict::NotListed,
            Outcome::Fail(_) => Verdict::Failed,
            _ => Verdict::Unknown,
        }
    );
}

/// Signs the list after `change`.
fn changed(change: impl FnOnce(&mut Value<'static>)) -> Vec<u8> {
    let mut unsigned = list(StatusPurpose::Revocation, &[]).unsigned().into_owned();
    change(&mut unsigned);
    signed(&unsigned, 1)
}

#[test]
fn a_list_that_we_publish_is_read_back() {
    let clear = list(StatusPurpose::Revocation, &[4, 6, 131_071]);
    check(&aim_with(signed(&clear.unsigned(), 1)), Outcome::Pass);
    let set = list(StatusPurpose::Revocation, &[5]);
    check(
        &aim_with(signed(&set.unsigned(), 1)),
        Outcome::Fail(Fault::Revoked),
    );
    assert_eq!(set.unsigned().to_string(), set.unsigned().to_string());
}

#[test]
fn a_list_has_at_least_131072_entries_in_the_order_of_the_specification() {
    let mut bits = Bits::new(1);
    assert_eq!(bits.len(), MIN_ENTRIES);
    bits.set(0, true).unwrap();
    bits.set(9, true).unwrap();
    assert_eq!(
        (bits.get(0), bits.get(1), bits.get(9)),
        (Some(true), Some(false), Some(true))
    );
    assert_eq!(
        (bits.get(MIN_ENTRIES), bits.set(MIN_ENTRIES, true)),
        (None, None)
    );
    assert_eq!(Bits::decode(&bits.encode()), Ok(bits));
}

#[test]
fn lists_of_others_are_decoded() {
    let theirs = sample("status-4");
    let encoded = theirs
        .pointer("/credentialSubject/encodedList")
        .and_then(Value::as_str)
        .unwrap();
    let bits = Bits::decode(encoded).unwrap();
    let set: Vec<u64> = (0..bits.len())
        .filter(|index| bits.get(*index) == Some(true))
        .collect();
    assert_eq!(set, [777]);
}

#[test]
fn t34_status_never_fails_open() {
    let aim = vector("sample-shapes/aim.json");
    check(
        &judge(&aim, &nothing()),
        Outcome::Unknown(Fault::StatusListMissing),
    );
    for why in [
        Unreachable::Offline,
        Unreachable::NoSuchHost,
        Unreachable::NoAnswer,
        Unreachable::Status(404),
        Unreachable::TooLarge,
    ] {
        let gone = Document::Unreachable {
            why,
            last_good: None,
        };
        let evidence = Evidence::from([(Resource::StatusList(LIST.into()), gone)]);
        check(
            &judge(&aim, &evidence),
            Outcome::Unknown(Fault::StatusListUnreachable),
        );
    }
    for garbage in [
        "",
        "<html>",
        "null",
        "{}",
        "[]",
        "{\"type\":\"VerifiableCredential\"}",
    ] {
        let report = aim_with(garbage);
        assert!(
            matches!(outcome(&report, CheckKind::Status), Outcome::Unknown(_)),
            "{garbage}"
        );
        assert_eq!(report.verdict(), Verdict::Unknown);
    }
}

#[test]
fn t34_an_entry_that_cannot_be_read_is_unknown() {
    for (member, value, fault) in [
        (
            "statusListIndex",
            Value::from("NaN"),
            Fault::StatusEntryMalformed,
        ),
        (
            "statusListIndex",
            Value::from("-1"),
            Fault::StatusEntryMalformed,
        ),
        (
            "statusListIndex",
            Value::from("05"),
            Fault::StatusEntryMalformed,
        ),
        (
            "statusListIndex",
            Value::from(" 5"),
            Fault::StatusEntryMalformed,
        ),
        (
            "statusListIndex",
            Value::from("99999999999999999999"),
            Fault::StatusEntryMalformed,
        ),
        (
            "statusListIndex",
            Value::from("131072"),
            Fault::StatusIndexOutside,
        ),
        (
            "statusListIndex",
            Value::from("18446744073709551615"),
            Fault::StatusIndexOutside,
        ),
        (
            "statusPurpose",
            Value::from("message"),
            Fault::StatusEntryMalformed,
        ),
        (
            "statusPurpose",
            Value::from("custom"),
            Fault::StatusUnsupported,
        ),
        (
            "statusPurpose",
            Value::from("suspension"),
            Fault::StatusListMismatch,
        ),
        (
            "statusSize",
            Value::from(2_i64),
            Fault::StatusEntryMalformed,
        ),
        (
            "statusSize",
            Value::from(0_i64),
            Fault::StatusEntryMalformed,
        ),
        ("statusSize", Value::from(9_i64), Fault::StatusUnsupported),
    ] {
        let mut unsigned = unsigned_sample("aim");
        set(&mut unsigned, &format!("/credentialStatus/{member}"), value);
        let report = judge(&signed(&unsigned, 1), &lists());
        check(&report, Outcome::Unknown(fault));
    }
    for entry in [
        Value::from("http://127.0.0.1:4599/status/1#5"),
        Value::Array(vec![]),
    ] {
        let mut credential = sample("aim");
        set(&mut credential, "/credentialStatus", entry);
        let report = judge(credential.to_string().as_bytes(), &lists());
        assert_eq!(
            outcome(&report, CheckKind::Status),
            Outcome::Unknown(Fault::StatusEntryMalformed)
        );
    }
    for kind in ["CredentialStatusList2017", "RevocationList2020Status"] {
        let mut credential = sample("aim");
        set(&mut credential, "/credentialStatus/type", kind);
        let report = judge(credential.to_string().as_bytes(), &lists());
        assert_eq!(
            outcome(&report, CheckKind::Status),
            Outcome::Unknown(Fault::StatusUnsupported)
        );
    }
}

#[test]
fn an_entry_may_have_several_types() {
    let mut unsigned = unsigned_sample("aim");
    let types = vec![Value::from("BitstringStatusListEntry")];
    set(&mut unsigned, "/credentialStatus/type", types);
    let credential = signed(&unsigned, 1);
    assert!(crate::support::needs(&credential).contains(&Resource::StatusList(LIST.into())));
    check(&judge(&credential, &lists()), Outcome::Pass);
}

#[test]
fn a_list_that_is_not_what_it_should_be_is_unknown() {
    type Spoil = fn(&mut Value<'static>);
    let cases: [(Spoil, Fault); 8] = [
        (
            |list| set(list, "/id", "http://127.0.0.1:4599/status/9"),
            Fault::StatusListMismatch,
        ),
        (
            |list| set(list, "/credentialSubject/statusPurpose", "suspension"),
            Fault::StatusListMismatch,
        ),
        (
            |list| set(list, "/credentialSubject/encodedList", "uAAAA"),
            Fault::StatusListMalformed,
        ),
        (
            |list| {
                set(
                    list,
                    "/credentialSubject/encodedList",
                    "H4sIAAAAAAAAAwMAAAAAAAAAAAA",
                )
            },
            Fault::StatusListMalformed,
        ),
        (
            |list| {
                let encoded = touchstone_canon::multibase::encode_base64url(&gzip(&[0; 16_383]));
                set(list, "/credentialSubject/encodedList", encoded);
            },
            Fault::StatusListTooShort,
        ),
        (
            |list| set(list, "/type", vec![Value::from("VerifiableCredential")]),
            Fault::StatusListMalformed,
        ),
        (
            |list| set(list, "/validUntil", "soon"),
            Fault::StatusListMalformed,
        ),
        (
            |list| set(list, "/validFrom", "2026-11-22T01:00:00Z"),
            Fault::StatusListNotYetValid,
        ),
    ];
    for (spoil, fault) in cases {
        check(&aim_with(changed(spoil)), Outcome::Unknown(fault));
    }
}

#[test]
fn a_list_may_have_several_purposes() {
    let both = changed(|list| {
        let purposes = vec![Value::from("suspension"), Value::from("revocation")];
        set(list, "/credentialSubject/statusPurpose", purposes);
    });
    check(&aim_with(both), Outcome::Pass);
}

#[test]
fn t35_a_bomb_stops_at_the_cap() {
    let bomb = encode_base64url(&bomb());
    let mut said = None;
    let grown = memory_for(|| said = Some(Bits::decode(&bomb)));
    assert_eq!(said, Some(Err(Fault::StatusListTooLarge)));
    // What is unpacked ends at 16 MiB, and the room for it doubles.
    assert!(grown < 48 << 20, "{grown} bytes");
    let report = aim_with(changed(|list| {
        set(list, "/credentialSubject/encodedList", bomb)
    }));
    check(&report, Outcome::Unknown(Fault::StatusListTooLarge));
}

#[test]
fn t36_a_revoked_bit_never_clears_and_a_suspended_one_does() {
    let (mut before, mut after) = (Bits::new(0), Bits::new(0));
    before.set(5, true).unwrap();
    assert!(
        !after.includes(&before),
        "a list that forgets entry 5 is noticed before it is published"
    );
    after.set(5, true).unwrap();
    after.set(6, true).unwrap();
    assert!(after.includes(&before));
    assert!(Bits::new(200_000).includes(&Bits::new(0)));

    let suspended = vector("sample-shapes/suspended.json");
    assert_eq!(
        outcome(&judge(&suspended, &lists()), CheckKind::Status),
        Outcome::Fail(Fault::Suspended)
    );
    let mut reinstated = lists();
    let mut cleared = list(StatusPurpose::Suspension, &[]);
    cleared.id = "http://127.0.0.1:4599/status/4".into();
    reinstated.insert(
        Resource::StatusList(cleared.id.clone()),
        fetched(signed(&cleared.unsigned(), 1)),
    );
    assert_eq!(
        outcome(&judge(&suspended, &reinstated), CheckKind::Status),
        Outcome::Pass
    );
}

#[test]
fn t37_an_old_list_is_stale_never_fresh() {
    let aim = vector("sample-shapes/aim.json");
    let fresh = evidence(signed(&list(StatusPurpose::Revocation, &[]).unsigned(), 1));
    assert_eq!(
        outcome(
            &judge_at(&aim, &fresh, "2026-11-23T00:00:00Z"),
            CheckKind::Status
        ),
        Outcome::Pass
    );
    let later = judge_at(&aim, &fresh, "2026-11-23T00:00:01Z");
    assert_eq!(
        outcome(&later, CheckKind::Status),
        Outcome::Unknown(Fault::StatusListStale)
    );

    let endless = evidence(changed(|list| {
        list.as_object_mut().unwrap().remove("validUntil");
    }));
    assert_eq!(
        outcome(
            &judge_at(&aim, &endless, "2026-11-23T00:00:00Z"),
            CheckKind::Status
        ),
        Outcome::Pass
    );
    let later = judge_at(&aim, &endless, "2026-11-23T00:00:01Z");
    assert_eq!(
        outcome(&later, CheckKind::Status),
        Outcome::Unknown(Fault::StatusListStale)
    );
    // A stale list says nothing, whatever stands in it.
    let revoked = evidence(signed(&list(StatusPurpose::Revocation, &[5]).unsigned(), 1));
    let later = judge_at(&aim, &revoked, "2026-12-01T00:00:00Z");
    assert_eq!(
        outcome(&later, CheckKind::Status),
        Outcome::Unknown(Fault::StatusListStale)
    );
}

#[test]
fn t39_a_list_of_another_issuer_is_rejected() {
    let mut foreign = list(StatusPurpose::Revocation, &[5]);
    foreign.issuer = did_key(2);
    check(
        &aim_with(signed(&foreign.unsigned(), 2)),
        Outcome::Unknown(Fault::StatusListForeign),
    );
    // In the issuer's name, by somebody else's key.
    let own = list(StatusPurpose::Revocation, &[5]);
    check(
        &aim_with(signed(&own.unsigned(), 2)),
        Outcome::Unknown(Fault::StatusListForeign),
    );
    // Unsigned, and changed after signing.
    let unsigned = own.unsigned().to_string();
    check(
        &aim_with(unsigned),
        Outcome::Unknown(Fault::StatusListUnproven),
    );
    let mut tampered = crate::support::parsed(&signed(&own.unsigned(), 1));
    set(
        &mut tampered,
        "/credentialSubject/encodedList",
        Bits::new(0).encode(),
    );
    check(
        &aim_with(tampered.to_string()),
        Outcome::Unknown(Fault::StatusListUnproven),
    );
}

#[test]
fn t41_there_are_three_states_and_no_status_is_none_of_them() {
    let clear = signed(&list(StatusPurpose::Revocation, &[]).unsigned(), 1);
    let set_ = signed(&list(StatusPurpose::Revocation, &[5]).unsigned(), 1);
    check(&aim_with(clear), Outcome::Pass);
    check(&aim_with(set_), Outcome::Fail(Fault::Revoked));
    check(
        &aim_with("{}"),
        Outcome::Unknown(Fault::StatusListMalformed),
    );

    let mut unsigned = unsigned_sample("aim");
    unsigned.as_object_mut().unwrap().remove("credentialStatus");
    let report = judge(&signed(&unsigned, 1), &nothing());
    assert_eq!(report.outcome(CheckKind::Status), None);
    assert_eq!(report.not_offered, [NotOffered::Status]);
    assert_eq!(report.verdict(), Verdict::NotListed);
}

#[test]
fn the_last_good_answer_is_told_but_not_relied_on() {
    let aim = vector("sample-shapes/aim.json");
    let last_good = |bytes: Vec<u8>, fetched_at: &str| {
        let last_good = Some(Fetched {
            bytes,
            fetched_at: at(fetched_at),
        });
        let gone = Document::Unreachable {
            why: Unreachable::NoAnswer,
            last_good,
        };
        let evidence = Evidence::from([(Resource::StatusList(LIST.into()), gone)]);
        let report = judge_at(&aim, &evidence, "2026-11-25T00:00:00Z");
        check(&report, Outcome::Unknown(Fault::StatusListUnreachable));
        let Detail::Status(detail) = report.of(CheckKind::Status).next().unwrap().detail.clone()
        else {
            panic!("no status detail");
        };
        assert_eq!(detail.unreachable, Some(Unreachable::NoAnswer));
        detail.last_good
    };
    let clear = signed(&list(StatusPurpose::Revocation, &[]).unsigned(), 1);
    let set = signed(&list(StatusPurpose::Revocation, &[5]).unsigned(), 1);
    assert_eq!(
        last_good(clear.clone(), TODAY),
        Some(LastGood {
            at: at(TODAY),
            set: false
        })
    );
    assert_eq!(
        last_good(set, TODAY),
        Some(LastGood {
            at: at(TODAY),
            set: true
        })
    );
    // It was stale already when it was fetched, or is no list: then it was no good answer.
    assert_eq!(last_good(clear, "2026-11-24T00:00:00Z"), None);
    assert_eq!(last_good(b"{}".to_vec(), TODAY), None);
}

/// A megabyte that inflates to one GiB: a block that is complete in itself, a thousand times, and an end.
pub(crate) fn bomb() -> Vec<u8> {
    let mut block = vec![0; 1 << 16];
    let mut compressor = CompressorOxide::new(create_comp_flags_from_zip_params(9, 0, 0));
    let plain = vec![0; 1 << 20];
    let (status, read, written) = compress(&mut compressor, &plain, &mut block, TDEFLFlush::Full);
    assert_eq!((status, read), (TDEFLStatus::Okay, plain.len()));
    let mut out = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    for _ in 0..1024 {
        out.extend(&block[..written]);
    }
    out.extend([1, 0, 0, 0xff, 0xff]);
    // Nobody gets as far as the sum and the size.
    out.extend([0, 0, 0, 0]);
    out.extend((1_u32 << 30).to_le_bytes());
    out
}

/// gzip of any size: ours stops at the cap.
pub(crate) fn gzip(plain: &[u8]) -> Vec<u8> {
    let mut out = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    out.extend(miniz_oxide::deflate::compress_to_vec(plain, 1));
    out.extend(crate::bake::crc32(plain).to_le_bytes());
    out.extend((plain.len() as u32).to_le_bytes());
    out
}
