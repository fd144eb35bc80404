//! Presentations: who presents, for whom, and what is inside.

use touchstone_canon::json::Value;
use touchstone_vc::crypto::rust::CRYPTO;
use touchstone_vc::data_model;
use touchstone_vc::did::DidDocument;
use touchstone_vc::did::key::verification_method;
use touchstone_vc::jose::{Algorithm, TokenDraft};
use touchstone_vc::{
    About, Asked, Audience, Challenge, CheckKind, CredentialError, Curve, Domain, Evidence, Fault,
    Outcome, Presentation, PresentationError, PresentationReport, Purpose, Resource, Suite, Trust,
    Verdict, required_by_presentation, verify_presentation,
};

use crate::support::{
    CONTEXTS, Key, SIGNING, TODAY, at, fetched, lists, nothing, parsed, set, signing,
    unsigned_sample, vector, vectors,
};
use crate::tokens::{forged, w3c_issuer};

const FAILED: Outcome = Outcome::Fail(Fault::SignatureInvalid);

fn asked(challenge: &str, domain: &str) -> Asked {
    Asked::Challenge {
        challenge: Challenge::new(challenge).unwrap(),
        audience: Domain::new(domain).map_or(Audience::Unnamed, Audience::Domain),
    }
}

/// What a reader at `reader.example` asked.
fn ours() -> Asked {
    asked("c-1", "reader.example")
}

fn judge(presentation: &[u8], asked: &Asked, evidence: &Evidence) -> PresentationReport {
    let presentation = Presentation::parse(presentation).unwrap();
    let trust = Trust::default();
    verify_presentation(
        &presentation,
        asked,
        evidence,
        &trust,
        at(TODAY),
        &CRYPTO,
        &CONTEXTS,
    )
}

fn three(report: &PresentationReport) -> [Outcome; 3] {
    [CheckKind::Proof, CheckKind::Holder, CheckKind::Challenge]
        .map(|kind| report.outcome(kind).unwrap())
}

/// A credential of its own issuer about `subject`, signed.
fn credential(subject: &str) -> Value<'static> {
    let issuer = Key::new(Curve::Ed25519, 3);
    let mut unsigned = unsigned_sample("aim");
    set(&mut unsigned, "/issuer/id", issuer.did());
    set(&mut unsigned, "/credentialSubject/id", subject.to_owned());
    unsigned.as_object_mut().unwrap().remove("credentialStatus");
    issuer.secure(&unsigned, Suite::EddsaRdfc2022, |_| {})
}

