//! Endorsing with a passkey: what it signs, what others check of it, and what is not taken.

use crate::endorsing_support::{
    BOSS, HERE, asked, file_of, institution_of, list, passkey_for, said, site, stands, state,
    ts_018, with_passkey,
};
use crate::support::{MEASURING, audited, institution_with};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1, UnparsedPublicKey};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use touchstone_service::endorsing::{
    AnswerError, EvidenceFault, PasskeyMade, PasskeySigned, State, answer_with_passkey,
    begin_passkey, check_evidence, passkey_made, withdraw,
};
use touchstone_service::operations::{passkey::PasskeyError, work_until_idle};
use touchstone_service::verifying::{Reach, Which, check, document};
use touchstone_testkit::Authenticator;
use touchstone_vc::{CheckKind, Outcome};

#[tokio::test]
async fn a_passkey_signs_the_exact_words_and_the_one_that_asked_records_them() {
    let test = site().await;
    let tenant = institution_with(&test, MEASURING).await;
    assert!(!ts_018(&test, &tenant).await.0);
    let (id, token) = asked(&test, &tenant, BOSS).await;
    with_passkey(&test, &token).await.unwrap();
    assert_eq!(state(&test, &tenant, &id).await, State::Endorsed);
    let (holds, why) = ts_018(&test, &tenant).await;
    assert!(holds, "{why}");

    // The credential says who signed it and who said it.
    let signed = file_of(&test, &id, false).await;
    let institution = institution_of(&test, &tenant).await;
    assert_eq!(signed["issuer"]["id"], json!(institution.did));
    let subject = &signed["credentialSubject"];
    let comment = subject["endorsementComment"].as_str().unwrap();
    assert!(
        comment.starts_with(
            "Ayşe Demir, Çelik Makina (asked at celik.example, with a passkey, recorded by Riverside Polytechnic): We let"
        ),
        "{comment}"
    );
    assert!(
        signed["description"]
            .as_str()
            .unwrap()
            .contains("does not say it itself")
    );
    work_until_idle(&test).await.unwrap();
    stands(&test, &signed).await;

    // The evidence holds by itself, by another verifier than ours.
    let evidence = file_of(&test, &id, true).await;
    let bytes_of = |name: &str| {
        let text = evidence[name].as_str().unwrap();
        URL_SAFE_NO_PAD.decode(text).unwrap()
    };
    let client: Value = serde_json::from_slice(&bytes_of("clientDataJSON")).unwrap();
    let statement = evidence["statement"].as_str().unwrap();
    let hash = (test.world.crypto.sha256)(statement.as_bytes());
    assert_eq!(client["challenge"], URL_SAFE_NO_PAD.encode(hash));
    assert_eq!(
        (&client["type"], &client["origin"]),
        (&json!("webauthn.get"), &json!(HERE))
    );
    let key = &evidence["publicKey"];
    let half = |name: &str| URL_SAFE_NO_PAD.decode(key[name].as_str().unwrap()).unwrap();
    let point = [vec![4], half("x"), half("y")].concat();
    let message = [
        bytes_of("authenticatorData"),
        (test.world.crypto.sha256)(&bytes_of("clientDataJSON")).to_vec(),
    ];
    UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, point)
        .verify(&message.concat(), &bytes_of("signature"))
        .unwrap();
    let said: Value = serde_json::from_str(statement).unwrap();
    assert_eq!(said["subject"], subject["id"]);
    assert_eq!(said["sha256"], list(&test).await["sha256"]);
    assert_eq!(
        (&said["person"], &said["organization"]),
        (&json!("Ayşe Demir"), &json!("Çelik Makina"))
    );
    assert_eq!(said["askedUnder"], "celik.example");
    assert!(
        said["nonce"].as_str().unwrap().len() >= 22,
        "16 random bytes"
    );
    assert!(!statement.contains(BOSS) && !signed.to_string().contains(BOSS));
    assert_eq!(audited(&test, &tenant, "endorsement.receive").await, 1);
}

#[tokio::test]
async fn an_address_that_anybody_gets_does_not_make_another_organization() {
    let test = site().await;
    let tenant = institution_with(&test, MEASURING).await;
    let (_, link) = asked(&test, &tenant, "boss@gmail.com").await;
    with_passkey(&test, &link).await.unwrap();
    let (holds, why) = ts_018(&test, &tenant).await;
    assert!(!holds && why.contains("Unknown"), "{why}");
    let (_, link) = asked(&test, &tenant, BOSS).await;
    with_passkey(&test, &link).await.unwrap();
    let (holds, why) = ts_018(&test, &tenant).await;
    assert!(holds, "{why}");
}

