//! A status proof by itself: what it shows to whom, and when no more.

use touchstone_bundle::{Answer, Policy, StatusAsked, StatusFile, StatusShown, StatusWhy, Tools};
use touchstone_tlog::crypto::rust::CRYPTO as TREE;
use touchstone_vc::{
    Contexts, Timestamp,
    crypto::rust::CRYPTO,
    did::{DidDocument, PublicKey},
};

use crate::support::{
    LENGTH, at, bits, cosign, entry, file, list, log_key, log_key_of, logged, proof, public,
    random, stated, witness_key,
};

fn show<'p>(
    file: &StatusFile,
    policy: &'p Policy,
    change: impl FnOnce(&mut StatusAsked<'p>),
) -> Result<(bool, StatusShown<'p>), StatusWhy> {
    show_of(70_000, file, policy, change)
}

fn show_of<'p>(
    index: u64,
    file: &StatusFile,
    policy: &'p Policy,
    change: impl FnOnce(&mut StatusAsked<'p>),
) -> Result<(bool, StatusShown<'p>), StatusWhy> {
    let mut asked = StatusAsked {
        policy,
        at: at("2026-11-22T00:00:00Z"),
        max_age_millis: None,
        document: None,
    };
    change(&mut asked);
    let tools = Tools {
        crypto: &CRYPTO,
        tree: &TREE,
        contexts: &Contexts::bundled(),
    };
    file.show(index, &asked, &tools)
}

fn trusting(seed: u8) -> Policy {
    Policy::unwitnessed([log_key(seed)])
}

#[test]
fn a_status_is_shown_offline_to_who_trusts_the_log() {
    let policy = trusting(9);
    for (set, withdrawn) in [(&[][..], false), (&[70_000][..], true)] {
        let list = list(bits(LENGTH, set.iter().copied()));
        let file = file(&list, 70_000);
        let read = StatusFile::read(&file.encode(), &TREE).unwrap();
        assert_eq!(read, file);
        let (set, shown) = show(&read, &policy, |_| {}).unwrap();
        assert_eq!((set, shown.signature), (withdrawn, true));
    }
}

#[test]
fn nothing_is_shown_to_who_trusts_another_log_or_of_another_part() {
    let file = file(&list(bits(LENGTH, [])), 70_000);
    let other = Policy::unwitnessed([log_key_of("other.example/log", 9)]);
    let refused = show(&file, &other, |_| {}).unwrap_err();
    assert_eq!(
        (refused.answer(), refused),
        (Answer::Unknown, StatusWhy::OtherLog)
    );
    // In the name of a log that is trusted, with another key.
    let forged = trusting(8);
    let refused = show(&file, &forged, |_| {}).unwrap_err();
    assert_eq!(refused.answer(), Answer::Fail, "{refused}");
    let policy = trusting(9);
    for index in [0, 65_535, 73_728, LENGTH] {
        let refused = show_of(index, &file, &policy, |_| {}).unwrap_err();
        assert_eq!(
            (refused.answer(), refused),
            (Answer::Unknown, StatusWhy::OtherPart)
        );
    }
    for index in [65_536, 73_727] {
        assert!(show_of(index, &file, &policy, |_| {}).is_ok());
    }
}

#[test]
fn t37_an_old_status_proof_is_stale_never_fresh() {
    let policy = trusting(9);
    let file = file(&list(bits(LENGTH, [])), 70_000);
    let asked = |moment: &str, age: Option<i64>| {
        let at: Timestamp = at(moment);
        show(&file, &policy, |asked| {
            (asked.at, asked.max_age_millis) = (at, age);
        })
        .map(|(set, _)| set)
    };
    let day = 86_400_000;
    assert_eq!(asked("2026-11-28T14:02:00Z", None), Ok(false));
    assert_eq!(asked("2026-11-28T14:02:01Z", None), Err(StatusWhy::Stale));
    assert_eq!(asked("2036-11-28T14:02:01Z", None), Err(StatusWhy::Stale));
    assert_eq!(asked("2026-11-22T14:02:00Z", Some(day)), Ok(false));
    assert_eq!(
        asked("2026-11-22T14:02:01Z", Some(day)),
        Err(StatusWhy::TooOld)
    );
    assert_eq!(asked("2026-11-21T13:00:00Z", None), Err(StatusWhy::Later));
    for why in [StatusWhy::Stale, StatusWhy::TooOld, StatusWhy::Later] {
        assert_eq!(why.answer(), Answer::Unknown, "{why}");
    }
}

