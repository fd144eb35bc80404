//! Every member of a signed credential is removed, changed, renamed, retyped; bytes are flipped. Nothing that changes
//! the signed statements ever verifies; what leaves them as they are gives the same report or a shape error.

use touchstone_canon::json::{Object, Value};
use touchstone_canon::{Hash, Limits, canonicalize, jcs, multibase};
use touchstone_vc::bake::unbake_any;
use touchstone_vc::crypto::rust::CRYPTO;
use touchstone_vc::{
    CheckKind, Credential, Curve, Evidence, Fault, Outcome, Report, Trust, verify,
};

use crate::support::{
    CONTEXTS, Key, SIGNING, TODAY, at, judge, judge_value, lists, sample, vector,
};

fn statements(credential: &Value<'_>) -> Option<String> {
    let mut document = credential.clone();
    document.as_object_mut()?.remove("proof");
    canonicalize(
        &document,
        &CONTEXTS,
        Hash::Sha256(CRYPTO.sha256),
        &Limits::default(),
    )
    .ok()
}

pub(crate) fn pointers(value: &Value<'_>, path: &str, out: &mut Vec<String>) {
    match value {
        Value::Object(object) => {
            for (key, member) in object.iter() {
                let path = format!("{path}/{}", key.replace('~', "~0").replace('/', "~1"));
                pointers(member, &path, out);
                out.push(path);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                let path = format!("{path}/{index}");
                pointers(item, &path, out);
                out.push(path);
            }
        }
        _ => {}
    }
}

/// Runs `change` on the container of the value at `pointer`.
pub(crate) fn change(
    value: &Value<'static>,
    pointer: &str,
    change: &dyn Fn(&mut Value<'static>, &str),
) -> Value<'static> {
    let mut copy = value.clone();
    let (parent, token) = pointer.rsplit_once('/').unwrap();
    let mut place = &mut copy;
    for step in parent.split('/').skip(1) {
        place = match place {
            Value::Array(items) => &mut items[step.parse::<usize>().unwrap()],
            other => other.get_mut(step).unwrap(),
        };
    }
    change(place, token);
    copy
}

