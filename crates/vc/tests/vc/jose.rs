//! JSON Web Tokens: third-party vectors, the two profiles, and what others have fallen for.

use touchstone_canon::json::Value;
use touchstone_vc::bake::unbake_any;
use touchstone_vc::crypto::rust::CRYPTO;
use touchstone_vc::did::DidDocument;
use touchstone_vc::did::key::verification_method;
use touchstone_vc::{
    CheckKind, Credential, CredentialError, Curve, Fault, Outcome, Report, Resource, Verdict,
};

use crate::support::{
    Key, fetched, judge, lists, needs, nothing, outcome, sample, set, unsigned_sample, vector,
    vectors,
};
use crate::tokens::{SIGNING, forged, json, jwk, token, unsigned, w3c_issuer};

const BROKEN: Outcome = Outcome::Fail(Fault::SignatureInvalid);

fn both(report: &Report) -> (Outcome, Outcome) {
    (
        outcome(report, CheckKind::Proof),
        outcome(report, CheckKind::Issuer),
    )
}

#[test]
fn every_w3c_token_is_judged_as_its_name_says() {
    let evidence = w3c_issuer();
    let (mut held, mut refused) = (0, 0);
    for path in vectors("jose-cose-input", ".txt") {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        if name == "SOURCE" {
            continue;
        }
        let text = std::fs::read(&path).unwrap();
        let credential = match Credential::parse(&text) {
            Ok(credential) => credential,
            // Presentations have tests of their own; COSE and SD-JWT are not read, and said not to be.
            Err(error) => {
                let other = name.contains("cose") || name.contains("sdjwt");
                let presentation =
                    name.starts_with("presentation") && error == CredentialError::Presentation;
                assert!(other || presentation, "{name}: {error}");
                refused += 1;
                continue;
            }
        };
        assert_eq!(
            needs(&text),
            [Resource::DidDocument(
                "https://example.issuer/vc-jose-cose".into()
            )],
            "{name}"
        );
        assert_eq!(
            credential.issuer(),
            Some("https://example.issuer/vc-jose-cose")
        );
        let found = both(&judge(&text, &evidence));
        let expect = match name.as_str() {
            name if name.contains("bad-signature") => BROKEN,
            name if name.contains("bad-media-type") => Outcome::Fail(Fault::PurposeWrong),
            name if name.contains("vc-vp-claims") => Outcome::Fail(Fault::ClaimsMismatch),
            // ES512, which is not among what is read.
            name if name.contains("unknown-extensions") => {
                Outcome::Unknown(Fault::SuiteUnsupported)
            }
            _ => Outcome::Pass,
        };
        assert_eq!(found.0, expect, "{name}");
        if expect == Outcome::Pass {
            assert_eq!(found.1, Outcome::Pass, "{name}");
            held += 1;
        }
    }
    assert!(held >= 2 && refused >= 5, "{held} {refused}");
}

#[test]
fn badges_of_1edtech_are_read_and_their_own_key_proves_no_issuer() {
    for (file, title) in [
        ("simple-jwt.png", "Teamwork"),
        ("simple-jwt_v1.svg", "Teamwork"),
    ] {
        let file = vector(&format!("1edtech-validator-ob30/{file}"));
        let (_, token) = unbake_any(&file).unwrap();
        let credential = Credential::parse(&token).unwrap();
        assert_eq!(credential.view().title(), Some(title));
        let report = judge(&token, &nothing());
        // The key stands in the header: nothing was changed, and who signed is not known.
        assert_eq!(
            both(&report),
            (
                Outcome::Pass,
                Outcome::Unknown(Fault::IssuerDocumentMissing)
            )
        );
        assert_eq!(report.verdict(), Verdict::Unknown);
        // Open Badges requires `sub`, which these lack.
        assert!(report.of(CheckKind::Schema).any(|check| {
            check.outcome == Outcome::Fail(Fault::ClaimMissing) && check.path == "/sub"
        }));
    }
    // It names a key of somebody else than the issuer, by a method that nobody here resolves.
    let velocity = vector("1edtech-validator-ob30/velocity.jwt");
    assert_eq!(
        both(&judge(&velocity, &nothing())),
        (
            Outcome::Unknown(Fault::MethodUnsupported),
            Outcome::Fail(Fault::ControllerMismatch)
        )
    );
}

