//! Writing the history of a `did:webvh`: what is written is read, and nothing else is.

use ed25519_dalek::{Signer as _, SigningKey};
use serde_json::json;
use touchstone_vc::crypto::rust::CRYPTO;
use touchstone_vc::did::webvh::{
    History, Line, UpdateKeys, WebvhFault, parallel, resolve, unnamed,
};
use touchstone_vc::did::{DidDocument, PublicKey, document_url, domain};
use touchstone_vc::json::Value;
use touchstone_vc::{Signature, Timestamp};

use crate::support::at;

const BESIDE: &str = "did:web:verify.example.edu:i:riverside";
const FOUNDED: &str = "2026-11-26T12:00:00Z";

fn key(number: u8) -> SigningKey {
    SigningKey::from_bytes(&[number; 32])
}

fn multikey(number: u8) -> String {
    PublicKey::Ed25519(key(number).verifying_key().to_bytes()).to_multikey()
}

/// The document of this name with one key.
fn document(did: &str, number: u8) -> Value<'static> {
    let id = format!("{did}#key-{number}");
    let text = json!({
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
        "id": did, "alsoKnownAs": [BESIDE],
        "verificationMethod": [{"id": id, "type": "Multikey", "controller": did, "publicKeyMultibase": multikey(number)}],
        "assertionMethod": [id],
    });
    Value::from(&text).into_owned()
}

fn sealed(line: Line, number: u8) -> String {
    let signature = key(number).sign(line.signing_input()).to_bytes();
    line.seal(&Signature(signature.to_vec()))
}

/// Signed with key 1, and the next with key 2.
fn begun() -> (String, String) {
    let (signs, next) = (multikey(1), multikey(2));
    let keys = UpdateKeys {
        signs: &signs,
        next: &next,
    };
    let first = document(&unnamed(BESIDE).unwrap(), 7);
    let line = Line::first(&first, keys, at(FOUNDED), &CRYPTO).unwrap();
    let did = line.did().to_owned();
    (did, sealed(line, 1))
}

fn read(did: &str, log: &str) -> Result<History, WebvhFault> {
    resolve(
        did,
        log.as_bytes(),
        None,
        at("2026-11-27T00:00:00Z"),
        &CRYPTO,
    )
}

fn next(did: &str, log: &str, [signs, next]: [u8; 2], time: &str) -> Result<Line, WebvhFault> {
    let (signs, next) = (multikey(signs), multikey(next));
    let keys = UpdateKeys {
        signs: &signs,
        next: &next,
    };
    let history = read(did, log).unwrap();
    Line::next(&history, &document(did, 8), keys, at(time), &CRYPTO)
}

#[test]
fn what_is_written_is_read_line_by_line() {
    let (did, log) = begun();
    assert!(log.ends_with('\n') && log.lines().count() == 1);
    assert!(!log.contains("{SCID}"));
    let history = read(&did, &log).unwrap();
    assert_eq!(
        (history.versions, history.portable, history.created),
        (1, true, at(FOUNDED))
    );
    assert!(history.promised(&multikey(2), &CRYPTO) && !history.promised(&multikey(1), &CRYPTO));
    assert_eq!(domain(&did).as_deref(), Some("verify.example.edu"));
    assert_eq!(
        document_url(&did).as_deref(),
        Some("https://verify.example.edu/i/riverside/did.jsonl")
    );
    let entry: serde_json::Value = serde_json::from_str(&log).unwrap();
    assert_eq!(entry["parameters"]["ttl"], 300);
    assert_eq!(entry["parameters"]["portable"], true);

    let second = next(&did, &log, [2, 3], "2026-11-26T12:00:01.700Z").unwrap();
    let log = log + &sealed(second, 2);
    let history = read(&did, &log).unwrap();
    assert_eq!(
        (history.versions, history.updated),
        (2, at("2026-11-26T12:00:01Z"))
    );
    let read_at: Timestamp = at("2026-11-27T00:00:00Z");
    let found = DidDocument::published(&did, log.as_bytes(), read_at, &CRYPTO).unwrap();
    assert!(found.method(&format!("{did}#key-8")).is_some());
    assert!(found.method(&format!("{did}#key-7")).is_none());
}

#[test]
fn a_line_that_no_reader_would_take_is_not_written() {
    let (did, log) = begun();
    let refused = |keys, time| next(&did, &log, keys, time).err();
    // The key of the line before has signed, and any other was not promised.
    for signs in [1, 3] {
        assert_eq!(
            refused([signs, 4], "2026-11-26T13:00:00Z"),
            Some(WebvhFault::PreRotation)
        );
    }
    assert_eq!(
        refused([2, 3], "2026-11-26T12:00:00.900Z"),
        Some(WebvhFault::Time)
    );
    assert_eq!(refused([2, 3], "2026-11-26T12:00:01Z"), None);
    // Signed by another than it names.
    let line = next(&did, &log, [2, 3], "2026-11-26T13:00:00Z").unwrap();
    let forged = log.clone() + &sealed(line, 1);
    assert_eq!(read(&did, &forged), Err(WebvhFault::Proof));
    // A document that is about somebody else, and a name without a place.
    let (signs, next_key) = (multikey(1), multikey(2));
    let keys = UpdateKeys {
        signs: &signs,
        next: &next_key,
    };
    for name in ["did:web:verify.example.edu", "did:webvh:{SCID}:localhost"] {
        let first = Line::first(&document(name, 7), keys, at(FOUNDED), &CRYPTO);
        assert_eq!(first.err(), Some(WebvhFault::Identifier), "{name}");
    }
    assert_eq!(unnamed("did:key:z6Mk"), None);
}

#[test]
fn the_did_web_beside_has_the_same_keys_and_names_the_history() {
    let (did, log) = begun();
    let document = read(&did, &log).unwrap().document.unwrap();
    let beside: serde_json::Value =
        serde_json::from_str(&parallel(&did, &document).unwrap().to_string()).unwrap();
    assert_eq!(beside["id"], BESIDE);
    assert_eq!(beside["alsoKnownAs"], json!([did]));
    let method = &beside["verificationMethod"][0];
    assert_eq!(method["id"], format!("{BESIDE}#key-7"));
    assert_eq!(method["controller"], BESIDE);
    assert_eq!(
        beside["assertionMethod"],
        json!([format!("{BESIDE}#key-7")])
    );
    let services = beside["service"].as_array().unwrap();
    assert_eq!(services[0]["id"], "#files");
    assert_eq!(
        services[0]["serviceEndpoint"],
        "https://verify.example.edu/i/riverside/"
    );
    assert_eq!(services[1]["type"], "LinkedVerifiablePresentation");
    assert_eq!(
        services[1]["serviceEndpoint"],
        "https://verify.example.edu/i/riverside/whois.vp"
    );
    assert!(!beside.to_string().replace(&did, "").contains("did:webvh:"));
    assert_eq!(parallel(BESIDE, &document), None);
}