fn replace(
    place: &mut Value<'static>,
    token: &str,
    with: impl FnOnce(Value<'static>) -> Value<'static>,
) {
    match place {
        Value::Array(items) => {
            let item = &mut items[token.parse::<usize>().unwrap()];
            *item = with(core::mem::take(item));
        }
        other => {
            let member = other.get_mut(token).unwrap();
            *member = with(core::mem::take(member));
        }
    }
}

/// Changes the member or item with this key or number.
pub(crate) type Change = fn(&mut Value<'static>, &str);

/// The ways in which one place is changed.
pub(crate) const CHANGES: [(&str, Change); 9] = [
    ("remove", |place, token| match place {
        Value::Array(items) => {
            items.remove(token.parse().unwrap());
        }
        other => {
            other.as_object_mut().unwrap().remove(token);
        }
    }),
    ("null", |place, token| {
        replace(place, token, |_| Value::Null)
    }),
    ("text", |place, token| {
        replace(place, token, |old| match old {
            Value::String(text) => Value::from(format!("{text}x")),
            _ => Value::from("x"),
        });
    }),
    ("wrap", |place, token| {
        replace(place, token, |old| Value::Array(vec![old]))
    }),
    ("twice", |place, token| {
        replace(place, token, |old| Value::Array(vec![old.clone(), old]))
    }),
    ("empty", |place, token| {
        replace(place, token, |_| Value::Array(vec![]))
    }),
    ("object", |place, token| {
        replace(place, token, |_| Object::new().into())
    }),
    ("number", |place, token| {
        replace(place, token, |_| Value::from(5_i64))
    }),
    ("rename", |place, token| {
        if let Some(object) = place.as_object_mut() {
            let old = object.remove(token).unwrap();
            object.insert(format!("{token}X"), old);
        }
    }),
];

#[track_caller]
fn hold(original: &Report, credential: &Value<'_>, genuine: &str, what: &str) -> bool {
    let text = credential.to_string();
    let Ok(read) = Credential::parse(text.as_bytes()) else {
        return false;
    };
    // Most do not verify; only for those that do it matters what the lists say.
    let judged = |evidence: &Evidence| {
        verify(
            &read,
            evidence,
            &Trust::default(),
            at(TODAY),
            &CRYPTO,
            &CONTEXTS,
        )
    };
    if judged(&Evidence::new()).outcome(CheckKind::Proof) != Some(Outcome::Pass) {
        return false;
    }
    let report = judged(&lists());
    assert_eq!(
        statements(credential).as_deref(),
        Some(genuine),
        "{what}: verifies with other statements"
    );
    // The check of form leaves entries of lists to the check of status, which says of them what form they lack.
    let shape = matches!(report.outcome(CheckKind::Schema), Some(Outcome::Fail(_)))
        || report.outcome(CheckKind::Status) == Some(Outcome::Unknown(Fault::StatusEntryMalformed));
    let same = report.verdict() == original.verdict() && outcomes(&report) == outcomes(original);
    assert!(
        same || shape,
        "{what}: same statements, another report: {report:?}"
    );
    true
}

/// The worst outcome of each kind: a repeated entry is judged twice and says the same.
fn outcomes(report: &Report) -> Vec<Option<Outcome>> {
    let kinds = [
        CheckKind::Proof,
        CheckKind::Issuer,
        CheckKind::Recognition,
        CheckKind::Validity,
        CheckKind::Status,
        CheckKind::Schema,
        CheckKind::Evidence,
    ];
    kinds.into_iter().map(|kind| report.outcome(kind)).collect()
}

#[test]
fn no_change_of_statements_verifies() {
    for name in ["two", "revoked"] {
        let genuine = sample(name);
        let original = judge_value(&genuine, &lists());
        let quads = statements(&genuine).unwrap();
        let mut places = Vec::new();
        pointers(&genuine, "", &mut places);
        let (mut tried, mut equivalent) = (0, Vec::new());
        for place in &places {
            for (label, how) in CHANGES {
                let changed = change(&genuine, place, &how);
                if changed == genuine && label != "twice" {
                    continue;
                }
                tried += 1;
                let what = format!("{name} {label} {place}");
                if hold(&original, &changed, &quads, &what) {
                    equivalent.push(what);
                }
            }
        }
        assert!(tried > 700, "{tried}");
        // A value, a set of it, and the same value twice are one statement. Nothing else is.
        for what in &equivalent {
            assert!(
                what.contains(" wrap /") || what.contains(" twice /"),
                "{what}"
            );
        }
        assert!(
            equivalent.len() < tried / 3,
            "{} of {tried}",
            equivalent.len()
        );
    }
}

/// What the signatures of a document cover: its own canonical form and that of each proof without its value.
fn covered(credential: &Value<'_>, over_statements: bool) -> Option<Vec<String>> {
    let mut document = credential.clone();
    let proofs = document.as_object_mut()?.remove("proof")?;
    let canonical = |value: &Value<'_>| match over_statements {
        true => {
            let limits = Limits::default();
            canonicalize(value, &CONTEXTS, Hash::Sha256(CRYPTO.sha256), &limits).ok()
        }
        false => jcs::canonicalize(value).ok(),
    };
    let mut forms = vec![canonical(&document)?];
    for proof in proofs.items() {
        let mut options = proof.clone();
        let members = options.as_object_mut()?;
        members.remove("proofValue");
        if over_statements {
            members.insert("@context", document.get("@context")?.clone());
        }
        forms.push(canonical(&options)?);
    }
    // The same proof twice is one proof.
    forms.dedup();
    Some(forms)
}

/// A small credential with every kind of value, of the issuer with `key`.
fn small(key: &Key) -> Value<'static> {
    let text = format!(
        r#"{{"@context":["https://www.w3.org/ns/credentials/v2"],"id":"urn:uuid:8d1cdb6a-2c4f-4a0e-9a54-0f4d1c6f3f11",
        "type":["VerifiableCredential"],"issuer":{{"id":"{}","name":"Riverside"}},"validFrom":"2026-01-01T00:00:00Z",
        "name":"Wound dressing","credentialSubject":{{"id":"did:example:ada","name":["Ada","A. L."]}}}}"#,
        key.did()
    );
    crate::support::parsed(text.as_bytes())
}

