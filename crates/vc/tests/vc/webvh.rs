//! Logs of `did:webvh`: one that somebody else's program made, and our own with one thing wrong in each.

use std::sync::atomic::{AtomicUsize, Ordering};

use ed25519_dalek::{Signer as _, SigningKey};
use serde_json::{Value, json};
use touchstone_canon::jcs;
use touchstone_vc::crypto::rust::CRYPTO;
use touchstone_vc::did::webvh::{WebvhFault, log_url, parts, resolve, witness_url};
use touchstone_vc::did::{self, PublicKey};
use touchstone_vc::{
    CheckKind, Credential, Crypto, Fault, Outcome, Resource, Timestamp, Trust, multibase, required,
    verify,
};

use crate::support::{at, fetched, judge, lists, outcome, set, signed_as, unsigned_sample};

const NOW: &str = "2026-11-26T12:00:00Z";
const PLACE: &str = "verify.example.edu:i:riverside";

/// A log of three versions with pre-rotation and witnesses, made by `did-webvh` 1.0.1 of the Decentralized Identity Foundation.
const LOG: &str = include_str!("../vectors/webvh/did.jsonl");
const WITNESSED: &str = include_str!("../vectors/webvh/did-witness.json");

fn made_elsewhere() -> String {
    let first: Value = serde_json::from_str(LOG.lines().next().unwrap()).unwrap();
    first["state"]["id"].as_str().unwrap().to_owned()
}

#[test]
fn a_log_that_another_program_made_holds() {
    let did = made_elsewhere();
    let resolve = |log: &str, witnessed: Option<&str>| {
        let witnessed = witnessed.map(str::as_bytes);
        resolve(&did, log.as_bytes(), witnessed, at(NOW), &CRYPTO)
    };
    let history = resolve(LOG, Some(WITNESSED)).unwrap();
    assert_eq!(
        (history.versions, history.portable, history.deactivated),
        (3, false, false)
    );
    assert_eq!(history.created, at("2026-11-01T08:00:00Z"));
    assert_eq!(history.updated, at("2026-11-03T08:00:00Z"));
    let document = history.document.unwrap();
    assert_eq!(
        document.get("id").and_then(|id| id.as_str()),
        Some(did.as_str())
    );

    // The first two versions need no witness; the third, which names them, does.
    assert_eq!(resolve(LOG, None), Err(WebvhFault::WitnessesMissing));
    assert_eq!(resolve(LOG, Some("[]")), Err(WebvhFault::Witnesses));
    let mut file: Value = serde_json::from_str(WITNESSED).unwrap();
    file[0]["proof"].as_array_mut().unwrap().pop();
    assert_eq!(
        resolve(LOG, Some(&file.to_string())),
        Err(WebvhFault::Witnesses)
    );
    let first_of_two: Value = file[0]["proof"][0].clone();
    file[0]["proof"] = json!([first_of_two, first_of_two]);
    assert_eq!(
        resolve(LOG, Some(&file.to_string())),
        Err(WebvhFault::Witnesses),
        "one witness twice"
    );
    let two: String = LOG
        .lines()
        .take(2)
        .map(|line| format!("{line}\n"))
        .collect();
    assert_eq!(resolve(&two, None).unwrap().versions, 2);
}

#[test]
fn any_changed_letter_of_a_log_is_found() {
    let did = made_elsewhere();
    for (from, to) in [
        ("riverside#k1", "riverside#k2"),
        ("2026-11-02T08:00:00Z", "2026-11-02T09:00:00Z"),
        ("\"portable\": false", "\"portable\": true"),
        ("did:web:verify", "did:web:verity"),
    ] {
        let changed = LOG.replacen(from, to, 1);
        assert_ne!(changed, LOG, "{from}");
        let found = resolve(
            &did,
            changed.as_bytes(),
            Some(WITNESSED.as_bytes()),
            at(NOW),
            &CRYPTO,
        );
        assert!(found.is_err(), "{from}");
    }
}

fn key(number: u8) -> SigningKey {
    SigningKey::from_bytes(&[number; 32])
}

fn multikey(number: u8) -> String {
    PublicKey::Ed25519(key(number).verifying_key().to_bytes()).to_multikey()
}

fn canonical(value: &Value) -> String {
    jcs::canonicalize(&touchstone_vc::json::Value::from(value)).unwrap()
}

