//! One entry of each kind, written and read again.

use super::*;
use crate::crypto::rust::CRYPTO;

const DID: &str = "did:web:verify.example.edu:i:riverside";
const OLD: &str = "z6Mkon3Necd6NkkyfoGoHxid2znGc59LU3K7mubaRcFbLfLX";

/// One of each kind.
fn all() -> Vec<Entry> {
    let issuer = || DID.to_owned();
    Vec::from([
        Entry::CredentialIssued {
            issuer: issuer(),
            commitment: [1; 32],
            keys: [8; 32],
        },
        Entry::StatusListPublished {
            issuer: issuer(),
            url: "https://verify.example.edu/i/riverside/status/1".into(),
            sha256: [2; 32],
            keys: [8; 32],
        },
        Entry::StatusListRoot {
            stated: StatusRoot {
                issuer: issuer(),
                url: "https://verify.example.edu/i/riverside/status/1".into(),
                purpose: "revocation".into(),
                length: 131_072,
                valid_from: Timestamp::parse("2026-11-21T14:02:00Z").unwrap(),
                valid_until: Timestamp::parse("2026-11-28T14:02:00Z").unwrap(),
                root: [9; 32],
                method: "did:web:verify.example.edu:i:riverside#key-1".into(),
            },
            signature: Vec::from([5; 64]),
            keys: [8; 32],
        },
        Entry::KeyPending {
            issuer: issuer(),
            method: "did:web:verify.example.edu:i:riverside#key-2".into(),
            public_key: "z6MkpTHR8VNsBxYAAWHut2Geadd9jSwuBV8xRoAnwWsdvktH".into(),
        },
        Entry::KeyEvent {
            issuer: issuer(),
            method: "did:web:verify.example.edu:i:riverside#key-1".into(),
            public_key: "z6Mkon3Necd6NkkyfoGoHxid2znGc59LU3K7mubaRcFbLfLX".into(),
            change: KeyChange::Retired,
            since: Timestamp::parse("2026-11-21T14:02:00Z").unwrap(),
        },
        Entry::DidDocument {
            did: issuer(),
            sha256: [3; 32],
        },
        Entry::AchievementVersion {
            issuer: issuer(),
            url: "https://verify.example.edu/i/riverside/a/machine-care/1".into(),
            sha256: [4; 32],
        },
        Entry::MappingSetRelease {
            issuer: issuer(),
            url: "https://verify.example.edu/i/riverside/mappings/machining/1.sssom.tsv".into(),
            sha256: [8; 32],
        },
        Entry::CompetencyRelease {
            issuer: issuer(),
            url: "https://verify.example.edu/i/riverside/competencies/setting/1.json".into(),
            sha256: [8; 32],
        },
        Entry::Endorsement {
            issuer: issuer(),
            subject: "https://verify.example.edu/i/riverside/a/machine-care/1".into(),
            sha256: [5; 32],
        },
        Entry::PolicyChange {
            issuer: issuer(),
            policy: "approval".into(),
            sha256: [6; 32],
        },
        Entry::AuditRoot {
            issuer: issuer(),
            size: u64::MAX,
            root: [7; 32],
        },
        Entry::DidSuccession {
            stated: Succession {
                issuer: format!("did:key:{OLD}"),
                successor: issuer(),
                since: Timestamp::parse("2026-11-21T14:02:00Z").unwrap(),
                method: format!("did:key:{OLD}#{OLD}"),
                public_key: OLD.into(),
                successor_method: format!("{DID}#riverside-1"),
                successor_key: "z6MkpTHR8VNsBxYAAWHut2Geadd9jSwuBV8xRoAnwWsdvktH".into(),
            },
            signatures: [Vec::from([5; 64]), Vec::from([6; 64])],
        },
    ])
}

