//! What an operator watches, as of now: how much was issued and delivered, what failed, what waits, how old the status lists are.
//!
//! **Invariant:** sums over the whole installation; no tenant, person or credential can be told from them.

use touchstone_store::{DeliveryState, StoreError};
use touchstone_vc::Timestamp;
use tracing::warn;

use super::job::Job;
use crate::{
    World,
    logging::{LogError, Standing, standing},
    verifying,
};

/// What is watched.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Gauges {
    /// Credentials that were ever sealed.
    pub issued: u64,
    /// Deliveries by state, each state once.
    pub deliveries: Vec<(&'static str, u64)>,
    /// How long ago the oldest of the published status lists was signed, in seconds.
    pub status_age_seconds: Option<i64>,
    /// How long it takes until the first of them goes stale, in seconds; negative if one is.
    pub status_stale_in_seconds: Option<i64>,
    /// How long a changed status list has waited to be published, in seconds.
    pub status_waits_seconds: i64,
    /// Jobs that wait.
    pub jobs_ready: u64,
    /// Jobs in work.
    pub jobs_leased: u64,
    /// Jobs that were given up.
    pub jobs_dead: u64,
    /// Jobs that failed and are tried again.
    pub jobs_failing: u64,
    /// For how long the longest waiting job has been due, in seconds.
    pub jobs_oldest_seconds: i64,
    /// How long ago the first lease of a job in work ran out, in seconds.
    pub jobs_lost_seconds: i64,
    /// Whether the signer of the institutions' keys answers.
    pub signer_ready: bool,
    /// Copies of other issuers' documents.
    pub remote_documents: u64,
    /// Institutions whose DID resolves to a document that is none of theirs, or in which a key counts that was given up.
    pub foreign_documents: u64,
    /// The public log. `None` before it is begun, and where it cannot be told how it stands.
    pub log: Option<Standing>,
    /// How long ago its checkpoint was first shown, in seconds.
    pub log_age_seconds: i64,
    /// For how long the longest of what waits to be entered has waited, in seconds.
    pub log_waits_seconds: i64,
}

/// Reads what is watched.
#[crate::boxed]
pub async fn gauges(world: &World) -> Result<Gauges, StoreError> {
    let now = world.clock.now().unix_millis();
    let reader = world.store.read();
    let rows = reader.gauges(Job::PUBLISH_STATUS).await?;
    let queue = reader.queue_depth().await?;
    let since = |at: i64| (now - at).div_euclid(1_000);
    let counted = |state: DeliveryState| {
        let found = rows.deliveries.iter().find(|(known, _)| *known == state);
        (state.as_str(), found.map_or(0, |(_, n)| *n))
    };
    let log = match standing(world).await {
        Ok(log) => log,
        Err(LogError::Store(error)) => return Err(error),
        Err(error) => {
            warn!(%error, "no metrics of the public log");
            None
        }
    };
    let moment = |at: Timestamp| since(at.unix_millis()).max(0);
    Ok(Gauges {
        log_age_seconds: log.as_ref().map_or(0, |log| moment(log.shown_at)),
        log_waits_seconds: log
            .as_ref()
            .and_then(|log| log.queued_since)
            .map_or(0, moment),
        log,
        foreign_documents: verifying::foreign_documents(world).await?,
        issued: rows.issued,
        deliveries: STATES.map(counted).into(),
        status_age_seconds: rows.oldest_publication_at.map(since),
        status_stale_in_seconds: rows.first_stale_at.map(|at| -since(at)),
        status_waits_seconds: rows
            .publication_waits_since
            .map_or(0, |at| since(at).max(0)),
        jobs_ready: queue.ready,
        jobs_leased: queue.leased,
        jobs_dead: queue.dead,
        jobs_failing: rows.failing_jobs,
        jobs_oldest_seconds: queue.oldest_run_at.map_or(0, |at| since(at).max(0)),
        jobs_lost_seconds: queue.first_lease_until.map_or(0, |at| since(at).max(0)),
        signer_ready: world.signer.ready().await.is_ok(),
        remote_documents: rows.remote_documents,
    })
}

const STATES: [DeliveryState; 5] = [
    DeliveryState::Queued,
    DeliveryState::Sent,
    DeliveryState::Retry,
    DeliveryState::Bounced,
    DeliveryState::Dead,
];
