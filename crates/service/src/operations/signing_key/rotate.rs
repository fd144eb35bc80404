//! Rotation: a new key is made and published, signs after a while, and the old one is retired when it has finished what was approved.

use touchstone_store::{KeyState, SigningKeyRow, TenantId};
use touchstone_vc::{DAY_MS, Timestamp};
use tracing::warn;

use super::{
    SigningKey, SigningKeyError,
    activate::{ACTOR, begin},
    change::{enter, say_keys_anew},
    find,
    make::{made, prepare},
    reason, rotatable, signing_key,
};
use crate::{
    World,
    operations::{Job, did_history},
};

/// A request to rotate.
#[derive(Clone, Debug)]
pub struct Rotation {
    /// The institution.
    pub tenant: TenantId,
    /// Who asks, as proven by the caller.
    pub actor: String,
    /// Why, in their words.
    pub reason: String,
    /// The new key signs at once, and is not announced before: readers that have an older copy of the DID document do not know it yet. That of a
    /// DID with a history signs once its line is out, and is pending until then.
    pub at_once: bool,
}

/// A rotation that has begun.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Rotated {
    /// The new key.
    pub key: SigningKey,
    /// From when on it signs, if by then its DID's history, where there is one, has it.
    pub signs_from: Timestamp,
    /// The keys that signed until now; each is retired when nothing waits for it any more.
    pub follows: Vec<String>,
}

/// Rotates. A key that is pending already is the one that is rotated to, at the time for which it was announced.
#[crate::boxed]
pub async fn rotate(world: &World, order: &Rotation) -> Result<Rotated, SigningKeyError> {
    let why = &reason(&order.reason)?;
    let tenant = &order.tenant;
    let reader = world.store.read();
    let (_, did) = rotatable(reader.institution(tenant).await?)?;
    let mut keys = reader.signing_keys(tenant).await?;
    keys.retain(|key| key.did() == did);
    let in_state = |state| keys.iter().filter(move |key| key.state == state);
    let pending = in_state(KeyState::Pending).next();
    let prepared;
    let (fresh, next) = match pending {
        Some(pending) => (None, pending),
        None => {
            prepared = prepare(world, tenant).await?;
            (Some(&prepared), &prepared)
        }
    };
    let now = world.clock.now();
    let wait = if order.at_once {
        0
    } else {
        world.keys.announce_ms
    };
    let planned = next.activates_at.filter(|_| !order.at_once);
    let signs_from = planned.unwrap_or(now.unix_millis() + wait);
    let signs_from = Timestamp::from_unix_millis(signs_from);
    let key = &next.id;
    world
        .store
        .write(|mut tx| async move {
            let tx = &mut tx;
            if let Some(row) = fresh {
                enter(tx, row, &made(world, &order.actor, why)).await?;
                did_history::say(world, tx, tenant).await?;
                say_keys_anew(world, tx).await?;
            }
            let row = find(tx, tenant, key).await?;
            // One that readers of the DID's history do not know yet begins when its line is out.
            if order.at_once && did_history::knows(tx, &row).await? {
                return begin(world, tx, &row, &order.actor, why).await;
            }
            let planned = SigningKeyRow {
                activates_at: Some(signs_from.unix_millis()),
                ..row
            };
            tx.change_signing_key(planned, KeyState::Pending).await?;
            let job = Job::ActivateKey {
                tenant: tenant.to_string(),
                key: key.clone(),
            };
            tx.enqueue(job.queued(&*world.rng, now, signs_from)).await?;
            Ok::<_, SigningKeyError>(())
        })
        .await?;
    let made = signing_key(world, tenant, key).await?;
    Ok(Rotated {
        key: made.ok_or(SigningKeyError::NoSuchKey)?,
        signs_from,
        follows: in_state(KeyState::Active)
            .map(|key| key.id.clone())
            .collect(),
    })
}

/// Rotates wherever the newest key has signed for longer than the policy allows, and none is about to follow it. One that was made and has no time yet, as by
/// a ceremony, is the one that is rotated to.
pub(in crate::operations) async fn rotate_due(world: &World) -> Result<(), SigningKeyError> {
    let Some(days) = world.keys.most_days else {
        return Ok(());
    };
    let oldest = world.clock.now().unix_millis() - i64::from(days) * DAY_MS;
    let reader = world.store.read();
    for institution in reader.institutions().await? {
        let tenant = &institution.id;
        let Some(active) = reader.active_signing_key(tenant).await? else {
            continue;
        };
        let keys = reader.signing_keys(tenant).await?;
        let changes = reader.key_changes(tenant).await?;
        let began = changes
            .iter()
            .find(|change| change.key == active.id && change.state == KeyState::Active);
        let due = began.is_some_and(|change| change.at <= oldest);
        let of_now = keys.iter().filter(|key| key.did() == active.did());
        let pending: Vec<_> = of_now
            .filter(|key| key.state == KeyState::Pending)
            .collect();
        let follows = pending.iter().any(|key| key.activates_at.is_some());
        if !due || follows || rotatable(Some(institution.clone())).is_err() {
            continue;
        }
        if pending.is_empty() && !did_history::has_room(&reader, tenant).await? {
            warn!(institution = %tenant, "a key has signed for long enough, and the history of its DID has no room for another one");
            continue;
        }
        let order = Rotation {
            tenant: tenant.clone(),
            actor: ACTOR.into(),
            reason: format!("the key has signed for {days} days"),
            at_once: false,
        };
        rotate(world, &order).await?;
    }
    Ok(())
}
