//! Kinds of status besides a revocation bit: messages, refreshing, Status List 2021, 1EdTech's revocation list.

use touchstone_canon::json::Value;
use touchstone_canon::multibase::encode_base64url;
use touchstone_canon::{Hash, Limits, canonicalize};
use touchstone_vc::crypto::rust::CRYPTO;
use touchstone_vc::report::{LastGood, StatusDetail};
use touchstone_vc::status::bitstring::Bits;
use touchstone_vc::{
    CheckKind, Contexts, Detail, Document, Evidence, Fault, Fetched, Outcome, Report, Resource,
    Unreachable,
};

use crate::bake::memory_for;
use crate::status::{bomb, gzip};
use crate::support::{
    CONTEXTS, TODAY, at, did_key, fetched, folder, judge, judge_at, needs, parsed, set, signed,
    unsigned_sample, vectors,
};

const LIST: &str = "https://issuer.example/lists/7";

/// The sample credential with another status entry, signed.
fn credential(entry: &str) -> Vec<u8> {
    let mut unsigned = unsigned_sample("aim");
    let contexts = unsigned.get_mut("@context").unwrap();
    let contexts = contexts.as_array_mut().unwrap();
    contexts.push("https://w3id.org/vc/status-list/2021/v1".into());
    set(&mut unsigned, "/credentialStatus", parsed(entry.as_bytes()));
    signed(&unsigned, 1)
}

fn evidence(list: impl Into<Vec<u8>>) -> Evidence {
    Evidence::from([(Resource::StatusList(LIST.into()), fetched(list))])
}

