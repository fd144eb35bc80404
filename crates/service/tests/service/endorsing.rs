//! Endorsements from the question by mail to what everybody reads: each way to answer, and each way not to.

use crate::endorsing_support::{
    BOSS, DAY_MS, asked, asking, json_at, list, neighbour, now, said, site, state, token, ts_018,
    with_passkey,
};
use crate::static_hosts::hosts_are_told_of_every_file;
use crate::support::{MEASURING, audited, institution_with, order, owner, recorded};
use serde_json::json;
use touchstone_service::drawn::draw;
use touchstone_service::endorsing::{
    AnswerError, AskEndorsement, AskError, EndorsementError, Hiding, Said, State, TakingBack,
    ask_again, ask_endorsement, begin_passkey, decline, endorsement, endorsements, hide, look,
    refuse, take_back, withdraw,
};
use touchstone_service::issuing::{define, revise};
use touchstone_service::operations::work_until_idle;
use touchstone_service::rows::EndorsedKind;
use touchstone_service::verifying::{Which, document, documents};

#[tokio::test]
async fn a_mail_says_who_asks_and_opening_its_link_changes_nothing() {
    let test = site().await;
    let tenant = institution_with(&test, MEASURING).await;
    let (id, token) = asked(&test, &tenant, BOSS).await;
    let mail = test.mail.sent().pop().unwrap();
    assert_eq!((mail.to.as_str(), mail.language.as_str()), (BOSS, "de"));
    for part in [
        "Riverside Polytechnic",
        "Sie stellen unsere Leute ein.",
        "/never",
    ] {
        assert!(mail.text.contains(part), "{part}: {}", mail.text);
    }
    assert!(!test.holds(&token), "only a hash of it is kept");
    for _ in 0..3 {
        let seen = look(&test, &token).await.unwrap().unwrap();
        assert_eq!(seen.state, State::Asked);
        assert_eq!(seen.endorsed.sha256, seen.request.sha256);
        let published = json_at(
            &test,
            Which::Achievement {
                slug: "precision-measurement",
                version: 1,
            },
        );
        let published = published.await.unwrap();
        assert_eq!(published["id"], seen.request.subject);
        assert_eq!(
            seen.endorsed.document.len(),
            document(
                &test,
                "riverside",
                Which::Achievement {
                    slug: "precision-measurement",
                    version: 1
                }
            )
            .await
            .unwrap()
            .unwrap()
            .bytes
            .len()
        );
    }
    assert_eq!(state(&test, &tenant, &id).await, State::Asked);
    assert_eq!(look(&test, "nothing").await.unwrap(), None);
    assert_eq!(audited(&test, &tenant, "endorsement.ask").await, 1);
}

#[tokio::test]
async fn a_form_that_is_sent_twice_asks_once_whatever_was_answered_meanwhile() {
    let test = site().await;
    let tenant = institution_with(&test, MEASURING).await;
    let order = AskEndorsement {
        drawn: Some(draw(&test)),
        ..asking(&test, &tenant, BOSS)
    };
    let first = ask_endorsement(&test, &order).await.unwrap();
    assert_eq!(ask_endorsement(&test, &order).await.unwrap(), first);
    work_until_idle(&test).await.unwrap();
    assert_eq!(test.mail.sent().len(), 1);
    with_passkey(&test, &token(&test, BOSS)).await.unwrap();
    assert_eq!(ask_endorsement(&test, &order).await.unwrap(), first);
    work_until_idle(&test).await.unwrap();
    assert_eq!(test.mail.sent().len(), 1);
    assert_eq!(audited(&test, &tenant, "endorsement.ask").await, 1);
}

