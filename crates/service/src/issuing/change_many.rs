//! Withdrawing, pausing and reinstating many credentials with one reason: looking at what it would do, and doing it.
//!
//! Whom it is about is stored before the first is changed; a job is queued with it, so that what is begun is brought to its end,
//! whatever happens to whoever began it.

use std::time::Duration;

use touchstone_store::{
    AuditLine, BulkChangeRow, BulkItemRow, CredentialRow, ItemFilter, LearnerRow, StoreError,
    TenantId,
};
use touchstone_vc::Timestamp;

use super::{
    ManyChoice, ReasonError, ReinstateError, RevokeError, SuspendError, Which,
    carry_change::{again, carry_all},
    choose_many,
    revoke::reason,
};
use crate::World;

/// What becomes of a credential.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Fate {
    /// It is withdrawn for good.
    Revoke,
    /// It is paused.
    Suspend,
    /// It stands again after a pause.
    Reinstate,
}

impl Fate {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Revoke, Self::Suspend, Self::Reinstate];

    /// Its name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Revoke => "revoke",
            Self::Suspend => "suspend",
            Self::Reinstate => "reinstate",
        }
    }

    /// Reads it by its name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|fate| fate.as_str() == name)
    }
}

/// A request to change many credentials.
#[derive(Clone, Debug)]
pub struct ManyChanges {
    /// The institution.
    pub tenant: TenantId,
    /// The credentials.
    pub credentials: Vec<String>,
    /// Who asks, as proven by the caller.
    pub actor: String,
    /// What becomes of them.
    pub fate: Fate,
    /// Why, in words that the holders and every verifier may read.
    pub reason: String,
}

/// What became of one credential.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Changed {
    /// The credential, as it was named.
    pub credential: String,
    /// Its place in the order asked, from nought.
    pub position: i64,
    /// What became of it.
    pub outcome: Outcome,
}

/// What became of it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Outcome {
    /// It has not had its turn.
    Waits,
    /// It was changed.
    Changed,
    /// It stays as it is.
    Stays(Unchanged),
}

impl Outcome {
    /// Why it stays as it is; `None` if it was changed.
    pub fn why(self) -> Option<Unchanged> {
        match self {
            Self::Stays(why) => Some(why),
            Self::Waits | Self::Changed => None,
        }
    }
}

/// Changes credentials one after the other, and answers in their order.
///
/// A reason that cannot be shown is refused before the first; what a fault of the database leaves undone is done by the job.
#[crate::boxed]
pub async fn change_many(world: &World, order: &ManyChanges) -> Result<Vec<Changed>, ManyError> {
    reason(&order.reason)?;
    let choice = ManyChoice {
        tenant: order.tenant.clone(),
        actor: order.actor.clone(),
        fate: order.fate,
        which: Which::These(order.credentials.clone()),
    };
    let change = choose_many(world, &choice).await?;
    let beginning = Beginning {
        tenant: order.tenant.clone(),
        actor: order.actor.clone(),
        change: change.clone(),
        reason: order.reason.clone(),
    };
    begin(world, &beginning, WHILE_WE_DO_IT).await?;
    carry_all(world, &order.tenant, &change).await?;
    let mut all = Vec::with_capacity(order.credentials.len());
    loop {
        let last = i64::try_from(all.len()).unwrap_or(i64::MAX) - 1;
        let some = outcomes(world, &order.tenant, &change, ItemFilter::Any, last).await?;
        if some.is_empty() {
            return Ok(all);
        }
        all.extend(some);
    }
}

/// A request to begin what was chosen.
#[derive(Clone, Debug)]
pub struct Beginning {
    /// The institution.
    pub tenant: TenantId,
    /// Who asks, as proven by the caller.
    pub actor: String,
    /// What [`choose_many`] answered.
    pub change: String,
    /// Why, in words that the holders and every verifier may read.
    pub reason: String,
}

/// Begins what was chosen: from now on a job changes one after the other. Beginning it again changes nothing.
#[crate::boxed]
pub async fn begin_change(world: &World, order: &Beginning) -> Result<(), ManyError> {
    begin(world, order, Duration::ZERO).await
}

