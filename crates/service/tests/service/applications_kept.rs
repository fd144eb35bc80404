//! What an application rests on: badges of version 2.0 stay what they are, and looking at applications waits for nobody.

use serde_json::{Value, json};
use touchstone_service::{
    World,
    crosswalk::{Besides, RoleOrder, TaskOrder, Verdict, write_role},
    hiring::{
        Application, By, Posting, application, application_in_full, applications, look,
        open_posting, posting, preview, take_back,
    },
    operations::work_until_idle,
    ports::{FetchError, Fetched},
    verifying::{Reach, check},
};
use touchstone_store::{ApplicationFileRow, ApplicationRow, TenantId};
use touchstone_testkit::{TestWorld, world};

use crate::applications::{SKILL, both, credential, opening, sent};

const ASSERTION: &str = "https://badges.example/assertions/7";
const CLASS: &str = "https://badges.example/classes/measuring";
const ISSUER: &str = "https://badges.example/issuer";
const MINUTE_MS: i64 = 60_000;

fn document(value: &Value) -> Result<Fetched, FetchError> {
    Ok(Fetched {
        bytes: value.to_string().into_bytes(),
        media_type: "application/ld+json".into(),
    })
}

/// A hosted badge, and a site that vouches for it.
fn hosted(world: &TestWorld) -> Vec<u8> {
    hosted_at(world, ASSERTION, CLASS)
}

fn hosted_at(world: &TestWorld, at: &str, class_at: &str) -> Vec<u8> {
    let context = "https://w3id.org/openbadges/v2";
    let assertion = json!({
        "@context": context, "type": "Assertion", "id": at, "badge": class_at,
        "recipient": {"type": "email", "hashed": false, "identity": "amara@example.org"},
        "issuedOn": "2026-11-12T09:00:00Z", "verification": {"type": "hosted"},
    });
    let class = json!({
        "@context": context, "type": "BadgeClass", "id": class_at, "name": "Measuring",
        "description": "Measures parts.", "image": "https://badges.example/measuring.png",
        "criteria": "https://badges.example/criteria", "issuer": ISSUER,
        "alignment": [{"targetName": "Measures parts", "targetUrl": SKILL}],
    });
    let issuer = json!({
        "@context": context, "type": "Issuer", "id": ISSUER, "name": "Old school",
        "url": "https://badges.example/", "email": "badges@example.org",
    });
    for (url, value) in [(at, &assertion), (class_at, &class), (ISSUER, &issuer)] {
        world.fetch.answer(url, document(value));
    }
    assertion.to_string().into_bytes()
}

/// A posting that asks for one task, at any level.
async fn asking(world: &World, employer: &TenantId) -> Posting {
    let order = RoleOrder {
        tenant: employer.clone(),
        actor: "boss".into(),
        id: None,
        title: "Machinist".into(),
        tasks: vec![TaskOrder {
            id: SKILL.into(),
            label: "Measures parts".into(),
            must: true,
            ..TaskOrder::default()
        }],
        public: false,
        new_link: false,
        seen: None,
        drawn: None,
    };
    let role = write_role(world, &order).await.unwrap();
    let id = open_posting(world, &opening(employer, &role))
        .await
        .unwrap();
    posting(world, employer, &id).await.unwrap().unwrap()
}

async fn list(world: &World, employer: &TenantId, of: &Posting) -> Vec<Application> {
    let (id, besides) = (&of.row.id, Besides::LeftOut);
    let list = applications(world, employer, id, By::Nothing, "", 9, besides).await;
    list.unwrap().unwrap().applications
}

#[tokio::test]
async fn a_badge_of_version_2_reads_after_it_was_sent_as_its_preview_did() {
    let world = world().await;
    let (_, employer) = both(&world).await;
    let posting = asking(&world, &employer).await;
    let files = [hosted(&world)];
    let seen = preview(&world, &posting, &files).await.unwrap();
    assert_eq!(seen.reading.tasks[0].verdict, Verdict::Met);
    assert_eq!(seen.credentials[0].bytes, files[0], "as it was handed in");
    let reader = world.store.read();
    for url in [ASSERTION, CLASS, ISSUER] {
        let kept = reader.remote_document(url).await.unwrap();
        assert_eq!(kept, None, "nothing is kept before it is sent: {url}");
    }

    let token = sent(&world, &posting, &[seen.credentials[0].bytes.clone()]).await;
    let before = &list(&world, &employer, &posting).await[0];
    assert_eq!(
        before.reading.shown[0].verdict,
        touchstone_vc::Verdict::Unknown
    );
    assert!(before.age.incomplete, "nobody has looked for it yet");
    work_until_idle(&world).await.unwrap();
    let after = application(&world, &employer, &before.id).await.unwrap();
    let after = after.unwrap();
    assert_eq!(after.reading.tasks[0].verdict, Verdict::Met);
    assert_eq!(after.reading.shown[0], seen.reading.shown[0]);
    assert!(!after.age.incomplete);
    let full = application_in_full(&world, &employer, &before.id).await;
    assert_eq!(full.unwrap().unwrap().credentials[0].bytes, files[0]);
    assert_eq!(reader.remote_document(ASSERTION).await.unwrap(), None);
    assert_eq!(copies(&world, &employer, &after.id).await, 1);
    assert!(take_back(&world, &token).await.unwrap());
    assert_eq!(
        copies(&world, &employer, &after.id).await,
        0,
        "and with it goes the copy"
    );
}