#[tokio::test]
async fn who_can_still_answer_is_not_asked_the_same_anew() {
    let test = site().await;
    let tenant = institution_with(&test, MEASURING).await;
    let (first, link) = asked(&test, &tenant, BOSS).await;
    for again in [BOSS, " BOSS@celik.example "] {
        let refused = ask_endorsement(&test, &asking(&test, &tenant, again)).await;
        let refused = refused.unwrap_err();
        assert!(
            matches!(&refused, AskError::Asked(id) if *id == first),
            "{refused}"
        );
        assert!(refused.to_string().contains(&first), "{refused}");
    }
    assert_eq!(audited(&test, &tenant, "endorsement.ask").await, 1);
    // Others are asked, others ask, and another version is another thing.
    asked(&test, &tenant, "ceo@other.example").await;
    let (theirs, _) = neighbour(&test, "hillside").await;
    define(&test, &order(&theirs, MEASURING)).await.unwrap();
    asked(&test, &theirs, BOSS).await;
    let longer = MEASURING.replace("\"validForMonths\": 24", "\"validForMonths\": 36");
    revise(&test, &order(&tenant, &longer)).await.unwrap();
    asked(&test, &tenant, BOSS).await;
    // What was answered, or is over, can be asked anew.
    with_passkey(&test, &link).await.unwrap();
    let before = AskEndorsement {
        version: Some(1),
        ..asking(&test, &tenant, BOSS)
    };
    ask_endorsement(&test, &before).await.unwrap();
    test.clock.advance_millis(31 * DAY_MS);
    let late = AskEndorsement {
        ends_at: now(&test) + DAY_MS,
        ..before
    };
    ask_endorsement(&test, &late).await.unwrap();
}

#[tokio::test]
async fn a_request_that_is_taken_back_takes_no_answer_and_the_same_is_asked_anew() {
    let test = site().await;
    let tenant = institution_with(&test, MEASURING).await;
    let (id, link) = asked(&test, &tenant, BOSS).await;
    let order = |id: &str, why: &str| TakingBack {
        tenant: tenant.clone(),
        actor: "registrar".into(),
        id: id.into(),
        why: why.into(),
    };
    let refused = take_back(&test, &order(&id, " ")).await;
    assert!(matches!(refused, Err(EndorsementError::Why)), "{refused:?}");
    // A mail that waits is not sent any more.
    ask_again(&test, &tenant, "registrar", &id, None)
        .await
        .unwrap();
    let before = endorsement(&test, &tenant, &id).await.unwrap().unwrap();
    test.clock.advance_millis(1_000);
    for _ in 0..2 {
        let taken = take_back(&test, &order(&id, "The wrong language.")).await;
        taken.unwrap();
    }
    let line = recorded(&test, &tenant, "endorsement.take_back").await;
    assert_eq!(line["endsAt"], json!(before.request.ends_at));
    // Also by a worker whose clock is behind.
    test.clock.advance_millis(-1_000);
    work_until_idle(&test).await.unwrap();
    assert_eq!(test.mail.sent().len(), 1);
    assert_eq!(audited(&test, &tenant, "endorsement.take_back").await, 1);
    assert_eq!(state(&test, &tenant, &id).await, State::TakenBack);
    let found = endorsement(&test, &tenant, &id).await.unwrap().unwrap();
    assert_eq!(found.request.taken_back(), Some("The wrong language."));
    let seen = look(&test, &link).await.unwrap().unwrap();
    assert_eq!(seen.state, State::TakenBack);
    let late = begin_passkey(&test, &link, &said(&test)).await;
    assert!(matches!(late, Err(AnswerError::TakenBack)), "{late:?}");
    let late = decline(&test, &link, "").await;
    assert!(matches!(late, Err(AnswerError::TakenBack)), "{late:?}");
    let again = ask_again(&test, &tenant, "registrar", &id, None).await;
    assert!(matches!(again, Err(AskError::NotOpen)), "{again:?}");

    let (anew, link) = asked(&test, &tenant, BOSS).await;
    assert_ne!(anew, id);
    with_passkey(&test, &link).await.unwrap();
    let late = take_back(&test, &order(&anew, "Too late.")).await;
    assert!(matches!(late, Err(EndorsementError::NotOpen)), "{late:?}");
    assert_eq!(state(&test, &tenant, &anew).await, State::Endorsed);
}

