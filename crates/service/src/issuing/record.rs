//! Everything that the institution knows of one credential it issued.

use touchstone_store::{
    BatchRow, CredentialRow, DeliveryFilter, DeliveryRow, LearnerRow, StoreError, TenantId,
};

use crate::World;

/// A credential, and what happened around it.
#[derive(Clone, Debug)]
pub struct Record {
    /// The credential.
    pub credential: CredentialRow,
    /// Whose it is.
    pub learner: Option<LearnerRow>,
    /// With whom it was issued.
    pub batch: Option<BatchRow>,
    /// How it was announced, newest first, the last twenty.
    pub deliveries: Vec<DeliveryRow>,
    /// When its holder took it.
    pub claimed_at: Option<i64>,
    /// Its public page, while the holder has it switched on: the link alone.
    pub public_link: Option<String>,
}

/// Reads it. `None` if the institution never issued such a credential.
#[crate::boxed]
pub async fn record(
    world: &World,
    tenant: &TenantId,
    id: &str,
) -> Result<Option<Record>, StoreError> {
    let reader = world.store.read();
    let Some(credential) = reader.credential(tenant, id).await? else {
        return Ok(None);
    };
    let batch = match &credential.batch {
        Some(batch) => reader.batch(tenant, batch).await?,
        None => None,
    };
    let filter = DeliveryFilter {
        credential: Some(id.to_owned()),
        ..DeliveryFilter::default()
    };
    let deliveries = reader.deliveries(tenant, &filter, None, 20).await?;
    let claims = reader.claims(tenant, id).await?;
    let link = reader.public_link_of(tenant, id).await?;
    Ok(Some(Record {
        learner: reader.learner(tenant, &credential.learner).await?,
        batch,
        deliveries: deliveries.rows,
        claimed_at: claims.iter().filter_map(|claim| claim.claimed_at).max(),
        public_link: link.map(|link| link.link),
        credential,
    }))
}
