//! The suites: every vector of the W3C folders, every suite signed and read back, sets and chains.

use std::path::{Path, PathBuf};

use touchstone_canon::json::Value;
use touchstone_canon::multibase::{decode, encode_hex};
use touchstone_canon::{Hash, Limits, canonicalize, jcs};
use touchstone_vc::crypto::rust::CRYPTO;
use touchstone_vc::{
    CheckKind, Curve, Draft, DraftError, Fault, Outcome, Report, Securing, Signature, Suite,
    Verdict,
};

use crate::support::{
    CONTEXTS, Key, SIGNING, at, judge_value, lists, nothing, outcome, parsed, sample, set,
    unsigned_sample, vectors,
};

/// The files of the two W3C folders that are documents with a proof, each with its name.
fn documents() -> Vec<(PathBuf, Value<'static>)> {
    let files = ["vc-di-eddsa", "vc-di-ecdsa"].map(|folder| vectors(folder, ".json"));
    let read = |path: PathBuf| {
        let value = parsed(&std::fs::read(&path).unwrap());
        let signed = value.get("proof").is_some_and(|proof| {
            proof
                .items()
                .iter()
                .all(|proof| proof.get("proofValue").is_some())
        });
        signed.then_some((path, value))
    };
    files.into_iter().flatten().filter_map(read).collect()
}

fn suite(proof: &Value<'_>) -> Option<Suite> {
    match proof.get("cryptosuite").and_then(Value::as_str) {
        Some(name) => Suite::parse(name),
        None if proof.get("type")?.as_str()? == "Ed25519Signature2020" => {
            Some(Suite::Ed25519Signature2020)
        }
        None => None,
    }
}

#[test]
fn every_w3c_vector_holds_or_is_of_a_suite_that_is_not_supported() {
    let mut held = 0;
    for (path, document) in documents() {
        let name = path.display();
        let report = judge_value(&document, &nothing());
        for (check, proof) in report
            .of(CheckKind::Proof)
            .zip(document.get("proof").unwrap().items())
        {
            let expect = match suite(proof) {
                Some(_) => Outcome::Pass,
                None => Outcome::Unknown(Fault::SuiteUnsupported),
            };
            assert_eq!(check.outcome, expect, "{name}: {report:?}");
            held += usize::from(expect == Outcome::Pass);
        }
        if outcome(&report, CheckKind::Proof) == Outcome::Pass {
            // The vectors are signed by did:key, in the name of an https issuer.
            assert_eq!(
                outcome(&report, CheckKind::Issuer),
                Outcome::Fail(Fault::ControllerMismatch),
                "{name}"
            );
        }
    }
    assert!(held >= 10, "{held}");
}

/// The only file beside `path` whose name begins so.
fn beside(path: &Path, prefix: &str) -> String {
    let folder = std::fs::read_dir(path.parent().unwrap()).unwrap();
    let mut files = folder.map(|entry| entry.unwrap().path()).filter(|file| {
        file.file_name()
            .unwrap()
            .to_string_lossy()
            .starts_with(prefix)
    });
    let file = files
        .next()
        .unwrap_or_else(|| panic!("no {prefix}* beside {}", path.display()));
    assert_eq!(files.next(), None, "{prefix}* beside {}", path.display());
    std::fs::read_to_string(file).unwrap()
}

