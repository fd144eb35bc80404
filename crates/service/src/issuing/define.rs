//! Defining what can be earned.

use touchstone_store::TenantId;

use super::{
    Definition,
    version::{Expect, VersionError, Written, see_picture, write},
};
use crate::World;

/// A request to define a new achievement, or to revise one.
#[derive(Clone, Debug)]
pub struct DefinitionOrder {
    /// The institution.
    pub tenant: TenantId,
    /// Who asks, as proven by the caller.
    pub actor: String,
    /// What can be earned.
    pub definition: Definition,
    /// On which version a revision rests, by the SHA-256 of its published document; `None`: on the latest, whichever that is.
    pub seen: Option<String>,
}

/// Defines a new achievement, as its version 1.
#[crate::boxed]
pub async fn define(world: &World, order: &DefinitionOrder) -> Result<Written, VersionError> {
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
                Expect::New,
            )
            .await
        })
        .await
}
