//! What was said on a day of a thing being used no longer.

use touchstone_store::{Reader, StoreError, TenantId};

use super::Thing;

/// Since when a thing should no longer be used, and what takes its place, as was said by `at`.
pub(super) async fn no_longer_used_since(
    reader: &Reader,
    tenant: &TenantId,
    (kind, id): (Thing, &str),
    at: i64,
) -> Result<Option<(i64, String)>, StoreError> {
    let kind = kind.as_str();
    let Some(now) = reader.stewardship(tenant, kind, id).await? else {
        return Ok(None);
    };
    let (since, by) = match now.changed_at <= at {
        true => (now.deprecated_at, now.replaced_by),
        false => {
            let before = reader.past_stewardships(tenant, kind, id).await?;
            match before.into_iter().find(|past| past.said_at <= at) {
                Some(said) => (said.deprecated_at, said.replaced_by),
                None => return Ok(None),
            }
        }
    };
    let since = since.filter(|since| *since <= at);
    Ok(since.map(|since| (since, by)))
}