#[test]
fn every_step_of_the_w3c_vectors_is_reproduced() {
    let mut steps = 0;
    for (path, document) in documents() {
        let name = path.display();
        let proof = document.get("proof").unwrap();
        let (Some(suite), Value::Object(_)) = (suite(proof), proof) else {
            continue;
        };
        let mut unsigned = document.clone();
        unsigned.as_object_mut().unwrap().remove("proof");
        // The vectors of proof sets have no steps.
        if path.parent().unwrap().ends_with("proof-set-chain") {
            continue;
        }
        let config = parsed(beside(&path, "proofConfig").as_bytes());
        let p384 = beside(&path, "docHash").trim().len() == 96;
        let canonical = |value: &Value<'_>| match suite.signs_statements() {
            true => {
                let hash = match p384 {
                    true => Hash::Sha384(CRYPTO.sha384),
                    false => Hash::Sha256(CRYPTO.sha256),
                };
                canonicalize(value, &CONTEXTS, hash, &Limits::default()).unwrap()
            }
            false => jcs::canonicalize(value).unwrap(),
        };
        let hash = |text: &str| match p384 {
            true => encode_hex(&(CRYPTO.sha384)(text.as_bytes())),
            false => encode_hex(&(CRYPTO.sha256)(text.as_bytes())),
        };
        let (of_document, of_proof) = (canonical(&unsigned), canonical(&config));
        assert_eq!(of_document, beside(&path, "canonDoc"), "{name}");
        assert_eq!(of_proof, beside(&path, "proofCanon"), "{name}");
        assert_eq!(
            hash(&of_document),
            beside(&path, "docHash").trim(),
            "{name}"
        );
        assert_eq!(hash(&of_proof), beside(&path, "proofHash").trim(), "{name}");
        let bytes = decode(proof.get("proofValue").unwrap().as_str().unwrap()).unwrap();
        assert_eq!(encode_hex(&bytes), beside(&path, "sigHex").trim(), "{name}");
        steps += 1;

        // What is signed here is what was signed there, and it is sealed to the same document.
        let text = |member: &str| proof.get(member).unwrap().as_str().unwrap();
        let curve = match (suite, p384) {
            (Suite::Ed25519Signature2020, _) => continue,
            (Suite::EcdsaRdfc2019 | Suite::EcdsaJcs2019, true) => Curve::P384,
            (Suite::EcdsaRdfc2019 | Suite::EcdsaJcs2019, false) => Curve::P256,
            _ => Curve::Ed25519,
        };
        let securing = Securing::assertion(
            suite,
            curve,
            text("verificationMethod"),
            at(text("created")),
        );
        let draft = Draft::secured(&unsigned, &securing, &CONTEXTS, &CRYPTO).unwrap();
        let combined = beside(&path, "combinedHash");
        assert_eq!(encode_hex(draft.signing_input()), combined.trim(), "{name}");
        let sealed = parsed(&draft.seal(&Signature(bytes)));
        let members =
            |value: &Value<'_>| jcs::canonicalize(&value.get("proof").unwrap().items()[0]).unwrap();
        assert_eq!(members(&sealed), members(&document), "{name}");
    }
    assert!(steps >= 7, "{steps}");
}

#[test]
fn what_each_suite_signs_holds_and_only_with_its_own_kind_of_key() {
    for (suite, curve) in SIGNING {
        let key = Key::new(curve, 7);
        let mut unsigned = unsigned_sample("aim");
        set(&mut unsigned, "/issuer/id", key.did());
        let signed = key.secure(&unsigned, suite, |_| {});
        let report = judge_value(&signed, &nothing());
        assert_eq!(
            outcome(&report, CheckKind::Proof),
            Outcome::Pass,
            "{suite:?} {curve:?}"
        );
        assert_eq!(
            outcome(&report, CheckKind::Issuer),
            Outcome::Pass,
            "{suite:?} {curve:?}"
        );

        for (other, _) in SIGNING.into_iter().filter(|(other, _)| *other != suite) {
            let mut renamed = signed.clone();
            set(&mut renamed, "/proof/0/cryptosuite", other.as_str());
            let found = outcome(&judge_value(&renamed, &nothing()), CheckKind::Proof);
            assert!(
                matches!(found, Outcome::Fail(_)),
                "{suite:?} as {other:?}: {found:?}"
            );
        }
        for other in [Curve::Ed25519, Curve::P256, Curve::P384] {
            let securing =
                Securing::assertion(suite, other, "did:key:z#z", at("2026-11-21T21:50:34Z"));
            let draft = Draft::secured(&unsigned, &securing, &CONTEXTS, &CRYPTO);
            let signs = SIGNING.contains(&(suite, other));
            assert_eq!(draft.err(), (!signs).then_some(DraftError::OtherCurve));
        }
    }
}