#[track_caller]
fn detail(report: &Report) -> StatusDetail {
    let check = report.of(CheckKind::Status).next().unwrap();
    match &check.detail {
        Detail::Status(detail) => detail.clone(),
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn status(report: &Report) -> Outcome {
    report.outcome(CheckKind::Status).unwrap()
}

/// A bitstring list with these bits set, changed, signed.
fn bitstring(purpose: &str, set_bits: &[u64], change: impl FnOnce(&mut Value<'static>)) -> Vec<u8> {
    let mut bits = Bits::new(400_000);
    for index in set_bits {
        bits.set(*index, true).unwrap();
    }
    let text = format!(
        r#"{{"@context":["https://www.w3.org/ns/credentials/v2"],"id":"{LIST}",
        "type":["VerifiableCredential","BitstringStatusListCredential"],"issuer":"{}",
        "validFrom":"2026-11-21T00:00:00Z","validUntil":"2026-11-23T00:00:00Z",
        "credentialSubject":{{"id":"{LIST}#list","type":"BitstringStatusList",
        "statusPurpose":"{purpose}","encodedList":"{}"}}}}"#,
        did_key(1),
        bits.encode()
    );
    let mut list = parsed(text.as_bytes());
    change(&mut list);
    signed(&list, 1)
}

fn message_entry() -> String {
    let messages: Vec<_> = ["queued", "under review", "accepted", "set aside"]
        .iter()
        .enumerate()
        .map(|(status, message)| format!(r#"{{"status":"0x{status:x}","message":"{message}"}}"#))
        .collect();
    format!(
        r#"{{"id":"{LIST}#3","type":"BitstringStatusListEntry","statusPurpose":"message","statusListIndex":"3",
        "statusListCredential":"{LIST}","statusSize":2,"statusMessage":[{}]}}"#,
        messages.join(",")
    )
}

#[test]
fn a_message_is_told_in_the_issuers_words_and_never_judged() {
    let credential = credential(&message_entry());
    // Entry 3 of two bits each: bits 6 and 7, the first worth most.
    for (bits, value, message, outcome) in [
        (&[][..], 0, "queued", Outcome::Pass),
        (
            &[7],
            1,
            "under review",
            Outcome::Unknown(Fault::StatusMessage),
        ),
        (&[6], 2, "accepted", Outcome::Unknown(Fault::StatusMessage)),
        (
            &[6, 7],
            3,
            "set aside",
            Outcome::Unknown(Fault::StatusMessage),
        ),
        // Neighbours say nothing.
        (&[5, 8], 0, "queued", Outcome::Pass),
    ] {
        let report = judge(&credential, &evidence(bitstring("message", bits, |_| {})));
        assert_eq!(status(&report), outcome, "{bits:?}");
        let detail = detail(&report);
        assert_eq!(detail.value, Some(value), "{bits:?}");
        assert_eq!(detail.message.as_deref(), Some(message));
    }
}

#[test]
fn t34_messages_that_cannot_be_read_are_unknown() {
    for (member, new, fault) in [
        ("statusMessage", "[]", Fault::StatusEntryMalformed),
        (
            "statusMessage",
            r#"[{"status":"0x0","message":"a"},{"status":"0x1","message":"b"},{"status":"0x2","message":"c"}]"#,
            Fault::StatusEntryMalformed,
        ),
        // As many as there are values, and one of these is told twice and another not at all.
        (
            "statusMessage",
            r#"[{"status":"0x0","message":"a"},{"status":"0x1","message":"b"},{"status":"0x2","message":"c"},{"status":"0x2","message":"d"}]"#,
            Fault::StatusEntryMalformed,
        ),
        // All of them, and one that nothing can be.
        (
            "statusMessage",
            r#"[{"status":"0x0","message":"a"},{"status":"0x1","message":"b"},{"status":"0x2","message":"c"},{"status":"0x3","message":"d"},{"status":"0x4","message":"e"}]"#,
            Fault::StatusEntryMalformed,
        ),
        ("statusSize", "\"2\"", Fault::StatusEntryMalformed),
        ("statusSize", "-2", Fault::StatusEntryMalformed),
        ("statusSize", "64", Fault::StatusUnsupported),
        ("statusListIndex", "\"200000\"", Fault::StatusIndexOutside),
        ("statusListIndex", "3", Fault::StatusEntryMalformed),
    ] {
        let mut entry = parsed(message_entry().as_bytes());
        set(&mut entry, &format!("/{member}"), parsed(new.as_bytes()));
        let list = bitstring("message", &[], |_| {});
        let report = judge(&credential(&entry.to_string()), &evidence(list));
        assert_eq!(status(&report), Outcome::Unknown(fault), "{member} {new}");
    }
    // Two bits each leave too few entries.
    let short = bitstring("message", &[], |list| {
        set(
            list,
            "/credentialSubject/encodedList",
            Bits::new(0).encode(),
        );
    });
    let report = judge(&credential(&message_entry()), &evidence(short));
    assert_eq!(status(&report), Outcome::Unknown(Fault::StatusListTooShort));
}

#[test]
fn a_newer_version_takes_nothing_from_the_one_that_is_there() {
    let entry = format!(
        r#"{{"id":"{LIST}#9","type":"BitstringStatusListEntry","statusPurpose":"refresh","statusListIndex":"9","statusListCredential":"{LIST}"}}"#
    );
    let credential = credential(&entry);
    for (bits, value) in [(&[][..], 0), (&[9], 1)] {
        let report = judge(&credential, &evidence(bitstring("refresh", bits, |_| {})));
        assert_eq!(status(&report), Outcome::Pass);
        assert_eq!(detail(&report).value, Some(value));
    }
    let report = judge(
        &credential,
        &evidence(bitstring("revocation", &[9], |_| {})),
    );
    assert_eq!(status(&report), Outcome::Unknown(Fault::StatusListMismatch));
}

fn list_2021(encoded: &str, change: impl FnOnce(&mut Value<'static>)) -> Vec<u8> {
    let text = format!(
        r#"{{"@context":["https://www.w3.org/2018/credentials/v1","https://w3id.org/vc/status-list/2021/v1"],
        "id":"{LIST}","type":["VerifiableCredential","StatusList2021Credential"],"issuer":"{}",
        "issuanceDate":"2026-11-21T00:00:00Z","expirationDate":"2026-11-23T00:00:00Z",
        "credentialSubject":{{"id":"{LIST}#list","type":"StatusList2021","statusPurpose":"suspension","encodedList":"{encoded}"}}}}"#,
        did_key(1)
    );
    let mut list = parsed(text.as_bytes());
    change(&mut list);
    // The list is of the older data model and says nothing about how it is signed.
    let contexts = list.get_mut("@context").unwrap().as_array_mut().unwrap();
    contexts.push("https://w3id.org/security/data-integrity/v2".into());
    signed(&list, 1)
}

fn entry_2021(index: &str) -> String {
    format!(
        r#"{{"id":"{LIST}#5","type":"StatusList2021Entry","statusPurpose":"suspension","statusListIndex":{index},"statusListCredential":"{LIST}"}}"#
    )
}

#[test]
fn a_list_of_2021_is_read_in_every_form_that_is_out_there() {
    use base64::Engine as _;
    use base64::engine::general_purpose::{STANDARD, URL_SAFE};
    let mut bytes = vec![0; 16_384];
    bytes[0] = 0b0000_0100; // Entry 5.
    let zipped = gzip(&bytes);
    for encoded in [
        encode_base64url(&zipped)[1..].to_owned(),
        URL_SAFE.encode(&zipped),
        STANDARD.encode(&zipped),
    ] {
        for (index, expect) in [
            ("\"5\"", Outcome::Fail(Fault::Suspended)),
            ("5", Outcome::Fail(Fault::Suspended)),
            ("\"4\"", Outcome::Pass),
            ("\"131072\"", Outcome::Unknown(Fault::StatusIndexOutside)),
            ("-1", Outcome::Unknown(Fault::StatusEntryMalformed)),
        ] {
            let report = judge(
                &credential(&entry_2021(index)),
                &evidence(list_2021(&encoded, |_| {})),
            );
            assert_eq!(status(&report), expect, "{index} {encoded}");
        }
    }
}

