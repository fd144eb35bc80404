//! Reminders: once long before and once shortly before the end, by day, and only to whoever wants them.

use std::sync::Arc;

use async_trait::async_trait;
use touchstone_service::{
    holding::{Quiet, Reminders, choose_reminders, reminder_choice},
    issuing::revoke,
    operations::{wind, work_until_idle},
    ports::{Mail, MailError, Message},
};
use touchstone_store::{CredentialRow, TenantId};
use touchstone_testkit::{FixedClock, RecordingMail, TestDatabase, TestWorld, world, world_on};
use touchstone_vc::Timestamp;

use crate::support::{MEASURING, all, audited, confirmed, definition, institution_with};
use crate::withdraw::revocation;

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

const PEOPLE: &str = "name,email,identifier,level,result,evidence,assessor,awarded_on,language\n\
    Amara Okafor,amara@example.org,R-1,3,24 of 24,https://riverside.example/e/1.pdf,Marek Dvořák,2026-11-12,en\n\
    Jürgen Weiß,juergen@example.org,R-2,3,24 of 24,https://riverside.example/e/2.pdf,Marek Dvořák,2026-11-12,de\n\
    Lucía Ibáñez,lucia@example.org,R-3,3,24 of 24,https://riverside.example/e/3.pdf,Marek Dvořák,2026-11-12,es\n\
    Kiri Ngata,,R-4,3,24 of 24,https://riverside.example/e/4.pdf,Marek Dvořák,2026-11-12,en\n";

/// Four people whose credentials end on one day; one has no address.
async fn four(world: &TestWorld) -> (TenantId, Vec<CredentialRow>) {
    let tenant = institution_with(world, MEASURING).await;
    confirmed(world, &tenant, MEASURING, PEOPLE).await;
    work_until_idle(world).await.unwrap();
    let credentials = all(world, &tenant).await;
    assert_eq!(credentials.len(), 4);
    (tenant, credentials)
}

/// Goes to noon, so many days before the first of the credentials ends.
fn days_before_the_end(world: &TestWorld, credentials: &[CredentialRow], days: i64) {
    let end = credentials
        .iter()
        .filter_map(|row| row.valid_until)
        .min()
        .unwrap();
    let noon = (end - days * DAY_MS).div_euclid(DAY_MS) * DAY_MS + DAY_MS / 2;
    let now = world.world.clock.now().unix_millis();
    world.clock.advance_millis(noon - now);
}

/// Lets a worker do what is due; answers the reminders that went out meanwhile.
async fn turn(world: &TestWorld) -> Vec<Message> {
    let before = world.mail.sent().len();
    wind(world).await.unwrap();
    work_until_idle(world).await.unwrap();
    let sent = world.mail.sent();
    sent[before..]
        .iter()
        .filter(|mail| mail.id.starts_with("ending"))
        .cloned()
        .collect()
}

async fn reminded_twice(world: &TestWorld) {
    let (_, credentials) = four(world).await;
    let with_address = 3;
    assert_eq!(world.mail.sent().len(), with_address);

    days_before_the_end(world, &credentials, 40);
    assert!(turn(world).await.is_empty(), "too early");
    days_before_the_end(world, &credentials, 29);
    let first = turn(world).await;
    assert_eq!(first.len(), with_address);
    assert!(turn(world).await.is_empty(), "once");
    world.clock.advance_millis(5 * DAY_MS);
    assert!(turn(world).await.is_empty(), "once");
    days_before_the_end(world, &credentials, 6);
    let last = turn(world).await;
    assert_eq!(last.len(), with_address);
    assert!(turn(world).await.is_empty(), "twice");
    days_before_the_end(world, &credentials, -2);
    assert!(turn(world).await.is_empty(), "what ended is over");

    let english = first.iter().find(|mail| mail.language == "en").unwrap();
    assert!(english.subject.contains("ends soon"));
    let renewal = definition(MEASURING).renewal.unwrap();
    let told = format!("How it is renewed: {renewal}");
    assert!(english.text.contains(&told), "{}", english.text);
}

#[tokio::test]
async fn who_has_an_address_is_reminded_twice_on_sqlite() {
    reminded_twice(&world().await).await;
}

#[tokio::test]
async fn who_has_an_address_is_reminded_twice_on_postgresql() {
    reminded_twice(&world_on(TestDatabase::postgres()).await).await;
}

#[tokio::test]
async fn nobody_is_reminded_at_night_and_the_morning_makes_up_for_it() {
    let mut world = world().await;
    world.world.reminders.quiet = Quiet {
        from_hour: 12,
        until_hour: 14,
        offset_minutes: 0,
    };
    let (_, credentials) = four(&world).await;
    days_before_the_end(&world, &credentials, 20);
    assert!(turn(&world).await.is_empty());
    world.clock.advance_millis(DAY_MS / 12);
    assert!(!turn(&world).await.is_empty());
}

/// Takes a mail, and lets an hour go by.
struct SlowMail {
    mail: Arc<RecordingMail>,
    clock: Arc<FixedClock>,
}

#[async_trait]
impl Mail for SlowMail {
    async fn send(&self, message: &Message) -> Result<(), MailError> {
        self.clock.advance_millis(DAY_MS / 24);
        self.mail.send(message).await
    }
}