fn multihash(text: &str) -> String {
    let hash = [&[0x12, 0x20], (CRYPTO.sha256)(text.as_bytes()).as_slice()].concat();
    multibase::encode_base58(&hash).split_off(1)
}

/// A log that grows entry by entry.
#[derive(Clone, Default)]
struct Log {
    lines: Vec<Value>,
    scid: String,
}

/// What an entry is to be like; the rest is as it should be.
#[derive(Clone)]
struct Next {
    parameters: Value,
    signer: u8,
    time: &'static str,
    id: Option<String>,
    document: Value,
    proof: Value,
}

fn next(parameters: Value, time: &'static str) -> Next {
    Next {
        parameters,
        signer: 1,
        time,
        id: None,
        document: json!({}),
        proof: json!({}),
    }
}

impl Log {
    fn begun() -> Self {
        Self::with(next(
            json!({"updateKeys": [multikey(1)]}),
            "2026-11-01T00:00:00Z",
        ))
    }

    fn with(first: Next) -> Self {
        let mut log = Self::default();
        let mut parameters = json!({"method": "did:webvh:1.0", "scid": "{SCID}"});
        let more = first.parameters.as_object().unwrap().clone();
        parameters.as_object_mut().unwrap().extend(more);
        let state = state(&format!("did:webvh:{{SCID}}:{PLACE}"), &first.document);
        let draft = json!({"versionId": "{SCID}", "versionTime": first.time, "parameters": parameters, "state": state});
        log.scid = multihash(&canonical(&draft));
        let text = draft.to_string().replace("{SCID}", &log.scid);
        log.push(serde_json::from_str(&text).unwrap(), &first);
        log
    }

    fn and(&self, next: Next) -> Self {
        let mut log = self.clone();
        let before = &self.lines.last().unwrap()["versionId"];
        let id = next.id.clone().unwrap_or_else(|| self.did());
        let state = state(&id, &next.document);
        let entry = json!({"versionId": before, "versionTime": next.time, "parameters": next.parameters, "state": state});
        log.push(entry, &next);
        log
    }

    fn push(&mut self, mut entry: Value, next: &Next) {
        let hash = multihash(&canonical(&entry));
        entry["versionId"] = json!(format!("{}-{hash}", self.lines.len() + 1));
        entry["proof"] = json!([proof(&entry, next.signer, &next.proof)]);
        self.lines.push(entry);
    }

    fn did(&self) -> String {
        format!("did:webvh:{}:{PLACE}", self.scid)
    }

    fn text(&self) -> String {
        self.lines.iter().map(|line| format!("{line}\n")).collect()
    }

    fn resolve(&self) -> Result<usize, WebvhFault> {
        let found = resolve(&self.did(), self.text().as_bytes(), None, at(NOW), &CRYPTO);
        found.map(|history| history.versions)
    }

    fn fault(&self) -> WebvhFault {
        self.resolve().unwrap_err()
    }
}

fn state(id: &str, more: &Value) -> Value {
    let mut state = json!({"@context": ["https://www.w3.org/ns/did/v1"], "id": id});
    state
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    state
}

fn proof(document: &Value, signer: u8, more: &Value) -> Value {
    let name = multikey(signer);
    let mut proof = json!({
        "type": "DataIntegrityProof", "cryptosuite": "eddsa-jcs-2022", "proofPurpose": "assertionMethod",
        "created": "2026-11-01T00:00:00Z", "verificationMethod": format!("did:key:{name}#{name}")
    });
    proof
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    let hash = |value: &Value| (CRYPTO.sha256)(canonical(value).as_bytes());
    let input = [hash(&proof), hash(document)].concat();
    let signature = key(signer).sign(&input).to_bytes();
    proof["proofValue"] = json!(multibase::encode_base58(&signature));
    proof
}

#[test]
fn a_document_changes_by_the_keys_of_the_version_before() {
    let log = Log::begun();
    assert_eq!(log.resolve(), Ok(1));
    let rotated = log.and(next(
        json!({"updateKeys": [multikey(2)]}),
        "2026-11-02T00:00:00Z",
    ));
    assert_eq!(rotated.resolve(), Ok(2));
    let by = |signer| {
        let entry = next(json!({}), "2026-11-03T00:00:00Z");
        rotated.and(Next { signer, ..entry }).resolve()
    };
    assert_eq!(by(2), Ok(3));
    assert_eq!(by(1), Err(WebvhFault::KeyUnknown));
    // A key does not let itself in.
    let entry = next(json!({"updateKeys": [multikey(3)]}), "2026-11-02T00:00:00Z");
    assert_eq!(
        log.and(Next { signer: 3, ..entry }).fault(),
        WebvhFault::KeyUnknown
    );
}