#[tokio::test]
async fn what_is_to_be_endorsed_changes_no_more_and_another_version_is_not_endorsed() {
    let test = site().await;
    let tenant = institution_with(&test, MEASURING).await;
    let (_, token) = asked(&test, &tenant, BOSS).await;
    let longer = MEASURING.replace("\"validForMonths\": 24", "\"validForMonths\": 36");
    assert_ne!(longer, MEASURING, "the example says how long it is good");
    let written = revise(&test, &order(&tenant, &longer)).await.unwrap();
    assert_eq!(
        written.version, 2,
        "the version that was asked about is frozen"
    );
    with_passkey(&test, &token).await.unwrap();
    assert_eq!(list(&test).await["standing"], 1);
    let second = Which::Endorsements {
        achievement: "precision-measurement",
        version: 2,
    };
    assert_eq!(json_at(&test, second).await.unwrap()["standing"], 0);
    // The latest version is what is looked at, and nobody endorsed that.
    assert!(!ts_018(&test, &tenant).await.0);
}

#[tokio::test]
async fn an_endorsement_ends_and_is_warned_of_again() {
    let test = site().await;
    let tenant = institution_with(&test, MEASURING).await;
    let (id, link) = asked(&test, &tenant, BOSS).await;
    with_passkey(&test, &link).await.unwrap();
    test.clock.advance_millis(364 * DAY_MS);
    assert!(ts_018(&test, &tenant).await.0);
    test.clock.advance_millis(2 * DAY_MS);
    assert_eq!(state(&test, &tenant, &id).await, State::Expired);
    let (holds, why) = ts_018(&test, &tenant).await;
    assert!(!holds);
    assert!(why.contains("have ended"), "{why}");
    let list = list(&test).await;
    assert_eq!(
        (&list["standing"], &list["endorsements"][0]["state"]),
        (&json!(0), &json!("expired"))
    );
}

#[tokio::test]
async fn what_the_own_organization_says_counts_for_nothing() {
    let test = site().await;
    let tenant = institution_with(&test, MEASURING).await;
    owner(&test, &tenant, "ines@riverside.example").await;
    let (_, link) = asked(&test, &tenant, "dean@riverside.example").await;
    with_passkey(&test, &link).await.unwrap();
    let list = list(&test).await;
    assert_eq!(
        (
            &list["standing"],
            &list["endorsements"][0]["ownOrganization"]
        ),
        (&json!(0), &json!(true))
    );
    assert!(!ts_018(&test, &tenant).await.0);
}

#[tokio::test]
async fn a_request_lapses_and_cannot_be_answered_then() {
    let test = site().await;
    let tenant = institution_with(&test, MEASURING).await;
    let (id, link) = asked(&test, &tenant, BOSS).await;
    test.clock.advance_millis(31 * DAY_MS);
    assert_eq!(state(&test, &tenant, &id).await, State::Lapsed);
    let late = begin_passkey(&test, &link, &said(&test)).await;
    assert!(matches!(late, Err(AnswerError::Ended)), "{late:?}");
    let again = ask_again(&test, &tenant, "registrar", &id, None).await;
    assert!(matches!(again, Err(AskError::NotOpen)), "{again:?}");
}

#[tokio::test]
async fn a_lost_link_is_sent_again_and_the_old_one_opens_nothing() {
    let test = site().await;
    let tenant = institution_with(&test, MEASURING).await;
    let (id, old) = asked(&test, &tenant, BOSS).await;
    ask_again(&test, &tenant, "registrar", &id, None)
        .await
        .unwrap();
    work_until_idle(&test).await.unwrap();
    let new = token(&test, BOSS);
    assert_ne!(new, old);
    assert_eq!(look(&test, &old).await.unwrap(), None);
    let refused = begin_passkey(&test, &old, &said(&test)).await;
    assert!(
        matches!(refused, Err(AnswerError::NoSuchLink)),
        "{refused:?}"
    );
    with_passkey(&test, &new).await.unwrap();
    // It is also the way to take an answer back.
    ask_again(&test, &tenant, "registrar", &id, None)
        .await
        .unwrap();
    work_until_idle(&test).await.unwrap();
    withdraw(&test, &token(&test, BOSS), "").await.unwrap();
    let over = ask_again(&test, &tenant, "registrar", &id, None).await;
    assert!(matches!(over, Err(AskError::NotOpen)), "{over:?}");
}