#[test]
fn t35_a_bomb_of_2021_stops_at_the_cap() {
    let bomb = encode_base64url(&bomb());
    let (credential, evidence) = (
        credential(&entry_2021("\"5\"")),
        evidence(list_2021(&bomb[1..], |_| {})),
    );
    let mut said = None;
    let grown = memory_for(|| said = Some(status(&judge(&credential, &evidence))));
    assert_eq!(said, Some(Outcome::Unknown(Fault::StatusListTooLarge)));
    // The list as it came is read and hashed beside what is unpacked of it.
    assert!(grown < 64 << 20, "{grown} bytes");
}

#[test]
fn t37_t39_a_list_of_2021_that_is_old_or_foreign_says_nothing() {
    let encoded = encode_base64url(&gzip(&[0xff; 16_384]))[1..].to_owned();
    let credential = credential(&entry_2021("\"5\""));
    let own = evidence(list_2021(&encoded, |_| {}));
    let later = judge_at(&credential, &own, "2026-11-24T00:00:00Z");
    assert_eq!(status(&later), Outcome::Unknown(Fault::StatusListStale));
    let foreign = evidence(list_2021(&encoded, |list| set(list, "/issuer", did_key(2))));
    assert_eq!(
        status(&judge(&credential, &foreign)),
        Outcome::Unknown(Fault::StatusListForeign)
    );
    // The two forms are not each other's.
    let bitstring = evidence(bitstring("suspension", &[5], |_| {}));
    assert_eq!(
        status(&judge(&credential, &bitstring)),
        Outcome::Unknown(Fault::StatusListMalformed)
    );
}

const REVOCATIONS: &str =
    r#"{"id":"https://issuer.example/lists/7","type":"1EdTechRevocationList"}"#;

