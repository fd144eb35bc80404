//! Saying anew what can be earned.
//!
//! While nothing was issued under the latest version, it is replaced; from then on it stands for ever, and a new version follows.
//! Whoever says which version they looked at replaces no other one.

use touchstone_store::{Reader, StoreError};

use super::{
    define::DefinitionOrder,
    version::{Expect, Outcome, VersionError, Written, see_picture, write},
};
use crate::World;

/// Revises the achievement whose short name the definition bears.
#[crate::boxed]
pub async fn revise(world: &World, order: &DefinitionOrder) -> Result<Written, VersionError> {
    see_picture(world, &order.definition).await?;
    world
        .store
        .write(|mut tx| async move {
            let in_between = is_another(&tx, order).await?;
            let written = write(
                world,
                &mut tx,
                &order.tenant,
                &order.actor,
                &order.definition,
                Expect::Known,
            );
            let written = written.await?;
            // Whoever says what stands there already takes nothing away.
            match in_between && written.outcome != Outcome::Unchanged {
                true => Err(VersionError::InBetween),
                false => Ok(written),
            }
        })
        .await
}

/// Whether the latest version is another than the one that was looked at.
async fn is_another(reader: &Reader, order: &DefinitionOrder) -> Result<bool, StoreError> {
    let Some(seen) = &order.seen else {
        return Ok(false);
    };
    let slug = order.definition.slug.as_str();
    let Some(known) = reader.achievement_by_slug(&order.tenant, slug).await? else {
        return Ok(false);
    };
    let latest = reader.achievement_version(&order.tenant, &known.id, known.latest_version);
    Ok(latest.await?.is_none_or(|latest| latest.sha256 != *seen))
}