fn unsigned(holder: &str, credentials: Vec<Value<'static>>) -> Value<'static> {
    let mut document = parsed(
        br#"{"@context":["https://www.w3.org/ns/credentials/v2"],"id":"urn:uuid:2f1c1d6e-5a0c-4f5c-8a53-0d6f7c4b9a11","type":["VerifiablePresentation"]}"#,
    );
    set(&mut document, "/holder", holder.to_owned());
    set(&mut document, "/verifiableCredential", credentials);
    document
}

fn presented(key: &Key, suite: Suite, document: &Value<'_>) -> Value<'static> {
    key.secure(document, suite, |securing| {
        securing.purpose = Purpose::Authentication {
            challenge: "c-1",
            domain: "reader.example",
        };
    })
}

fn presented_by(key: &Key) -> Value<'static> {
    presented(
        key,
        Suite::EddsaRdfc2022,
        &unsigned(&key.did(), vec![credential(&key.did())]),
    )
}

#[test]
fn a_holder_presents_with_every_suite_and_each_credential_is_judged() {
    for (suite, curve) in SIGNING {
        let key = Key::new(curve, 7);
        let inside = vec![credential(&key.did()), credential("did:example:child")];
        let text = presented(&key, suite, &unsigned(&key.did(), inside)).to_string();
        let report = judge(text.as_bytes(), &ours(), &nothing());
        assert_eq!(three(&report), [Outcome::Pass; 3], "{suite:?} {curve:?}");
        assert_eq!(report.holder, Some(key.did()));
        let about: Vec<_> = report.credentials.iter().map(|one| one.about).collect();
        assert_eq!(about, [About::Holder, About::Other]);
        for one in &report.credentials {
            let found = one.found.as_ref().unwrap();
            assert_eq!(found.outcome(CheckKind::Proof), Some(Outcome::Pass));
            assert_eq!(found.outcome(CheckKind::Issuer), Some(Outcome::Pass));
        }
        assert_eq!(report.verdict(), Verdict::NotListed, "{report:?}");
        assert!(report.to_json().to_string().contains(r#""about":"holder""#));
    }
}

#[test]
fn t21_an_answer_to_another_question_fails() {
    let key = Key::new(Curve::Ed25519, 7);
    let text = presented_by(&key).to_string();
    let answer = |asked: &Asked| judge(text.as_bytes(), asked, &nothing());
    let mismatch = Outcome::Fail(Fault::ChallengeMismatch);
    for other in ["c-2", "C-1", "c-1 ", "c"] {
        let report = answer(&asked(other, "reader.example"));
        assert_eq!(
            three(&report),
            [Outcome::Pass, Outcome::Pass, mismatch],
            "{other}"
        );
        assert_eq!(report.verdict(), Verdict::Failed);
    }
    // The proof says for whom it is: taking that out, or writing in what is wanted, breaks it.
    for (member, value) in [
        ("/proof/0/challenge", Value::from("c-2")),
        ("/proof/0/domain", "other.example".into()),
        (
            "/proof/0/domain",
            vec![Value::from("reader.example"), "other.example".into()].into(),
        ),
    ] {
        let mut changed = parsed(text.as_bytes());
        set(&mut changed, member, value);
        let report = judge(
            changed.to_string().as_bytes(),
            &asked("c-2", "other.example"),
            &nothing(),
        );
        assert_eq!(report.outcome(CheckKind::Proof), Some(FAILED), "{member}");
        assert_eq!(report.holder, None);
    }
    for member in ["challenge", "domain"] {
        let mut changed = parsed(text.as_bytes());
        let proof = &mut changed.get_mut("proof").unwrap().as_array_mut().unwrap()[0];
        proof.as_object_mut().unwrap().remove(member);
        let report = judge(changed.to_string().as_bytes(), &ours(), &nothing());
        assert_eq!(report.outcome(CheckKind::Proof), Some(FAILED), "{member}");
        assert!(matches!(
            report.outcome(CheckKind::Challenge),
            Some(Outcome::Fail(_))
        ));
    }
}

#[test]
fn t22_an_answer_to_somebody_else_fails() {
    let key = Key::new(Curve::Ed25519, 7);
    let text = presented_by(&key).to_string();
    let elsewhere = Outcome::Fail(Fault::DomainUnexpected);
    for other in ["other.example", "reader.example.", "READER.example", ""] {
        let report = judge(text.as_bytes(), &asked("c-1", other), &nothing());
        assert_eq!(
            three(&report),
            [Outcome::Pass, Outcome::Pass, elsewhere],
            "{other}"
        );
        assert_eq!(report.verdict(), Verdict::Failed);
    }
}

#[test]
fn what_was_asked_is_told_from_texts_as_they_were_given() {
    let challenge = Challenge::new("kiwi-1").unwrap();
    let domain = Domain::new("shop.example").unwrap();
    let of = |audience| {
        Some(Asked::Challenge {
            challenge: challenge.clone(),
            audience,
        })
    };
    assert_eq!(
        Asked::of(Some("kiwi-1"), Some("shop.example")),
        of(Audience::Domain(domain))
    );
    assert_eq!(Asked::of(Some("kiwi-1"), None), of(Audience::Unnamed));
    assert_eq!(Asked::of(Some("kiwi-1"), Some("")), of(Audience::Unnamed));
    assert_eq!(Asked::of(None, None), Some(Asked::Nothing));
    assert_eq!(Asked::of(Some(""), Some("")), Some(Asked::Nothing));
    assert_eq!(Asked::of(None, Some("shop.example")), None, "a name alone");
    assert_eq!(
        Asked::of(Some(""), Some("shop.example")),
        None,
        "a name alone"
    );
}

#[test]
fn who_asked_nothing_is_told_that_it_may_be_a_copy() {
    let key = Key::new(Curve::Ed25519, 7);
    let report = judge(
        presented_by(&key).to_string().as_bytes(),
        &Asked::Nothing,
        &nothing(),
    );
    let open = Outcome::Unknown(Fault::ChallengeNotAsked);
    assert_eq!(three(&report), [Outcome::Pass, Outcome::Pass, open]);
    assert_eq!(report.verdict(), Verdict::NotListed);
    assert_eq!(Challenge::new(""), None);
    assert_eq!(Domain::new(""), None);
}

/// A signature over JSON holds whatever stands behind the contexts that its proof states.
#[test]
fn what_is_not_built_as_presentations_are_fails_whoever_signed_it() {
    let key = Key::new(Curve::Ed25519, 7);
    let judged = |context: &str| {
        let document = unsigned(&key.did(), vec![credential("did:example:somebody")]);
        let mut presented = presented(&key, Suite::EddsaJcs2022, &document);
        let contexts = parsed(context.as_bytes());
        set(&mut presented, "/@context", contexts);
        judge(presented.to_string().as_bytes(), &ours(), &nothing())
    };
    let built = |report: &PresentationReport| report.outcome(CheckKind::Schema);
    let report = judged(r#"["https://www.w3.org/ns/credentials/v2"]"#);
    assert_eq!(three(&report), [Outcome::Pass; 3]);
    assert_eq!(built(&report), Some(Outcome::Pass));
    assert_ne!(report.verdict(), Verdict::Failed);
    let report = judged(r#"["https://www.w3.org/ns/credentials/v2", "no address"]"#);
    assert_eq!(three(&report), [Outcome::Pass; 3], "the signature holds");
    assert_eq!(built(&report), Some(Outcome::Fail(Fault::MemberMalformed)));
    assert_eq!(report.verdict(), Verdict::Failed);

    // Its identifier decides nothing: wallets number what they present.
    let mut numbered = unsigned(&key.did(), Vec::new());
    set(&mut numbered, "/id", "7f1c");
    assert_eq!(data_model::presentation_alone(&numbered), Ok(()));
    assert!(data_model::presentation(&numbered).is_err());
}

#[test]
fn only_the_holders_own_key_presents_for_the_holder() {
    let (holder, thief) = (Key::new(Curve::P256, 7), Key::new(Curve::P256, 8));
    let suite = Suite::EcdsaRdfc2019;
    let document = unsigned(&holder.did(), vec![credential(&holder.did())]);
    let text = presented(&thief, suite, &document).to_string();
    let report = judge(text.as_bytes(), &ours(), &nothing());
    assert_eq!(
        three(&report),
        [
            Outcome::Pass,
            Outcome::Fail(Fault::ControllerMismatch),
            Outcome::Pass
        ]
    );
    assert_eq!((report.verdict(), &report.holder), (Verdict::Failed, &None));
    assert_eq!(report.credentials[0].about, About::Open);

    // Where nobody is named, whoever signed presents it, and the credential is not about them.
    let mut unnamed = document.clone();
    unnamed.as_object_mut().unwrap().remove("holder");
    let report = judge(
        presented(&thief, suite, &unnamed).to_string().as_bytes(),
        &ours(),
        &nothing(),
    );
    assert_eq!(three(&report), [Outcome::Pass; 3]);
    assert_eq!(report.holder, Some(thief.did()));
    assert_eq!(report.credentials[0].about, About::Other);

    // A signature for stating something presents nothing, and the other way round.
    let stated = holder.secure(&document, suite, |_| {});
    let report = judge(stated.to_string().as_bytes(), &ours(), &nothing());
    assert_eq!(
        report.outcome(CheckKind::Proof),
        Some(Outcome::Fail(Fault::PurposeWrong))
    );
    for (holder, fault) in [
        (Value::from("Riverside"), Fault::HolderMalformed),
        (true.into(), Fault::HolderMalformed),
        (Value::Array(vec![]), Fault::HolderMalformed),
    ] {
        let mut odd = presented_by(&Key::new(Curve::Ed25519, 8));
        set(&mut odd, "/holder", holder);
        let report = judge(odd.to_string().as_bytes(), &ours(), &nothing());
        assert_eq!(
            report.outcome(CheckKind::Holder),
            Some(Outcome::Fail(fault))
        );
    }
}

#[test]
fn t14_a_key_for_asserting_does_not_authenticate() {
    let key = Key::new(Curve::Ed25519, 7);
    let holder = "did:web:holder.example";
    let document = unsigned(holder, vec![]);
    let signed = key.secure(&document, Suite::EddsaRdfc2022, |securing| {
        securing.verification_method = "did:web:holder.example#key-1";
        securing.purpose = Purpose::Authentication {
            challenge: "c-1",
            domain: "reader.example",
        };
    });
    let text = signed.to_string();
    let resource = Resource::DidDocument(holder.into());
    let presentation = Presentation::parse(text.as_bytes()).unwrap();
    assert!(required_by_presentation(&presentation).contains(&resource));
    let mut published = DidDocument::asserting(holder, [("key-1".to_owned(), key.public())]);
    let with = |document: &DidDocument| {
        Evidence::from([(resource.clone(), fetched(document.to_value().to_string()))])
    };
    let report = judge(text.as_bytes(), &ours(), &with(&published));
    assert_eq!(
        report.outcome(CheckKind::Holder),
        Some(Outcome::Fail(Fault::KeyNotForAuthentication))
    );
    core::mem::swap(
        &mut published.assertion_methods,
        &mut published.authentication_methods,
    );
    let report = judge(text.as_bytes(), &ours(), &with(&published));
    assert_eq!(three(&report), [Outcome::Pass; 3]);
    let report = judge(text.as_bytes(), &ours(), &nothing());
    let missing = Outcome::Unknown(Fault::IssuerDocumentMissing);
    assert_eq!(three(&report), [missing, missing, Outcome::Pass]);
    assert_eq!(report.verdict(), Verdict::Unknown);
}

#[test]
fn a_changed_credential_fails_inside_and_breaks_the_presentation() {
    let key = Key::new(Curve::Ed25519, 7);
    let mut changed = presented_by(&key);
    set(
        &mut changed,
        "/verifiableCredential/0/name",
        "Nuclear safety",
    );
    let report = judge(changed.to_string().as_bytes(), &ours(), &nothing());
    assert_eq!(report.outcome(CheckKind::Proof), Some(FAILED));
    let inside = report.credentials[0].found.as_ref().unwrap();
    assert_eq!(inside.outcome(CheckKind::Proof), Some(FAILED));
    // The holder signs what is not the issuer's: the presentation holds, the credential does not.
    let mut bad = credential(&key.did());
    set(&mut bad, "/name", "Nuclear safety");
    let text = presented(&key, Suite::EddsaRdfc2022, &unsigned(&key.did(), vec![bad])).to_string();
    let report = judge(text.as_bytes(), &ours(), &nothing());
    assert_eq!(three(&report), [Outcome::Pass; 3]);
    assert_eq!(report.verdict(), Verdict::Failed);
}

fn token(key: &Key, document: &Value<'_>) -> String {
    let method = verification_method(&key.public());
    let signing = signing(Algorithm::Es256, &method);
    let draft = TokenDraft::presentation(document, &signing, "c-1", "reader.example").unwrap();
    let signature = key.sign(draft.signing_input());
    draft.seal(&signature)
}

/// A token of others, who did not ask whether statements can be made of it.
fn unasked(key: &Key, document: &Value<'_>) -> String {
    let header = parsed(
        format!(
            r#"{{"alg":"ES256","typ":"vp+jwt","cty":"vp","kid":"{}"}}"#,
            verification_method(&key.public())
        )
        .as_bytes(),
    );
    let mut payload = document.clone().into_owned();
    set(&mut payload, "/nonce", "c-1");
    set(&mut payload, "/aud", "reader.example");
    forged(key, &header, &payload)
}

#[test]
fn a_token_presents_credentials_of_every_form() {
    let key = Key::new(Curve::P256, 7);
    let issuer = Key::new(Curve::P384, 3);
    let mut unsigned_credential = unsigned_sample("aim");
    set(&mut unsigned_credential, "/issuer/id", issuer.did());
    let method = verification_method(&issuer.public());
    let of_issuer = signing(Algorithm::Es384, &method);
    let draft = TokenDraft::credential(&unsigned_credential, &of_issuer).unwrap();
    let signature = issuer.sign(draft.signing_input());
    let inside = draft.seal(&signature);
    let enveloped = parsed(
        format!(
            r#"{{"@context":"https://www.w3.org/ns/credentials/v2","type":"EnvelopedVerifiableCredential","id":"data:application/vc+jwt,{inside}"}}"#
        )
        .as_bytes(),
    );
    let sound = unsigned(&key.did(), vec![credential(&key.did()), enveloped.clone()]);
    let report = judge(token(&key, &sound).as_bytes(), &ours(), &lists());
    assert_eq!(three(&report), [Outcome::Pass; 3]);
    assert_eq!(report.credentials.len(), 2);
    let all = vec![
        credential(&key.did()),
        enveloped,
        inside.into(),
        Value::from("no token"),
        Value::from(7_i64),
    ];
    let text = unasked(&key, &unsigned(&key.did(), all));
    let report = judge(text.as_bytes(), &ours(), &lists());
    assert_eq!(three(&report), [Outcome::Pass; 3]);
    let proofs: Vec<_> = report
        .credentials
        .iter()
        .map(|one| {
            one.found
                .as_ref()
                .ok()
                .and_then(|found| found.outcome(CheckKind::Proof))
        })
        .collect();
    assert_eq!(
        proofs,
        [
            Some(Outcome::Pass),
            Some(Outcome::Pass),
            Some(Outcome::Pass),
            None,
            None
        ]
    );
    assert_eq!(report.verdict(), Verdict::Unknown);
    assert_eq!(
        judge(text.as_bytes(), &asked("c-2", "reader.example"), &lists())
            .outcome(CheckKind::Challenge),
        Some(Outcome::Fail(Fault::ChallengeMismatch))
    );
    assert_eq!(
        judge(text.as_bytes(), &asked("c-1", "other.example"), &lists())
            .outcome(CheckKind::Challenge),
        Some(Outcome::Fail(Fault::DomainUnexpected))
    );
    let envelope = format!(
        r#"{{"type":"EnvelopedVerifiablePresentation","id":"data:application/vp+jwt,{text}"}}"#
    );
    assert_eq!(judge(envelope.as_bytes(), &ours(), &lists()), report);

    // A credential's token is no presentation, whatever is asked.
    let method = verification_method(&key.public());
    let of_holder = signing(Algorithm::Es256, &method);
    let wrong = TokenDraft::credential(&unsigned(&key.did(), vec![]), &of_holder).unwrap();
    let signature = key.sign(wrong.signing_input());
    let report = judge(wrong.seal(&signature).as_bytes(), &ours(), &nothing());
    assert_eq!(
        report.outcome(CheckKind::Proof),
        Some(Outcome::Fail(Fault::PurposeWrong))
    );
}

/// Each for what its name says, by a reader who has the holder's keys and asks nothing, while it was good for.
#[test]
fn every_w3c_presentation_that_is_bad_is_refused_for_its_fault() {
    let evidence = w3c_issuer();
    let mut seen = 0;
    for path in vectors("jose-cose-input", ".txt") {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        if !name.starts_with("presentation-") {
            continue;
        }
        let bytes = std::fs::read(&path).unwrap();
        seen += 1;
        if name.contains("cose") && !name.contains("jose") || name.contains("sdjwt") {
            let refused = Presentation::parse(&bytes).err();
            assert!(refused.is_some(), "{name}: COSE and SD-JWT are not read");
            continue;
        }
        let presentation = Presentation::parse(&bytes).unwrap();
        let report = verify_presentation(
            &presentation,
            &Asked::Nothing,
            &evidence,
            &Trust::default(),
            at("2024-12-15T02:00:00Z"),
            &CRYPTO,
            &CONTEXTS,
        );
        let [proof, holder] =
            [CheckKind::Proof, CheckKind::Holder].map(|kind| report.outcome(kind).unwrap());
        match name.as_str() {
            "presentation-jose-bad-credential" => {
                assert_eq!([proof, holder], [Outcome::Pass; 2], "{name}");
                let inside: Vec<_> = report.credentials.iter().map(|one| &one.found).collect();
                assert_eq!(inside, [&Err(CredentialError::Envelope)], "{name}");
                assert_eq!(report.verdict(), Verdict::Unknown, "{name}");
            }
            "presentation-jose-bad-media-type" => {
                assert_eq!(proof, Outcome::Fail(Fault::PurposeWrong), "{name}");
                assert_eq!(report.verdict(), Verdict::Failed, "{name}");
            }
            other => panic!("{other}: say what is wrong with it"),
        }
    }
    assert!(seen >= 5, "{seen}");
}

#[test]
fn what_is_no_presentation_is_refused_by_name() {
    let refused = |text: &str| Presentation::parse(text.as_bytes()).err();
    assert!(matches!(refused("{"), Some(PresentationError::Json(_))));
    for (text, error) in [
        ("{}", PresentationError::NotAPresentation),
        ("[]", PresentationError::NotAPresentation),
        (
            r#"{"type":["VerifiableCredential"]}"#,
            PresentationError::NotAPresentation,
        ),
        (
            r#"{"type":"EnvelopedVerifiablePresentation","id":"data:application/vc+jwt,x"}"#,
            PresentationError::Envelope,
        ),
        ("eyJhbGciOiJFZERTQSJ9.e31.c2ln", PresentationError::Token),
    ] {
        assert_eq!(refused(text), Some(error), "{text}");
    }
    let many = format!(
        r#"{{"type":"VerifiablePresentation","verifiableCredential":[{}0]}}"#,
        "0,".repeat(64)
    );
    assert_eq!(refused(&many), Some(PresentationError::TooMany));
    // A presentation that is not signed, and one with nothing inside.
    let bare =
        r#"{"@context":["https://www.w3.org/ns/credentials/v2"],"type":"VerifiablePresentation"}"#;
    let report = judge(bare.as_bytes(), &ours(), &nothing());
    assert_eq!(
        report.outcome(CheckKind::Proof),
        Some(Outcome::Fail(Fault::ProofMissing))
    );
    assert_eq!(report.verdict(), Verdict::Failed);
}

#[test]
fn a_presentation_from_other_software_is_read() {
    let text = vector(
        "real-world/dcc-verifier-core-fixtures/digitalcredentials_verifier-plus_tests_fixtures_testVP.json",
    );
    let report = judge(&text, &Asked::Nothing, &nothing());
    // Nobody signed it; the one credential in it is signed, and is judged for itself.
    assert_eq!(
        report.outcome(CheckKind::Proof),
        Some(Outcome::Fail(Fault::ProofMissing))
    );
    assert_eq!(report.credentials.len(), 1);
    let inside = report.credentials[0].found.as_ref().unwrap();
    let outcomes = [CheckKind::Proof, CheckKind::Issuer, CheckKind::Validity]
        .map(|kind| inside.outcome(kind).unwrap());
    assert_eq!(outcomes, [Outcome::Pass; 3], "{inside:?}");
}

/// A proof of `key` that answers a challenge of `reader.example`.
fn answering(key: &Key, document: &Value<'_>, challenge: &'static str) -> Value<'static> {
    let signed = key.secure(document, Suite::EddsaRdfc2022, |securing| {
        let domain = "reader.example";
        securing.purpose = Purpose::Authentication { challenge, domain };
    });
    signed.get("proof").unwrap().items()[0].clone()
}

/// Whoever has a presentation that was made for another reader adds a proof of their own, with what this reader asked.
#[test]
fn t21_a_proof_of_somebody_else_answers_nothing_for_the_holder() {
    let (holder, thief) = (Key::new(Curve::Ed25519, 7), Key::new(Curve::Ed25519, 9));
    let named = unsigned(&holder.did(), vec![credential(&holder.did())]);
    let mut unnamed = named.clone();
    unnamed.as_object_mut().unwrap().remove("holder");
    let found = |document: &Value<'_>, proofs: Vec<Value<'static>>| {
        let mut all = document.clone().into_owned();
        set(&mut all, "/proof", proofs);
        let report = judge(all.to_string().as_bytes(), &ours(), &nothing());
        assert_eq!(report.outcome(CheckKind::Proof), Some(Outcome::Pass));
        let challenge = report.outcome(CheckKind::Challenge).unwrap();
        (report.holder, challenge)
    };
    for document in [&named, &unnamed] {
        let old = answering(&holder, document, "c-0");
        let theirs = answering(&thief, document, "c-1");
        for proofs in [
            vec![old.clone(), theirs.clone()],
            vec![theirs.clone(), old.clone()],
        ] {
            let (presenter, challenge) = found(document, proofs);
            match presenter == Some(holder.did()) {
                true => assert_eq!(challenge, Outcome::Fail(Fault::ChallengeMismatch)),
                // Nobody is named, and the thief signed first: as the thief.
                false => assert_eq!((presenter, document), (Some(thief.did()), &unnamed)),
            }
        }
        let fresh = answering(&holder, document, "c-1");
        assert_eq!(
            found(document, vec![old, fresh]),
            (Some(holder.did()), Outcome::Pass)
        );
    }
}