#[test]
fn promised_keys_are_the_only_ones_that_come_next() {
    let promise = |number| json!([multihash(&multikey(number))]);
    let first = json!({"updateKeys": [multikey(1)], "nextKeyHashes": promise(2)});
    let log = Log::with(next(first, "2026-11-01T00:00:00Z"));
    let then = |parameters, signer| {
        let entry = next(parameters, "2026-11-02T00:00:00Z");
        log.and(Next { signer, ..entry }).resolve()
    };
    let keys = |number: u8| json!([multikey(number)]);
    assert_eq!(
        then(
            json!({"updateKeys": keys(2), "nextKeyHashes": promise(3)}),
            2
        ),
        Ok(2)
    );
    assert_eq!(
        then(json!({"updateKeys": keys(2), "nextKeyHashes": []}), 2),
        Ok(2)
    );
    let broken = Err(WebvhFault::PreRotation);
    assert_eq!(
        then(json!({"updateKeys": keys(3), "nextKeyHashes": []}), 3),
        broken
    );
    assert_eq!(
        then(
            json!({"updateKeys": [multikey(2), multikey(1)], "nextKeyHashes": []}),
            2
        ),
        broken
    );
    assert_eq!(then(json!({"nextKeyHashes": []}), 1), broken);
    assert_eq!(then(json!({"updateKeys": keys(2)}), 2), broken);
    // The key before signs no more.
    let old = then(json!({"updateKeys": keys(2), "nextKeyHashes": []}), 1);
    assert_eq!(old, Err(WebvhFault::KeyUnknown));
}

#[test]
fn a_log_with_one_thing_wrong_gives_no_document() {
    let log = Log::begun();
    let on = |entry: Next| log.and(entry).fault();
    let day = "2026-11-02T00:00:00Z";
    let plain = next(json!({}), day);
    let parameters = |value| on(next(value, day));
    let proof = |more| {
        on(Next {
            proof: more,
            ..plain.clone()
        })
    };
    assert_eq!(parameters(json!({"later": 1})), WebvhFault::Parameters);
    assert_eq!(
        parameters(json!({"scid": log.scid})),
        WebvhFault::Parameters
    );
    assert_eq!(
        parameters(json!({"portable": true})),
        WebvhFault::Parameters
    );
    assert_eq!(parameters(json!({"ttl": -1})), WebvhFault::Parameters);
    assert_eq!(
        parameters(json!({"method": "did:webvh:2.0"})),
        WebvhFault::Method
    );
    assert_eq!(
        parameters(
            json!({"witness": {"threshold": 2, "witnesses": [{"id": format!("did:key:{}", multikey(5))}]}})
        ),
        WebvhFault::Parameters
    );
    assert_eq!(
        proof(json!({"cryptosuite": "eddsa-rdfc-2022"})),
        WebvhFault::Proof
    );
    assert_eq!(
        proof(json!({"proofPurpose": "authentication"})),
        WebvhFault::Proof
    );
    let two_names = format!("did:key:{}#{}", multikey(1), multikey(2));
    assert_eq!(
        proof(json!({"verificationMethod": two_names})),
        WebvhFault::Proof
    );
    for time in [
        "2026-11-01T00:00:00Z",
        "2026-10-31T00:00:00Z",
        "2026-11-27T00:00:00Z",
        "2026-11-02T00:00:00+01:00",
    ] {
        assert_eq!(on(next(json!({}), time)), WebvhFault::Time, "{time}");
    }
    let other = format!("did:webvh:{}:{PLACE}", "Qm".repeat(23));
    assert_eq!(
        on(Next {
            id: Some(other),
            ..plain.clone()
        }),
        WebvhFault::OtherDid
    );
    let moved = format!("did:webvh:{}:elsewhere.example", log.scid);
    assert_eq!(
        on(Next {
            id: Some(moved),
            ..plain
        }),
        WebvhFault::Moved
    );

    let third = log
        .and(next(json!({}), day))
        .and(next(json!({}), "2026-11-03T00:00:00Z"));
    let mut gap = third.clone();
    gap.lines.remove(1);
    assert_eq!(gap.fault(), WebvhFault::VersionId);
    let mut cut = third.clone();
    cut.lines.remove(0);
    assert!(cut.resolve().is_err());
    assert_eq!(
        Log::with(next(json!({"updateKeys": []}), day)).fault(),
        WebvhFault::Parameters
    );
    let mut unsigned = log.clone();
    unsigned.lines[0].as_object_mut().unwrap().remove("proof");
    assert_eq!(unsigned.fault(), WebvhFault::Proof);
    let stolen = log.did().replace(&log.scid, &"Q".repeat(46));
    let found = resolve(&stolen, log.text().as_bytes(), None, at(NOW), &CRYPTO);
    assert_eq!(found, Err(WebvhFault::EntryHash));
}

