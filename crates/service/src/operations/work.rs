//! The worker: takes what is due, and does it.
//!
//! **Invariant:** a job that fails is tried again later and given up only after many tries, or never (a batch, a status list, and whatever
//! waits for a signer that is away); what was given up is tried once a day all the same. Failing and giving up are visible (`doctor`,
//! metrics) and never silent. A worker that lost its lease commits nothing more. A job that panics has failed, and its worker goes on.

use touchstone_store::{JobRow, StoreError};
use touchstone_vc::Timestamp;
use tracing::{info, warn};

use super::{
    did_history::{self, HistoryError},
    job::{Job, Lease, lease_end, tenant},
    member::{OldAddressError, tell_old_address},
    sign_up::{MailSignUpError, mail_sign_up},
    signin::{MailLinkError, mail_link},
    signing_key::{self, SigningKeyError, TellError},
};
use crate::{
    Panicked, World, caught,
    endorsing::{self, MailEndorsementError, TellAskerError},
    hiring,
    holding::{self, DeliverError, RemindError},
    issuing::{self, IssueError, SealError},
    logging::{self, LogError},
    verifying::{self, PublishEntityError, PublishError},
};

/// What one turn of a worker did.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Turn {
    /// Did a job; there may be more.
    Worked,
    /// Nothing is due.
    Idle,
}

// A job is not known to be `Send` for every lifetime of the world, so these run where they are begun: in a `LocalSet`.

/// Takes one due job and does it.
#[crate::boxed(?Send)]
pub async fn work_once(world: &World) -> Result<Turn, StoreError> {
    work_on(world, &Job::KINDS).await
}

/// Takes one due job that waits for no stranger and does it.
#[crate::boxed(?Send)]
pub async fn work_here_once(world: &World) -> Result<Turn, StoreError> {
    work_on(world, &here()).await
}

/// The kinds of jobs that wait for no stranger.
fn here() -> Vec<&'static str> {
    let outward = |kind: &&str| Job::OUTWARD.contains(kind);
    let kinds = Job::KINDS.into_iter();
    kinds.filter(|kind| !outward(kind)).collect()
}

/// Takes one due job of a kind and does it.
#[crate::boxed(?Send)]
pub async fn work_once_on(world: &World, kind: &str) -> Result<Turn, StoreError> {
    work_on(world, &[kind]).await
}

/// Takes one due job that somebody waits for and does it, while other workers are busy with what takes long.
#[crate::boxed(?Send)]
pub async fn work_promptly_once(world: &World) -> Result<Turn, StoreError> {
    work_on(world, &Job::PROMPT).await
}

async fn work_on(world: &World, kinds: &[&str]) -> Result<Turn, StoreError> {
    let now = world.clock.now();
    let claimed = world
        .store
        .claim_jobs(kinds, now.unix_millis(), lease_end(now), 1)
        .await?;
    let Some(row) = claimed.first() else {
        return Ok(Turn::Idle);
    };
    let done = match ends_its_process(row) {
        true => Err(WorkError::EndsItsProcess),
        false => match caught(run(world, row)).await {
            Ok(Ok(Left::Ended)) => return Ok(Turn::Worked),
            Ok(Ok(Left::ToEnd)) => Ok(()),
            Ok(Err(error)) => Err(error),
            Err(panicked) => Err(panicked.into()),
        },
    };
    settle(world, row, &done).await?;
    Ok(Turn::Worked)
}

/// Whether it was begun so often and came to no end that could be written down: what happens there ends the whole process, and is what every
/// next one would begin with.
fn ends_its_process(row: &JobRow) -> bool {
    row.attempts > MAX_ATTEMPTS + MOST_LOST && !Job::NEVER_GIVEN_UP.contains(&row.kind.as_str())
}

/// Does everything that is due now, and what that makes due; then the log takes in what changed. A log that cannot be continued
/// holds nothing up: it is told, and tried again.
#[crate::boxed(?Send)]
pub async fn work_until_idle(world: &World) -> Result<(), StoreError> {
    while work_on(world, &Job::KINDS).await? == Turn::Worked {}
    log_until_idle(world).await
}

/// The same without what waits for the servers of strangers: whoever changed something here waits for none of them.
#[crate::boxed(?Send)]
pub async fn work_here_until_idle(world: &World) -> Result<(), StoreError> {
    while work_on(world, &here()).await? == Turn::Worked {}
    log_until_idle(world).await
}

async fn log_until_idle(world: &World) -> Result<(), StoreError> {
    match logging::sequence_until_idle(world).await {
        Ok(()) => Ok(()),
        Err(LogError::Store(error)) => Err(error),
        Err(error) => {
            warn!(%error, "the log was not continued");
            Ok(())
        }
    }
}

