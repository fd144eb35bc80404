//! Reading the audit record.

use touchstone_store::{AuditFilter, AuditRow, StoreError, TenantId};

use crate::World;

/// Lines of an institution's record that pass a filter, newest first, before position `before` or from the newest.
#[crate::boxed]
pub async fn audit(
    world: &World,
    tenant: &TenantId,
    filter: &AuditFilter,
    before: Option<i64>,
    limit: u64,
) -> Result<Vec<AuditRow>, StoreError> {
    world
        .store
        .read()
        .audit_lines(tenant, filter, before, limit.min(MAX_LINES))
        .await
}

const MAX_LINES: u64 = 10_000;
