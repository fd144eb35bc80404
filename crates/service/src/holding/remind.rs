//! Reminding holders of credentials that are about to end: once, by day, and only those who have an address.
//!
//! **Invariant:** that a reminder went out is durable before it leaves, so nobody is reminded twice; one that gets lost on the way
//! is a smaller harm than two.

use touchstone_store::{CredentialRow, StoreError};
use touchstone_vc::{Credential, Timestamp};
use tracing::warn;

use super::letter;
use crate::{World, operations::Lease};

/// Sends the reminders that are due. Does nothing in the quiet hours.
pub async fn remind(world: &World, lease: &Lease<'_>) -> Result<(), RemindError> {
    let now = world.clock.now();
    if is_quiet(now) {
        return Ok(());
    }
    let from = now.unix_millis();
    for credential in world
        .store
        .read()
        .credentials_expiring(from, from + AHEAD_MS, CHUNK)
        .await?
    {
        lease.extend(&world.store, world.clock.now()).await?;
        remind_one(world, &credential).await?;
    }
    Ok(())
}

async fn remind_one(world: &World, row: &CredentialRow) -> Result<(), RemindError> {
    let key = &format!("reminded:{}", row.id);
    let reader = world.store.read();
    if reader.setting(key).await?.is_some() {
        return Ok(());
    }
    let Some(institution) = reader.institution(&row.tenant).await? else {
        return Ok(());
    };
    let Some(learner) = reader.learner(&row.tenant, &row.learner).await? else {
        return Ok(());
    };
    let Some(address) = learner.email.clone() else {
        return Ok(());
    };
    // One credential that cannot be read must not hold up everybody else's reminders.
    let Ok(credential) = Credential::parse(&row.bytes) else {
        return Ok(());
    };
    let now = &world.clock.now().to_string();
    world
        .store
        .write(|mut tx| async move { tx.set_setting(key, now).await })
        .await?;
    let letter = letter::Letter {
        id: format!("ending.{}", row.id),
        address,
        institution: &institution,
        learner: &learner,
        language: learner.language.as_deref(),
        view: &credential.view(),
        link: None,
    };
    let until = row
        .valid_until
        .map(|until| Timestamp::from_unix_millis(until).to_string())
        .unwrap_or_default();
    if let Err(error) = world
        .mail
        .send(&letter::ending(
            &letter,
            until.get(..10).unwrap_or_default(),
        ))
        .await
    {
        warn!(%error, credential.id = %row.id, "a reminder for credential {} was not sent", row.id);
    }
    Ok(())
}

/// From nine in the evening to eight in the morning, UTC.
fn is_quiet(now: Timestamp) -> bool {
    let hour = now.unix_millis().div_euclid(3_600_000).rem_euclid(24);
    !(8..21).contains(&hour)
}

/// Why reminding stopped.
#[derive(Debug, thiserror::Error)]
pub enum RemindError {
    /// The database failed, or the job is another worker's by now.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// How long before the end: 30 days.
const AHEAD_MS: i64 = 30 * 24 * 60 * 60 * 1_000;
const CHUNK: u64 = 1_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_reminded_at_night() {
        let at = |text: &str| is_quiet(Timestamp::parse(text).unwrap());
        assert!(at("2026-11-21T23:00:00Z") && at("2026-11-21T07:59:59Z"));
        assert!(!at("2026-11-21T08:00:00Z") && !at("2026-11-21T20:59:59Z"));
    }
}