/// A worker that is not done by the evening stops, and goes on in the morning.
#[tokio::test]
async fn the_night_begins_while_reminders_go_out() {
    let mut world = world().await;
    world.world.reminders.quiet = Quiet {
        from_hour: 13,
        until_hour: 20,
        offset_minutes: 0,
    };
    let (_, credentials) = four(&world).await;
    days_before_the_end(&world, &credentials, 20);
    world.world.mail = Arc::new(SlowMail {
        mail: Arc::clone(&world.mail),
        clock: Arc::clone(&world.clock),
    });
    assert_eq!(turn(&world).await.len(), 1);
    world.world.mail = Arc::clone(&world.mail) as _;
    assert!(turn(&world).await.is_empty());
    world.clock.advance_millis(DAY_MS / 3);
    assert_eq!(turn(&world).await.len(), 2);
}

#[tokio::test]
async fn what_the_mail_server_did_not_take_is_tried_again_and_what_it_refused_is_not() {
    let world = world().await;
    let (_, credentials) = four(&world).await;
    days_before_the_end(&world, &credentials, 20);
    let down = MailError::Unavailable("421 closing".into());
    world.mail.fail_with(Some(down));
    assert!(turn(&world).await.is_empty());
    world.mail.fail_with(None);
    assert!(turn(&world).await.is_empty(), "not at once");
    world.clock.advance_millis(DAY_MS / 24);
    assert_eq!(turn(&world).await.len(), 3);
    world.clock.advance_millis(DAY_MS / 24);
    assert!(turn(&world).await.is_empty());
    days_before_the_end(&world, &credentials, 2);
    world
        .mail
        .fail_with(Some(MailError::Refused("550 no such box".into())));
    assert!(turn(&world).await.is_empty());
    world.mail.fail_with(None);
    assert!(turn(&world).await.is_empty());
}

#[tokio::test]
async fn reminders_can_be_switched_off_for_everybody() {
    let mut world = world().await;
    world.world.reminders = Reminders {
        enabled: false,
        ..Reminders::default()
    };
    let (_, credentials) = four(&world).await;
    days_before_the_end(&world, &credentials, 5);
    assert!(turn(&world).await.is_empty());
}

fn token(mail: &Message) -> String {
    let link = mail.unsubscribe.as_deref().unwrap();
    assert!(mail.text.contains(link) && mail.html.contains(link));
    link.rsplit('/').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_learner_who_switched_reminders_off_gets_none_until_they_are_on_again() {
    let world = world().await;
    let (tenant, credentials) = four(&world).await;
    days_before_the_end(&world, &credentials, 29);
    let first = turn(&world).await;
    let one = &first[0];
    let token = token(one);

    // Looking, as mail scanners do, changes nothing.
    for _ in 0..50 {
        let choice = reminder_choice(&world, &token).await.unwrap().unwrap();
        assert!(choice.on);
        assert_eq!(choice.institution_name, "Riverside Polytechnic");
    }
    assert!(choose_reminders(&world, &token, false).await.unwrap());
    assert!(choose_reminders(&world, &token, false).await.unwrap());
    assert!(!reminder_choice(&world, &token).await.unwrap().unwrap().on);
    assert_eq!(audited(&world, &tenant, "reminders.off").await, 1);
    assert!(!choose_reminders(&world, "guessed", false).await.unwrap());
    assert_eq!(reminder_choice(&world, "guessed").await.unwrap(), None);

    days_before_the_end(&world, &credentials, 6);
    let last = turn(&world).await;
    assert_eq!(last.len(), first.len() - 1);
    assert!(last.iter().all(|mail| mail.to != one.to));

    assert!(choose_reminders(&world, &token, true).await.unwrap());
    let on_again = turn(&world).await;
    assert_eq!(on_again.len(), 1);
    assert_eq!(on_again[0].to, one.to);
}

#[tokio::test]
async fn what_was_withdrawn_is_not_reminded_of() {
    let world = world().await;
    let (tenant, credentials) = four(&world).await;
    for row in &credentials {
        revoke(&world, &revocation(&tenant, &row.id)).await.unwrap();
    }
    days_before_the_end(&world, &credentials, 5);
    assert!(turn(&world).await.is_empty());
}

#[tokio::test]
async fn more_than_a_thousand_that_end_on_one_day_are_all_reminded() {
    let world = world().await;
    let tenant = institution_with(&world, MEASURING).await;
    let mut csv = String::from("name,email,identifier,level,result,evidence,assessor,awarded_on\n");
    for number in 0..1_100 {
        csv += &format!(
            "Learner {number},l{number}@example.org,R26-{number:05},3,24 of 24,https://riverside.example/e/{number}.pdf,Marek Dvořák,2026-11-12\n"
        );
    }
    confirmed(&world, &tenant, MEASURING, &csv).await;
    work_until_idle(&world).await.unwrap();
    let credentials = all(&world, &tenant).await;
    days_before_the_end(&world, &credentials, 20);
    assert_eq!(turn(&world).await.len(), 1_100);
    let at = Timestamp::from_unix_millis(world.world.clock.now().unix_millis());
    assert!(at.unix_millis() < credentials[0].valid_until.unwrap());
}
