//! What the clock makes due: [`wind`] queues it, and does the housekeeping that needs no job.
//!
//! **Rule:** a chore that fails for another reason than the database is told and comes again at the next turn; it holds up no other.

use touchstone_store::StoreError;
use touchstone_vc::CLOCK_SKEW_MS;
use tracing::{error, warn};

use super::{
    again::revive_given_up,
    audit::{RootError, root_due},
    job::Job,
    signing_key::{self, SigningKeyError},
};
use crate::{
    World, issuing,
    logging::{self, LogError},
    verifying,
};

/// Queues what the clock makes due (lists to be signed anew, mails to be tried again, reminders), forgets what has expired, and looks after the
/// audit record and the log.
#[crate::boxed]
pub async fn wind(world: &World) -> Result<(), StoreError> {
    queue_due(world).await?;
    revive_given_up(world).await?;
    forget_expired(world).await?;
    tend_records(world).await
}

async fn queue_due(world: &World) -> Result<(), StoreError> {
    let now = world.clock.now();
    let reader = world.store.read();
    let mut jobs = vec![
        Job::Deliver {},
        Job::Remind {},
        Job::ForgetApplications {},
        Job::TellWebhooks {},
    ];
    if !world.recognition.sources.is_empty() {
        jobs.push(Job::ReadRegisters {});
    }
    if !world.recognition.authority_hints.is_empty() {
        jobs.push(Job::PublishEntities {});
    }
    if world.keys.most_days.is_some() {
        jobs.push(Job::RotateKeys {});
    }
    if verifying::documents_due(world).await? {
        jobs.push(Job::CompareDocuments {});
    }
    let latest = now.plus_millis(CLOCK_SKEW_MS).unix_millis();
    let due = reader.publications_due(now.unix_millis(), latest).await?;
    for publication in due {
        if let Some(list) = reader.status_list_of_any_tenant(&publication.list).await? {
            jobs.push(Job::PublishStatus {
                tenant: list.tenant.to_string(),
                list: list.id,
            });
        }
    }
    let queued = jobs.iter().map(|job| job.queued(&*world.rng, now, now));
    let queued: &Vec<_> = &queued.collect();
    world
        .store
        .write(|mut tx| async move {
            for job in queued {
                tx.enqueue(job.clone()).await?;
            }
            Ok(())
        })
        .await
}

async fn forget_expired(world: &World) -> Result<(), StoreError> {
    let now = world.clock.now().unix_millis();
    verifying::forget_old_copies(world).await?;
    world
        .store
        .write(|mut tx| async move {
            tx.sweep(now, now - ANSWERS_MS).await?;
            tx.forget_sign_ups(now).await?;
            tx.forget_chosen(now - CHOSEN_MS).await
        })
        .await?;
    issuing::forget_drafts(world, now - DRAFT_MS).await?;
    match signing_key::wipe_unfinished(world).await {
        Ok(()) => {}
        Err(SigningKeyError::Store(error)) => return Err(error),
        Err(error) => warn!(%error, "a key that was not taken in is not wiped yet"),
    }
    Ok(())
}

/// The institutions' records, and the log: what each has to state, and what becomes of its files.
async fn tend_records(world: &World) -> Result<(), StoreError> {
    logging::state_witnesses(world).await?;
    match root_due(world).await {
        Ok(()) => {}
        Err(RootError::Store(error)) => return Err(error),
        Err(error) => warn!(%error, "no root of the audit record was made"),
    }
    told(
        logging::thin_witnessed(world).await,
        "checkpoints that witnesses saw were not thinned out",
    )?;
    match logging::scrub(world).await {
        Err(error @ LogError::Tiles { .. }) => {
            error!(%error, "ALARM: the stored log is not as it was signed");
        }
        read => told(read, "some of the stored log could not be read")?,
    }
    told(
        logging::prune(world).await,
        "partial tiles of the log were not taken away",
    )
}

/// Passes an error of the database on; any other is told as what was not done.
fn told<T>(done: Result<T, LogError>, what: &str) -> Result<(), StoreError> {
    match done {
        Ok(_) => Ok(()),
        Err(LogError::Store(error)) => Err(error),
        Err(error) => {
            warn!(%error, "{what}");
            Ok(())
        }
    }
}

/// How long a repeated request gets the first answer: a day.
const ANSWERS_MS: i64 = 24 * 60 * 60 * 1_000;
/// How long a choice of credentials is kept that is never begun: a day.
const CHOSEN_MS: i64 = 24 * 60 * 60 * 1_000;
/// How long reading a list may take: an hour. A draft older than that was left behind by a crash.
const DRAFT_MS: i64 = 60 * 60 * 1_000;
