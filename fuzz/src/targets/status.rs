//! Lists that say what was withdrawn.

use touchstone_canon::json::{Object, Value};
use touchstone_vc::status::bitstring::Bits;
use touchstone_vc::{CheckKind, Credential, Document, Evidence, Fetched, Outcome, Resource};

use super::texts;
use crate::genuine::{self, NOW, judge_with};
use crate::{Target, seeds};

/// The compressed bits.
pub(crate) const BITSTRING: Target = Target {
    name: "bitstring",
    claim: "bits that are read are written and read again as the same",
    run: bitstring,
    seeds: || {
        texts(&[
            &Bits::new(0).encode(),
            &Bits::new(200_000).encode(),
            "uH4sIAAAAAAAAA-3BMQEAAADCoPVPbQsvoAAAAAAAAAAAAAAAAP4GcwM92tQwAAA",
        ])
    },
};

/// Bitstring Status List, StatusList2021 and the list of 1EdTech, as fetched.
pub(crate) const STATUS_LIST: Target = Target {
    name: "status-list",
    claim: "a signed list answers only if its issuer signed it so",
    run: list,
    seeds: || {
        let mut all = seeds::files(
            &["sample-shapes"],
            &["status-1.json", "status-2.json", "status-4.json"],
        );
        all.extend(seeds::files(
            &["vc-bitstring-status-list-vectors"],
            &[".jsonld"],
        ));
        all.extend(texts(&[
            r#"{"id":"https://lists.example/1","type":["1EdTechRevocationList"],"issuer":"did:key:z6Mkon3Necd6NkkyfoGoHxid2znGc59LU3K7mubaRcFbLfLX","revokedCredential":[{"id":"urn:uuid:1","revoked":true,"revocationReason":"x"},"urn:uuid:2"]}"#,
            r#"{"id":"https://lists.example/1","type":"1EdTechRevocationList","issuer":"did:key:z6Mkon3Necd6NkkyfoGoHxid2znGc59LU3K7mubaRcFbLfLX","revokedCredentials":["urn:uuid:1"]}"#,
        ]));
        all
    },
};

fn bitstring(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    if let Ok(bits) = Bits::decode(text) {
        let written = bits.encode();
        assert!(Bits::decode(&written).is_ok_and(|again| again == bits));
        assert!(bits.includes(&bits));
        assert_eq!(bits.get(bits.len()), None);
    }
}

fn list(bytes: &[u8]) {
    let sample = genuine::sample();
    let report = judge_with(&sample, &fetched(STATUS_1, bytes));
    let answered = matches!(
        report.outcome(CheckKind::Status),
        Some(Outcome::Pass | Outcome::Fail(_))
    );
    if answered {
        let value = Value::parse(bytes).expect("it was read");
        let list = Credential::from_value(value).expect("it was read");
        assert!(
            genuine::is_known(list.document()),
            "answers, but nobody signed it so"
        );
    }
    for kind in ["StatusList2021Entry", "1EdTechRevocationList"] {
        let mut entry = Object::new();
        entry.insert("type", kind);
        entry.insert("id", LIST);
        entry.insert("statusPurpose", "revocation");
        entry.insert("statusListIndex", "7");
        entry.insert("statusListCredential", LIST);
        let mut document = sample.document().clone();
        let members = document.as_object_mut().expect("the sample is an object");
        members.insert("id", "urn:uuid:1");
        members.insert("credentialStatus", Value::from(entry));
        let credential = Credential::from_value(document).expect("the sample is a credential");
        let _ = judge_with(&credential, &fetched(LIST, bytes))
            .to_json()
            .to_string();
    }
}

fn fetched(url: &str, bytes: &[u8]) -> Evidence {
    let document = Document::Fetched(Fetched {
        bytes: bytes.to_vec(),
        fetched_at: NOW,
    });
    Evidence::from([(Resource::StatusList(url.to_owned()), document)])
}

/// Where the sample's list stands.
const STATUS_1: &str = "http://127.0.0.1:4599/status/1";
const LIST: &str = "https://lists.example/1";
