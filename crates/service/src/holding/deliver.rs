//! Telling learners that something waits for them.
//!
//! **Invariant:** the claim link is durable before the mail that names it leaves, so no mail leads nowhere. A mail may go out
//! twice if the program is stopped between sending and writing that down; both of its links then work.

use touchstone_store::{ClaimRow, DeliveryRow, DeliveryState, StoreError};
use touchstone_vc::{Credential, Timestamp};
use tracing::info;

use super::{CLAIM_MS, letter};
use crate::{World, operations::Lease, ports::MailError, secret as token};

/// Sends what is due, until nothing is.
pub async fn deliver_due(world: &World, lease: &Lease<'_>) -> Result<(), DeliverError> {
    loop {
        let now = world.clock.now();
        let due = world
            .store
            .read()
            .deliveries_due(now.unix_millis(), CHUNK)
            .await?;
        if due.is_empty() {
            return Ok(());
        }
        for delivery in due {
            lease.extend(&world.store, world.clock.now()).await?;
            deliver(world, delivery).await?;
        }
    }
}

async fn deliver(world: &World, delivery: DeliveryRow) -> Result<(), DeliverError> {
    let now = world.clock.now();
    let secret = token::draw(&*world.rng);
    let Some(message) = compose(world, &delivery, &secret).await? else {
        return record(
            world,
            delivery,
            DeliveryState::Dead,
            Some("the credential is gone, withdrawn or unreadable".into()),
            None,
            now,
        )
        .await;
    };
    let claim = claim(world, &delivery, &secret, now);
    let claim = &claim;
    world
        .store
        .write(|mut tx| async move { tx.add_claims(vec![claim.clone()]).await })
        .await?;
    let sent = world.mail.send(&message).await;
    let (state, error) = match sent {
        Ok(()) => (DeliveryState::Sent, None),
        Err(MailError::Refused(said)) => (DeliveryState::Bounced, Some(said)),
        Err(MailError::Unavailable(said)) if delivery.attempts + 1 < MAX_ATTEMPTS => {
            (DeliveryState::Retry, Some(said))
        }
        Err(MailError::Unavailable(said)) => (DeliveryState::Dead, Some(said)),
    };
    info!(delivery.id = %delivery.id, delivery.state = state.as_str(), "delivery {} is {}", delivery.id, state.as_str());
    record(world, delivery, state, error, Some(message.id), now).await
}

async fn compose(
    world: &World,
    delivery: &DeliveryRow,
    secret: &str,
) -> Result<Option<crate::ports::Message>, DeliverError> {
    let reader = world.store.read();
    let Some(institution) = reader.institution(&delivery.tenant).await? else {
        return Ok(None);
    };
    let Some(row) = reader
        .credential(&delivery.tenant, &delivery.credential)
        .await?
    else {
        return Ok(None);
    };
    let Some(learner) = reader.learner(&delivery.tenant, &row.learner).await? else {
        return Ok(None);
    };
    let Some(address) = delivery.address.clone() else {
        return Ok(None);
    };
    if row.revoked_at.is_some() || row.replaced_by.is_some() {
        return Ok(None); // What was withdrawn in the meantime is not announced.
    }
    // One credential that cannot be read must not hold up everybody else's mail.
    let Ok(credential) = Credential::parse(&row.bytes) else {
        return Ok(None);
    };
    let link = world.site.link(&format!("/claim/{secret}"));
    Ok(Some(letter::claim(&letter::Letter {
        id: format!("{}.{}", delivery.id, delivery.attempts + 1),
        address,
        institution: &institution,
        learner: &learner,
        language: delivery.language.as_deref(),
        view: &credential.view(),
        link: Some(&link),
    })))
}

fn claim(world: &World, delivery: &DeliveryRow, secret: &str, now: Timestamp) -> ClaimRow {
    ClaimRow {
        token_hash: token::hash(world.crypto, secret),
        tenant: delivery.tenant.clone(),
        credential: delivery.credential.clone(),
        code_hash: None,
        created_at: now.unix_millis(),
        expires_at: now.unix_millis() + CLAIM_MS,
        claimed_at: None,
        superseded_at: None,
    }
}

async fn record(
    world: &World,
    delivery: DeliveryRow,
    state: DeliveryState,
    last_error: Option<String>,
    message_id: Option<String>,
    now: Timestamp,
) -> Result<(), DeliverError> {
    let seen = delivery.attempts;
    let row = DeliveryRow {
        state,
        attempts: seen + 1,
        next_at: (state == DeliveryState::Retry).then(|| now.unix_millis() + wait_ms(seen)),
        last_error,
        message_id: message_id.or(delivery.message_id.clone()),
        sent_at: (state == DeliveryState::Sent).then_some(now.unix_millis()),
        ..delivery
    };
    let row = &row;
    match world
        .store
        .write(|mut tx| async move { tx.record_delivery(seen, row.clone()).await })
        .await
    {
        // Another worker sent it in the same moment and wrote that down.
        Err(StoreError::Conflict { table: "delivery" }) => Ok(()),
        recorded => Ok(recorded?),
    }
}

/// One minute, then longer each time, up to six hours.
fn wait_ms(attempts: i64) -> i64 {
    (60_000_i64 << attempts.clamp(0, 16)).min(6 * 60 * 60 * 1_000)
}

/// Why sending stopped.
#[derive(Debug, thiserror::Error)]
pub enum DeliverError {
    /// The database failed, or the job is another worker's by now.
    #[error(transparent)]
    Store(#[from] StoreError),
}

const CHUNK: u64 = 100;
const MAX_ATTEMPTS: i64 = 12;
