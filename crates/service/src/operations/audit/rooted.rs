//! How far the roots over an institution's audit lines have come, for whoever reads the record.

use touchstone_store::{AuditFilter, StoreError, TenantId};
use touchstone_vc::Timestamp;

use crate::{
    World,
    logging::{self, AUDIT_ROOT},
};

/// The newest root.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Rooted {
    /// Over how many lines it is.
    pub lines: u64,
    /// When it was made.
    pub at: Timestamp,
    /// Where it stands in the public log, once it does and its checkpoint is shown.
    pub place: Option<u64>,
    /// Whether lines came since.
    pub more: bool,
}

/// Reads the newest root of an institution. `None` before the first.
#[crate::boxed]
pub async fn rooted(world: &World, tenant: &TenantId) -> Result<Option<Rooted>, StoreError> {
    let reader = world.store.read();
    let Some(row) = reader.newest_audit_root(tenant).await? else {
        return Ok(None);
    };
    let entered = reader
        .log_entry_of(AUDIT_ROOT, tenant.as_str(), row.size)
        .await?;
    let shown = logging::shown(world).await.ok().flatten();
    let place = entered.map(|entry| entry.leaf.unsigned_abs());
    let newest = reader
        .audit_lines(tenant, &AuditFilter::default(), None, 1)
        .await?;
    Ok(Some(Rooted {
        lines: row.size.unsigned_abs(),
        at: Timestamp::from_unix_millis(row.at),
        place: place.filter(|place| shown.is_some_and(|shown| *place < shown.size)),
        more: newest.first().is_some_and(|line| line.seq > row.seq),
    }))
}