#[tokio::test]
async fn a_link_that_is_sent_again_by_two_presses_at_once_is_sent_once() {
    let test = site().await;
    let tenant = institution_with(&test, MEASURING).await;
    let (id, _) = asked(&test, &tenant, BOSS).await;
    let press = async || ask_again(&test, &tenant, "registrar", &id, Some(1)).await;
    let (one, other) = tokio::join!(press(), press());
    one.unwrap();
    other.unwrap();
    let found = endorsement(&test, &tenant, &id).await.unwrap().unwrap();
    assert_eq!(found.request.mails, 2);
    assert_eq!(audited(&test, &tenant, "endorsement.ask_again").await, 1);
    press().await.unwrap();
    work_until_idle(&test).await.unwrap();
    assert_eq!(test.mail.sent().len(), 2);
}

#[tokio::test]
async fn what_is_taken_back_or_hidden_is_not_published_and_does_not_count() {
    let test = site().await;
    let tenant = institution_with(&test, MEASURING).await;
    let (first, link) = asked(&test, &tenant, BOSS).await;
    with_passkey(&test, &link).await.unwrap();
    test.clock.advance_millis(1);
    let (second, other) = asked(&test, &tenant, "ceo@other.example").await;
    with_passkey(&test, &other).await.unwrap();
    assert_eq!(list(&test).await["standing"], 2);

    withdraw(&test, &link, "We moved to another machine.")
        .await
        .unwrap();
    let twice = withdraw(&test, &link, "").await;
    assert!(
        matches!(twice, Err(EndorsementError::Withdrawn)),
        "{twice:?}"
    );
    assert_eq!(state(&test, &tenant, &first).await, State::Withdrawn);
    let shown = list(&test).await;
    assert_eq!(shown["standing"], 1);
    let taken_back = &shown["endorsements"][0];
    assert_eq!(taken_back["state"], "withdrawn");
    assert!(taken_back.get("person").is_none() && taken_back.get("endorsementComment").is_none());
    for evidence in [false, true] {
        let gone = json_at(
            &test,
            Which::Endorsement {
                id: &first,
                evidence,
            },
        )
        .await;
        assert_eq!(gone, None);
    }
    assert!(ts_018(&test, &tenant).await.0);

    let hiding = Hiding {
        tenant: tenant.clone(),
        actor: "registrar".into(),
        id: second.clone(),
    };
    hide(&test, &hiding).await.unwrap();
    let twice = hide(&test, &hiding).await;
    assert!(matches!(twice, Err(EndorsementError::Hidden)), "{twice:?}");
    assert_eq!(
        list(&test).await["endorsements"].as_array().unwrap().len(),
        1
    );
    assert_eq!(
        json_at(
            &test,
            Which::Endorsement {
                id: &second,
                evidence: false
            }
        )
        .await,
        None
    );
    assert!(!ts_018(&test, &tenant).await.0);
    for action in ["endorsement.withdraw", "endorsement.hide"] {
        assert_eq!(audited(&test, &tenant, action).await, 1);
    }
}