/// A list that is dated later than any witness had seen the log says nothing of that time.
#[test]
fn t37_a_status_that_is_dated_ahead_of_the_log_is_never_fresh() {
    let witness = witness_key(7);
    let text = format!("log {}\nwitness one {witness}\nquorum one\n", log_key(9));
    let policy = Policy::parse(text.as_bytes(), &TREE).unwrap();
    let list = list(bits(LENGTH, []));
    let seen = |minutes: i64| {
        let mut file = file(&list, 70_000);
        let at = list.valid_from.plus_millis(minutes * 60_000).unix_millis() / 1_000;
        cosign(&mut file.logged, 7, u64::try_from(at).unwrap());
        show(&file, &policy, |_| {}).map(|(set, _)| set)
    };
    for minutes in [-4, 0, 600] {
        assert_eq!(seen(minutes), Ok(false), "{minutes}");
    }
    for minutes in [-6, -365 * 24 * 60] {
        assert_eq!(seen(minutes), Err(StatusWhy::Ahead), "{minutes}");
    }
    assert_eq!(StatusWhy::Ahead.answer(), Answer::Unknown);
}

#[test]
fn t39_a_statement_that_the_issuer_did_not_sign_fails_in_any_log() {
    let list = list(bits(LENGTH, []));
    let mut stated = stated(&list);
    stated.method = touchstone_vc::did::key::verification_method(&public(2));
    let entry = entry(&stated);
    let proof = touchstone_bundle::StatusProof::make(
        &crate::support::published(&list),
        &entry,
        70_000,
        &TREE,
    );
    let logged = logged(&entry, 9);
    let file = StatusFile {
        proof: proof.unwrap(),
        logged,
    };
    let policy = trusting(9);
    let refused = show(&file, &policy, |_| {}).unwrap_err();
    assert_eq!(
        (refused.answer(), refused),
        (Answer::Fail, StatusWhy::Unsigned)
    );
}

#[test]
fn an_issuer_on_a_domain_needs_the_log_of_that_domain_and_its_document_if_it_is_there() {
    let domain = |did: &str| {
        let mut list = list(bits(LENGTH, []));
        list.issuer = did.into();
        let mut stated = stated(&list);
        stated.method = format!("{did}#key-1");
        let entry = entry(&stated);
        let published = crate::support::published(&list);
        let proof = touchstone_bundle::StatusProof::make(&published, &entry, 70_000, &TREE);
        let logged = logged(&entry, 9);
        StatusFile {
            proof: proof.unwrap(),
            logged,
        }
    };
    let policy = trusting(9);
    let own = "did:web:verify.example.edu:i:riverside";
    let shown = show(&domain(own), &policy, |_| {}).unwrap();
    assert!(!shown.1.signature, "the log alone says it");
    let document = |seed| DidDocument::asserting(own, [("key-1".to_owned(), public(seed))]);
    let (right, wrong) = (document(1), document(2));
    let shown = show(&domain(own), &policy, |asked| asked.document = Some(&right));
    assert!(shown.unwrap().1.signature);
    let refused = show(&domain(own), &policy, |asked| asked.document = Some(&wrong));
    assert_eq!(refused.unwrap_err(), StatusWhy::Unsigned);
    let refused = show(&domain("did:web:other.example"), &policy, |_| {}).unwrap_err();
    assert_eq!(
        (refused.answer(), refused),
        (Answer::Fail, StatusWhy::OtherDomain)
    );
    assert!(matches!(public(1), PublicKey::Ed25519(_)));
    // Where no domain is the issuer's, no log speaks for it.
    for nowhere in ["https://other.example/issuer", "did:ion:abc"] {
        let refused = show(&domain(nowhere), &policy, |_| {}).unwrap_err();
        assert_eq!(
            (refused.answer(), refused),
            (Answer::Unknown, StatusWhy::NoDocument)
        );
    }
    let refused = show(&domain("did:key:zNoKey"), &policy, |_| {}).unwrap_err();
    assert_eq!(refused, StatusWhy::Unsigned);
}

/// Whatever is flipped in the file, the entry is not shown: not as it was, and not otherwise.
#[test]
fn t37_no_bit_of_a_file_can_be_flipped() {
    let policy = trusting(9);
    let bytes = file(&list(random(LENGTH, 5)), 70_000).encode();
    assert!(show(&StatusFile::read(&bytes, &TREE).unwrap(), &policy, |_| {}).is_ok());
    for place in 0..bytes.len() {
        for bit in [0, 5] {
            let mut other = bytes.clone();
            other[place] ^= 1 << bit;
            let shown = StatusFile::read(&other, &TREE)
                .is_ok_and(|read| show(&read, &policy, |_| {}).is_ok());
            assert!(!shown, "byte {place}, bit {bit}");
        }
    }
    for end in 0..bytes.len() {
        assert!(StatusFile::read(&bytes[..end], &TREE).is_err(), "{end}");
    }
    let proof = proof(&list(bits(LENGTH, [])), 70_000);
    let without = StatusFile::read(&proof.encode(), &TREE);
    assert!(without.is_err(), "a proof that stands in no log");
}
