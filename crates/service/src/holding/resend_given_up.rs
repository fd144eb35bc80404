//! Sending again whatever was given up, once the mail server takes mail again.

use std::collections::BTreeSet;

use touchstone_store::{DeliveryFilter, DeliveryKind, DeliveryState, StoreError, TenantId};

use super::{ResendError, Resending, resend::send_again};
use crate::{World, operations::Job};

/// What came of it.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct ResentGivenUp {
    /// Mails that are queued.
    pub queued: u64,
    /// Of so many people no address is known any more.
    pub without_address: u64,
}

/// Queues a new mail for every one that was given up, that nothing followed and whose credential nobody has taken, to the learner's address. What came
/// back from its address stays: it would come back again. Asked twice, also at once, it sends once: whether a mail is still given up is looked at where
/// the new one is set down.
#[crate::boxed]
pub async fn resend_given_up(
    world: &World,
    tenant: &TenantId,
    actor: &str,
) -> Result<ResentGivenUp, StoreError> {
    let given_up = &DeliveryFilter {
        state: Some(DeliveryState::Dead),
        standing: true,
        ..DeliveryFilter::default()
    };
    let (mut all, mut after) = (ResentGivenUp::default(), None);
    loop {
        let from = &after;
        let now = world.clock.now();
        let some = world.store.write(|mut tx| async move {
            let page = tx
                .deliveries(tenant, given_up, from.as_ref(), AT_ONCE)
                .await?;
            let (mut some, mut seen) = (ResentGivenUp::default(), BTreeSet::new());
            for row in page
                .rows
                .into_iter()
                .filter(|row| row.kind == DeliveryKind::Mail)
            {
                if !seen.insert(row.credential.clone()) {
                    continue;
                }
                let order = Resending {
                    tenant: tenant.clone(),
                    credential: row.credential,
                    actor: actor.to_owned(),
                    address: None,
                    drawn: None,
                };
                match send_again(world, &mut tx, &order, now).await {
                    Ok(()) => some.queued += 1,
                    Err(ResendError::NoAddress) => some.without_address += 1,
                    Err(ResendError::Store(error)) => return Err(error),
                    // Whose it was is gone.
                    Err(ResendError::NoSuchCredential | ResendError::Address) => {}
                }
            }
            if some.queued > 0 {
                let job = Job::Deliver {}.queued(&*world.rng, now, now);
                tx.enqueue(job).await?;
            }
            Ok((some, page.next))
        });
        let (some, next) = some.await?;
        all.queued += some.queued;
        all.without_address += some.without_address;
        after = next;
        if after.is_none() {
            return Ok(all);
        }
    }
}

/// Mails that are set down in one transaction.
const AT_ONCE: u64 = 200;