#[tokio::test]
async fn nobody_is_written_to_again_and_again_or_once_they_said_so() {
    let test = site().await;
    let tenant = institution_with(&test, MEASURING).await;
    let (theirs, _) = neighbour(&test, "hillside").await;
    define(&test, &order(&theirs, MEASURING)).await.unwrap();
    for (who, more) in [(&tenant, 2), (&theirs, 1)] {
        let (id, _) = asked(&test, who, BOSS).await;
        for _ in 0..more {
            ask_again(&test, who, "registrar", &id, None).await.unwrap();
        }
    }
    let sixth = ask_endorsement(&test, &asking(&test, &tenant, " BOSS@celik.example ")).await;
    assert!(matches!(sixth, Err(AskError::Enough)), "{sixth:?}");
    test.clock.advance_millis(31 * DAY_MS);
    let (id, link) = asked(&test, &tenant, BOSS).await;
    assert!(refuse(&test, &link).await.unwrap() && refuse(&test, &link).await.unwrap());
    assert!(!refuse(&test, "nothing").await.unwrap());
    let again = ask_again(&test, &tenant, "registrar", &id, None).await;
    assert!(matches!(again, Err(AskError::Enough)), "{again:?}");
    // It stays open. Whoever answered it needs its link to take the answer back, and gets that.
    with_passkey(&test, &link).await.unwrap();
    ask_again(&test, &tenant, "registrar", &id, None)
        .await
        .unwrap();
    work_until_idle(&test).await.unwrap();
    withdraw(&test, &token(&test, BOSS), "").await.unwrap();
    test.clock.advance_millis(3 * 365 * DAY_MS);
    for who in [&tenant, &theirs] {
        let refused = ask_endorsement(&test, &asking(&test, who, BOSS)).await;
        assert!(matches!(refused, Err(AskError::Enough)), "{refused:?}");
    }
    let asked = ask_endorsement(&test, &asking(&test, &tenant, "other@celik.example")).await;
    asked.unwrap();
}

#[tokio::test]
async fn a_mail_that_waits_is_not_sent_once_its_reader_said_no_more() {
    let test = site().await;
    let tenant = institution_with(&test, MEASURING).await;
    let (id, link) = asked(&test, &tenant, BOSS).await;
    ask_again(&test, &tenant, "registrar", &id, None)
        .await
        .unwrap();
    let sent = test.mail.sent().len();
    assert!(refuse(&test, &link).await.unwrap());
    work_until_idle(&test).await.unwrap();
    assert_eq!(test.mail.sent().len(), sent);
}

#[tokio::test]
async fn what_was_typed_wrongly_is_named_and_nobody_is_mailed() {
    let test = site().await;
    let tenant = institution_with(&test, MEASURING).await;
    let good = asking(&test, &tenant, BOSS);
    let refused = async |order: AskEndorsement| ask_endorsement(&test, &order).await.unwrap_err();
    let with = |change: &dyn Fn(&mut AskEndorsement)| {
        let mut order = good.clone();
        change(&mut order);
        order
    };
    assert!(matches!(
        refused(with(&|o| o.email = "boss".into())).await,
        AskError::Address
    ));
    assert!(matches!(
        refused(with(&|o| o.thing = "nothing".into())).await,
        AskError::NoSuchThing
    ));
    assert!(matches!(
        refused(with(&|o| o.version = Some(2))).await,
        AskError::NoSuchThing
    ));
    assert!(matches!(
        refused(with(&|o| o.kind = EndorsedKind::MappingSet)).await,
        AskError::NoSuchThing
    ));
    for message in ["x".repeat(1_001), "turned\u{202E}around".into()] {
        assert!(matches!(
            refused(with(&|o| o.message = message.clone())).await,
            AskError::Message
        ));
    }
    assert!(matches!(
        refused(with(&|o| o.ends_at = 0)).await,
        AskError::Ends
    ));
    assert!(matches!(
        refused(with(&|o| o.ends_at += 200 * DAY_MS)).await,
        AskError::Ends
    ));
    work_until_idle(&test).await.unwrap();
    assert!(test.mail.sent().is_empty());

    let (_, link) = asked(&test, &tenant, BOSS).await;
    let wrong = async |change: &dyn Fn(&mut Said)| {
        let mut said = said(&test);
        change(&mut said);
        begin_passkey(&test, &link, &said).await.unwrap_err()
    };
    assert!(matches!(
        wrong(&|said| said.person.clear()).await,
        AnswerError::Person
    ));
    assert!(matches!(
        wrong(&|said| said.organization.clear()).await,
        AnswerError::Organization
    ));
    assert!(matches!(
        wrong(&|said| said.comment = " ".into()).await,
        AnswerError::Comment
    ));
    assert!(matches!(
        wrong(&|said| said.comment = "\u{7}".into()).await,
        AnswerError::Comment
    ));
    assert!(matches!(
        wrong(&|said| said.until = 0).await,
        AnswerError::Until
    ));
    assert!(matches!(
        wrong(&|said| said.until += 800 * DAY_MS).await,
        AnswerError::Until
    ));
}