async fn copies(world: &World, employer: &TenantId, id: &str) -> usize {
    let copies = world.store.read().application_copies(employer, id).await;
    copies.unwrap().len()
}

#[tokio::test]
async fn looking_asks_nobody_and_what_is_old_is_looked_for_once_in_a_while() {
    let world = world().await;
    let (_, employer) = both(&world).await;
    let posting = asking(&world, &employer).await;
    let token = sent(&world, &posting, &[hosted(&world)]).await;
    work_until_idle(&world).await.unwrap();
    let asked = world.fetch.asked().len();
    let as_of = list(&world, &employer, &posting).await[0].age.as_of;
    for minutes in [1, 14, 16] {
        world.clock.advance_millis(minutes * MINUTE_MS);
        let list = list(&world, &employer, &posting).await;
        assert_eq!(list[0].age.as_of, as_of, "its age is told");
        assert!(look(&world, &token).await.unwrap().is_some());
        assert_eq!(
            world.fetch.asked().len(),
            asked,
            "whoever looks waits for nobody"
        );
        // What is due is looked for after the look, once.
        if minutes < 16 {
            continue;
        }
        work_until_idle(&world).await.unwrap();
        assert_eq!(world.fetch.asked().len(), asked + 3);
    }
    let fresh = list(&world, &employer, &posting).await;
    assert!(fresh[0].age.as_of > as_of);
    assert_eq!(fresh[0].reading.tasks[0].verdict, Verdict::Met);
}

#[tokio::test]
async fn one_whose_issuer_is_away_becomes_unknown_and_slows_nobody() {
    let world = world().await;
    let (school, employer) = both(&world).await;
    let posting = asking(&world, &employer).await;
    sent(&world, &posting, &[hosted(&world)]).await;
    sent(&world, &posting, &[credential(&world, &school).await]).await;
    work_until_idle(&world).await.unwrap();
    for url in [ASSERTION, CLASS, ISSUER] {
        world.fetch.answer(url, Err(FetchError::TimedOut));
    }
    let met = |list: &[Application]| {
        let met = list
            .iter()
            .filter(|one| one.reading.tasks[0].verdict == Verdict::Met);
        met.count()
    };
    world.clock.advance_millis(60 * MINUTE_MS);
    assert_eq!(
        met(&list(&world, &employer, &posting).await),
        2,
        "as of an hour ago"
    );
    work_until_idle(&world).await.unwrap();
    assert_eq!(
        met(&list(&world, &employer, &posting).await),
        2,
        "a copy of today stands"
    );

    world.clock.advance_millis(24 * 60 * MINUTE_MS);
    let asked = world.fetch.asked().len();
    let late = list(&world, &employer, &posting).await;
    assert_eq!(met(&late), 1, "the other stands as before");
    let away = late.iter().find(|one| one.age.incomplete).unwrap();
    assert_eq!(
        away.reading.shown[0].verdict,
        touchstone_vc::Verdict::Unknown
    );
    assert_eq!(away.reading.tasks[0].verdict, Verdict::NotShown);
    work_until_idle(&world).await.unwrap();
    assert_eq!(
        world.fetch.asked().len(),
        asked + 2,
        "once, in vain; a host that is away is asked nothing more"
    );
    world.clock.advance_millis(5 * MINUTE_MS);
    list(&world, &employer, &posting).await;
    work_until_idle(&world).await.unwrap();
    assert_eq!(
        world.fetch.asked().len(),
        asked + 2,
        "and is left alone for a while"
    );
}