#[test]
fn each_kind_is_written_and_read_again_as_the_same() {
    let kinds: Vec<_> = all().iter().map(Entry::kind).collect();
    assert_eq!(kinds, Kind::ALL);
    for entry in all() {
        let bytes = entry.encode().unwrap();
        assert_eq!(Entry::parse(&bytes), Ok(entry.clone()));
        let succeeded = entry.kind() == Kind::DidSuccession;
        assert_eq!(entry.issuer() == DID, !succeeded);
        let most = if succeeded { 650 } else { 450 };
        assert!(bytes.len() < most, "{} bytes", bytes.len());
    }
}

#[test]
fn an_entry_looks_as_the_document_shows_it() {
    let shown = include_str!("../../../../../docs/formats/log.md");
    for entry in all() {
        let bytes = entry.encode().unwrap();
        let text = core::str::from_utf8(&bytes).unwrap();
        assert!(shown.contains(text), "docs/formats/log.md lacks:\n{text}");
    }
}

/// Any one byte changed, added or taken away gives another entry or none, and never one with two forms.
#[test]
fn no_entry_has_two_forms() {
    for entry in all() {
        let bytes = entry.encode().unwrap();
        for at in 0..bytes.len() {
            let mut less = bytes.clone();
            less.remove(at);
            for other in core::iter::once(less).chain((0..=255).map(|byte| {
                let mut other = bytes.clone();
                other[at] = byte;
                other
            })) {
                if let Ok(read) = Entry::parse(&other) {
                    assert_eq!(read.encode().as_deref(), Ok(&other[..]));
                    assert_eq!(read == entry, other == bytes);
                }
            }
            for byte in [b'\n', b'\r', b' ', b'=', b'0', b'A', 0, 0x80] {
                let mut more = bytes.clone();
                more.insert(at, byte);
                if let Ok(read) = Entry::parse(&more) {
                    assert_ne!(read, entry);
                    assert_eq!(read.encode().as_deref(), Ok(&more[..]));
                }
            }
        }
    }
}

#[test]
fn what_is_no_entry_is_refused_by_name() {
    use EntryError::*;
    for (text, why) in [
        ("", OtherFormat),
        ("touchstone-log/1", Lines),
        ("touchstone-log/1\n", OtherFormat),
        ("touchstone-log/2 credential-issued\n", OtherVersion),
        ("touchstone-log/1 credential-burnt\nx\n", OtherKind),
        ("touchstone-log/1 did-document\n", Lines),
        ("touchstone-log/1 did-document\ndid:web:a.example\n", Lines),
        (
            "touchstone-log/1 did-document\ndid:web:a.example\n\n",
            Value,
        ),
        ("touchstone-log/1 did-document\ndid:web:a b\nAA==\n", Value),
        (
            "touchstone-log/1 did-document\ndid:web:a.example\nAA==\n",
            OtherForm,
        ),
        (
            "touchstone-log/1 did-document\ndid:web:a.example\nAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwM\n",
            OtherForm,
        ),
        (
            "touchstone-log/1 audit-root\ndid:web:a.example\n007\nBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=\n",
            OtherForm,
        ),
    ] {
        assert_eq!(Entry::parse(text.as_bytes()), Err(why), "{text:?}");
    }
}

#[test]
fn a_value_that_would_break_a_line_is_not_written() {
    for policy in ["", "two words", "two\nlines", "ü", &"x".repeat(LONGEST + 1)] {
        let entry = Entry::PolicyChange {
            issuer: DID.into(),
            policy: policy.into(),
            sha256: [0; 32],
        };
        assert_eq!(entry.encode(), Err(EntryError::Value), "{policy:?}");
    }
}

#[test]
fn a_commitment_depends_on_the_salt_and_on_the_bytes() {
    let one = commitment(&CRYPTO, &[1; 32], &[2; 32]);
    assert_ne!(one, commitment(&CRYPTO, &[3; 32], &[2; 32]));
    assert_ne!(one, commitment(&CRYPTO, &[1; 32], &[3; 32]));
    assert_ne!(one, commitment(&CRYPTO, &[2; 32], &[1; 32]));
    let mut message = b"touchstone-log/1 commitment\n".to_vec();
    message.extend([1; 32]);
    message.extend([2; 32]);
    assert_eq!(one, (CRYPTO.sha256)(&message));
}