async fn begin(world: &World, order: &Beginning, after: Duration) -> Result<(), ManyError> {
    let reason = reason(&order.reason)?;
    let now = world.clock.now();
    let wait = i64::try_from(after.as_millis()).unwrap_or(i64::MAX);
    let due = Timestamp::from_unix_millis(now.unix_millis().saturating_add(wait));
    let begun = world.store.write(|mut tx| async move {
        let (tenant, change) = (&order.tenant, order.change.as_str());
        let there = tx.bulk_change(tenant, change).await?;
        let there = there.ok_or(ManyError::NoSuchChange)?;
        tx.begin_bulk_change(tenant, change, &order.actor, reason)
            .await?;
        tx.audit([AuditLine {
            tenant: tenant.clone(),
            at: now.unix_millis(),
            actor: order.actor.clone(),
            action: "credential.change-many".into(),
            subject: change.to_owned(),
            detail: serde_json::json!({
                "fate": there.fate, "credentials": there.total, "reason": reason,
            })
            .to_string(),
        }])
        .await?;
        let job = again(tenant, change).queued(&*world.rng, now, due);
        Ok::<_, ManyError>(tx.enqueue(job).await?)
    });
    match begun.await {
        // It was begun before.
        Err(ManyError::Store(StoreError::Conflict {
            table: "bulk_change",
        })) => Ok(()),
        begun => begun,
    }
}

/// A change, as it stands. `None` if the institution has none of that id.
#[crate::boxed]
pub async fn change(
    world: &World,
    tenant: &TenantId,
    id: &str,
) -> Result<Option<BulkChangeRow>, StoreError> {
    world.store.read().bulk_change(tenant, id).await
}

/// What became of the credentials of a change after a place in its order; up to a thousand.
pub async fn outcomes(
    world: &World,
    tenant: &TenantId,
    change: &str,
    filter: ItemFilter<'_>,
    after: i64,
) -> Result<Vec<Changed>, StoreError> {
    let reader = world.store.read();
    let items = reader
        .bulk_items(tenant, change, filter, after, PAGE)
        .await?;
    items.into_iter().map(Changed::read).collect()
}

/// Those of a change that stay as they are.
pub const STAYED: ItemFilter<'static> = ItemFilter::Other(CHANGED);

impl Changed {
    fn read(item: BulkItemRow) -> Result<Self, StoreError> {
        let outcome = match item.outcome.as_str() {
            "" => Outcome::Waits,
            CHANGED => Outcome::Changed,
            word => Outcome::Stays(Unchanged::parse(word).ok_or(StoreError::Corrupt {
                table: "bulk_item",
                column: "outcome",
            })?),
        };
        Ok(Self {
            credential: item.credential,
            position: item.position,
            outcome,
        })
    }
}

/// Somebody whose credential would change or stay as it is.
#[derive(Debug)]
pub struct Foreseen {
    /// The credential.
    pub credential: CredentialRow,
    /// Whose it is.
    pub learner: Option<LearnerRow>,
    /// It would be changed, or why it would stay as it is.
    pub outcome: Result<(), Unchanged>,
}

/// What changing these credentials would do, in their order. Those that the institution never issued are left out.
#[crate::boxed]
pub async fn foresee(
    world: &World,
    tenant: &TenantId,
    fate: Fate,
    credentials: &[String],
) -> Result<Vec<Foreseen>, StoreError> {
    let reader = world.store.read();
    let mut rows = reader.credentials_by_id(tenant, credentials).await?;
    let mut seen = Vec::with_capacity(rows.len());
    for id in credentials {
        let Some(place) = rows.iter().position(|row| row.id == *id) else {
            continue;
        };
        let credential = rows.swap_remove(place);
        seen.push(Foreseen {
            outcome: would(fate, &credential),
            learner: reader.learner(tenant, &credential.learner).await?,
            credential,
        });
    }
    Ok(seen)
}

/// By its row, as the use cases decide.
fn would(fate: Fate, row: &CredentialRow) -> Result<(), Unchanged> {
    match fate {
        Fate::Revoke if row.revoked_at.is_some() => Err(Unchanged::AlreadyRevoked),
        Fate::Revoke if row.status_list.is_none() => Err(Unchanged::NotRevocable),
        Fate::Suspend if row.revoked_at.is_some() => Err(Unchanged::AlreadyRevoked),
        Fate::Suspend if row.suspended_at.is_some() => Err(Unchanged::AlreadySuspended),
        Fate::Suspend if row.suspension_list.is_none() => Err(Unchanged::NotSuspendable),
        Fate::Reinstate if row.revoked_at.is_some() => Err(Unchanged::AlreadyRevoked),
        Fate::Reinstate if row.suspended_at.is_none() => Err(Unchanged::NotSuspended),
        Fate::Revoke | Fate::Suspend | Fate::Reinstate => Ok(()),
    }
}

