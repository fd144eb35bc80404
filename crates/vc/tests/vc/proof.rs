//! Proofs: third-party vectors, proof sets, purposes and dates.

use touchstone_canon::json::Value;
use touchstone_vc::{CheckKind, Curve, Detail, Fault, Outcome, Resource, Suite, Verdict};

use crate::support::{
    Key, did_key, fetched, judge, judge_at, judge_value, lists, nothing, outcome, parsed, sample,
    set, signed, unsigned_sample, vector, vectors,
};

#[track_caller]
fn proof(credential: &[u8]) -> Outcome {
    outcome(&judge(credential, &nothing()), CheckKind::Proof)
}

#[test]
fn jcs_counts_every_byte_of_the_json() {
    let good = parsed(&vector("vc-di-eddsa/eddsa-jcs-2022/signedJCS.json"));
    for (place, value) in [
        ("/name", Value::from("alumni Credential")),
        (
            "/credentialSubject/alumniOf",
            Value::Array(vec!["The School of Examples".into()]),
        ),
        ("/proof/created", "2023-02-24T23:36:39Z".into()),
        ("/extra", Value::Null),
    ] {
        let mut bad = good.clone();
        set(&mut bad, place, value);
        let report = judge_value(&bad, &nothing());
        assert_eq!(
            outcome(&report, CheckKind::Proof),
            Outcome::Fail(Fault::SignatureInvalid),
            "{place}"
        );
    }
}

#[test]
fn other_suites_are_unknown_not_invalid() {
    for (member, value) in [
        ("/proof/0/cryptosuite", "bbs-2023"),
        ("/proof/0/type", "RsaSignature2018"),
        // Of that type are only proofs that name no suite.
        ("/proof/0/type", "Ed25519Signature2020"),
    ] {
        let mut credential = sample("aim");
        set(&mut credential, member, value);
        assert_eq!(
            proof(credential.to_string().as_bytes()),
            Outcome::Unknown(Fault::SuiteUnsupported)
        );
    }
}