/// What is left to do with a job that was done.
enum Left {
    /// It is to be ended.
    ToEnd,
    /// What it did ended it in the same transaction: a crash in between would have had it done twice.
    Ended,
}

async fn run(world: &World, row: &JobRow) -> Result<Left, WorkError> {
    let lease = Lease::new(row);
    match Job::from_row(row)? {
        Job::IssueBatch {
            tenant: id,
            batch,
            actor,
        } => {
            issuing::carry_on(world, &lease, &tenant(&id), &batch, &actor).await?;
        }
        Job::PublishStatus { tenant: id, list } => {
            verifying::publish_status(world, &tenant(&id), &list).await?;
        }
        Job::ChangeMany { tenant: id, change } => {
            issuing::carry_change(world, &lease, &tenant(&id), &change).await?;
        }
        Job::Deliver {} => holding::deliver_due(world, &lease).await?,
        Job::Remind {} => holding::remind(world, &lease).await?,
        Job::SigninMail { address, asked_at } => mail_link(world, &address, asked_at).await?,
        Job::MovedMail {
            tenant: id,
            name,
            address,
            moved_at,
        } => tell_old_address(world, &tenant(&id), &name, &address, moved_at).await?,
        Job::ActivateKey { tenant: id, key } => {
            signing_key::activate_due(world, &tenant(&id), &key).await?;
        }
        Job::RetireKey { tenant: id, key } => {
            signing_key::retire_when_free(world, &tenant(&id), &key).await?;
        }
        Job::EndKey {
            tenant: id,
            key,
            everywhere,
        } => signing_key::end(world, &tenant(&id), &key, everywhere).await?,
        Job::ReplaceKey { tenant: id, key } => {
            signing_key::replace(world, &tenant(&id), &key).await?;
        }
        Job::KeyMail {
            tenant: id,
            key,
            member: Some(member),
        } => signing_key::tell_owner(world, &tenant(&id), &key, &member).await?,
        Job::KeyMail {
            tenant: id,
            key,
            member: None,
        } => {
            signing_key::tell_owners(world, &lease, &tenant(&id), &key).await?;
            return Ok(Left::Ended);
        }
        Job::TellEmployers {
            tenant: id,
            key,
            after,
        } => {
            signing_key::tell_employers(world, &lease, &tenant(&id), &key, &after).await?;
            return Ok(Left::Ended);
        }
        Job::EmployerMail {
            tenant: id,
            issuer,
            key,
            member,
            roles,
        } => {
            let order = signing_key::EmployerMail {
                tenant: &tenant(&id),
                issuer: &tenant(&issuer),
                key: &key,
                member: &member,
                roles: &roles,
            };
            signing_key::tell_employer(world, order).await?;
        }
        Job::RotateKeys {} => signing_key::rotate_due(world).await?,
        Job::SignHistory { tenant: id } => {
            let signed = did_history::sign(world, &tenant(&id)).await;
            // Whatever stopped it, the keys of the lines that are out may sign.
            signing_key::activate_published(world, &tenant(&id)).await?;
            signed?;
        }
        Job::EndorsementMail {
            tenant: id,
            request,
        } => endorsing::mail_endorsement(world, &tenant(&id), &request).await?,
        Job::AskerMail {
            tenant: id,
            request,
            refused,
        } => endorsing::tell_asker(world, &tenant(&id), &request, refused).await?,
        Job::SignUpMail { sign_up } => mail_sign_up(world, &sign_up).await?,
        Job::ForgetApplications {} => hiring::forget_applications(world, &lease).await?,
        Job::ReadRegisters {} => verifying::read_due(world, &lease).await?,
        Job::PublishEntities {} => verifying::publish_entities(world).await?,
        Job::CompareDocuments {} => verifying::compare_documents(world, &lease).await?,
        Job::TellWebhooks {} => hiring::tell_webhooks(world, &lease).await?,
        Job::RefreshApplications {
            tenant: id,
            posting,
            only,
            after,
        } => {
            let which = hiring::Refreshed {
                tenant: &tenant(&id),
                posting: &posting,
                only: &only,
                after: &after,
            };
            hiring::refresh_applications(world, &lease, which).await?;
        }
        Job::RemoveApplications {
            tenant: id,
            posting,
            actor,
            until,
        } => {
            let tenant = tenant(&id);
            hiring::carry_removal(world, &lease, &tenant, &posting, &actor, until).await?;
        }
    }
    Ok(Left::ToEnd)
}