/// Changes `genuine` at every place in every way: what still verifies signs the very same.
fn changed_everywhere(name: &str, genuine: &Value<'static>, over_statements: bool) {
    let added: Change = |place, token| {
        if let Some(object) = replaceable(place, token) {
            object.insert("touchstone", "x");
        }
    };
    let reversed: Change = |place, token| {
        replace(place, token, |old| match old {
            Value::Array(items) => Value::Array(items.into_iter().rev().collect()),
            Value::Object(object) => {
                let members = object.iter().rev();
                let members = members.map(|(key, value)| (key.to_owned(), value.clone()));
                Value::from(members.collect::<Object<'_>>())
            }
            other => other,
        });
    };
    let ways = CHANGES
        .into_iter()
        .chain([("add", added), ("reverse", reversed)]);
    let good = covered(genuine, over_statements).unwrap();
    let mut places = Vec::new();
    pointers(genuine, "", &mut places);
    let (mut tried, mut held) = (0, 0);
    for (label, how) in ways {
        for place in &places {
            let changed = change(genuine, place, &how);
            if changed.to_string() == genuine.to_string() {
                continue;
            }
            tried += 1;
            let text = changed.to_string();
            let Ok(credential) = Credential::parse(text.as_bytes()) else {
                continue;
            };
            let report = verify(
                &credential,
                &Evidence::new(),
                &Trust::default(),
                at(TODAY),
                &CRYPTO,
                &CONTEXTS,
            );
            if report.outcome(CheckKind::Proof) == Some(Outcome::Pass) {
                held += 1;
                let what = format!("{name}: {label} {place} verifies");
                assert_eq!(
                    covered(&changed, over_statements).as_ref(),
                    Some(&good),
                    "{what}"
                );
            }
        }
    }
    assert!(tried > 150 && held < tried / 2, "{name}: {held} of {tried}");
    if !over_statements {
        // The order of members is no part of canonical JSON, nor is a proof alone or in a list; all else is.
        assert!(held < 20, "{name}: {held} of {tried}");
        every_byte_counts(name, genuine);
    }

    let value = genuine
        .pointer("/proof/0/proofValue")
        .or(genuine.pointer("/proof/proofValue"));
    let signature = multibase::decode(value.and_then(Value::as_str).unwrap()).unwrap();
    for at in 0..signature.len() {
        let mut flipped = signature.clone();
        flipped[at] ^= 0x10;
        let mut changed = genuine.clone();
        let proof = match changed.get_mut("proof").unwrap() {
            Value::Array(proofs) => &mut proofs[0],
            proof => proof,
        };
        let members = proof.as_object_mut().unwrap();
        members.insert("proofValue", multibase::encode_base58(&flipped));
        let report = judge_value(&changed, &Evidence::new());
        let found = report.outcome(CheckKind::Proof);
        assert!(
            matches!(found, Some(Outcome::Fail(_))),
            "{name}: byte {at}: {found:?}"
        );
    }
}

/// Over JSON, no byte of a document without spaces can be another one.
fn every_byte_counts(name: &str, genuine: &Value<'_>) {
    let text = genuine.to_string().into_bytes();
    for at in 0..text.len() {
        let mut changed = text.clone();
        changed[at] ^= 1;
        if Credential::parse(&changed).is_ok() {
            let found = judge(&changed, &Evidence::new()).outcome(CheckKind::Proof);
            assert_ne!(found, Some(Outcome::Pass), "{name}: byte {at}");
        }
    }
}

fn replaceable<'v>(place: &'v mut Value<'static>, token: &str) -> Option<&'v mut Object<'static>> {
    match place {
        Value::Array(items) => items[token.parse::<usize>().unwrap()].as_object_mut(),
        other => other.get_mut(token).unwrap().as_object_mut(),
    }
}

#[test]
fn no_change_verifies_with_eddsa() {
    for (suite, curve) in SIGNING
        .into_iter()
        .filter(|(_, curve)| *curve == Curve::Ed25519)
    {
        let key = Key::new(curve, 7);
        let genuine = key.secure(&small(&key), suite, |_| {});
        changed_everywhere(suite.as_str(), &genuine, suite.signs_statements());
    }
}

#[test]
fn no_change_verifies_with_ecdsa_on_p256() {
    for (suite, curve) in SIGNING
        .into_iter()
        .filter(|(_, curve)| *curve == Curve::P256)
    {
        let key = Key::new(curve, 7);
        let genuine = key.secure(&small(&key), suite, |_| {});
        changed_everywhere(suite.as_str(), &genuine, suite.signs_statements());
    }
}

#[test]
fn no_change_verifies_with_ecdsa_on_p384() {
    for (suite, curve) in SIGNING
        .into_iter()
        .filter(|(_, curve)| *curve == Curve::P384)
    {
        let key = Key::new(curve, 7);
        let genuine = key.secure(&small(&key), suite, |_| {});
        changed_everywhere(suite.as_str(), &genuine, suite.signs_statements());
    }
}

