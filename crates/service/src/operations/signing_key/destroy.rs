//! The secret of a key that signs no more goes for good.
//!
//! First the rows say so, then a job has the signer forget it: a crash in between leaves a secret that nothing may use, and the job.

use touchstone_store::KeyState;

use super::{
    KeyAct, SigningKey, SigningKeyError,
    change::{Step, change},
    find, reason,
    replace::is_due,
    signing_key,
};
use crate::{
    World,
    operations::{Job, did_history},
};

/// Destroys a key. What it signed stands, unless it was compromised.
#[crate::boxed]
pub async fn destroy(world: &World, order: &KeyAct) -> Result<SigningKey, SigningKeyError> {
    let why = &reason(&order.reason)?;
    world
        .store
        .write(|mut tx| async move {
            let now = world.clock.now();
            let row = find(&tx, &order.tenant, &order.key).await?;
            let step = Step {
                to: KeyState::Destroyed,
                at: now,
                since: now,
                actor: &order.actor,
                reason: why,
            };
            change(&mut tx, &row, &step).await?;
            // It was to sign, and perhaps no other does.
            if is_due(now.unix_millis(), &row) {
                let job = Job::ReplaceKey {
                    tenant: order.tenant.to_string(),
                    key: row.id.clone(),
                };
                tx.enqueue(job.queued(&*world.rng, now, now)).await?;
            }
            did_history::say(world, &mut tx, &order.tenant).await?;
            let job = Job::EndKey {
                tenant: order.tenant.to_string(),
                key: row.id.clone(),
                everywhere: false,
            };
            Ok::<_, SigningKeyError>(tx.enqueue(job.queued(&*world.rng, now, now)).await?)
        })
        .await?;
    let found = signing_key(world, &order.tenant, &order.key).await?;
    found.ok_or(SigningKeyError::NoSuchKey)
}
