//! What an institution was called on a day, and its DID of then.

use touchstone_store::{AuditFilter, InstitutionRow, Reader, StoreError};

/// An institution with the name and the DID that it had at `on`; everything else is as of today. `None` is today, for which its row is as it is.
/// A move is a row of its own, and a name is in the record of who gave it. A name that was given before the record had any, and changed since, is
/// known no more: today's is told.
pub(super) async fn institution_then(
    reader: &Reader,
    now: InstitutionRow,
    on: Option<i64>,
) -> Result<InstitutionRow, StoreError> {
    let Some(at) = on else {
        return Ok(now);
    };
    let mut moves = reader.former_dids(&now.id).await?.into_iter();
    let left = moves.find(|former| former.moved_at > at);
    let named = name_then(reader, &now, at).await?;
    Ok(InstitutionRow {
        name: named.unwrap_or(now.name),
        did: left.map(|former| former.did).or(now.did),
        ..now
    })
}

async fn name_then(
    reader: &Reader,
    now: &InstitutionRow,
    at: i64,
) -> Result<Option<String>, StoreError> {
    for action in NAMED_BY {
        let last = AuditFilter {
            action: Some(action.to_owned()),
            subject: Some(now.id.to_string()),
            until: Some(at.saturating_add(1)),
            ..AuditFilter::default()
        };
        let lines = reader.audit_lines(&now.id, &last, None, 1).await?;
        let detail = lines
            .first()
            .and_then(|line| serde_json::from_str::<serde_json::Value>(&line.detail).ok());
        if let Some(name) = detail.as_ref().and_then(|detail| detail["name"].as_str()) {
            return Ok(Some(name.to_owned()));
        }
    }
    Ok(None)
}

/// What gives it a name, the latest first.
const NAMED_BY: [&str; 3] = [
    "institution.describe",
    "institution.found",
    "institution.sign_up",
];