/// `aim` in the name of an issuer with `key`, with proofs as `links` say: the name of each and those it builds on.
fn chain(links: &[(&'static str, &'static [&'static str])]) -> Value<'static> {
    let key = Key::new(Curve::P256, 7);
    let mut document = unsigned_sample("aim");
    set(&mut document, "/issuer/id", key.did());
    for (at, (name, previous)) in links.iter().enumerate() {
        // Both forms take part in a chain.
        let suite = [Suite::EcdsaRdfc2019, Suite::EcdsaJcs2019][at % 2];
        document = key.secure(&document, suite, |securing| {
            securing.id = Some(name);
            securing.previous = previous;
        });
    }
    document
}

fn proofs(report: &Report) -> Vec<Outcome> {
    report
        .of(CheckKind::Proof)
        .map(|check| check.outcome)
        .collect()
}

#[test]
fn t09_a_chain_holds_as_a_whole() {
    let good = chain(&[
        ("urn:1", &[]),
        ("urn:2", &["urn:1"]),
        ("urn:3", &["urn:1", "urn:2"]),
    ]);
    let report = judge_value(&good, &lists());
    assert_eq!(proofs(&report), [Outcome::Pass; 3]);
    assert_eq!(outcome(&report, CheckKind::Issuer), Outcome::Pass);

    // A link covers those before it: none can be changed, taken away or exchanged.
    let mut changed = good.clone();
    set(&mut changed, "/proof/0/created", "2026-11-21T21:50:35Z");
    let invalid = Outcome::Fail(Fault::SignatureInvalid);
    assert_eq!(proofs(&judge_value(&changed, &lists())), [invalid; 3]);

    for (gone, left) in [(0, 2), (1, 2)] {
        let mut shorter = good.clone();
        shorter
            .get_mut("proof")
            .unwrap()
            .as_array_mut()
            .unwrap()
            .remove(gone);
        let found = proofs(&judge_value(&shorter, &lists()));
        assert_eq!(found.len(), left);
        assert_eq!(found[1], Outcome::Fail(Fault::ChainBroken));
    }

    // A link of a kind that cannot be checked leaves open what builds on it.
    let mut unknown = good.clone();
    set(&mut unknown, "/proof/0/cryptosuite", "bbs-2023");
    let report = judge_value(&unknown, &lists());
    assert_eq!(
        proofs(&report)[0],
        Outcome::Unknown(Fault::SuiteUnsupported)
    );
    assert_ne!(report.verdict(), Verdict::Pass);
    assert_eq!(proofs(&report)[1], invalid);
}

#[test]
fn t09_cycles_and_missing_links_end() {
    let mut credential = sample("aim");
    let mut one = credential.pointer("/proof/0").unwrap().clone();
    let mut two = one.clone();
    set(&mut one, "/id", "urn:uuid:1");
    set(&mut one, "/previousProof", "urn:uuid:2");
    set(&mut two, "/id", "urn:uuid:2");
    set(&mut two, "/previousProof", "urn:uuid:1");
    set(&mut credential, "/proof", vec![one.clone(), two.clone()]);
    let report = judge_value(&credential, &lists());
    assert_eq!(proofs(&report), [Outcome::Fail(Fault::SignatureInvalid); 2]);

    let broken = Outcome::Fail(Fault::ChainBroken);
    let malformed = Outcome::Fail(Fault::ProofMalformed);
    for (previous, expect) in [
        (Value::from("urn:uuid:nowhere"), broken),
        (
            Value::Array(vec!["urn:uuid:1".into(), "urn:uuid:nowhere".into()]),
            broken,
        ),
        (Value::Null, malformed),
        (Value::Array(vec![]), malformed),
        (Value::Array(vec![Value::Null]), malformed),
        (true.into(), malformed),
    ] {
        let mut alone = one.clone();
        set(&mut alone, "/previousProof", previous);
        set(&mut credential, "/proof", vec![alone]);
        let report = judge_value(&credential, &lists());
        assert_eq!(proofs(&report), [expect]);
        assert_eq!(report.verdict(), Verdict::Failed);
    }

    // Itself, and a name that two bear.
    set(&mut one, "/previousProof", "urn:uuid:1");
    set(&mut credential, "/proof", vec![one]);
    assert_eq!(
        judge_value(&credential, &lists()).verdict(),
        Verdict::Failed
    );
    let mut twice = chain(&[("urn:1", &[]), ("urn:2", &["urn:1"])]);
    let first = twice.pointer("/proof/0").unwrap().clone();
    twice
        .get_mut("proof")
        .unwrap()
        .as_array_mut()
        .unwrap()
        .push(first);
    assert_eq!(proofs(&judge_value(&twice, &lists()))[1], broken);
}

#[test]
fn a_proof_does_not_build_on_one_that_is_not_there() {
    let key = Key::new(Curve::Ed25519, 1);
    let method = "did:key:z#z";
    let unsigned = unsigned_sample("aim");
    let mut securing = Securing::assertion(
        Suite::EddsaJcs2022,
        Curve::Ed25519,
        method,
        at("2026-11-21T21:50:34Z"),
    );
    securing.previous = &["urn:1"];
    let draft = Draft::secured(&unsigned, &securing, &CONTEXTS, &CRYPTO);
    assert_eq!(draft.err(), Some(DraftError::PreviousMissing));
    let signed = key.secure(&unsigned, Suite::EddsaJcs2022, |_| {});
    assert_eq!(signed.get("proof").unwrap().items().len(), 1);
}
