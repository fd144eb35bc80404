//! Answering a repeated request with the first answer.
//!
//! A client sends `Idempotency-Key` with every request that changes something. The first request with a key does the work;
//! every further one, also at the same moment, gets the first one's answer.

use touchstone_store::{Reservation, StoreError, TenantId};

use crate::{World, digest::sha256_hex};

/// What a request was answered with.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Body.
    pub body: Vec<u8>,
}

/// Does `work` for the first request with `key`; answers every further one as the first was answered.
///
/// `request` is everything that makes the request what it is: method, path and body.
pub async fn once<F>(
    world: &World,
    tenant: &TenantId,
    key: &str,
    request: &[u8],
    work: impl FnOnce() -> F,
) -> Result<Answer, OnceError>
where
    F: Future<Output = Answer>,
{
    if key.is_empty() || key.len() > 200 || key.chars().any(char::is_control) {
        return Err(OnceError::Key);
    }
    let now = world.clock.now().unix_millis();
    let hash = sha256_hex(world.crypto, request);
    match world.store.reserve_key(tenant, key, &hash, now).await? {
        Reservation::Known(row) if row.request_hash != hash => Err(OnceError::OtherRequest),
        Reservation::Known(row) => match (row.status, row.response) {
            (Some(status), Some(body)) => Ok(Answer {
                status: u16::try_from(status).unwrap_or(500),
                body,
            }),
            _ => match world
                .store
                .take_over_key(tenant, key, now - STALE_MS, now)
                .await
            {
                Ok(()) => answer(world, tenant, key, work().await).await,
                Err(StoreError::Conflict { .. }) => Err(OnceError::InProgress),
                Err(error) => Err(error.into()),
            },
        },
        Reservation::Fresh => answer(world, tenant, key, work().await).await,
    }
}

async fn answer(
    world: &World,
    tenant: &TenantId,
    key: &str,
    answer: Answer,
) -> Result<Answer, OnceError> {
    if answer.status >= 500 {
        // Nothing is known to be done: the same key may try again.
        world.store.forget_reservation(tenant, key).await?;
        return Ok(answer);
    }
    let kept = &answer;
    let written = world.store.write(|mut tx| async move {
        tx.answer(tenant, key, i64::from(kept.status), kept.body.clone())
            .await
    });
    written.await?;
    Ok(answer)
}

/// Why a request was not done.
#[derive(Debug, thiserror::Error)]
pub enum OnceError {
    /// The key is empty, too long, or holds control characters.
    #[error("Idempotency-Key: use 1 to 200 printable characters, such as a new UUID")]
    Key,
    /// The key was used for another request.
    #[error("this Idempotency-Key was used for another request; use a new one")]
    OtherRequest,
    /// The first request with this key is still being done.
    #[error(
        "the first request with this Idempotency-Key is still in progress; ask again in a moment"
    )]
    InProgress,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// After how long a request that never answered is taken for dead.
const STALE_MS: i64 = 60_000;
