//! Saying something of a version; everybody who takes part reads it.

use touchstone_store::{AuditLine, CompetencyCommentRow, StoreError, TenantId};

use super::{
    CompetencyError,
    error::{joined, words},
};
use crate::{World, drawn};

/// A comment.
#[derive(Clone, Debug)]
pub struct Comment {
    /// The organization.
    pub tenant: TenantId,
    /// Who says it, as proven by the caller.
    pub actor: String,
    /// The competency, by id.
    pub competency: String,
    /// The version.
    pub version: i64,
    /// What is said.
    pub said: String,
    /// What was drawn for the form: sent again with it, it is said once. `None`: as often as it is sent.
    pub drawn: Option<String>,
}

/// Writes a comment down. The words stand with the version, and in the audit line.
#[crate::boxed]
pub async fn comment(world: &World, order: &Comment) -> Result<(), CompetencyError> {
    let said = &words(&order.said).ok_or(CompetencyError::Words)?;
    let now = world.clock.now().unix_millis();
    let drawn = order.drawn.as_deref();
    let id = &drawn::id(world, "comment", &order.tenant, &order.actor, drawn);
    let written = world.store.write(|mut tx| async move {
        joined(&tx, &order.tenant, &order.competency).await?;
        let version = tx.competency_version(&order.tenant, &order.competency, order.version);
        version.await?.ok_or(CompetencyError::NoSuchVersion)?;
        tx.add_competency_comment(CompetencyCommentRow {
            id: id.clone(),
            competency: order.competency.clone(),
            version: order.version,
            organization: order.tenant.clone(),
            said_by: order.actor.clone(),
            said: said.clone(),
            said_at: now,
        })
        .await?;
        tx.audit([AuditLine {
            tenant: order.tenant.clone(),
            at: now,
            actor: order.actor.clone(),
            action: "competency.comment".into(),
            subject: order.competency.clone(),
            detail: serde_json::json!({"version": order.version, "comment": id, "said": said})
                .to_string(),
        }])
        .await?;
        Ok(())
    });
    match written.await {
        // It was said before, by the same form.
        Err(CompetencyError::Store(StoreError::Conflict {
            table: "competency_comment",
        })) => Ok(()),
        written => written,
    }
}
