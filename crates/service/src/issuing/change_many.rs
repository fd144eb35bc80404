//! Withdrawing, pausing and reinstating many credentials with one reason: looking at what it would do, and doing it.
//!
//! Each credential is changed in a transaction of its own, by the use case that changes one. What was done stays done if a later one
//! is refused or the program is stopped, and asking again says of it that it was.

use touchstone_store::{CredentialRow, LearnerRow, StoreError, TenantId};

use super::{
    ReasonError, ReinstateError, Reinstatement, Revocation, RevokeError, SuspendError, Suspension,
    reinstate,
    revoke::{self, reason},
    suspend,
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

/// What became, or would become, of one credential.
#[derive(Debug)]
pub struct Changed {
    /// The credential.
    pub credential: String,
    /// It was changed, or why it stays as it is.
    pub outcome: Result<(), Unchanged>,
}

/// Changes credentials one after the other, and answers in their order.
///
/// A reason that cannot be shown is refused before the first; a fault of the database ends it where it stands.
pub async fn change_many(world: &World, order: &ManyChanges) -> Result<Vec<Changed>, ManyError> {
    reason(&order.reason)?;
    let mut all = Vec::with_capacity(order.credentials.len());
    for credential in &order.credentials {
        let outcome = match one(world, order, credential).await {
            Err(Failed::Store(error)) => return Err(error.into()),
            Err(Failed::Reason(error)) => return Err(error.into()),
            Err(Failed::Unchanged(why)) => Err(why),
            Ok(()) => Ok(()),
        };
        all.push(Changed {
            credential: credential.clone(),
            outcome,
        });
    }
    Ok(all)
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

async fn one(world: &World, order: &ManyChanges, credential: &str) -> Result<(), Failed> {
    let (tenant, credential) = (order.tenant.clone(), credential.to_owned());
    let (actor, reason) = (order.actor.clone(), order.reason.clone());
    match order.fate {
        Fate::Revoke => Ok(revoke::revoke(
            world,
            &Revocation {
                tenant,
                credential,
                actor,
                reason,
            },
        )
        .await?),
        Fate::Suspend => Ok(suspend(
            world,
            &Suspension {
                tenant,
                credential,
                actor,
                reason,
            },
        )
        .await?),
        Fate::Reinstate => Ok(reinstate(
            world,
            &Reinstatement {
                tenant,
                credential,
                actor,
                reason,
            },
        )
        .await?),
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

/// Why nothing, or no more, was changed.
#[derive(Debug, thiserror::Error)]
pub enum ManyError {
    /// The reason is empty or too long. Nothing was changed.
    #[error(transparent)]
    Reason(#[from] ReasonError),
    /// The database failed. What was done before stays done.
    #[error(transparent)]
    Store(#[from] StoreError),
}

enum Failed {
    Unchanged(Unchanged),
    Reason(ReasonError),
    Store(StoreError),
}

impl From<RevokeError> for Failed {
    fn from(error: RevokeError) -> Self {
        match error {
            RevokeError::AlreadyRevoked => Self::Unchanged(Unchanged::AlreadyRevoked),
            RevokeError::NoSuchCredential => Self::Unchanged(Unchanged::NoSuchCredential),
            RevokeError::NotRevocable => Self::Unchanged(Unchanged::NotRevocable),
            RevokeError::Reason(error) => Self::Reason(error),
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
            SuspendError::Reason(error) => Self::Reason(error),
            SuspendError::Store(error) => Self::Store(error),
        }
    }
}

impl From<ReinstateError> for Failed {
    fn from(error: ReinstateError) -> Self {
        match error {
            ReinstateError::NoSuchCredential => Self::Unchanged(Unchanged::NoSuchCredential),
            ReinstateError::NotSuspended => Self::Unchanged(Unchanged::NotSuspended),
            ReinstateError::Reason(error) => Self::Reason(error),
            ReinstateError::Store(error) => Self::Store(error),
        }
    }
}
