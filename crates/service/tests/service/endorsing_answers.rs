//! The three ways to endorse, each with what it does not take.

use crate::endorsing::{
    BOSS, DAY_MS, HERE, asked, asking, json_at, list, neighbour, now, said, signed_for, site,
    state, ts_018, wallet, with_passkey,
};
use crate::log_files::entries;
use crate::support::{MEASURING, audited, institution_with};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1, UnparsedPublicKey};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use touchstone_service::endorsing::{
    AnswerError, AskError, EvidenceFault, MemberAnswer, PasskeyMade, PasskeySigned, State,
    answer_as_member, answer_with_passkey, answer_with_wallet, ask_endorsement, begin_passkey,
    check_evidence, decline, endorsement, look, passkey_made, withdraw,
};
use touchstone_service::logging::sequence_until_idle;
use touchstone_service::operations::passkey::PasskeyError;
use touchstone_service::rows::{EndorsementWay, TenantId};
use touchstone_service::verifying::{Reach, Which, check, document};
use touchstone_testkit::Authenticator;
use touchstone_vc::log::{Entry, Kind};
use touchstone_vc::{CheckKind, Outcome, Verdict};

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
    let signed = json_at(
        &test,
        Which::Endorsement {
            id: &id,
            evidence: false,
        },
    )
    .await
    .unwrap();
    let institution = test
        .world
        .store
        .read()
        .institution(&tenant)
        .await
        .unwrap()
        .unwrap();
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
    let bytes = signed.to_string();
    let checked = check(&test, bytes.as_bytes(), None, Reach::Own)
        .await
        .unwrap();
    assert!(
        matches!(checked.report.verdict(), Verdict::Pass),
        "{:?}",
        checked.report
    );
    let form = checked.report.outcome(CheckKind::Schema);
    assert!(!matches!(form, Some(Outcome::Fail(_))), "{form:?}");

    // The evidence holds by itself, by another verifier than ours.
    let evidence = json_at(
        &test,
        Which::Endorsement {
            id: &id,
            evidence: true,
        },
    )
    .await
    .unwrap();
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
    assert!(!statement.contains(BOSS) && !bytes.contains(BOSS));
    assert_eq!(audited(&test, &tenant, "endorsement.receive").await, 1);
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
        let begun = begin_passkey(&test, &link, &said(&test)).await.unwrap();
        let made = PasskeyMade {
            ceremony: begun.ceremony,
            answer: device.create(&begun.options),
        };
        let begun = passkey_made(&test, &link, &made).await.unwrap();
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
        let begun = begin_passkey(&test, &link, &said(&test)).await.unwrap();
        let made = PasskeyMade {
            ceremony: begun.ceremony,
            answer: device.create(&begun.options),
        };
        let begun = passkey_made(&test, &link, &made).await.unwrap();
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

#[tokio::test]
async fn who_is_elsewhere_neither_asks_nor_signs() {
    let mut test = site().await;
    let tenant = institution_with(&test, MEASURING).await;
    let (theirs, member) = neighbour(&test, "hillside").await;
    let (_, link) = asked(&test, &tenant, BOSS).await;
    let mut device = Authenticator::new(HERE, b"a device");
    let begun = begin_passkey(&test, &link, &said(&test)).await.unwrap();
    let made = PasskeyMade {
        ceremony: begun.ceremony,
        answer: device.create(&begun.options),
    };
    let begun = passkey_made(&test, &link, &made).await.unwrap();
    let signed = PasskeySigned {
        ceremony: begun.ceremony,
        answer: device.get(&begun.options),
    };
    let mut site = (*test.world.site).clone();
    site.public_url = "https://new.example/".parse().unwrap();
    test.world.site = site.into();
    let refused = answer_with_passkey(&test, &link, &signed).await;
    assert!(
        matches!(refused, Err(AnswerError::Elsewhere(_))),
        "{refused:?}"
    );
    let order = MemberAnswer {
        tenant: theirs,
        actor: member,
        comment: "Our students go on with it.".into(),
        until: now(&test) + 100 * DAY_MS,
    };
    let refused = answer_as_member(&test, &link, &order).await.unwrap_err();
    assert!(matches!(refused, AnswerError::Elsewhere(_)), "{refused:?}");
    assert!(refused.to_string().contains("touchstone move"), "{refused}");
    let refused = ask_endorsement(&test, &asking(&test, &tenant, "ceo@other.example")).await;
    assert!(
        matches!(refused, Err(AskError::Elsewhere(_))),
        "{refused:?}"
    );
}

