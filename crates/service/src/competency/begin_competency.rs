//! Beginning a competency: an employer writes the tasks of one of its roles down, and says who drafts the rubric.

use touchstone_store::{
    AuditLine, CompetencyPart, CompetencyRow, CompetencyState, CompetencyVersionRow, Reader,
    StoreError, TenantId,
};

use super::{
    CompetencyError,
    error::{line, party, why},
};
use crate::{World, crosswalk::taking_part, issuing::Slug};

/// A request to begin a competency.
#[derive(Clone, Debug)]
pub struct CompetencyBeginning {
    /// The employer.
    pub tenant: TenantId,
    /// Who asks, as proven by the caller.
    pub actor: String,
    /// The mapping set whose parties are the bloc, by id.
    pub set: String,
    /// The role whose tasks are written down, by id.
    pub role: String,
    /// The organization that drafts the rubric, by short name.
    pub issuer: String,
    /// The competency's short name in addresses of the issuer; it never changes.
    pub slug: String,
    /// What it is called.
    pub title: String,
    /// Why it is written.
    pub why: String,
}

/// Begins a competency with its version 1, which has tasks and no rubric, and answers its id.
#[crate::boxed]
pub async fn begin_competency(
    world: &World,
    order: &CompetencyBeginning,
) -> Result<String, CompetencyError> {
    let slug = &Slug::new(&order.slug)?;
    let title = &line(&order.title).ok_or(CompetencyError::Title)?;
    let why = &why(&order.why)?;
    let (id, now) = (
        &world.rng.uuid().to_string(),
        world.clock.now().unix_millis(),
    );
    let begun = world.store.write(|mut tx| async move {
        party(&tx, &order.tenant, &order.set).await?;
        let issuer = issuer(&tx, order).await?;
        let role = tx.role(&order.tenant, &order.role).await?;
        let role = role.ok_or(CompetencyError::NoSuchRole)?;
        tx.add_competency(CompetencyRow {
            id: id.clone(),
            mapping_set: order.set.clone(),
            employer: order.tenant.clone(),
            issuer,
            slug: slug.to_string(),
            title: title.clone(),
            created_at: now,
            created_by: order.actor.clone(),
        })
        .await?;
        tx.add_competency_version(CompetencyVersionRow {
            competency: id.clone(),
            number: 1,
            organization: order.tenant.clone(),
            written_by: order.actor.clone(),
            part: CompetencyPart::Tasks,
            tasks: role.tasks,
            rubric: String::new(),
            why: why.clone(),
            written_at: now,
            state: CompetencyState::Proposed,
            round: 1,
            decided_at: None,
            review_due: None,
        })
        .await?;
        tx.audit([AuditLine {
            tenant: order.tenant.clone(),
            at: now,
            actor: order.actor.clone(),
            action: "competency.begin".into(),
            subject: id.clone(),
            detail: serde_json::json!({
                "set": order.set, "title": title, "issuer": order.issuer.trim(), "role": role.id, "why": why,
            })
            .to_string(),
        }])
        .await?;
        Ok(id.clone())
    });
    match begun.await {
        Err(CompetencyError::Store(StoreError::Conflict {
            table: "competency",
        })) => Err(CompetencyError::SlugTaken),
        begun => begun,
    }
}

/// The organization that drafts the rubric: one that takes part and has a vote, since everything that it is asked for takes one.
async fn issuer(reader: &Reader, order: &CompetencyBeginning) -> Result<TenantId, CompetencyError> {
    let named = reader.institution_shown(order.issuer.trim()).await?;
    let named = named.ok_or(CompetencyError::NoSuchIssuer)?.id;
    let taking_part = taking_part(reader, &order.tenant, &order.set).await?;
    match taking_part.contains(&named) {
        true => Ok(named),
        false => Err(CompetencyError::NoSuchIssuer),
    }
}
