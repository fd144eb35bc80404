//! Employers with applications that hold what a stolen key signed are told of it: once, with no name.

use serde_json::Value;
use touchstone_service::{
    hiring::{NewWebhook, add_webhook, take_back},
    issuing::found,
    operations::{
        Invitation, Role, Turn, join,
        signing_key::{Compromise, compromise, signing_keys},
        work_once_on, work_until_idle,
    },
};
use touchstone_store::TenantId;
use touchstone_testkit::{TestWorld, world};

use crate::{
    applications::{both, credential, opened, sent},
    signing_key::giving_up,
    support::founding,
};

async fn member(world: &TestWorld, tenant: &TenantId, email: &str, role: Role) {
    let order = Invitation {
        tenant: tenant.clone(),
        actor: "setup".into(),
        name: "Ines Albrecht".into(),
        email: email.into(),
        roles: vec![role],
    };
    join(world, &order).await.unwrap();
}

/// To whom something of a key went, and what.
fn mails(world: &TestWorld) -> Vec<(String, String)> {
    let sent = world.mail.sent().into_iter();
    let about = sent.filter(|mail| mail.subject.contains("in doubt"));
    about.map(|mail| (mail.to, mail.text)).collect()
}

fn events(world: &TestWorld) -> Vec<Value> {
    let told = world.tell.told().into_iter();
    let bodies = told.map(|message| serde_json::from_slice::<Value>(&message.body).unwrap());
    bodies
        .filter(|body| body["type"] == "application.in_doubt")
        .collect()
}

#[tokio::test]
async fn employers_are_told_of_a_stolen_key_once_and_a_rehearsal_tells_nobody() {
    let world = world().await;
    let (school, employer) = both(&world).await;
    member(&world, &employer, "boss@harbour.example", Role::Owner).await;
    member(&world, &employer, "desk@harbour.example", Role::Registrar).await;
    member(&world, &employer, "books@harbour.example", Role::Auditor).await;
    let hook = NewWebhook {
        tenant: employer.clone(),
        actor: "boss".into(),
        address: "https://ats.example/hook".into(),
    };
    add_webhook(&world, &hook).await.unwrap();
    let posting = opened(&world, &employer, true).await;
    let files = [credential(&world, &school).await];
    let gone = sent(&world, &posting, &files).await;
    sent(&world, &posting, &files).await;
    sent(&world, &posting, &files).await;
    assert!(take_back(&world, &gone).await.unwrap());
    work_until_idle(&world).await.unwrap();
    let key = signing_keys(&world, &school).await.unwrap().remove(0).id;

    let rehearsal = Compromise {
        rehearse: true,
        ..giving_up(&world, &school, &key)
    };
    compromise(&world, &rehearsal).await.unwrap();
    work_until_idle(&world).await.unwrap();
    assert_eq!((mails(&world), events(&world)), (vec![], vec![]));

    let done = compromise(&world, &giving_up(&world, &school, &key)).await;
    done.unwrap();
    for _ in 0..3 {
        work_until_idle(&world).await.unwrap();
        world.clock.advance_millis(60_000);
    }
    let mut told = mails(&world);
    told.sort_unstable();
    let whom: Vec<&str> = told.iter().map(|(to, _)| to.as_str()).collect();
    assert_eq!(whom, ["boss@harbour.example", "desk@harbour.example"]);
    for (_, text) in &told {
        let place = format!(
            "Machinist (2): https://verify.example.edu/postings/{}",
            posting.row.id
        );
        let held = "2 applications to Riverside Polytechnic hold a credential that names that key.";
        assert!(text.contains(held) && text.contains(&place), "{text}");
        for name in ["Zoë", "zoe@", "Amara", "did:"] {
            assert!(!text.contains(name), "{name} stands in {text}");
        }
    }
    let events = events(&world);
    assert_eq!(events.len(), 2);
    for event in &events {
        assert_eq!(event["data"]["posting"], posting.row.id);
        assert!(event["data"]["page"].is_string(), "{event}");
    }
}

#[tokio::test]
async fn an_employer_whose_applications_hold_nothing_of_the_key_is_not_told() {
    let world = world().await;
    let (school, employer) = both(&world).await;
    member(&world, &employer, "boss@harbour.example", Role::Owner).await;
    let posting = opened(&world, &employer, false).await;
    let text = String::from_utf8(credential(&world, &school).await).unwrap();
    let key = signing_keys(&world, &school).await.unwrap().remove(0);
    // Signed by another key of the same issuer, as far as it says.
    let other = text.replace(&key.name, &format!("{}x", key.name));
    assert_ne!(other, text);
    sent(&world, &posting, &[other.into_bytes()]).await;
    work_until_idle(&world).await.unwrap();
    let done = compromise(&world, &giving_up(&world, &school, &key.id)).await;
    done.unwrap();
    work_until_idle(&world).await.unwrap();
    assert_eq!(mails(&world), []);
}

/// What was told by then stands, whatever becomes of the turn after it.
#[tokio::test]
async fn each_employer_is_told_in_a_turn_of_its_own_and_only_once() {
    let world = world().await;
    let (school, harbour) = both(&world).await;
    let lakeside = found(&world, &founding("lakeside")).await.unwrap().tenant;
    let files = [credential(&world, &school).await];
    let all = [
        (harbour, "boss@harbour.example"),
        (lakeside, "boss@lakeside.example"),
    ];
    for (employer, email) in &all {
        member(&world, employer, email, Role::Owner).await;
        let posting = opened(&world, employer, false).await;
        sent(&world, &posting, &files).await;
    }
    work_until_idle(&world).await.unwrap();
    let key = signing_keys(&world, &school).await.unwrap().remove(0).id;
    let done = compromise(&world, &giving_up(&world, &school, &key)).await;
    done.unwrap();
    for (turn, queued) in [
        (Turn::Worked, 1),
        (Turn::Worked, 2),
        (Turn::Worked, 2),
        (Turn::Idle, 2),
    ] {
        let done = work_once_on(&world, "tell-employers").await;
        assert_eq!(done.unwrap(), turn);
        let waiting = world.store.read().jobs_of("employer-mail", 9).await;
        assert_eq!(waiting.unwrap().len(), queued);
    }
    work_until_idle(&world).await.unwrap();
    let mut told: Vec<String> = mails(&world).into_iter().map(|(to, _)| to).collect();
    told.sort_unstable();
    assert_eq!(told, ["boss@harbour.example", "boss@lakeside.example"]);
}