#[tokio::test]
async fn a_credential_that_was_signed_elsewhere_is_checked_and_kept_byte_for_byte() {
    let test = site().await;
    let tenant = institution_with(&test, MEASURING).await;
    let (id, link) = asked(&test, &tenant, BOSS).await;
    let subject = look(&test, &link).await.unwrap().unwrap().request.subject;
    let until = test.world.clock.now().unix_millis() + 200 * DAY_MS;
    let until = touchstone_vc::Timestamp::from_unix_millis(until).whole_seconds();
    let good = signed_for(&test, &link, |unsigned| {
        unsigned["validUntil"] = json!(until.to_string());
    });
    let good = good.await;

    let try_out = async |file: Vec<u8>| answer_with_wallet(&test, &link, &wallet(file)).await;
    let other = signed_for(&test, &link, |unsigned| {
        unsigned["credentialSubject"]["id"] = json!("urn:uuid:2d2a2f3e-7c3f-4f0e-8d3b-0d7e4ad3a111")
    })
    .await;
    assert!(matches!(
        try_out(other).await,
        Err(AnswerError::OtherSubject { .. })
    ));
    let nameless = signed_for(&test, &link, |unsigned| {
        let subject = unsigned["credentialSubject"].as_object_mut().unwrap();
        subject.remove("id");
    });
    let nameless = nameless.await;
    let refused = try_out(nameless).await;
    assert!(
        matches!(refused, Err(AnswerError::OtherSubject { .. })),
        "{refused:?}"
    );
    let text = String::from_utf8(good.clone()).unwrap();
    let changed = text.replace("We stand behind it.", "We love it.");
    assert_ne!(changed, text);
    let refused = try_out(changed.into_bytes()).await;
    assert!(
        matches!(refused, Err(AnswerError::NotValid(_))),
        "{refused:?}"
    );
    let late = signed_for(&test, &link, |unsigned| {
        unsigned["validUntil"] = json!("2020-01-01T00:00:00Z");
    });
    let refused = try_out(late.await).await;
    assert!(
        matches!(refused, Err(AnswerError::NotValid(_))),
        "{refused:?}"
    );
    let badge = signed_for(&test, &link, |unsigned| {
        unsigned["credentialSubject"] = json!({"id": subject});
        unsigned["type"] = json!(["VerifiableCredential"]);
    });
    assert!(matches!(
        try_out(badge.await).await,
        Err(AnswerError::NotAnEndorsement)
    ));
    assert!(matches!(
        try_out(b"no".to_vec()).await,
        Err(AnswerError::Unreadable(_))
    ));
    assert!(matches!(
        try_out(vec![b' '; 70_000]).await,
        Err(AnswerError::TooLarge)
    ));
    assert_eq!(state(&test, &tenant, &id).await, State::Asked);

    try_out(good.clone()).await.unwrap();
    let kept = document(
        &test,
        "riverside",
        Which::Endorsement {
            id: &id,
            evidence: false,
        },
    );
    let kept = kept.await.unwrap().unwrap();
    assert_eq!((kept.bytes, kept.media_type), (good, "application/vc"));
    let none = document(
        &test,
        "riverside",
        Which::Endorsement {
            id: &id,
            evidence: true,
        },
    );
    assert_eq!(none.await.unwrap(), None);
    let found = endorsement(&test, &tenant, &id)
        .await
        .unwrap()
        .unwrap()
        .said
        .unwrap();
    assert_eq!(found.way, EndorsementWay::Wallet);
    assert_eq!(found.comment, "We stand behind it.");
    assert_eq!(found.valid_until, until.unix_millis());
    assert!(found.endorser().unwrap().starts_with("did:key:z6Mk"));
    assert!(ts_018(&test, &tenant).await.0);
}