#[test]
fn a_did_that_may_move_says_where_it_was() {
    let first = json!({"updateKeys": [multikey(1)], "portable": true});
    let log = Log::with(next(first, "2026-11-01T00:00:00Z"));
    let new = format!("did:webvh:{}:elsewhere.example", log.scid);
    let moved = |document| {
        let entry = next(json!({}), "2026-11-02T00:00:00Z");
        log.and(Next {
            id: Some(new.clone()),
            document,
            ..entry
        })
    };
    assert_eq!(moved(json!({})).fault(), WebvhFault::Moved);
    let good = moved(json!({"alsoKnownAs": [log.did()]}));
    let found = resolve(&new, good.text().as_bytes(), None, at(NOW), &CRYPTO);
    assert_eq!(found.unwrap().versions, 2);
}

#[test]
fn t42_a_did_that_came_to_its_end_has_no_document_and_no_more_versions() {
    let ended = Log::begun().and(next(json!({"deactivated": true}), "2026-11-02T00:00:00Z"));
    let found = resolve(
        &ended.did(),
        ended.text().as_bytes(),
        None,
        at(NOW),
        &CRYPTO,
    )
    .unwrap();
    assert!(found.deactivated && found.document.is_none());
    let more = ended.and(next(json!({}), "2026-11-03T00:00:00Z"));
    assert_eq!(more.fault(), WebvhFault::AfterTheEnd);
}

#[test]
fn an_identifier_has_one_address() {
    let scid = "QmfGEUAcMpzo25kF2Rhn8L5FAXysfGnkzjwdKoNPi615XQ";
    for (place, url) in [
        ("example.com", "https://example.com/.well-known/did.jsonl"),
        (
            "example.com%3A3000:dids:issuer",
            "https://example.com:3000/dids/issuer/did.jsonl",
        ),
    ] {
        let did = format!("did:webvh:{scid}:{place}");
        assert_eq!(log_url(&did).as_deref(), Some(url));
        assert_eq!(did::document_url(&did).as_deref(), Some(url));
        let witnesses = url.replace("did.jsonl", "did-witness.json");
        assert_eq!(witness_url(&did), Some(witnesses));
    }
    for bad in [
        "did:webvh:example.com".to_owned(),
        format!("did:webvh:{scid}"),
        format!("did:webvh:{scid}:localhost"),
        format!("did:webvh:{scid}:127.0.0.1"),
        format!("did:webvh:{scid}:example.com:.."),
        format!("did:webvh:{}:example.com", scid.replace('Q', "0")),
    ] {
        assert_eq!(parts(&bad), None, "{bad}");
    }
}

#[test]
fn a_moment_of_the_log_is_judged_as_of_when_it_was_read() {
    let log = Log::begun().and(next(json!({}), "2026-11-02T00:00:00Z"));
    let at = |moment: Timestamp| {
        resolve(&log.did(), log.text().as_bytes(), None, moment, &CRYPTO).is_ok()
    };
    let second = super::support::at("2026-11-02T00:00:00Z");
    assert!(at(second.plus_millis(-5 * 60_000)));
    assert!(!at(second.plus_millis(-5 * 60_000 - 1)));
}

