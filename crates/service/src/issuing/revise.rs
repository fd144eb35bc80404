//! Saying anew what can be earned.
//!
//! While nothing was issued under the latest version, it is replaced; from then on it stands for ever, and a new version follows.

use super::{
    define::DefinitionOrder,
    version::{Expect, VersionError, Written, see_picture, write},
};
use crate::World;

/// Revises the achievement whose short name the definition bears.
#[crate::boxed]
pub async fn revise(world: &World, order: &DefinitionOrder) -> Result<Written, VersionError> {
    see_picture(world, &order.definition).await?;
    world
        .store
        .write(|mut tx| async move {
            write(
                world,
                &mut tx,
                &order.tenant,
                &order.actor,
                &order.definition,
                Expect::Known,
            )
            .await
        })
        .await
}
