//! Answering for an institution here, and what all three ways have in common.

use crate::crosswalk::{agreed, releasing};
use crate::endorsing_support::{
    BOSS, DAY_MS, HERE, asked, asking, file_of, institution_of, json_at, list, neighbour, now,
    passkey_for, signed_for, site, stands, token, ts_018, wallet, with_passkey,
};
use crate::log_files::entries;
use crate::static_hosts::hosts_are_told_of_every_file;
use crate::support::{MEASURING, audited, institution_with, owner};
use serde_json::json;
use touchstone_service::crosswalk;
use touchstone_service::endorsing::{
    AnswerError, AskEndorsement, AskError, MemberAnswer, PasskeySigned, State, answer_as_member,
    answer_with_passkey, answer_with_wallet, ask_endorsement, decline, endorsement, look, withdraw,
};
use touchstone_service::governing::{EndingKind, Thing, endings};
use touchstone_service::logging::sequence_until_idle;
use touchstone_service::operations::domain::{DomainOrder, check_domain, domain, name_domain};
use touchstone_service::operations::work_until_idle;
use touchstone_service::ports::Fetched;
use touchstone_service::rows::{EndorsedKind, TenantId};
use touchstone_service::verifying::Which;
use touchstone_testkit::{Authenticator, TestWorld};
use touchstone_vc::log::{Entry, Kind};

#[tokio::test]
async fn who_is_elsewhere_neither_asks_nor_signs() {
    let mut test = site().await;
    let tenant = institution_with(&test, MEASURING).await;
    let (theirs, member) = neighbour(&test, "hillside").await;
    let (_, link) = asked(&test, &tenant, BOSS).await;
    let mut device = Authenticator::new(HERE, b"a device");
    let begun = passkey_for(&test, &link, &mut device).await.unwrap();
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
    let signed = file_of(&test, &id, false).await;
    let did = institution_of(&test, &theirs).await.did;
    assert_eq!(signed["issuer"]["id"], json!(did));
    assert_eq!(
        signed["credentialSubject"]["endorsementComment"],
        "Our students go on with it."
    );
    stands(&test, &signed).await;
    assert!(ts_018(&test, &tenant).await.0);
    assert_eq!(audited(&test, &theirs, "endorsement.give").await, 1);
    assert_eq!(audited(&test, &tenant, "endorsement.receive").await, 1);
}

/// Somebody is asked under this address, and a member of another institution here answers for that one.
async fn answered_here(test: &TestWorld, tenant: &TenantId, email: &str, by: &(TenantId, String)) {
    let (_, link) = asked(test, tenant, email).await;
    let order = MemberAnswer {
        tenant: by.0.clone(),
        actor: by.1.clone(),
        comment: "Our students go on with it.".into(),
        until: now(test) + 100 * DAY_MS,
    };
    answer_as_member(test, &link, &order).await.unwrap();
}

async fn counts_as_their_own(test: &TestWorld, tenant: &TenantId) {
    let list = list(test).await;
    assert_eq!(list["standing"], 0, "{list}");
    assert_eq!(list["endorsements"][0]["ownOrganization"], true, "{list}");
    assert!(!ts_018(test, tenant).await.0);
}

#[tokio::test]
async fn a_second_institution_of_the_own_house_is_nobody_else() {
    let test = site().await;
    let tenant = institution_with(&test, MEASURING).await;
    owner(&test, &tenant, "ines@riverside.example").await;
    let second = neighbour(&test, "hillside").await;
    answered_here(&test, &tenant, "dean@riverside.example", &second).await;
    counts_as_their_own(&test, &tenant).await;
}

#[tokio::test]
async fn an_institution_with_a_domain_below_the_own_is_nobody_else() {
    let test = site().await;
    let tenant = institution_with(&test, MEASURING).await;
    let second = neighbour(&test, "hillside").await;
    for (tenant, name) in [(&tenant, "acme.example"), (&second.0, "hr.acme.example")] {
        let order = DomainOrder {
            tenant: tenant.clone(),
            actor: "boss".into(),
        };
        name_domain(&test, &order, name).await.unwrap();
        let named = domain(&test, tenant).await.unwrap().unwrap();
        let there = Fetched {
            bytes: named.line.into_bytes(),
            media_type: "text/plain".into(),
        };
        test.fetch.answer(&named.address, Ok(there));
        check_domain(&test, &order).await.unwrap();
    }
    answered_here(&test, &tenant, "omer@hillside.example", &second).await;
    counts_as_their_own(&test, &tenant).await;
}