#[tokio::test]
async fn t52_another_institution_finds_no_endorsement() {
    let test = site().await;
    let tenant = institution_with(&test, MEASURING).await;
    let (theirs, _) = neighbour(&test, "hillside").await;
    let (id, link) = asked(&test, &tenant, BOSS).await;
    with_passkey(&test, &link).await.unwrap();
    assert_eq!(endorsement(&test, &theirs, &id).await.unwrap(), None);
    assert!(
        endorsements(&test, &theirs, None, 10)
            .await
            .unwrap()
            .rows
            .is_empty()
    );
    assert_eq!(
        endorsements(&test, &tenant, None, 10)
            .await
            .unwrap()
            .rows
            .len(),
        1
    );
    let hiding = Hiding {
        tenant: theirs.clone(),
        actor: "registrar".into(),
        id: id.clone(),
    };
    let refused = hide(&test, &hiding).await;
    assert!(
        matches!(refused, Err(EndorsementError::NoSuchEndorsement)),
        "{refused:?}"
    );
    let refused = ask_again(&test, &theirs, "registrar", &id, None).await;
    assert!(matches!(refused, Err(AskError::NoSuchThing)), "{refused:?}");
    let taking = TakingBack {
        tenant: theirs.clone(),
        actor: "registrar".into(),
        id: id.clone(),
        why: "It is not theirs.".into(),
    };
    let refused = take_back(&test, &taking).await;
    assert!(
        matches!(refused, Err(EndorsementError::NoSuchEndorsement)),
        "{refused:?}"
    );
    let order = AskEndorsement {
        thing: endorsement(&test, &tenant, &id)
            .await
            .unwrap()
            .unwrap()
            .request
            .thing,
        ..asking(&test, &theirs, BOSS)
    };
    let refused = ask_endorsement(&test, &order).await;
    assert!(matches!(refused, Err(AskError::NoSuchThing)), "{refused:?}");
}

#[tokio::test]
async fn what_is_served_is_what_is_written_as_static_files() {
    let test = site().await;
    let tenant = institution_with(&test, MEASURING).await;
    let (id, link) = asked(&test, &tenant, BOSS).await;
    with_passkey(&test, &link).await.unwrap();
    let all = documents(&test).await.unwrap();
    for (path, which) in [
        (
            format!("/i/riverside/endorsements/{id}.json"),
            Which::Endorsement {
                id: &id,
                evidence: false,
            },
        ),
        (
            format!("/i/riverside/endorsements/{id}.passkey.json"),
            Which::Endorsement {
                id: &id,
                evidence: true,
            },
        ),
        (
            "/i/riverside/a/precision-measurement/1.endorsements.json".to_owned(),
            Which::Endorsements {
                achievement: "precision-measurement",
                version: 1,
            },
        ),
    ] {
        let served = document(&test, "riverside", which).await.unwrap().unwrap();
        assert_eq!(served.path, path);
        assert!(all.contains(&served), "{path}");
    }
    hosts_are_told_of_every_file(&test).await;
    // In a folder a file has nothing below it.
    for one in &all {
        let below = format!("{}/", one.path);
        let other = all.iter().find(|other| other.path.starts_with(&below));
        assert!(
            other.is_none(),
            "{}: {:?}",
            one.path,
            other.map(|other| &other.path)
        );
    }
}
