//! Whether an institution may be seen, take part and vote.

use touchstone_store::{Reader, StoreError, TenantId};

use crate::World;

/// What is told to an institution that is not shown, wherever it would have to be.
pub(crate) const NOT_SHOWN: &str = "your organization has not shown its domain yet, so it has no say and nothing of it is public: show it on the page of the institution";

/// Whether others see an institution here.
#[crate::boxed]
pub async fn shown(world: &World, tenant: &TenantId) -> Result<bool, StoreError> {
    is_shown(&world.store.read(), tenant).await
}

/// Whether it may. Whoever runs the installation set up every institution but those that signed up by themselves; of these one is shown once,
/// and as long as, its domain is.
pub(crate) async fn is_shown(reader: &Reader, tenant: &TenantId) -> Result<bool, StoreError> {
    if reader.employer(tenant).await?.is_none() {
        return Ok(true);
    }
    Ok(shown_domain(reader, tenant).await?.is_some())
}

/// The domain that an institution has shown to be its own.
pub(crate) async fn shown_domain(
    reader: &Reader,
    tenant: &TenantId,
) -> Result<Option<String>, StoreError> {
    let proof = reader.domain_proof(tenant).await?;
    let proof = proof.filter(|proof| proof.verified_at.is_some());
    Ok(proof.map(|proof| proof.domain))
}
