//! What was said on a day of a thing being used no longer.

use touchstone_store::{Reader, StoreError, TenantId};

use super::Thing;

/// Since when a thing should no longer be used, as was said by `at`, and what takes its place as is said today.
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
    let then = match now.changed_at <= at {
        true => now.deprecated_at,
        false => {
            let before = reader.past_stewardships(tenant, kind, id).await?;
            let said = before.into_iter().find(|past| past.said_at <= at);
            said.and_then(|said| said.deprecated_at)
        }
    };
    let since = then.filter(|since| *since <= at);
    // A name that was corrected since stays corrected.
    let by = match now.deprecated_at {
        Some(_) => now.replaced_by,
        None => String::new(),
    };
    Ok(since.map(|since| (since, by)))
}