#[test]
fn no_change_verifies_with_ed25519_signature_2020() {
    let genuine = vector("vc-di-eddsa/Ed25519Signature2020/signedEdSig.json");
    changed_everywhere(
        "Ed25519Signature2020",
        &crate::support::parsed(&genuine),
        true,
    );
}

#[test]
fn the_order_of_members_and_sets_is_not_signed() {
    let genuine = sample("aim");
    let original = judge_value(&genuine, &lists());
    let object = genuine.as_object().unwrap();
    let reversed: Value<'_> = object
        .iter()
        .rev()
        .map(|(key, value)| (key.to_owned(), value.clone()))
        .collect::<Object<'_>>()
        .into();
    assert_eq!(
        outcomes(&judge_value(&reversed, &lists())),
        outcomes(&original)
    );
}

/// A fixed sequence of numbers: the same faults in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % sides
    }
}

fn spoil(bytes: &mut Vec<u8>, dice: &mut Dice) {
    let at = dice.roll(bytes.len());
    match dice.roll(5) {
        0 => bytes[at] ^= 1 << dice.roll(8),
        1 => {
            bytes.remove(at);
        }
        2 => bytes.insert(at, b"{}[]\",:0\\\x00\xff<>&"[dice.roll(14)]),
        3 => bytes.truncate(at.max(1)),
        _ => {
            let end = (at + dice.roll(40)).min(bytes.len());
            let piece = bytes[at..end].to_vec();
            let to = dice.roll(bytes.len());
            bytes.splice(to..to, piece);
        }
    }
    if bytes.is_empty() {
        bytes.push(b' ');
    }
}

#[test]
fn spoiled_bytes_never_panic_and_never_verify_as_something_else() {
    let genuine = vector("sample-shapes/two.json");
    let quads = statements(&crate::support::parsed(&genuine)).unwrap();
    let mut dice = Dice(7);
    let mut read = 0;
    for _ in 0..1500 {
        let mut bytes = genuine.clone();
        for _ in 0..=dice.roll(3) {
            spoil(&mut bytes, &mut dice);
        }
        let Ok(credential) = Credential::parse(&bytes) else {
            continue;
        };
        read += 1;
        let report = verify(
            &credential,
            &lists(),
            &Trust::default(),
            at(TODAY),
            &CRYPTO,
            &CONTEXTS,
        );
        let _ = (credential.view(), report.to_json().to_string());
        if report.outcome(CheckKind::Proof) == Some(Outcome::Pass) {
            assert_eq!(
                statements(credential.document()).as_deref(),
                Some(quads.as_str())
            );
        }
    }
    assert!(read > 100, "{read}");
}

#[test]
fn spoiled_lists_never_panic_and_never_answer() {
    let credential = vector("sample-shapes/aim.json");
    let list = vector("sample-shapes/status-1.json");
    let genuine = statements(&crate::support::parsed(&list)).unwrap();
    let mut dice = Dice(11);
    for _ in 0..400 {
        let mut bytes = list.clone();
        spoil(&mut bytes, &mut dice);
        let resource = touchstone_vc::Resource::StatusList("http://127.0.0.1:4599/status/1".into());
        let evidence =
            touchstone_vc::Evidence::from([(resource, crate::support::fetched(bytes.clone()))]);
        let report = crate::support::judge(&credential, &evidence);
        match report.outcome(CheckKind::Status) {
            Some(Outcome::Unknown(_)) => {}
            answered => {
                let same = Value::parse(&bytes)
                    .ok()
                    .and_then(|value| statements(&value));
                assert_eq!(same.as_deref(), Some(genuine.as_str()), "{answered:?}");
            }
        }
    }
}

#[test]
fn spoiled_carriers_never_panic() {
    let mut dice = Dice(13);
    let pdf = crate::bake::pdf(&[("credential.json", br#"{"a":1}"#)], true);
    let carriers = [
        vector("1edtech-validator-ob30/simple-json.png"),
        vector("1edtech-validator-ob30/simple-json.svg"),
        pdf,
    ];
    for carrier in carriers {
        for _ in 0..300 {
            let mut bytes = carrier.clone();
            spoil(&mut bytes, &mut dice);
            let _ = unbake_any(&bytes);
        }
    }
}