#[tokio::test]
async fn what_was_signed_for_one_request_answers_no_other() {
    let test = site().await;
    let tenant = institution_with(&test, MEASURING).await;
    let (id, link) = asked(&test, &tenant, BOSS).await;
    let good = signed_for(&test, &link, |_| ()).await;
    answer_with_wallet(&test, &link, &wallet(good))
        .await
        .unwrap();
    let at = |id: &str| {
        let (test, id) = (&test, id.to_owned());
        async move {
            let which = Which::Endorsement {
                id: &id,
                evidence: false,
            };
            document(test, "riverside", which).await.unwrap().unwrap()
        }
    };
    let public = at(&id).await.bytes;
    withdraw(&test, &link, "").await.unwrap();
    // Everybody could read it, and whoever has another link hands it in again.
    let (second, other) = asked(&test, &tenant, "ceo@other.example").await;
    let refused = answer_with_wallet(&test, &other, &wallet(public)).await;
    let Err(AnswerError::OtherId { found, wanted }) = &refused else {
        panic!("{refused:?}");
    };
    assert_eq!(
        (found, wanted),
        (&format!("urn:uuid:{id}"), &format!("urn:uuid:{second}"))
    );
    let nameless = signed_for(&test, &other, |unsigned| {
        unsigned.as_object_mut().unwrap().remove("id");
    });
    let refused = answer_with_wallet(&test, &other, &wallet(nameless.await)).await;
    assert!(
        matches!(refused, Err(AnswerError::OtherId { .. })),
        "{refused:?}"
    );

    // Nor does what another institution here signed.
    let (theirs, member) = neighbour(&test, "hillside").await;
    let (given, third) = asked(&test, &tenant, "omer@hillside.example").await;
    let order = MemberAnswer {
        tenant: theirs,
        actor: member,
        comment: "Our students go on with it.".into(),
        until: now(&test) + 100 * DAY_MS,
    };
    answer_as_member(&test, &third, &order).await.unwrap();
    let public = at(&given).await.bytes;
    let refused = answer_with_wallet(&test, &other, &wallet(public)).await;
    assert!(
        matches!(refused, Err(AnswerError::OtherId { .. })),
        "{refused:?}"
    );
    assert_eq!(state(&test, &tenant, &second).await, State::Asked);
    assert_eq!(list(&test).await["standing"], 1);
}

#[tokio::test]
async fn an_endorsement_that_a_picture_carries_is_kept_without_the_picture() {
    let test = site().await;
    let tenant = institution_with(&test, MEASURING).await;
    let (id, link) = asked(&test, &tenant, BOSS).await;
    let good = signed_for(&test, &link, |_| ());
    let good = good.await;
    let picture = b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>";
    let text = String::from_utf8(good.clone()).unwrap();
    let picture = touchstone_vc::bake::svg::bake(picture, &text).unwrap();
    answer_with_wallet(&test, &link, &wallet(picture))
        .await
        .unwrap();
    let which = Which::Endorsement {
        id: &id,
        evidence: false,
    };
    let kept = document(&test, "riverside", which).await.unwrap().unwrap();
    assert_eq!((kept.bytes, kept.media_type), (good, "application/vc"));
}

#[tokio::test]
async fn what_names_no_end_ends_within_three_years_and_no_issuer_endorses_itself() {
    let test = site().await;
    let tenant = institution_with(&test, MEASURING).await;
    let (id, link) = asked(&test, &tenant, BOSS).await;
    let endless = signed_for(&test, &link, |_| ());
    answer_with_wallet(&test, &link, &wallet(endless.await))
        .await
        .unwrap();
    let found = endorsement(&test, &tenant, &id)
        .await
        .unwrap()
        .unwrap()
        .said
        .unwrap();
    assert_eq!(found.valid_until, now(&test) + 3 * 366 * DAY_MS);

    // What the institution itself recorded for somebody is no endorsement by somebody else.
    let (id, first) = asked(&test, &tenant, "ceo@other.example").await;
    with_passkey(&test, &first).await.unwrap();
    let own = document(
        &test,
        "riverside",
        Which::Endorsement {
            id: &id,
            evidence: false,
        },
    );
    let own = own.await.unwrap().unwrap().bytes;
    let (_, link) = asked(&test, &tenant, "boss@third.example").await;
    let refused = answer_with_wallet(&test, &link, &wallet(own)).await;
    assert!(
        matches!(refused, Err(AnswerError::OwnIssuer)),
        "{refused:?}"
    );
}

