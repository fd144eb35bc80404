//! Wanting to be asked no more, by anybody here: kept as a hash of the address, for good.

use touchstone_store::{EndorsementRefusalRow, StoreError};

use crate::{World, secret};

/// Notes that whoever has the address behind a link wants no more such mail. `false` where there is no such link. Saying it again changes
/// nothing; the request stays open, and can still be answered.
#[crate::boxed]
pub async fn refuse(world: &World, token: &str) -> Result<bool, StoreError> {
    let hash = &secret::hash(world.crypto, token);
    let at = world.clock.now().unix_millis();
    let refused = world.store.write(|mut tx| async move {
        let Some(row) = tx.endorsement_request_by_token(hash).await? else {
            return Ok(false);
        };
        tx.refuse_endorsing(EndorsementRefusalRow {
            address_hash: secret::hash(world.crypto, &row.email),
            refused_at: at,
        })
        .await?;
        Ok(true)
    });
    match refused.await {
        Err(StoreError::Conflict {
            table: "endorsement_refusal",
        }) => Ok(true),
        refused => refused,
    }
}