#[tokio::test]
async fn a_copy_of_a_record_that_was_taken_back_fails_wherever_it_is_checked() {
    let test = site().await;
    let tenant = institution_with(&test, MEASURING).await;
    let (first, link) = asked(&test, &tenant, BOSS).await;
    with_passkey(&test, &link).await.unwrap();
    let (second, other) = asked(&test, &tenant, "ceo@other.example").await;
    with_passkey(&test, &other).await.unwrap();
    work_until_idle(&test).await.unwrap();
    let (copy, kept) = (
        file_of(&test, &first, false).await,
        file_of(&test, &second, false).await,
    );
    stands(&test, &copy).await;
    withdraw(&test, &link, "").await.unwrap();
    work_until_idle(&test).await.unwrap();
    let bytes = copy.to_string();
    let checked = check(&test, bytes.as_bytes(), None, Reach::Own).await;
    let report = checked.unwrap().report;
    let status = report.outcome(CheckKind::Status);
    assert!(matches!(status, Some(Outcome::Fail(_))), "{report:?}");
    stands(&test, &kept).await;
}

#[tokio::test]
async fn what_a_passkey_signed_is_checked_by_the_file_alone_and_nothing_that_was_changed_holds() {
    let test = site().await;
    let tenant = institution_with(&test, MEASURING).await;
    let (id, link) = asked(&test, &tenant, BOSS).await;
    with_passkey(&test, &link).await.unwrap();
    let file = async |evidence| {
        let which = Which::Endorsement { id: &id, evidence };
        document(&test, "riverside", which).await.unwrap().unwrap()
    };
    let (record, evidence) = (file(false).await.bytes, file(true).await.bytes);
    let crypto = test.world.crypto;
    let spoken = check_evidence(crypto, &evidence).unwrap();
    assert_eq!(spoken.origin, HERE);
    assert_eq!(spoken.statement.person, "Ayşe Demir");
    assert_eq!(spoken.statement.asked_under, "celik.example");
    assert!(spoken.is_recorded_in(&record));
    let version = Which::Achievement {
        slug: "precision-measurement",
        version: 1,
    };
    let achievement = document(&test, "riverside", version).await.unwrap();
    assert!(spoken.is_about(crypto, &achievement.unwrap().bytes));
    assert!(!spoken.is_about(crypto, b"something else"));
    let longer = [evidence.as_slice(), b"\n"].concat();
    let longer = check_evidence(crypto, &longer).unwrap();
    assert!(!longer.is_recorded_in(&record), "every byte counts");

    let bent = |bend: &dyn Fn(&mut Value)| {
        let mut file: Value = serde_json::from_slice(&evidence).unwrap();
        bend(&mut file);
        check_evidence(crypto, file.to_string().as_bytes())
    };
    let replaced = |name: &'static str, old: &'static str, new: &'static str| {
        move |file: &mut Value| {
            let text = file[name].as_str().unwrap();
            let bytes = match name {
                "statement" => text.as_bytes().to_vec(),
                _ => URL_SAFE_NO_PAD.decode(text).unwrap(),
            };
            let text = String::from_utf8(bytes).unwrap();
            assert!(text.contains(old), "{text}");
            let text = text.replace(old, new);
            file[name] = match name {
                "statement" => json!(text),
                _ => json!(URL_SAFE_NO_PAD.encode(text)),
            };
        }
    };
    let flags = |file: &mut Value| {
        let text = file["authenticatorData"].as_str().unwrap();
        let mut bytes = URL_SAFE_NO_PAD.decode(text).unwrap();
        bytes[32] &= !0b100;
        file["authenticatorData"] = json!(URL_SAFE_NO_PAD.encode(bytes));
    };
    let key = |file: &mut Value| {
        let (x, y) = (
            "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
            "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
        );
        file["publicKey"] = json!({"kty": "EC", "crv": "P-256", "x": x, "y": y});
    };
    let signature = |file: &mut Value| file["signature"] = json!("MAYCAQECAQE");
    for bend in [
        &replaced("statement", "measure alone", "sleep alone") as &dyn Fn(&mut Value),
        &replaced("clientDataJSON", "webauthn.get", "webauthn.create"),
        &replaced("clientDataJSON", HERE, "https://elsewhere.example"),
        &flags,
        &key,
        &signature,
    ] {
        let refused = bent(bend);
        assert!(
            matches!(refused, Err(EvidenceFault::NotSigned(_))),
            "{refused:?}"
        );
    }
    let unknown = bent(&|file| file["publicKey"] = json!({"kty": "EC", "crv": "P-521"}));
    assert!(
        matches!(unknown, Err(EvidenceFault::OtherKey)),
        "{unknown:?}"
    );
    for name in [
        "statement",
        "signature",
        "clientDataJSON",
        "authenticatorData",
        "type",
    ] {
        let broken = bent(&|file| file[name] = json!("?"));
        assert!(
            matches!(broken, Err(EvidenceFault::Member(_))),
            "{name}: {broken:?}"
        );
        let absent = bent(&|file| drop(file.as_object_mut().unwrap().remove(name)));
        assert!(matches!(absent, Err(EvidenceFault::Json(_))), "{absent:?}");
    }
}