#[tokio::test]
async fn a_member_of_another_institution_answers_and_its_key_signs() {
    let test = site().await;
    let tenant = institution_with(&test, MEASURING).await;
    let (theirs, member) = neighbour(&test, "hillside").await;
    let (id, link) = asked(&test, &tenant, "omer@hillside.example").await;
    let order = |tenant: &TenantId, actor: &str| MemberAnswer {
        tenant: tenant.clone(),
        actor: actor.into(),
        comment: "Our students go on with it.".into(),
        until: now(&test) + 100 * DAY_MS,
    };
    let own = answer_as_member(&test, &link, &order(&tenant, "registrar")).await;
    assert!(matches!(own, Err(AnswerError::OwnInstitution)), "{own:?}");
    let endless = MemberAnswer {
        until: now(&test) + 2_000 * DAY_MS,
        ..order(&theirs, &member)
    };
    let refused = answer_as_member(&test, &link, &endless).await;
    assert!(matches!(refused, Err(AnswerError::Until)), "{refused:?}");
    answer_as_member(&test, &link, &order(&theirs, &member))
        .await
        .unwrap();
    let signed = json_at(
        &test,
        Which::Endorsement {
            id: &id,
            evidence: false,
        },
    )
    .await
    .unwrap();
    let did = test
        .world
        .store
        .read()
        .institution(&theirs)
        .await
        .unwrap()
        .unwrap()
        .did;
    assert_eq!(signed["issuer"]["id"], json!(did));
    assert_eq!(
        signed["credentialSubject"]["endorsementComment"],
        "Our students go on with it."
    );
    let checked = check(&test, signed.to_string().as_bytes(), None, Reach::Own)
        .await
        .unwrap();
    assert!(
        matches!(checked.report.verdict(), Verdict::Pass),
        "{:?}",
        checked.report
    );
    assert!(ts_018(&test, &tenant).await.0);
    assert_eq!(audited(&test, &theirs, "endorsement.give").await, 1);
    assert_eq!(audited(&test, &tenant, "endorsement.receive").await, 1);
}

#[tokio::test]
async fn of_two_windows_one_answers_and_a_no_is_final() {
    let test = site().await;
    let tenant = institution_with(&test, MEASURING).await;
    let (id, link) = asked(&test, &tenant, BOSS).await;
    let mut device = Authenticator::new(HERE, b"a device");
    let begun = begin_passkey(&test, &link, &said(&test)).await.unwrap();
    let made = PasskeyMade {
        ceremony: begun.ceremony,
        answer: device.create(&begun.options),
    };
    let begun = passkey_made(&test, &link, &made).await.unwrap();
    decline(&test, &link, "We have our own.").await.unwrap();
    let signed = PasskeySigned {
        ceremony: begun.ceremony,
        answer: device.get(&begun.options),
    };
    let late = answer_with_passkey(&test, &link, &signed).await;
    assert!(matches!(late, Err(AnswerError::Answered)), "{late:?}");
    assert!(matches!(
        decline(&test, &link, "").await,
        Err(AnswerError::Answered)
    ));
    let found = endorsement(&test, &tenant, &id).await.unwrap().unwrap();
    assert_eq!(found.state, State::Declined);
    assert_eq!(found.request.declined.as_deref(), Some("We have our own."));
    assert_eq!(list(&test).await["endorsements"], json!([]));
    assert_eq!(audited(&test, &tenant, "endorsement.decline").await, 1);
}

#[tokio::test]
async fn the_log_says_who_endorsed_what_behind_the_version_itself() {
    let test = site().await;
    let tenant = institution_with(&test, MEASURING).await;
    let (id, link) = asked(&test, &tenant, BOSS).await;
    let subject = look(&test, &link).await.unwrap().unwrap().request.subject;
    let theirs = signed_for(&test, &link, |_| ()).await;
    answer_with_wallet(&test, &link, &wallet(theirs.clone()))
        .await
        .unwrap();
    let (_, other) = asked(&test, &tenant, "ceo@other.example").await;
    with_passkey(&test, &other).await.unwrap();
    sequence_until_idle(&test).await.unwrap();
    let all: Vec<Entry> = (entries(&test).await.iter())
        .map(|entry| Entry::parse(entry).unwrap())
        .collect();
    let version = all
        .iter()
        .position(|entry| entry.kind() == Kind::AchievementVersion)
        .unwrap();
    let given: Vec<_> = (all.iter().enumerate())
        .filter(|(_, entry)| entry.kind() == Kind::Endorsement)
        .collect();
    assert_eq!(given.len(), 2);
    let endorser = endorsement(&test, &tenant, &id)
        .await
        .unwrap()
        .unwrap()
        .said
        .unwrap()
        .issuer;
    let expected = Entry::Endorsement {
        issuer: endorser,
        subject,
        sha256: (test.world.crypto.sha256)(&theirs),
    };
    assert_eq!(given[0].1, &expected);
    assert!(version < given[0].0);
    let did = test
        .world
        .store
        .read()
        .institution(&tenant)
        .await
        .unwrap()
        .unwrap()
        .did
        .unwrap();
    assert_eq!(given[1].1.issuer(), did, "whoever recorded it signed it");
}