fn revocations(issuer: &str, entries: &str) -> String {
    format!(r#"{{"id":"{LIST}","issuer":"{issuer}","revokedCredential":[{entries}]}}"#)
}

fn own_id() -> String {
    let sample = unsigned_sample("aim");
    sample.get("id").unwrap().as_str().unwrap().to_owned()
}

#[test]
fn t41_a_revocation_list_of_1edtech_has_three_states() {
    let credential = credential(REVOCATIONS);
    assert_eq!(needs(&credential)[0], Resource::StatusList(LIST.into()));
    let (own, issuer) = (own_id(), did_key(1));
    let listed = format!(
        r#"{{"id":"urn:x:1"}},{{"id":"{own}","revoked":true,"revocationReason":"Awarded by mistake."}}"#
    );
    let report = judge(&credential, &evidence(revocations(&issuer, &listed)));
    assert_eq!(status(&report), Outcome::Fail(Fault::Revoked));
    let told = detail(&report);
    assert_eq!(told.message.as_deref(), Some("Awarded by mistake."));
    assert!(
        told.unsigned,
        "nobody signs such a list, and the report says so"
    );

    let others = r#"{"id":"urn:x:1"},{"id":"urn:x:2","revoked":false}"#;
    let report = judge(&credential, &evidence(revocations(&issuer, others)));
    assert_eq!(status(&report), Outcome::Pass);
    let report = judge(&credential, &Evidence::new());
    assert_eq!(status(&report), Outcome::Unknown(Fault::StatusListMissing));

    // Revoked unless it says otherwise, and whatever another line says.
    for (entries, expect) in [
        (
            format!(r#"{{"id":"{own}"}}"#),
            Outcome::Fail(Fault::Revoked),
        ),
        (
            format!(r#"{{"id":"{own}","revoked":false}}"#),
            Outcome::Pass,
        ),
        (
            format!(r#"{{"id":"{own}","revoked":true}},{{"id":"{own}","revoked":false}}"#),
            Outcome::Fail(Fault::Revoked),
        ),
    ] {
        let report = judge(&credential, &evidence(revocations(&issuer, &entries)));
        assert_eq!(status(&report), expect, "{entries}");
    }
}

/// The context has nothing of its own for this type, so that the statement is the same by its full name, and the proof holds.
#[test]
fn t11_a_revocation_list_is_read_by_the_full_name_of_its_type() {
    let mut other = parsed(&credential(REVOCATIONS));
    let iri = "https://purl.imsglobal.org/spec/vcrl/v1p0/context.json#1EdTechRevocationList";
    set(&mut other, "/credentialStatus/type", iri);
    let other = other.to_string();
    let list = Resource::StatusList(LIST.into());
    assert_eq!(needs(other.as_bytes())[0], list);
    let listed = format!(r#"{{"id":"{}"}}"#, own_id());
    let list = evidence(revocations(&did_key(1), &listed));
    let report = judge(other.as_bytes(), &list);
    assert_eq!(report.outcome(CheckKind::Proof), Some(Outcome::Pass));
    assert_eq!(status(&report), Outcome::Fail(Fault::Revoked));
}

#[test]
fn t34_t37_t39_a_revocation_list_that_cannot_be_relied_on_says_nothing() {
    let credential = credential(REVOCATIONS);
    let (own, issuer) = (own_id(), did_key(1));
    let unknown = |list: String, fault| {
        let report = judge(&credential, &evidence(list.clone()));
        assert_eq!(status(&report), Outcome::Unknown(fault), "{list}");
    };
    unknown("<html>".into(), Fault::StatusListMalformed);
    unknown("{}".into(), Fault::StatusListMalformed);
    unknown(
        r#"{"revokedCredential":[]}"#.into(),
        Fault::StatusListMalformed,
    );
    unknown(revocations(&issuer, "1"), Fault::StatusListMalformed);
    unknown(revocations(&issuer, "{}"), Fault::StatusListMalformed);
    let odd = format!(r#"{{"id":"{own}","revoked":"no"}}"#);
    unknown(revocations(&issuer, &odd), Fault::StatusListMalformed);
    let listed = format!(r#"{{"id":"{own}"}}"#);
    unknown(revocations(&did_key(2), &listed), Fault::StatusListForeign);

    // That it is not listed is only known while the list is fresh; that it was withdrawn stays.
    let (clear, set) = (revocations(&issuer, ""), revocations(&issuer, &listed));
    let later = |list: &str| judge_at(&credential, &evidence(list), "2026-11-23T00:00:01Z");
    assert_eq!(
        status(&later(&clear)),
        Outcome::Unknown(Fault::StatusListStale)
    );
    assert_eq!(status(&later(&set)), Outcome::Fail(Fault::Revoked));

    let gone = Document::Unreachable {
        why: Unreachable::NoAnswer,
        last_good: Some(Fetched {
            bytes: set.into_bytes(),
            fetched_at: at(TODAY),
        }),
    };
    let report = judge(
        &credential,
        &Evidence::from([(Resource::StatusList(LIST.into()), gone)]),
    );
    assert_eq!(
        status(&report),
        Outcome::Unknown(Fault::StatusListUnreachable)
    );
    let last = LastGood {
        at: at(TODAY),
        set: true,
    };
    assert_eq!(detail(&report).last_good, Some(last));
}

/// The contexts of W3C's status vectors, by the address at which they are published.
const CONTEXT_FILES: [(&str, &str); 2] = [
    (
        "contexts/v1.jsonld",
        "https://www.w3.org/ns/credentials/status/v1",
    ),
    (
        "contexts/2021/v1.jsonld",
        "https://w3id.org/vc/status-list/2021/v1",
    ),
];

#[test]
fn lists_mean_under_w3cs_contexts_what_they_mean_under_ours() {
    for path in vectors("vc-bitstring-status-list-vectors", ".jsonld") {
        let name = path
            .strip_prefix(folder("vc-bitstring-status-list-vectors"))
            .unwrap();
        let name = name.to_str().unwrap();
        let (_, url) = CONTEXT_FILES
            .iter()
            .find(|(file, _)| *file == name)
            .unwrap_or_else(|| panic!("{name}: say at which address it is published"));
        let file = std::fs::read(&path).unwrap();
        let theirs = Contexts::empty().with(url, &file).unwrap();
        let list = parsed(
            format!(
                r#"{{"@context":"{url}","@id":"{LIST}","@type":"{}","statusPurpose":"revocation","encodedList":"uH4sI"}}"#,
                if name.contains("2021") { "StatusList2021" } else { "BitstringStatusList" }
            )
            .as_bytes(),
        );
        let statements = |contexts: &Contexts| {
            canonicalize(
                &list,
                contexts,
                Hash::Sha256(CRYPTO.sha256),
                &Limits::default(),
            )
        };
        let ours = statements(&CONTEXTS).unwrap();
        assert_eq!(statements(&theirs).unwrap(), ours, "{name}");
        assert!(ours.contains("encodedList"), "{ours}");
    }
}
