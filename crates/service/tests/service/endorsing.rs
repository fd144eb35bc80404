//! Endorsements from the question by mail to what everybody reads: each way to answer, and each way not to.

use crate::support::{MEASURING, audited, founding, institution_with, order};
use serde_json::{Value, json};
use touchstone_service::endorsing::{
    AnswerError, AskEndorsement, AskError, EndorsementError, Hiding, PasskeyMade, PasskeySigned,
    Said, State, WalletAnswer, answer_with_passkey, ask_again, ask_endorsement, begin_passkey,
    endorsement, endorsements, hide, look, passkey_made, refuse, withdraw,
};
use touchstone_service::issuing::{define, found, lint_achievement, revise};
use touchstone_service::operations::{Invitation, Role, join, work_until_idle};
use touchstone_service::rows::{EndorsedKind, TenantId};
use touchstone_service::verifying::{Which, document, documents};
use touchstone_testkit::{Authenticator, TestWorld, world};
use touchstone_vc::did::PublicKey;
use touchstone_vc::json::Value as Document;
use touchstone_vc::lint::{Judgement, Profile};
use touchstone_vc::{Draft, badge};

pub(crate) const HERE: &str = "https://verify.example.edu";
pub(crate) const BOSS: &str = "boss@celik.example";
pub(crate) const DAY_MS: i64 = 86_400_000;

pub(crate) async fn site() -> TestWorld {
    world().await.with_passkeys()
}

pub(crate) fn now(test: &TestWorld) -> i64 {
    test.world.clock.now().unix_millis()
}

pub(crate) fn asking(test: &TestWorld, tenant: &TenantId, email: &str) -> AskEndorsement {
    AskEndorsement {
        tenant: tenant.clone(),
        actor: "registrar".into(),
        kind: EndorsedKind::Achievement,
        thing: "precision-measurement".into(),
        version: None,
        email: email.into(),
        language: "de".into(),
        message: "Sie stellen unsere Leute ein.".into(),
        ends_at: now(test) + 30 * DAY_MS,
    }
}

/// The token in the last mail to an address.
pub(crate) fn token(test: &TestWorld, email: &str) -> String {
    let sent = test.mail.sent();
    let mail = sent.iter().rfind(|mail| mail.to == email);
    let text = &mail.expect("a mail was sent").text;
    let rest = text.split_once("/endorse/").unwrap().1;
    rest.split_whitespace().next().unwrap().to_owned()
}

/// A request that was mailed: its id and the token of its link.
pub(crate) async fn asked(test: &TestWorld, tenant: &TenantId, email: &str) -> (String, String) {
    let order = asking(test, tenant, email);
    let asked = ask_endorsement(test, &order).await.unwrap();
    work_until_idle(test).await.unwrap();
    (asked.id, token(test, email))
}

pub(crate) fn said(test: &TestWorld) -> Said {
    Said {
        organization: "Çelik Makina".into(),
        person: "Ayşe Demir".into(),
        comment: "We let people with it measure alone.\nIt saves us weeks.".into(),
        until: now(test) + 365 * DAY_MS,
    }
}

pub(crate) async fn with_passkey(test: &TestWorld, token: &str) -> Result<(), AnswerError> {
    let mut device = Authenticator::new(HERE, b"a stranger's device");
    let begun = begin_passkey(test, token, &said(test)).await?;
    let made = PasskeyMade {
        ceremony: begun.ceremony,
        answer: device.create(&begun.options),
    };
    let begun = passkey_made(test, token, &made).await?;
    let signed = PasskeySigned {
        ceremony: begun.ceremony,
        answer: device.get(&begun.options),
    };
    answer_with_passkey(test, token, &signed).await
}

pub(crate) async fn state(test: &TestWorld, tenant: &TenantId, id: &str) -> State {
    let found = endorsement(test, tenant, id).await.unwrap();
    found.unwrap().state
}

pub(crate) async fn json_at(test: &TestWorld, which: Which<'_>) -> Option<Value> {
    let found = document(test, "riverside", which).await.unwrap()?;
    Some(serde_json::from_slice(&found.bytes).unwrap())
}

pub(crate) async fn list(test: &TestWorld) -> Value {
    let which = Which::Endorsements {
        achievement: "precision-measurement",
        version: 1,
    };
    json_at(test, which).await.unwrap()
}

/// How TS-018 judges the achievement now.
pub(crate) async fn ts_018(test: &TestWorld, tenant: &TenantId) -> (bool, String) {
    let profile = Profile::TmcApplication;
    let report = lint_achievement(test, tenant, "precision-measurement", None, profile);
    let report = report.await.unwrap().unwrap();
    let found = report.judged.iter().find(|one| one.rule.id == "TS-018");
    let judgement = &found.unwrap().judgement;
    (
        matches!(judgement, Judgement::Holds),
        format!("{judgement:?}"),
    )
}