#[tokio::test]
async fn of_two_windows_one_answers_and_a_no_is_final() {
    let test = site().await;
    let tenant = institution_with(&test, MEASURING).await;
    let (id, link) = asked(&test, &tenant, BOSS).await;
    let mut device = Authenticator::new(HERE, b"a device");
    let begun = passkey_for(&test, &link, &mut device).await.unwrap();
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
    let (_, link) = asked(&test, &tenant, BOSS).await;
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
    let did = institution_of(&test, &tenant).await.did.unwrap();
    // Who signed elsewhere may be a person, whom the log does not name.
    let expected = Entry::Endorsement {
        issuer: did.clone(),
        subject,
        sha256: (test.world.crypto.sha256)(&theirs),
    };
    assert_eq!(given[0].1, &expected);
    assert!(version < given[0].0);
    assert_eq!(given[1].1.issuer(), did, "whoever recorded it signed it");
}

/// What a bloc agreed on is endorsed as an achievement is, each release by itself.
#[tokio::test]
async fn a_release_of_a_mapping_set_is_endorsed_and_says_by_whom() {
    let test = site().await;
    let (tenant, set, _) = agreed(&test).await;
    let release = async || {
        let order = releasing(&tenant, &set);
        crosswalk::release(&test, &order).await.unwrap();
    };
    let endorsers = async || {
        let found = crosswalk::set(&test, &tenant, &set).await.unwrap();
        let releases = found.unwrap().releases.into_iter();
        releases.map(|one| one.endorsers).collect::<Vec<_>>()
    };
    release().await;
    assert_eq!(endorsers().await, [None]);
    let order = AskEndorsement {
        kind: EndorsedKind::MappingSet,
        thing: set.clone(),
        ..asking(&test, &tenant, BOSS)
    };
    let id = ask_endorsement(&test, &order).await.unwrap().id;
    work_until_idle(&test).await.unwrap();
    let link = token(&test, BOSS);
    let asked = look(&test, &link).await.unwrap().unwrap().request;
    assert_eq!((asked.kind, asked.version), (EndorsedKind::MappingSet, 1));
    with_passkey(&test, &link).await.unwrap();
    // The list that its status stands in is published behind it.
    work_until_idle(&test).await.unwrap();
    let signed = file_of(&test, &id, false).await;
    assert_eq!(signed["credentialSubject"]["id"], json!(asked.subject));
    stands(&test, &signed).await;
    let list = json_at(&test, LIST).await.unwrap();
    assert_eq!(
        (&list["standing"], &list["sha256"]),
        (&json!(1), &json!(asked.sha256))
    );
    hosts_are_told_of_every_file(&test).await;

    // Both end, and somebody has to look at them again then.
    let ends = async || {
        let all = endings(&test, &tenant).await.unwrap().into_iter();
        let own = all.filter(|one| (one.thing, &one.id) == (Thing::MappingSet, &set));
        own.map(|one| (one.what, one.whose, one.over))
            .collect::<Vec<_>>()
    };
    let agreement = |ended| (EndingKind::Agreement, None, ended);
    let endorsement = |ended| {
        (
            EndingKind::Endorsement,
            Some("Çelik Makina (celik.example)".to_owned()),
            ended,
        )
    };
    let mut told = ends().await;
    told.sort();
    assert_eq!(told, [agreement(false), endorsement(false)]);

    release().await;
    let name = "Çelik Makina (celik.example)".to_owned();
    assert_eq!(
        endorsers().await,
        [None, Some(vec![name])],
        "that release only"
    );
    withdraw(&test, &link, "Out of date.").await.unwrap();
    assert_eq!(
        ends().await,
        [agreement(false)],
        "nobody asks again for what was taken back"
    );
    test.clock.advance_millis(364 * DAY_MS);
    test.clock.advance_millis(10 * DAY_MS);
    assert_eq!(ends().await, [agreement(true)], "now");
    assert_eq!(endorsers().await, [None, Some(Vec::new())]);
    assert_eq!(json_at(&test, LIST).await.unwrap()["standing"], 0);
}

const LIST: Which<'static> = Which::MappingEndorsements {
    set: "machining",
    number: 1,
};