/// Why a credential stays as it is.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Unchanged {
    /// This institution never issued it.
    #[error("no such credential")]
    NoSuchCredential,
    /// It was revoked before, for good.
    #[error("it was withdrawn before")]
    AlreadyRevoked,
    /// It was suspended before.
    #[error("it was paused before")]
    AlreadySuspended,
    /// It is not suspended.
    #[error("it is not paused")]
    NotSuspended,
    /// It was issued without an entry in a status list.
    #[error("it was issued without a way to withdraw it")]
    NotRevocable,
    /// Its achievement did not allow suspension when it was issued.
    #[error("its achievement did not allow pauses when it was issued")]
    NotSuspendable,
}

impl Unchanged {
    const ALL: [Self; 6] = [
        Self::NoSuchCredential,
        Self::AlreadyRevoked,
        Self::AlreadySuspended,
        Self::NotSuspended,
        Self::NotRevocable,
        Self::NotSuspendable,
    ];

    /// The word that is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NoSuchCredential => "no-such-credential",
            Self::AlreadyRevoked => "already-revoked",
            Self::AlreadySuspended => "already-suspended",
            Self::NotSuspended => "not-suspended",
            Self::NotRevocable => "not-revocable",
            Self::NotSuspendable => "not-suspendable",
        }
    }

    fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|why| why.as_str() == word)
    }
}

/// Why nothing, or no more, was changed.
#[derive(Debug, thiserror::Error)]
pub enum ManyError {
    /// The reason is empty or too long. Nothing was changed.
    #[error(transparent)]
    Reason(#[from] ReasonError),
    /// No such change, or it was never begun and is forgotten.
    #[error("this choice is not kept any more; choose again")]
    NoSuchChange,
    /// The database failed. What was done before stays done, and what was begun is brought to its end.
    #[error(transparent)]
    Store(#[from] StoreError),
}

pub(super) enum Failed {
    Unchanged(Unchanged),
    Reason,
    Store(StoreError),
}

impl From<RevokeError> for Failed {
    fn from(error: RevokeError) -> Self {
        match error {
            RevokeError::AlreadyRevoked => Self::Unchanged(Unchanged::AlreadyRevoked),
            RevokeError::NoSuchCredential => Self::Unchanged(Unchanged::NoSuchCredential),
            RevokeError::NotRevocable => Self::Unchanged(Unchanged::NotRevocable),
            RevokeError::Reason(_) => Self::Reason,
            RevokeError::Store(error) => Self::Store(error),
        }
    }
}

impl From<SuspendError> for Failed {
    fn from(error: SuspendError) -> Self {
        match error {
            SuspendError::NoSuchCredential => Self::Unchanged(Unchanged::NoSuchCredential),
            SuspendError::Revoked => Self::Unchanged(Unchanged::AlreadyRevoked),
            SuspendError::AlreadySuspended => Self::Unchanged(Unchanged::AlreadySuspended),
            SuspendError::NotSuspendable => Self::Unchanged(Unchanged::NotSuspendable),
            SuspendError::Reason(_) => Self::Reason,
            SuspendError::Store(error) => Self::Store(error),
        }
    }
}

impl From<ReinstateError> for Failed {
    fn from(error: ReinstateError) -> Self {
        match error {
            ReinstateError::NoSuchCredential => Self::Unchanged(Unchanged::NoSuchCredential),
            ReinstateError::NotSuspended => Self::Unchanged(Unchanged::NotSuspended),
            ReinstateError::Reason(_) => Self::Reason,
            ReinstateError::Store(error) => Self::Store(error),
        }
    }
}

/// The outcome of what was changed.
pub(super) const CHANGED: &str = "changed";
/// How long the job leaves a change to whoever began it and does it at once.
const WHILE_WE_DO_IT: Duration = Duration::from_secs(30);
const PAGE: u64 = 1_000;