#[test]
fn what_each_algorithm_signs_holds_and_every_byte_counts() {
    for (algorithm, curve) in SIGNING {
        let key = Key::new(curve, 7);
        let good = token(&key, &unsigned(&key));
        let report = judge(good.as_bytes(), &lists());
        assert_eq!(
            both(&report),
            (Outcome::Pass, Outcome::Pass),
            "{algorithm:?}"
        );
        let padded = format!(" {good}\n");
        assert_eq!(judge(padded.as_bytes(), &lists()), report);

        let small = json(&format!(
            r#"{{"type":["VerifiableCredential"],"issuer":"{}","credentialSubject":{{}}}}"#,
            key.did()
        ));
        let header = json(&format!(
            r#"{{"alg":"{}","typ":"vc+jwt","kid":"{}"}}"#,
            algorithm.as_str(),
            verification_method(&key.public())
        ));
        let good = forged(&key, &header, &small);
        let proof = |text: &[u8]| outcome(&judge(text, &nothing()), CheckKind::Proof);
        assert_eq!(proof(good.as_bytes()), Outcome::Pass);
        let mut judged = 0;
        for at in 0..good.len() {
            for other in [b'A', good.as_bytes()[at] ^ 1] {
                let mut changed = good.clone().into_bytes();
                changed[at] = other;
                if changed != good.as_bytes() && Credential::parse(&changed).is_ok() {
                    assert_ne!(proof(&changed), Outcome::Pass, "byte {at} of {algorithm:?}");
                    judged += 1;
                }
            }
        }
        assert!(judged > 100, "{judged}");
        for changed in [
            good[..good.len() - 1].to_owned(),
            format!("{good}A"),
            format!("{good}="),
            format!("{good}.e30"),
            good.replacen('.', ". ", 1),
        ] {
            let read = Credential::parse(changed.as_bytes()).is_ok();
            assert!(
                !read || proof(changed.as_bytes()) != Outcome::Pass,
                "{changed}"
            );
        }
    }
}

