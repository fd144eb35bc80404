//! Endorsing with a credential that was signed elsewhere: how it is checked, and what is not taken.

use crate::endorsing_support::{
    BOSS, DAY_MS, asked, list, neighbour, now, signed_for, site, state, ts_018, wallet,
    with_passkey,
};
use crate::support::{MEASURING, institution_with};
use serde_json::json;
use touchstone_service::endorsing::{
    AnswerError, MemberAnswer, State, answer_as_member, answer_with_wallet, endorsement, look,
    withdraw,
};
use touchstone_service::rows::EndorsementWay;
use touchstone_service::verifying::{Which, document};

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
async fn a_key_of_ones_own_under_an_address_that_anybody_gets_makes_no_other_organization() {
    let test = site().await;
    let tenant = institution_with(&test, MEASURING).await;
    let (_, link) = asked(&test, &tenant, "boss@gmail.com").await;
    let own = signed_for(&test, &link, |_| ()).await;
    answer_with_wallet(&test, &link, &wallet(own))
        .await
        .unwrap();
    let (holds, why) = ts_018(&test, &tenant).await;
    assert!(!holds && why.contains("Unknown"), "{why}");
    let (_, link) = asked(&test, &tenant, BOSS).await;
    let theirs = signed_for(&test, &link, |_| ()).await;
    answer_with_wallet(&test, &link, &wallet(theirs))
        .await
        .unwrap();
    let (holds, why) = ts_018(&test, &tenant).await;
    assert!(holds, "{why}");
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