/// A history costs more than the signatures of a credential: it is read once, however many proofs there are.
#[test]
fn t07_a_history_is_read_once_in_a_judgement() {
    static CHECKED: AtomicUsize = AtomicUsize::new(0);
    let counting = Crypto {
        verify_ed25519: |key, message, signature| {
            CHECKED.fetch_add(1, Ordering::Relaxed);
            (CRYPTO.verify_ed25519)(key, message, signature)
        },
        ..CRYPTO
    };
    let mut log = Log::with(next(
        json!({"updateKeys": [multikey(1)]}),
        "2026-11-01T00:00:00Z",
    ));
    for day in [
        "2026-11-02T00:00:00Z",
        "2026-11-03T00:00:00Z",
        "2026-11-04T00:00:00Z",
    ] {
        log = log.and(next(json!({}), day));
    }
    let entries = log.lines.len();
    let did = log.did();
    let mut unsigned = unsigned_sample("aim");
    set(&mut unsigned, "/issuer/id", did.clone());
    let signed = signed_as(&unsigned, 7, &format!("{did}#key"));
    let mut credential = crate::support::parsed(&signed);
    let proof = credential.get("proof").unwrap().items()[0].clone();
    set(&mut credential, "/proof", vec![proof; 8]);
    let text = credential.to_string();
    let credential = Credential::parse(text.as_bytes()).unwrap();
    let mut evidence = lists();
    evidence.insert(Resource::DidDocument(did), fetched(log.text()));
    CHECKED.store(0, Ordering::Relaxed);
    let trust = Trust::default();
    let contexts = &crate::support::CONTEXTS;
    let judged = verify(&credential, &evidence, &trust, at(NOW), &counting, contexts);
    assert_eq!(judged.of(CheckKind::Proof).count(), 8);
    let checked = CHECKED.load(Ordering::Relaxed);
    assert!(checked >= entries && checked <= entries + 10, "{checked}");
}

#[test]
fn a_credential_holds_by_the_keys_that_the_history_of_its_issuer_ends_with() {
    let key = |number: u8, did: &str| json!({"id": format!("{did}#key"), "type": "Multikey", "controller": did, "publicKeyMultibase": multikey(number)});
    let placeholder = format!("did:webvh:{{SCID}}:{PLACE}");
    let with_key = |number, did: &str| json!({"verificationMethod": [key(number, did)], "assertionMethod": [format!("{did}#key")]});
    let first = next(json!({"updateKeys": [multikey(1)]}), "2026-11-01T00:00:00Z");
    let log = Log::with(Next {
        document: with_key(7, &placeholder),
        ..first
    });
    let did = log.did();
    let mut unsigned = unsigned_sample("aim");
    set(&mut unsigned, "/issuer/id", did.clone());
    let credential = signed_as(&unsigned, 7, &format!("{did}#key"));
    let judged = |log: &Log| {
        let mut evidence = lists();
        let document = fetched(log.text());
        evidence.insert(Resource::DidDocument(did.clone()), document);
        outcome(&judge(&credential, &evidence), CheckKind::Issuer)
    };
    assert_eq!(judged(&log), Outcome::Pass);
    let wanted = required(&Credential::parse(&credential).unwrap());
    let address = Resource::DidDocument(did.clone()).address();
    assert_eq!(
        address.as_deref(),
        Some("https://verify.example.edu/i/riverside/did.jsonl")
    );
    assert!(wanted.contains(&Resource::DidDocument(did.clone())));

    let entry = next(json!({}), "2026-11-02T00:00:00Z");
    let rotated = log.and(Next {
        document: with_key(8, &did),
        ..entry.clone()
    });
    // The key that signed is in it no more under this name: nobody knows who signed.
    assert_eq!(judged(&rotated), Outcome::Unknown(Fault::ProofNotGood));
    let mut forged = rotated;
    forged.lines[1]["state"]["verificationMethod"][0]["publicKeyMultibase"] = json!(multikey(7));
    assert_eq!(
        judged(&forged),
        Outcome::Unknown(Fault::IssuerDocumentMalformed)
    );
    let witnesses = json!({"witness": {"threshold": 1, "witnesses": [{"id": format!("did:key:{}", multikey(5))}]}});
    let witnessed = log.and(Next {
        parameters: witnesses,
        document: with_key(7, &did),
        ..entry
    });
    assert_eq!(
        judged(&witnessed),
        Outcome::Unknown(Fault::MethodUnsupported)
    );
}