#[tokio::test]
async fn a_passkey_that_signs_something_else_endorses_nothing() {
    let test = site().await;
    let tenant = institution_with(&test, MEASURING).await;
    let (id, link) = asked(&test, &tenant, BOSS).await;
    let other = asked(&test, &tenant, "ceo@other.example").await.1;
    let mut device = Authenticator::new(HERE, b"a device");
    let begun = begin_passkey(&test, &link, &said(&test)).await.unwrap();
    let made = PasskeyMade {
        ceremony: begun.ceremony,
        answer: device.create(&begun.options),
    };
    // The ceremony belongs to its link, and is answered once.
    let elsewhere = passkey_made(&test, &other, &made).await;
    assert!(matches!(
        elsewhere,
        Err(AnswerError::Passkey(PasskeyError::NoCeremony))
    ));
    let spent = passkey_made(&test, &link, &made).await;
    assert!(matches!(
        spent,
        Err(AnswerError::Passkey(PasskeyError::NoCeremony))
    ));

    let mut attempt = async |bend: &dyn Fn(&mut Value), origin: &str| {
        let begun = passkey_for(&test, &link, &mut device).await.unwrap();
        let mut options: Value = serde_json::from_str(&begun.options).unwrap();
        bend(&mut options);
        device.origin = origin.to_owned();
        let signed = PasskeySigned {
            ceremony: begun.ceremony,
            answer: device.get(&options.to_string()),
        };
        device.origin = HERE.to_owned();
        answer_with_passkey(&test, &link, &signed).await
    };
    let other_hash =
        |options: &mut Value| options["challenge"] = json!(URL_SAFE_NO_PAD.encode([7; 32]));
    let nothing = |_: &mut Value| {};
    for (bend, origin) in [
        (&other_hash as &dyn Fn(&mut Value), HERE),
        (&nothing as &dyn Fn(&mut Value), "https://elsewhere.example"),
    ] {
        let refused = attempt(bend, origin).await;
        assert!(
            matches!(refused, Err(AnswerError::Passkey(PasskeyError::Refused))),
            "{refused:?}"
        );
    }
    assert_eq!(state(&test, &tenant, &id).await, State::Asked);
    attempt(&nothing, HERE).await.unwrap();
}

#[tokio::test]
async fn a_passkey_that_says_too_much_is_not_kept() {
    let test = site().await;
    let tenant = institution_with(&test, MEASURING).await;
    let (id, link) = asked(&test, &tenant, BOSS).await;
    let attempt = async |remark: &str| {
        let mut device = Authenticator::new(HERE, b"a device");
        let begun = passkey_for(&test, &link, &mut device).await.unwrap();
        device.remark = remark.to_owned();
        let signed = PasskeySigned {
            ceremony: begun.ceremony,
            answer: device.get(&begun.options),
        };
        answer_with_passkey(&test, &link, &signed).await
    };
    let refused = attempt(&"x".repeat(4 << 10)).await;
    assert!(
        matches!(refused, Err(AnswerError::MemberTooLarge("clientDataJSON"))),
        "{refused:?}"
    );
    assert_eq!(state(&test, &tenant, &id).await, State::Asked);
    attempt("a little").await.unwrap();
}
