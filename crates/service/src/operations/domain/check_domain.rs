//! Looking whether the line stands where only whoever has the domain can put it.

use touchstone_store::{AuditLine, StoreError};

use super::{DomainError, DomainOrder, address, line};
use crate::{World, issuing::identify};

/// Looks at the domain that the institution named, and notes the day if the line is there.
#[crate::boxed]
pub async fn check_domain(world: &World, order: &DomainOrder) -> Result<(), DomainError> {
    let row = world.store.read().domain_proof(&order.tenant).await?;
    let row = &row.ok_or(DomainError::NotNamed)?;
    let fetched = world.fetch.fetch(&address(&row.domain)).await;
    let fetched = fetched.map_err(DomainError::Fetch)?;
    let (text, wanted) = (String::from_utf8_lossy(&fetched.bytes), line(&row.token));
    if !text.lines().any(|found| found.trim() == wanted) {
        return Err(DomainError::NoLine);
    }
    let now = world.clock.now().unix_millis();
    let noted = world.store.write(|mut tx| async move {
        tx.verify_domain(&order.tenant, &row.token, now).await?;
        tx.audit([AuditLine {
            tenant: order.tenant.clone(),
            at: now,
            actor: order.actor.clone(),
            action: "institution.domain_verify".into(),
            subject: order.tenant.to_string(),
            detail: serde_json::json!({"domain": row.domain}).to_string(),
        }])
        .await
    });
    match noted.await {
        Err(StoreError::Conflict {
            table: "domain_proof",
        }) => Err(DomainError::InBetween),
        noted => {
            noted?;
            // One that signed up by itself gets its DID and its key now.
            Ok(identify(world, &order.tenant, &order.actor).await?)
        }
    }
}