/// A signed sample with a second proof, made from the first.
fn with_second(change: impl FnOnce(&mut Value<'static>)) -> Value<'static> {
    let mut credential = sample("aim");
    let mut second = credential.pointer("/proof/0").unwrap().clone();
    change(&mut second);
    let proofs = credential.get_mut("proof").unwrap().as_array_mut().unwrap();
    proofs.push(second);
    credential
}

#[test]
fn t08_every_proof_of_a_set_is_judged() {
    let good = with_second(|_| {});
    assert_eq!(
        outcome(&judge_value(&good, &lists()), CheckKind::Proof),
        Outcome::Pass
    );

    let invalid = with_second(|second| set(second, "/created", "2026-11-21T21:50:35Z"));
    let report = judge_value(&invalid, &lists());
    assert_eq!(
        outcome(&report, CheckKind::Proof),
        Outcome::Fail(Fault::SignatureInvalid)
    );
    assert_eq!(report.verdict(), Verdict::Failed);

    let unsupported = with_second(|second| set(second, "/cryptosuite", "bbs-2023"));
    let report = judge_value(&unsupported, &lists());
    let outcomes: Vec<_> = report
        .of(CheckKind::Proof)
        .map(|check| (check.outcome, check.path.as_str()))
        .collect();
    assert_eq!(
        outcomes,
        [
            (Outcome::Pass, "/proof/0"),
            (Outcome::Unknown(Fault::SuiteUnsupported), "/proof/1")
        ]
    );
    assert_eq!(outcome(&report, CheckKind::Proof), Outcome::Pass);
    assert_eq!(report.verdict(), Verdict::NotListed);

    let only_unsupported = {
        let mut credential = sample("aim");
        set(&mut credential, "/proof/0/cryptosuite", "bbs-2023");
        credential
    };
    assert_eq!(
        judge_value(&only_unsupported, &lists()).verdict(),
        Verdict::Unknown
    );
}

/// The issuer's proof is required, and of a chain each proof that another one names: what is left without it never verifies.
#[test]
fn t08_a_required_proof_that_was_stripped_is_missed() {
    let (issuer, witness) = (Key::new(Curve::Ed25519, 7), Key::new(Curve::Ed25519, 8));
    let mut unsigned = unsigned_sample("aim");
    set(&mut unsigned, "/issuer/id", issuer.did());
    for suite in [Suite::EddsaRdfc2022, Suite::EddsaJcs2022] {
        for chain in [false, true] {
            let first = issuer.secure(&unsigned, suite, |securing| {
                securing.id = Some("urn:uuid:a")
            });
            let both = witness.secure(&first, suite, |securing| {
                if chain {
                    securing.previous = &["urn:uuid:a"];
                }
            });
            let found = |document: &Value<'_>| {
                let report = judge_value(document, &lists());
                [CheckKind::Proof, CheckKind::Issuer].map(|kind| outcome(&report, kind))
            };
            assert_eq!(found(&both), [Outcome::Pass; 2], "{suite:?} {chain}");
            let without = |at: usize| {
                let mut stripped = both.clone();
                let proofs = stripped.get_mut("proof").unwrap();
                proofs.as_array_mut().unwrap().remove(at);
                stripped
            };
            // The second of a set, or the end of a chain, is required by nobody whom the credential names.
            assert_eq!(found(&without(1)), [Outcome::Pass; 2], "{suite:?} {chain}");
            let [proof, by] = found(&without(0));
            match chain {
                true => {
                    let missing = Outcome::Fail(Fault::ChainBroken);
                    assert_eq!(proof, missing, "{suite:?}");
                }
                false => assert_eq!(proof, Outcome::Pass, "{suite:?}"),
            }
            assert_eq!(by, Outcome::Fail(Fault::ControllerMismatch), "{suite:?}");
            let mut bare = both.clone();
            bare.as_object_mut().unwrap().remove("proof");
            let missing = Outcome::Fail(Fault::ProofMissing);
            assert_eq!(found(&bare)[0], missing, "{suite:?} {chain}");
        }
    }
}

#[test]
fn no_proof_and_too_many_proofs_never_pass() {
    for proofs in [
        Value::Null,
        Value::Array(vec![]),
        "x".into(),
        true.into(),
        Value::Array(vec![Value::Null]),
    ] {
        let mut credential = unsigned_sample("aim");
        set(&mut credential, "/proof", proofs);
        let report = judge_value(&credential, &lists());
        assert!(
            matches!(outcome(&report, CheckKind::Proof), Outcome::Fail(_)),
            "{report:?}"
        );
        assert_eq!(report.verdict(), Verdict::Failed);
    }
    let mut many = sample("aim");
    let proof = many.pointer("/proof/0").unwrap().clone();
    set(&mut many, "/proof", vec![proof; 9]);
    let report = judge_value(&many, &lists());
    assert_eq!(
        outcome(&report, CheckKind::Proof),
        Outcome::Unknown(Fault::TooComplex)
    );
    assert_eq!(report.verdict(), Verdict::Unknown);
}

#[test]
fn t14_only_assertions_assert() {
    for purpose in ["authentication", "keyAgreement", "AssertionMethod", ""] {
        let mut credential = sample("aim");
        set(&mut credential, "/proof/0/proofPurpose", purpose);
        let report = judge_value(&credential, &lists());
        assert_eq!(
            outcome(&report, CheckKind::Proof),
            Outcome::Fail(Fault::PurposeWrong)
        );
    }
}

#[test]
fn dates_and_domains_of_a_proof_count() {
    let (earlier, later) = (
        Outcome::Fail(Fault::ProofExpired),
        Outcome::Fail(Fault::SignatureInvalid),
    );
    for (member, value, expect) in [
        ("expires", "2026-11-21T23:00:00Z", earlier),
        ("expires", "2027-01-01T00:00:00Z", later),
        ("expires", "tomorrow", Outcome::Fail(Fault::ProofMalformed)),
        (
            "created",
            "2026-11-21",
            Outcome::Fail(Fault::ProofMalformed),
        ),
        (
            "created",
            "2026-12-01T00:00:00Z",
            Outcome::Unknown(Fault::ProofFromFuture),
        ),
        (
            "domain",
            "bank.example",
            Outcome::Unknown(Fault::DomainUnexpected),
        ),
        ("challenge", "c", Outcome::Unknown(Fault::DomainUnexpected)),
    ] {
        let mut credential = sample("aim");
        set(&mut credential, &format!("/proof/0/{member}"), value);
        let report = judge_value(&credential, &lists());
        assert_eq!(
            outcome(&report, CheckKind::Proof),
            expect,
            "{member} {value}"
        );
    }
    let report = judge_at(
        &vector("sample-shapes/aim.json"),
        &lists(),
        "2026-11-21T21:46:00Z",
    );
    assert_eq!(
        outcome(&report, CheckKind::Proof),
        Outcome::Pass,
        "clocks may differ by five minutes"
    );
}

#[test]
fn a_signature_has_one_form() {
    let credential = sample("aim");
    let value = credential
        .pointer("/proof/0/proofValue")
        .and_then(Value::as_str)
        .unwrap();
    let bytes = touchstone_canon::multibase::decode(value).unwrap();
    let base64url = touchstone_canon::multibase::encode_base64url(&bytes);
    let longer = touchstone_canon::multibase::encode_base58(&[bytes.as_slice(), &[0]].concat());
    let shorter = touchstone_canon::multibase::encode_base58(&bytes[..63]);
    for other in [
        base64url,
        longer,
        shorter,
        format!("{value} "),
        String::new(),
        value[1..].to_owned(),
    ] {
        let mut changed = credential.clone();
        set(&mut changed, "/proof/0/proofValue", other.clone());
        let report = judge_value(&changed, &lists());
        assert_eq!(
            outcome(&report, CheckKind::Proof),
            Outcome::Fail(Fault::ProofMalformed),
            "{other}"
        );
    }
    for at in 0..64 {
        let mut flipped = bytes.clone();
        flipped[at] ^= 1;
        let mut changed = credential.clone();
        set(
            &mut changed,
            "/proof/0/proofValue",
            touchstone_canon::multibase::encode_base58(&flipped),
        );
        let report = judge_value(&changed, &lists());
        assert_eq!(
            outcome(&report, CheckKind::Proof),
            Outcome::Fail(Fault::SignatureInvalid),
            "byte {at}"
        );
    }
}

#[test]
fn an_unknown_context_is_unknown() {
    let mut credential = sample("aim");
    set(
        &mut credential,
        "/@context/1",
        "https://evil.example/context.json",
    );
    assert_eq!(
        proof(credential.to_string().as_bytes()),
        Outcome::Unknown(Fault::ContextUnknown)
    );
}

#[test]
fn what_we_sign_holds_for_ourselves() {
    let mut unsigned = unsigned_sample("aim");
    set(&mut unsigned, "/issuer/id", did_key(7));
    let report = judge(&signed(&unsigned, 7), &nothing());
    assert_eq!(outcome(&report, CheckKind::Proof), Outcome::Pass);
    assert_eq!(outcome(&report, CheckKind::Issuer), Outcome::Pass);
}

/// Credentials of the Digital Credentials Consortium, signed with two kinds of proof, by did:key and did:web.
#[test]
fn credentials_from_other_software_hold() {
    let base = "real-world/dcc-vc-test-fixtures";
    let mut evidence = nothing();
    for name in ["legacy", "oidf"] {
        let did = format!("did:web:digitalcredentials.github.io:vc-test-fixtures:dids:{name}");
        let document = vector(&format!("{base}/dids/{name}/did.json"));
        evidence.insert(Resource::DidDocument(did), fetched(document));
    }
    let mut held = 0;
    for path in vectors(&format!("{base}/verifiableCredentials"), ".json") {
        let name = path.display();
        let bytes = std::fs::read(&path).unwrap();
        if bytes.is_empty() {
            continue; // One of the files is.
        }
        let report = judge(&bytes, &evidence);
        for check in report.of(CheckKind::Proof) {
            let Detail::Proof(detail) = &check.detail else {
                panic!("{name}: {check:?}")
            };
            let expect = match detail.suite.as_deref() {
                Some("eddsa-rdfc-2022") if name.to_string().contains("oldDCCExample") => {
                    Outcome::Unknown(Fault::ContextUnknown)
                }
                Some(_) if name.to_string().contains("badDidWeb") => {
                    Outcome::Unknown(Fault::IssuerDocumentMissing)
                }
                Some("eddsa-rdfc-2022" | "Ed25519Signature2020") => Outcome::Pass,
                _ => Outcome::Unknown(Fault::SuiteUnsupported),
            };
            assert_eq!(check.outcome, expect, "{name}");
            if expect == Outcome::Pass {
                assert_eq!(outcome(&report, CheckKind::Issuer), Outcome::Pass, "{name}");
                held += 1;
            }
        }
    }
    assert!(held > 40, "{held}");
}
