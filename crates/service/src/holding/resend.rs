//! Sending a claim again, to the same address or a corrected one.

use touchstone_store::{
    AuditLine, DeliveryFilter, DeliveryKind, DeliveryRow, DeliveryState, LearnerRow, StoreError,
    TenantId, Tx,
};
use touchstone_vc::Timestamp;

use crate::{
    World, drawn,
    operations::{Job, is_address},
};

/// A request to send a claim again.
#[derive(Clone, Debug)]
#[expect(missing_docs)] // The names say it.
pub struct Resending {
    pub tenant: TenantId,
    pub credential: String,
    pub actor: String,
    /// The right address, if the one on record is wrong. It becomes the learner's.
    pub address: Option<String>,
    /// What was drawn for the form: sent again with it, it is the same mail. `None`: another each time.
    pub drawn: Option<String>,
}

/// Queues a new mail. Links sent before stop working, unless they were used.
#[crate::boxed]
pub async fn resend(world: &World, order: &Resending) -> Result<(), ResendError> {
    let corrected = order.address.as_deref().map(str::trim);
    if corrected.is_some_and(|address| !is_address(address)) {
        return Err(ResendError::Address);
    }
    let now = world.clock.now();
    world
        .store
        .write(|mut tx| async move {
            send_again(world, &mut tx, order, now).await?;
            let job = Job::Deliver {}.queued(&*world.rng, now, now);
            Ok(tx.enqueue(job).await?)
        })
        .await
}

/// Sets the new mail down; a job takes it from there.
pub(super) async fn send_again(
    world: &World,
    tx: &mut Tx,
    order: &Resending,
    now: Timestamp,
) -> Result<(), ResendError> {
    let corrected = order.address.as_deref().map(str::trim);
    let (tenant, at) = (&order.tenant, now.unix_millis());
    let drawn = order.drawn.as_deref();
    let id = drawn::id(world, "delivery", tenant, &order.actor, drawn);
    if tx.delivery(tenant, &id).await?.is_some() {
        return Ok(());
    }
    let credential = tx
        .credential(tenant, &order.credential)
        .await?
        .ok_or(ResendError::NoSuchCredential)?;
    let learner = tx
        .learner(tenant, &credential.learner)
        .await?
        .ok_or(ResendError::NoSuchCredential)?;
    let address = corrected
        .map(str::to_owned)
        .or(learner.email.clone())
        .ok_or(ResendError::NoAddress)?;
    if corrected.is_some() {
        tx.change_learner(LearnerRow {
            email: Some(address.clone()),
            ..learner.clone()
        })
        .await?;
        tx.audit([line(order, "learner.correct-address", at)])
            .await?;
    }
    tx.supersede_claims(tenant, &order.credential, at).await?;
    // Later than all before it, also where the clock stepped back: the last one says how it stands.
    let last = call_back(tx, order).await?;
    let created_at = last.map_or(at, |last| at.max(last + 1));
    tx.add_deliveries(vec![DeliveryRow {
        id,
        tenant: tenant.clone(),
        credential: order.credential.clone(),
        kind: DeliveryKind::Mail,
        address: Some(address),
        language: learner.language,
        state: DeliveryState::Queued,
        attempts: 0,
        next_at: Some(at),
        last_error: None,
        message_id: None,
        sent_at: None,
        created_at,
    }])
    .await?;
    Ok(tx.audit([line(order, "delivery.resend", at)]).await?)
}

/// Ends the deliveries that have not gone out yet: the new one takes their place. Answers when the last was set down.
async fn call_back(tx: &mut Tx, order: &Resending) -> Result<Option<i64>, StoreError> {
    let filter = DeliveryFilter {
        credential: Some(order.credential.clone()),
        ..DeliveryFilter::default()
    };
    let waiting = tx
        .deliveries(&order.tenant, &filter, None, 1_000)
        .await?
        .rows;
    let last = waiting.first().map(|row| row.created_at); // The newest first.
    for row in waiting {
        if matches!(row.state, DeliveryState::Queued | DeliveryState::Retry) {
            let ended = DeliveryRow {
                state: DeliveryState::Dead,
                next_at: None,
                last_error: Some("a newer one took its place".into()),
                ..row.clone()
            };
            tx.record_delivery(row.attempts, ended).await?;
        }
    }
    Ok(last)
}

/// Why nothing was sent.
#[derive(Debug, thiserror::Error)]
pub enum ResendError {
    /// This institution never issued it.
    #[error("no such credential")]
    NoSuchCredential,
    /// There is no address to send to.
    #[error("no mail address is known for this learner; give one, or print a code")]
    NoAddress,
    /// What was given is no address.
    #[error("this is not a mail address; it looks like name@example.net")]
    Address,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

fn line(order: &Resending, action: &str, at: i64) -> AuditLine {
    AuditLine {
        tenant: order.tenant.clone(),
        at,
        actor: order.actor.clone(),
        action: action.to_owned(),
        subject: order.credential.clone(),
        // The address itself stays out of the record, which outlives the person's data.
        detail: "{}".into(),
    }
}