/// A stranger with a key of their own signs this.
pub(crate) async fn signed(test: &TestWorld, change: impl FnOnce(&mut Value)) -> Vec<u8> {
    let key = test.world.signer.create("stranger").await.unwrap();
    let multikey = PublicKey::to_multikey(&key.named());
    let did = format!("did:key:{multikey}");
    let method = format!("{did}#{multikey}");
    let at = test.world.clock.now();
    let mut unsigned = json!({
        "@context": serde_json::from_str::<Value>(&badge::contexts().to_string()).unwrap(),
        "type": ["VerifiableCredential", "EndorsementCredential"],
        "issuer": {"id": did, "type": ["Profile"], "name": "Çelik Makina"},
        "validFrom": at.whole_seconds().to_string(),
        "credentialSubject": {
            "type": ["EndorsementSubject"], "endorsementComment": "We stand behind it.",
        },
    });
    change(&mut unsigned);
    let unsigned = unsigned.to_string();
    let unsigned = Document::parse(unsigned.as_bytes()).unwrap();
    let securing = touchstone_vc::Securing::assertion(
        touchstone_vc::Suite::EddsaRdfc2022,
        touchstone_vc::Curve::Ed25519,
        &method,
        at,
    );
    let contexts = &test.world.contexts;
    let draft = Draft::secured(&unsigned, &securing, contexts, test.world.crypto).unwrap();
    let signature = test.world.signer.sign("stranger", draft.signing_input());
    let signature = signature.await.unwrap();
    draft.seal(&signature)
}

/// The same, of the text that the page of a link has somebody sign.
pub(crate) async fn signed_for(
    test: &TestWorld,
    link: &str,
    change: impl FnOnce(&mut Value),
) -> Vec<u8> {
    let seen = look(test, link).await.unwrap().unwrap();
    let text: Value = serde_json::from_str(&seen.to_sign).unwrap();
    assert_eq!(text["credentialSubject"]["id"], seen.request.subject);
    signed(test, |unsigned| {
        unsigned["id"] = text["id"].clone();
        unsigned["credentialSubject"]["id"] = text["credentialSubject"]["id"].clone();
        change(unsigned);
    })
    .await
}

pub(crate) fn wallet(file: Vec<u8>) -> WalletAnswer {
    WalletAnswer {
        file,
        organization: "Çelik Makina".into(),
        person: "Ayşe Demir".into(),
    }
}

/// Another institution here, and one of its members.
pub(crate) async fn neighbour(test: &TestWorld, slug: &str) -> (TenantId, String) {
    let tenant = found(test, &founding(slug)).await.unwrap().tenant;
    let order = Invitation {
        tenant: tenant.clone(),
        actor: "setup".into(),
        name: "Ömer Kaya".into(),
        email: format!("omer@{slug}.example"),
        roles: vec![Role::Approver],
    };
    let member = join(test, &order).await.unwrap();
    (tenant, member.id)
}

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
    let order = Invitation {
        tenant: tenant.clone(),
        actor: "setup".into(),
        name: "Ines Albrecht".into(),
        email: "ines@riverside.example".into(),
        roles: vec![Role::Owner],
    };
    join(&test, &order).await.unwrap();
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
    let again = ask_again(&test, &tenant, "registrar", &id).await;
    assert!(matches!(again, Err(AskError::NotOpen)), "{again:?}");
}

#[tokio::test]
async fn a_lost_link_is_sent_again_and_the_old_one_opens_nothing() {
    let test = site().await;
    let tenant = institution_with(&test, MEASURING).await;
    let (id, old) = asked(&test, &tenant, BOSS).await;
    ask_again(&test, &tenant, "registrar", &id).await.unwrap();
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
    ask_again(&test, &tenant, "registrar", &id).await.unwrap();
    work_until_idle(&test).await.unwrap();
    withdraw(&test, &token(&test, BOSS), "").await.unwrap();
    let over = ask_again(&test, &tenant, "registrar", &id).await;
    assert!(matches!(over, Err(AskError::NotOpen)), "{over:?}");
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
    for number in 0..5 {
        let who = if number % 2 == 0 { &tenant } else { &theirs };
        ask_endorsement(&test, &asking(&test, who, BOSS))
            .await
            .unwrap();
    }
    let sixth = ask_endorsement(&test, &asking(&test, &tenant, " BOSS@celik.example ")).await;
    assert!(matches!(sixth, Err(AskError::Enough)), "{sixth:?}");
    test.clock.advance_millis(31 * DAY_MS);
    let (id, link) = asked(&test, &tenant, BOSS).await;
    assert!(refuse(&test, &link).await.unwrap() && refuse(&test, &link).await.unwrap());
    assert!(!refuse(&test, "nothing").await.unwrap());
    let again = ask_again(&test, &tenant, "registrar", &id).await;
    assert!(matches!(again, Err(AskError::Enough)), "{again:?}");
    test.clock.advance_millis(3 * 365 * DAY_MS);
    for who in [&tenant, &theirs] {
        let refused = ask_endorsement(&test, &asking(&test, who, BOSS)).await;
        assert!(matches!(refused, Err(AskError::Enough)), "{refused:?}");
    }
    let asked = ask_endorsement(&test, &asking(&test, &tenant, "other@celik.example")).await;
    asked.unwrap();
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
    assert!(matches!(
        refused(with(&|o| o.message = "x".repeat(1_001))).await,
        AskError::Message
    ));
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
    let refused = ask_again(&test, &theirs, "registrar", &id).await;
    assert!(matches!(refused, Err(AskError::NoSuchThing)), "{refused:?}");
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
            "/i/riverside/a/precision-measurement/1/endorsements.json".to_owned(),
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
}
