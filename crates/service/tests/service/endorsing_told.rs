//! Whoever asked for an endorsement learns what came of it: a mail that was refused, a yes, a no.

use crate::endorsing_support::{BOSS, asking, site, token, with_passkey};
use crate::support::{MEASURING, audited, institution_with, owner};
use touchstone_service::endorsing::{
    AskEndorsement, ask_again, ask_endorsement, decline, endorsement, look, withdraw,
};
use touchstone_service::operations::{disable, work_until_idle};
use touchstone_service::ports::MailError;

#[tokio::test]
async fn the_old_link_opens_until_the_new_mail_was_taken_and_who_asked_is_told_of_a_refusal() {
    let test = site().await;
    let tenant = institution_with(&test, MEASURING).await;
    let ines = owner(&test, &tenant, "ines@riverside.example").await;
    let order = AskEndorsement {
        actor: ines.id,
        ..asking(&test, &tenant, BOSS)
    };
    let id = ask_endorsement(&test, &order).await.unwrap().id;
    work_until_idle(&test).await.unwrap();
    let old = token(&test, BOSS);
    let first = test.mail.sent().pop().unwrap().id;
    let refused_at = async || {
        let found = endorsement(&test, &tenant, &id).await.unwrap();
        found.unwrap().request.refused_at
    };

    test.mail
        .fail_with(Some(MailError::Unavailable("451".into())));
    ask_again(&test, &tenant, "registrar", &id, None)
        .await
        .unwrap();
    work_until_idle(&test).await.unwrap();
    assert!(
        look(&test, &old).await.unwrap().is_some(),
        "nothing went out"
    );
    test.mail.fail_with(None);
    test.clock.advance_millis(60_000);
    work_until_idle(&test).await.unwrap();
    assert!(look(&test, &old).await.unwrap().is_none());
    let new = token(&test, BOSS);
    assert_ne!(
        test.mail.sent().pop().unwrap().id,
        first,
        "a mail with another link is another mail"
    );
    assert_eq!(refused_at().await, None);

    test.mail.refuse_to(&[BOSS]);
    ask_again(&test, &tenant, "registrar", &id, None)
        .await
        .unwrap();
    work_until_idle(&test).await.unwrap();
    assert!(look(&test, &new).await.unwrap().is_some());
    assert!(refused_at().await.is_some());
    assert_eq!(audited(&test, &tenant, "endorsement.bounced").await, 1);
    let told = test.mail.sent().pop().unwrap();
    assert_eq!(told.to, "ines@riverside.example");
    for part in [BOSS, "refused", &format!("/endorsements/{id}")] {
        assert!(told.text.contains(part), "{part}: {}", told.text);
    }

    test.mail.refuse_to(&[]);
    ask_again(&test, &tenant, "registrar", &id, None)
        .await
        .unwrap();
    work_until_idle(&test).await.unwrap();
    assert_eq!(refused_at().await, None);
    with_passkey(&test, &token(&test, BOSS)).await.unwrap();
    work_until_idle(&test).await.unwrap();
    let told = test.mail.sent().pop().unwrap();
    assert_eq!(told.to, "ines@riverside.example");
    assert!(told.subject.contains("was endorsed"), "{}", told.subject);
    assert!(told.text.contains("Çelik Makina"), "{}", told.text);
}

#[tokio::test]
async fn a_refusal_after_a_yes_is_told_as_one_and_a_yes_that_was_taken_back_is_not_told() {
    let test = site().await;
    let tenant = institution_with(&test, MEASURING).await;
    let ines = owner(&test, &tenant, "ines@riverside.example").await;
    let order = AskEndorsement {
        actor: ines.id,
        ..asking(&test, &tenant, BOSS)
    };
    let id = ask_endorsement(&test, &order).await.unwrap().id;
    work_until_idle(&test).await.unwrap();
    let link = token(&test, BOSS);
    // The yes waits for the mail server while the link is sent again and refused: both are told.
    test.mail
        .fail_with(Some(MailError::Unavailable("451".into())));
    with_passkey(&test, &link).await.unwrap();
    work_until_idle(&test).await.unwrap();
    test.mail.fail_with(None);
    test.mail.refuse_to(&[BOSS]);
    ask_again(&test, &tenant, "registrar", &id, None)
        .await
        .unwrap();
    test.clock.advance_millis(60_000);
    work_until_idle(&test).await.unwrap();
    let told: Vec<_> = (test.mail.sent().into_iter())
        .filter(|mail| mail.to == "ines@riverside.example")
        .collect();
    let count = |subject: &str| {
        let all = told.iter().filter(|mail| mail.subject.contains(subject));
        all.count()
    };
    assert_eq!(told.len(), 2, "{told:?}");
    assert_eq!(count("was endorsed"), 1, "{told:?}");
    assert_eq!(count("not delivered"), 1, "{told:?}");
    let refused = told.iter().find(|mail| mail.subject.contains("delivered"));
    let text = &refused.unwrap().text;
    for part in [BOSS, "refused", "Çelik Makina", "taken back"] {
        assert!(text.contains(part), "{part}: {text}");
    }

    test.mail.refuse_to(&[]);
    let second = AskEndorsement {
        email: "ceo@other.example".into(),
        ..order
    };
    ask_endorsement(&test, &second).await.unwrap();
    work_until_idle(&test).await.unwrap();
    let link = token(&test, "ceo@other.example");
    let sent = test.mail.sent().len();
    with_passkey(&test, &link).await.unwrap();
    withdraw(&test, &link, "").await.unwrap();
    work_until_idle(&test).await.unwrap();
    assert_eq!(test.mail.sent().len(), sent, "there is nothing to tell");
}

#[tokio::test]
async fn who_asked_is_told_of_a_no_and_a_program_or_somebody_without_access_is_not() {
    let test = site().await;
    let tenant = institution_with(&test, MEASURING).await;
    let ines = owner(&test, &tenant, "ines@riverside.example").await;
    owner(&test, &tenant, "omer@riverside.example").await;
    let asked_by = async |actor: &str, email: &str| {
        let order = AskEndorsement {
            actor: actor.into(),
            ..asking(&test, &tenant, email)
        };
        ask_endorsement(&test, &order).await.unwrap();
        work_until_idle(&test).await.unwrap();
        decline(&test, &token(&test, email), "We have our own.")
            .await
            .unwrap();
        work_until_idle(&test).await.unwrap();
        test.mail.sent().pop().unwrap()
    };
    let told = asked_by(&ines.id, BOSS).await;
    assert_eq!(told.to, "ines@riverside.example");
    assert!(told.text.contains("declined"), "{}", told.text);
    assert!(
        !told.text.contains("We have our own."),
        "that is on the page"
    );
    let nobody = asked_by("key:0123456789", "ceo@other.example").await;
    assert_eq!(
        nobody.to, "ceo@other.example",
        "the last mail is the question"
    );
    disable(&test, &tenant, &ines.id, "setup", true)
        .await
        .unwrap();
    let gone = asked_by(&ines.id, "cto@third.example").await;
    assert_eq!(gone.to, "cto@third.example");
}
