//! Reminding holders of credentials that are about to end.

use touchstone_store::StoreError;

use crate::{World, operations::Lease};

/// Sends the reminders that are due.
pub async fn remind(world: &World, lease: &Lease<'_>) -> Result<(), RemindError> {
    lease.extend(&world.store, world.clock.now()).await?;
    Ok(())
}

/// Why reminding stopped.
#[derive(Debug, thiserror::Error)]
pub enum RemindError {
    /// The database failed, or the job is another worker's by now.
    #[error(transparent)]
    Store(#[from] StoreError),
}