#[test]
fn t12_a_token_that_says_it_is_not_signed_never_holds() {
    let key = Key::new(Curve::Ed25519, 7);
    let payload = unsigned(&key);
    for name in ["none", "None", "NONE", "nOnE"] {
        let header = json(&format!(
            r#"{{"alg":"{name}","typ":"vc+jwt","kid":"{}"}}"#,
            verification_method(&key.public())
        ));
        let signed = forged(&key, &header, &payload);
        let (input, _) = signed.rsplit_once('.').unwrap();
        for text in [signed.clone(), format!("{input}.")] {
            let report = judge(text.as_bytes(), &nothing());
            assert_eq!(
                outcome(&report, CheckKind::Proof),
                Outcome::Fail(Fault::ProofMissing),
                "{name}"
            );
            assert_eq!(report.verdict(), Verdict::Failed);
        }
    }
    let header = json(r#"{"typ":"vc+jwt"}"#);
    let report = judge(forged(&key, &header, &payload).as_bytes(), &nothing());
    assert_eq!(
        outcome(&report, CheckKind::Proof),
        Outcome::Fail(Fault::ProofMalformed)
    );
}

#[test]
fn t13_the_header_never_chooses_how_a_key_is_used() {
    let method = |key: &Key| verification_method(&key.public());
    for (algorithm, curve) in SIGNING {
        let key = Key::new(curve, 7);
        for named in [
            "HS256", "HS384", "RS256", "PS256", "ES256", "ES384", "ES512", "ES256K", "EdDSA",
            "eddsa", "es256", "Ed448", "", " ES256",
        ] {
            if named == algorithm.as_str() {
                continue;
            }
            let header = json(&format!(
                r#"{{"alg":"{named}","typ":"vc+jwt","kid":"{}"}}"#,
                method(&key)
            ));
            let found = both(&judge(
                forged(&key, &header, &unsigned(&key)).as_bytes(),
                &nothing(),
            ));
            assert_ne!(found.0, Outcome::Pass, "{algorithm:?} as {named}");
            assert_ne!(found.1, Outcome::Pass, "{algorithm:?} as {named}");
        }
    }
    // What is critical, or changes what is signed, is understood in full or not at all.
    let key = Key::new(Curve::Ed25519, 7);
    for more in [
        r#""crit":["exp"]"#,
        r#""b64":false,"crit":["b64"]"#,
        r#""crit":[]"#,
        r#""b64":true"#,
    ] {
        let header = json(&format!(
            r#"{{"alg":"EdDSA","typ":"vc+jwt","kid":"{}",{more}}}"#,
            method(&key)
        ));
        let found = judge(
            forged(&key, &header, &unsigned(&key)).as_bytes(),
            &nothing(),
        );
        assert_eq!(
            outcome(&found, CheckKind::Proof),
            Outcome::Unknown(Fault::SuiteUnsupported),
            "{more}"
        );
    }
}

#[test]
fn t13_a_key_that_a_token_brings_or_points_to_is_not_the_issuers() {
    let (issuer, thief) = (Key::new(Curve::Ed25519, 7), Key::new(Curve::Ed25519, 8));
    let payload = unsigned(&issuer);
    let header = |members: &str| json(&format!(r#"{{"alg":"EdDSA","typ":"vc+jwt",{members}}}"#));
    let own = jwk(&thief);
    let kid = verification_method(&thief.public());
    let theirs = verification_method(&issuer.public());

    // Its own key in the header.
    let text = forged(&thief, &header(&format!(r#""jwk":{own}"#)), &payload);
    let found = both(&judge(text.as_bytes(), &nothing()));
    assert_eq!(found, (Outcome::Pass, Outcome::Fail(Fault::KeyUnknown)));
    // Its own key by name.
    let text = forged(&thief, &header(&format!(r#""kid":"{kid}""#)), &payload);
    let found = both(&judge(text.as_bytes(), &nothing()));
    assert_eq!(
        found,
        (Outcome::Pass, Outcome::Fail(Fault::ControllerMismatch))
    );
    // The issuer's name on its own key.
    let text = forged(
        &thief,
        &header(&format!(r#""kid":"{theirs}","jwk":{own}"#)),
        &payload,
    );
    let found = both(&judge(text.as_bytes(), &nothing()));
    assert_ne!(found.0, Outcome::Pass);
    assert_eq!(found.1, Outcome::Fail(Fault::KeyUnknown));
    let text = forged(&thief, &header(&format!(r#""kid":"{theirs}""#)), &payload);
    assert_eq!(
        outcome(&judge(text.as_bytes(), &nothing()), CheckKind::Proof),
        BROKEN
    );
    // Addresses are never looked at.
    let text = forged(
        &thief,
        &header(
            r#""jku":"https://evil.example/keys","x5u":"https://evil.example/chain","x5c":["MIIB"]"#,
        ),
        &payload,
    );
    assert!(!format!("{:?}", needs(text.as_bytes())).contains("evil.example"));
    let report = judge(text.as_bytes(), &nothing());
    assert_ne!(outcome(&report, CheckKind::Proof), Outcome::Pass);
    assert_ne!(outcome(&report, CheckKind::Issuer), Outcome::Pass);

    // The issuer's key in the header is the issuer's, because its own document says so.
    let text = forged(
        &issuer,
        &header(&format!(r#""jwk":{}"#, jwk(&issuer))),
        &payload,
    );
    assert_eq!(
        both(&judge(text.as_bytes(), &nothing())),
        (Outcome::Pass, Outcome::Pass)
    );
    let mut private = jwk(&issuer);
    set(&mut private, "/d", "AA");
    let text = forged(&issuer, &header(&format!(r#""jwk":{private}"#)), &payload);
    assert_eq!(
        outcome(&judge(text.as_bytes(), &nothing()), CheckKind::Proof),
        Outcome::Unknown(Fault::KeyUnsupported)
    );
}

#[test]
fn a_key_is_found_by_its_name_in_the_issuers_document() {
    let key = Key::new(Curve::Ed25519, 7);
    let issuer = "did:web:riverside.example";
    let mut payload = unsigned_sample("aim");
    set(&mut payload, "/issuer/id", issuer);
    let document = DidDocument::asserting(issuer, [("key-1".to_owned(), key.public())]);
    let mut evidence = nothing();
    evidence.insert(
        Resource::DidDocument(issuer.into()),
        fetched(document.to_value().to_string()),
    );
    for (kid, expect) in [
        (
            "did:web:riverside.example#key-1",
            (Outcome::Pass, Outcome::Pass),
        ),
        ("#key-1", (Outcome::Pass, Outcome::Pass)),
        ("key-1", (Outcome::Pass, Outcome::Pass)),
        (
            "key-2",
            (
                Outcome::Unknown(Fault::KeyUnknown),
                Outcome::Fail(Fault::KeyUnknown),
            ),
        ),
    ] {
        let header = json(&format!(
            r#"{{"alg":"EdDSA","typ":"vc+jwt","kid":"{kid}"}}"#
        ));
        let text = forged(&key, &header, &payload);
        assert!(needs(text.as_bytes()).contains(&Resource::DidDocument(issuer.into())));
        assert_eq!(both(&judge(text.as_bytes(), &evidence)), expect, "{kid}");
    }
}

#[test]
fn what_a_token_says_around_the_credential_never_differs_from_it() {
    let key = Key::new(Curve::Ed25519, 7);
    let method = verification_method(&key.public());
    let credential = unsigned(&key);
    let text = |pointer: &str| {
        credential
            .pointer(pointer)
            .and_then(Value::as_str)
            .unwrap()
            .to_owned()
    };
    let found = |typ: &str, claims: &[(&str, Value<'static>)]| {
        let header = json(&format!(
            r#"{{"alg":"EdDSA","typ":"{typ}","kid":"{method}"}}"#
        ));
        let mut payload = credential.clone();
        for (name, value) in claims {
            set(&mut payload, &format!("/{name}"), value.clone());
        }
        outcome(
            &judge(forged(&key, &header, &payload).as_bytes(), &nothing()),
            CheckKind::Proof,
        )
    };
    let mismatch = Outcome::Fail(Fault::ClaimsMismatch);
    for typ in ["vc+jwt", "application/vc+jwt", "VC+JWT", "JWT"] {
        assert_eq!(found(typ, &[]), Outcome::Pass, "{typ}");
        assert_eq!(
            found(
                typ,
                &[("iss", key.did().into()), ("jti", text("/id").into())]
            ),
            Outcome::Pass
        );
        assert_eq!(
            found(typ, &[("iss", "did:web:evil.example".into())]),
            mismatch,
            "{typ}"
        );
        assert_eq!(found(typ, &[("iss", true.into())]), mismatch, "{typ}");
        assert_eq!(
            found(typ, &[("jti", "urn:uuid:other".into())]),
            mismatch,
            "{typ}"
        );
        assert_eq!(
            found(
                typ,
                &[
                    ("exp", 1_262_304_000_i64.into()),
                    ("validUntil", Value::Null)
                ]
            ),
            Outcome::Fail(Fault::ProofExpired)
        );
        assert_eq!(
            found(typ, &[("exp", "tomorrow".into())]),
            Outcome::Fail(Fault::ProofMalformed)
        );
    }
    assert_eq!(found("JWT", &[("nbf", 1_262_304_000_i64.into())]), mismatch);
    assert_eq!(found("vc+jwt", &[("vc", json("{}"))]), mismatch);
    for typ in ["vp+jwt", "dpop+jwt", "at+jwt", "statuslist+jwt"] {
        assert_eq!(found(typ, &[]), Outcome::Fail(Fault::PurposeWrong), "{typ}");
    }
}

#[test]
fn a_wrapped_credential_is_completed_by_its_claims() {
    let key = Key::new(Curve::Ed25519, 7);
    let credential = json(
        r#"{"@context":["https://www.w3.org/2018/credentials/v1"],"type":["VerifiableCredential"],"credentialSubject":{"name":"x"}}"#,
    );
    let mut payload = json(&format!(
        r#"{{"iss":"{}","jti":"urn:uuid:1","sub":"did:example:1","nbf":1262304000}}"#,
        key.did()
    ));
    set(&mut payload, "/vc", credential);
    let header = json(&format!(
        r#"{{"alg":"EdDSA","typ":"JWT","kid":"{}"}}"#,
        verification_method(&key.public())
    ));
    let text = forged(&key, &header, &payload);
    let credential = Credential::parse(text.as_bytes()).unwrap();
    let view = credential.view();
    assert_eq!(view.id, Some("urn:uuid:1"));
    assert_eq!(view.subject.id, Some("did:example:1"));
    assert_eq!(view.valid_from.unwrap().to_string(), "2010-01-01T00:00:00Z");
    assert_eq!(
        both(&judge(text.as_bytes(), &nothing())),
        (Outcome::Pass, Outcome::Pass)
    );
}

#[test]
fn an_envelope_is_opened_once() {
    let key = Key::new(Curve::P256, 7);
    let good = token(&key, &unsigned(&key));
    let envelope = |media: &str, token: &str| {
        format!(
            r#"{{"@context":"https://www.w3.org/ns/credentials/v2","type":"EnvelopedVerifiableCredential","id":"data:application/{media},{token}"}}"#
        )
    };
    let text = envelope("vc+jwt", &good);
    assert_eq!(
        judge(text.as_bytes(), &lists()),
        judge(good.as_bytes(), &lists())
    );

    let inner = json(&text);
    let twice = token(&key, &inner);
    assert_eq!(
        Credential::parse(twice.as_bytes()).err(),
        Some(CredentialError::Envelope)
    );
    for (text, error) in [
        (envelope("vc+sd-jwt", &good), CredentialError::Envelope),
        (envelope("vc+jwt;x", &good), CredentialError::Envelope),
        (envelope("vc+jwt", "not-a-token"), CredentialError::Token),
        (envelope("vc+jwt", ""), CredentialError::Token),
        (
            r#"{"type":"EnvelopedVerifiableCredential","id":"urn:uuid:1"}"#.to_owned(),
            CredentialError::Envelope,
        ),
        (
            "eyJhbGciOiJFZERTQSJ9.e30".to_owned() + ".c2ln",
            CredentialError::NotACredential,
        ),
        (
            "eyJhbGciOiJFZERTQSJ9.e31.c2ln".to_owned(),
            CredentialError::Token,
        ),
    ] {
        assert_eq!(
            Credential::parse(text.as_bytes()).err(),
            Some(error),
            "{text}"
        );
    }
    // A proof inside a token is covered by nothing of its own: only the token is judged.
    let mut both_ways = sample("aim");
    set(&mut both_ways, "/issuer/id", key.did());
    let method = verification_method(&key.public());
    let header = json(&format!(
        r#"{{"alg":"ES256","typ":"vc+jwt","cty":"vc","kid":"{method}"}}"#
    ));
    let text = forged(&key, &header, &both_ways);
    let report = judge(text.as_bytes(), &lists());
    assert_eq!(report.of(CheckKind::Proof).count(), 1);
    assert_eq!(outcome(&report, CheckKind::Proof), Outcome::Pass);
}

#[test]
fn a_token_signed_with_the_wrong_bytes_of_a_key_does_not_hold() {
    // An RSA key whose exponent or modulus is absurd is no key to the provider.
    for key in [
        touchstone_vc::crypto::RsaKey {
            n: vec![0xff; 64],
            e: vec![3],
        },
        touchstone_vc::crypto::RsaKey {
            n: vec![0xff; 256],
            e: vec![1],
        },
        touchstone_vc::crypto::RsaKey {
            n: vec![0xfe; 256],
            e: vec![3],
        },
    ] {
        assert!(!(CRYPTO.verify_rs256)(&key, b"x", &vec![1; key.n.len()]));
    }
}
