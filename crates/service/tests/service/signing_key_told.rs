//! Owners are told of a key that was given up, each by itself.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use touchstone_service::World;
use touchstone_service::operations::signing_key::compromise;
use touchstone_service::operations::{Job, work_once, work_until_idle};
use touchstone_service::ports::{Clock, Mail, MailError, Message};
use touchstone_testkit::{FixedClock, world};
use touchstone_vc::Timestamp;

use crate::signing_key::giving_up;
use crate::support::{MEASURING, issued, owner};

/// Takes mails but those to one address, which is refused or waits.
struct But {
    address: &'static str,
    error: MailError,
    rest: Arc<dyn Mail>,
}

#[async_trait::async_trait]
impl Mail for But {
    async fn send(&self, message: &Message) -> Result<(), MailError> {
        match message.to == self.address {
            true => Err(self.error.clone()),
            false => self.rest.send(message).await,
        }
    }
}

#[tokio::test]
async fn an_owner_whose_mail_does_not_go_out_has_no_other_told_twice() {
    let unavailable = MailError::Unavailable("try again later".into());
    let refused = MailError::Refused("no such mailbox".into());
    for (error, left) in [(unavailable, 1), (refused, 0)] {
        let mut world = world().await;
        let (tenant, credentials) = issued(&world, MEASURING).await;
        for email in [
            "a@riverside.example",
            "b@riverside.example",
            "c@riverside.example",
        ] {
            owner(&world, &tenant, email).await;
        }
        work_until_idle(&world).await.unwrap();
        let rest = Arc::clone(&world.world.mail);
        let address = "b@riverside.example";
        world.world.mail = Arc::new(But {
            address,
            error,
            rest,
        });
        let key = &credentials[0].key_id;
        compromise(&world, &giving_up(&world, &tenant, key))
            .await
            .unwrap();
        for _ in 0..5 {
            work_until_idle(&world).await.unwrap();
            world.clock.advance_millis(60_000);
        }
        let sent = world.mail.sent();
        let told = sent
            .iter()
            .filter(|mail| mail.subject.contains("signing key"));
        let mut told: Vec<&str> = told.map(|mail| mail.to.as_str()).collect();
        told.sort_unstable();
        assert_eq!(told, ["a@riverside.example", "c@riverside.example"]);
        let waiting = world.store.read().jobs_of("key-mail", 9).await.unwrap();
        assert_eq!(
            waiting.len(),
            left,
            "only the one that waits is tried again"
        );
    }
}

/// Panics at one of the looks at the clock: beside a job that ends the worker, in a job its turn.
struct Crashing {
    rest: Arc<FixedClock>,
    left: AtomicI64,
}

impl Clock for Crashing {
    fn now(&self) -> Timestamp {
        assert_ne!(self.left.fetch_sub(1, Ordering::SeqCst), 0, "a crash");
        self.rest.now()
    }
}

/// A version before queued one job for all of them. Wherever a crash interrupts its being taken apart, everybody is told once.
#[tokio::test]
async fn a_mail_to_all_owners_that_an_earlier_version_queued_is_taken_apart_once() {
    let mut crashes = 0;
    loop {
        let world = world().await;
        let (tenant, credentials) = issued(&world, MEASURING).await;
        owner(&world, &tenant, "ines@riverside.example").await;
        let key = &credentials[0].key_id;
        compromise(&world, &giving_up(&world, &tenant, key))
            .await
            .unwrap();
        work_until_idle(&world).await.unwrap();
        let before = world.mail.sent().len();
        let now = world.clock.now();
        let old = Job::KeyMail {
            tenant: tenant.to_string(),
            key: key.clone(),
            member: None,
        };
        let old = &old.queued(&*world.rng, now, now);
        assert!(!old.payload.contains("member"), "{}", old.payload);
        let queued = world
            .store
            .write(|mut tx| async move { tx.enqueue(old.clone()).await });
        queued.await.unwrap();

        let clock = Arc::new(Crashing {
            rest: Arc::clone(&world.clock),
            left: AtomicI64::new(crashes),
        });
        let crashing = World {
            clock: clock.clone(),
            ..world.world.clone()
        };
        let turn = tokio::task::LocalSet::new();
        let turn = turn.run_until(async move {
            tokio::task::spawn_local(async move { work_once(&crashing).await }).await
        });
        drop(turn.await);
        let crashed = clock.left.load(Ordering::SeqCst) < 0;
        // Others do what is queued by then; later somebody takes over what was left.
        for _ in 0..3 {
            work_until_idle(&world).await.unwrap();
            world.clock.advance_millis(31_000);
        }
        let sent = world.mail.sent();
        assert_eq!(sent.len(), before + 1, "crash {crashes}");
        assert_eq!(sent[before].id, sent[before - 1].id, "it is the same mail");
        if !crashed {
            break;
        }
        crashes += 1;
    }
    assert!(crashes > 1, "it was interrupted");
}
