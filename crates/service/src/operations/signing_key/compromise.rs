//! A key is in other hands, or feared to be: nothing counts any more that is signed with it from here on.
//!
//! **Invariant (threat 43):** what was issued before is neither passed nor failed by the date it bears. The log says where the end of the key
//! stands; what stands before it is in doubt until somebody whom the reader trusts says when it was there.

use touchstone_store::{KeyState, SigningKeyRow, StoreError};
use touchstone_vc::{
    Timestamp,
    did::{self, webvh},
};

use super::{
    Affected, KeyAct, SigningKey, SigningKeyError, affected,
    change::{Step, change, say_keys_anew, sign_lists_anew},
    find, may_become, reason,
    replace::{enter_next, is_due, prepare_next},
    signing_key,
    tell::queue_mails,
};
use crate::{
    World,
    operations::{Job, did_history},
};

/// A request to give a key up.
#[derive(Clone, Debug)]
pub struct Compromise {
    /// Which key, who asks and why.
    pub act: KeyAct,
    /// The moment before which nobody else had it.
    pub since: Timestamp,
    /// Nothing is changed: only say what would be.
    pub rehearse: bool,
}

/// What came of it, or would.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Compromised {
    /// The key, as it is now.
    pub key: SigningKey,
    /// What rests on it.
    pub affected: Affected,
    /// A key has to be made, because no other signs.
    pub needs_successor: bool,
    /// The key that was made for it; with `needs_successor`, none where what makes keys did not: one is made as soon as it does.
    pub successor: Option<String>,
    /// That key does not sign yet, and until then none does: it is not made, or its line of the DID's history is not out.
    pub successor_waits: bool,
}

/// Gives a key up at once, also while nothing makes keys, and has another one sign: of a DID with a history, when its line is out.
#[crate::boxed]
pub async fn compromise(world: &World, order: &Compromise) -> Result<Compromised, SigningKeyError> {
    let act = &order.act;
    let (tenant, why) = (&act.tenant, &reason(&act.reason)?);
    let now = world.clock.now();
    if order.since > now {
        return Err(SigningKeyError::Future);
    }
    let reader = world.store.read();
    let row = reader.signing_key(tenant, &act.key).await?;
    let row = row.ok_or(SigningKeyError::NoSuchKey)?;
    may_become(row.state, KeyState::Compromised)?;
    let rests = affected(world, tenant, &act.key, order.since).await?;
    let keys = reader.signing_keys(tenant).await?;
    let institution = reader.institution(tenant).await?;
    let institution = institution.ok_or(SigningKeyError::NoSuchInstitution)?;
    let did = institution.did.as_deref();
    let rotates = did.and_then(did::document_url).is_some();
    let needs_successor = rotates && needs_successor(now.unix_millis(), &keys, &row);
    let makes = needs_successor && !order.rehearse;
    let successor = match makes {
        true => prepare_next(world, &row).await?,
        false => None,
    };
    let successor = &successor;
    // A fresh key has no line of a history yet.
    let successor_waits = needs_successor && webvh::is(row.did()) || makes && successor.is_none();
    if !order.rehearse {
        world
            .store
            .write(|mut tx| async move {
                let tx = &mut tx;
                let row = find(tx, tenant, &act.key).await?;
                // Another one that signed may have ended since: look again.
                if rotates
                    && self::needs_successor(
                        now.unix_millis(),
                        &tx.signing_keys(tenant).await?,
                        &row,
                    ) != needs_successor
                {
                    return Err(StoreError::Conflict {
                        table: "signing_key",
                    }
                    .into());
                }
                // First the key that signs from here on, so that there is no moment without one. Where it cannot sign yet, the old one ends all
                // the same, and what is to be signed waits.
                if let Some(next) = successor {
                    enter_next(world, tx, next, &act.actor).await?;
                } else if needs_successor {
                    let job = Job::ReplaceKey {
                        tenant: tenant.to_string(),
                        key: act.key.clone(),
                    };
                    tx.enqueue(job.queued(&*world.rng, now, now)).await?;
                }
                let step = Step {
                    to: KeyState::Compromised,
                    at: now,
                    since: order.since,
                    actor: &act.actor,
                    reason: why,
                };
                let ended = change(tx, &row, &step).await?;
                if !successor_waits {
                    sign_lists_anew(world, tx, &ended).await?;
                }
                did_history::say(world, tx, tenant).await?;
                say_keys_anew(world, tx).await?;
                let end = Job::EndKey {
                    tenant: tenant.to_string(),
                    key: act.key.clone(),
                    everywhere: false,
                };
                tx.enqueue(end.queued(&*world.rng, now, now)).await?;
                queue_mails(world, tx, tenant, &act.key).await?;
                // Which employers hold what it signed is looked for once it is stopped, and is nothing that whoever gives it up learns.
                let tell = Job::TellEmployers {
                    tenant: tenant.to_string(),
                    key: act.key.clone(),
                    after: String::new(),
                };
                tx.enqueue(tell.queued(&*world.rng, now, now)).await?;
                Ok::<_, SigningKeyError>(())
            })
            .await?;
    }
    let key = signing_key(world, tenant, &act.key).await?;
    Ok(Compromised {
        key: key.ok_or(SigningKeyError::NoSuchKey)?,
        affected: rests,
        needs_successor,
        successor: successor.as_ref().map(|row| row.id.clone()),
        successor_waits,
    })
}

/// Whether the key signs, or is to sign as soon as it is published, and no other does.
fn needs_successor(now: i64, keys: &[SigningKeyRow], row: &SigningKeyRow) -> bool {
    let signs = |key: &&SigningKeyRow| key.state == KeyState::Active && key.did() == row.did();
    let was_to_sign = row.state == KeyState::Active || is_due(now, row);
    was_to_sign && keys.iter().filter(signs).all(|key| key.id == row.id)
}