/// Ends the job, or puts it back with the reason. Losing the lease in between is no failure: another worker has it.
async fn settle(
    world: &World,
    row: &JobRow,
    done: &Result<(), WorkError>,
) -> Result<(), StoreError> {
    let now = world.clock.now();
    let dedupe = Job::from_row(row).ok().map(|job| job.dedupe());
    let dedupe = dedupe.as_deref();
    let settled = world
        .store
        .write(|mut tx| async move {
            match done {
                Ok(()) => tx.complete_job(row).await,
                Err(error) if error.waits_for_the_signer() => {
                    // These tries do not count, or one ordinary failure after a long outage would be one too many.
                    let again = next_look(now, row.created_at);
                    tx.postpone_job(row, dedupe, again, &error.to_string())
                        .await
                }
                Err(error)
                    if row.attempts >= MAX_ATTEMPTS
                        && !Job::NEVER_GIVEN_UP.contains(&row.kind.as_str()) =>
                {
                    tx.bury_job(row, dedupe, &error.to_string()).await
                }
                Err(error) => {
                    let again = next_try(now, row);
                    tx.retry_job(row, dedupe, again, &error.to_string()).await
                }
            }
        })
        .await;
    match (done, &settled) {
        (_, Err(StoreError::Conflict { .. })) => {
            info!(job.id = %row.id, job.kind = %row.kind, "another worker has job {}", row.id);
            return Ok(());
        }
        (Err(error), _) => {
            warn!(job.id = %row.id, job.kind = %row.kind, %error, "job {} failed", row.id)
        }
        (Ok(()), _) => {}
    }
    settled
}

/// Waits longer after each try: 1 s, 2 s, 4 s … up to 10 minutes. A batch that failed as often as other jobs are tried may be one that can
/// never be signed: it is tried once an hour.
fn next_try(now: Timestamp, row: &JobRow) -> i64 {
    let longest = match Job::from_row(row) {
        Ok(Job::IssueBatch { .. }) if row.attempts >= MAX_ATTEMPTS => HOUR_MS,
        _ => MAX_WAIT_MS,
    };
    let wait = (1_000_i64 << row.attempts.clamp(0, 20)).min(longest);
    now.unix_millis() + wait
}

/// A signer that is away is looked for again after as long as the job has waited already: at least a second, at most a minute.
fn next_look(now: Timestamp, since: i64) -> i64 {
    let waited = now.unix_millis() - since;
    now.unix_millis() + waited.clamp(1_000, SIGNER_MS)
}

/// Why a job did not come to its end this time.
#[derive(Debug, thiserror::Error)]
enum WorkError {
    // What was read may name somebody, so only the place is told.
    #[error("the job's input cannot be read (line {}, column {})", .0.line(), .0.column())]
    Payload(#[from] serde_json::Error),
    #[error(transparent)]
    Issue(#[from] IssueError),
    #[error(transparent)]
    Publish(#[from] PublishError),
    #[error(transparent)]
    Change(#[from] StoreError),
    #[error(transparent)]
    Deliver(#[from] DeliverError),
    #[error(transparent)]
    Remind(#[from] RemindError),
    #[error(transparent)]
    SigninMail(#[from] MailLinkError),
    #[error(transparent)]
    SignUpMail(#[from] MailSignUpError),
    #[error(transparent)]
    EndorsementMail(#[from] MailEndorsementError),
    #[error(transparent)]
    AskerMail(#[from] TellAskerError),
    #[error(transparent)]
    MovedMail(#[from] OldAddressError),
    #[error(transparent)]
    Key(#[from] SigningKeyError),
    #[error(transparent)]
    History(#[from] HistoryError),
    #[error(transparent)]
    KeyMail(#[from] TellError),
    #[error(transparent)]
    Entity(#[from] PublishEntityError),
    #[error(transparent)]
    Log(#[from] LogError),
    #[error(transparent)]
    Panicked(#[from] Panicked),
    #[error("each time it is begun, the whole process ends; nothing was written down about why")]
    EndsItsProcess,
}

impl WorkError {
    /// A signer that is away comes back, and one whose PIN is wrong is given the right one: what waits for it is kept however long that takes.
    fn waits_for_the_signer(&self) -> bool {
        let (Self::Issue(IssueError::Seal(SealError::Sign(error)))
        | Self::Publish(PublishError::Sign(error))
        | Self::Entity(PublishEntityError::Sign(error))
        | Self::Key(SigningKeyError::Sign(error))
        | Self::History(HistoryError::Sign(error))) = self
        else {
            return false;
        };
        error.can_be_mended()
    }
}

/// A signer that is back finds its work within a minute.
const SIGNER_MS: i64 = 60 * 1_000;
pub(super) const MAX_ATTEMPTS: i64 = 30;
/// How often a job may be begun beyond that. Each try that fails is counted and ends there, so these are tries whose end nobody saw.
const MOST_LOST: i64 = 10;
const MAX_WAIT_MS: i64 = 10 * 60 * 1_000;
const HOUR_MS: i64 = 60 * 60 * 1_000;