/// A silence says nothing; `410 Gone` is how a hosted badge is withdrawn.
#[tokio::test]
async fn t34_a_badge_that_is_gone_since_reads_as_withdrawn() {
    let world = world().await;
    let (_, employer) = both(&world).await;
    let posting = asking(&world, &employer).await;
    sent(&world, &posting, &[hosted(&world)]).await;
    work_until_idle(&world).await.unwrap();
    let verdict = async || {
        let list = list(&world, &employer, &posting).await;
        list[0].reading.shown[0].verdict
    };
    let before = verdict().await;
    assert_ne!(before, touchstone_vc::Verdict::Failed);
    world.fetch.answer(ASSERTION, Err(FetchError::Status(410)));
    world.clock.advance_millis(16 * MINUTE_MS);
    assert_eq!(verdict().await, before, "nobody has looked yet");
    work_until_idle(&world).await.unwrap();
    assert_eq!(verdict().await, touchstone_vc::Verdict::Failed);
}

#[tokio::test]
async fn an_application_that_cannot_be_read_is_a_row_that_says_so() {
    let world = world().await;
    let (school, employer) = both(&world).await;
    let posting = asking(&world, &employer).await;
    sent(&world, &posting, &[credential(&world, &school).await]).await;
    let row = ApplicationRow {
        id: "0-broken".into(),
        tenant: employer.clone(),
        posting: posting.row.id.clone(),
        token_hash: "of nobody".into(),
        name: "Zoë".into(),
        contact: String::new(),
        sent_at: world.world.clock.now().unix_millis(),
        ends_at: i64::MAX,
        uncovered_at: None,
        bytes: Some(1),
    };
    let file = ApplicationFileRow {
        application: row.id.clone(),
        position: 0,
        credential: vec![b'{'],
    };
    let mut tx = world.store.begin().await.unwrap();
    tx.add_application(row, vec![file]).await.unwrap();
    tx.commit().await.unwrap();
    let list = list(&world, &employer, &posting).await;
    assert_eq!(list.len(), 2);
    assert_eq!(list[0].age.unread, 1);
    assert_eq!(list[0].reading.tasks[0].verdict, Verdict::NotShown);
    assert_eq!(list[1].age.unread, 0);
    assert_eq!(list[1].reading.tasks[0].verdict, Verdict::Met);
}

/// What strangers check pushes out nothing on which an application rests: a copy that is gone would make it unknown.
#[tokio::test]
async fn t34_copies_that_strangers_cause_push_out_none_that_an_application_needs() {
    let world = world().await;
    let (_, employer) = both(&world).await;
    let posting = asking(&world, &employer).await;
    sent(&world, &posting, &[hosted(&world)]).await;
    work_until_idle(&world).await.unwrap();
    world.clock.advance_millis(MINUTE_MS);
    let now = world.world.clock.now().unix_millis();
    for number in 0..1_001 {
        let url = format!("https://stranger.example/{number}");
        let kept = world.store.keep_remote_document(&url, vec![b'{'], now);
        kept.await.unwrap();
    }
    let class = "https://badges.example/classes/turning";
    let other = hosted_at(&world, "https://badges.example/assertions/8", class);
    check(&world, &other, None, Reach::Network).await.unwrap();
    let reader = world.store.read();
    let stranger = reader.remote_document("https://stranger.example/7").await;
    assert_eq!(stranger.unwrap(), None, "too many were swept");
    let list = list(&world, &employer, &posting).await;
    assert_eq!(list[0].reading.tasks[0].verdict, Verdict::Met);
    assert!(!list[0].age.incomplete);
}

/// An applicant sees before sending what the employer will read.
#[tokio::test]
async fn what_is_too_large_to_be_kept_with_an_application_counts_in_no_preview() {
    for (url, length) in [(CLASS, 1 << 20), (ASSERTION, 32 << 10)] {
        let world = world().await;
        let (_, employer) = both(&world).await;
        let posting = asking(&world, &employer).await;
        let files = [hosted(&world)];
        let small = preview(&world, &posting, &files).await.unwrap();
        assert_eq!(small.reading.tasks[0].verdict, Verdict::Met);
        let mut large = world.world.fetch.fetch(url).await.unwrap();
        large.bytes.extend(vec![b' '; length]);
        world.fetch.answer(url, Ok(large));

        let seen = preview(&world, &posting, &files).await.unwrap();
        assert_eq!(seen.reading.tasks[0].verdict, Verdict::NotShown, "{url}");
        assert!(seen.credentials[0].too_large);
        sent(&world, &posting, &files).await;
        work_until_idle(&world).await.unwrap();
        let list = list(&world, &employer, &posting).await;
        assert_eq!(list[0].reading.shown[0], seen.reading.shown[0]);
        let full = application_in_full(&world, &employer, &list[0].id).await;
        assert!(full.unwrap().unwrap().credentials[0].too_large);
    }
}
