//! Drafting the rubric: the issuer's part.

use touchstone_store::{
    AuditLine, CompetencyPart, CompetencyState, CompetencyVersionRow, StoreError, TenantId, Tx,
};

use super::{
    CompetencyError, Rubric, RubricLevel,
    error::{joined, why},
};
use crate::World;

/// A request to draft the rubric.
#[derive(Clone, Debug)]
pub struct RubricOrder {
    /// The issuer.
    pub tenant: TenantId,
    /// Who writes, as proven by the caller.
    pub actor: String,
    /// The competency, by id.
    pub competency: String,
    /// The latest version that the writer saw.
    pub seen: i64,
    /// The level that must be reached, counted from 1.
    pub required_level: u32,
    /// The levels, lowest first.
    pub levels: Vec<RubricLevel>,
    /// Why.
    pub why: String,
}

/// Writes the next version: the tasks as they were, and this rubric. Answers its number.
#[crate::boxed]
pub async fn draft_rubric(world: &World, order: &RubricOrder) -> Result<i64, CompetencyError> {
    let rubric = &Rubric::typed(order.required_level, &order.levels)?;
    let why = &why(&order.why)?;
    world
        .store
        .write(|mut tx| async move {
            let row = joined(&tx, &order.tenant, &order.competency).await?;
            if row.issuer != order.tenant {
                return Err(CompetencyError::NotIssuer);
            }
            let draft = Draft {
                tenant: &order.tenant,
                actor: &order.actor,
                competency: &order.competency,
                seen: order.seen,
                part: CompetencyPart::Rubric,
                words: rubric.to_value().to_string(),
                why,
            };
            write(world, &mut tx, draft).await
        })
        .await
}

/// A part that is written anew.
pub(super) struct Draft<'a> {
    pub(super) tenant: &'a TenantId,
    pub(super) actor: &'a str,
    pub(super) competency: &'a str,
    pub(super) seen: i64,
    pub(super) part: CompetencyPart,
    /// The part, as it is kept.
    pub(super) words: String,
    pub(super) why: &'a str,
}

/// Writes the next version: one part is new, the other as it was.
pub(super) async fn write(
    world: &World,
    tx: &mut Tx,
    draft: Draft<'_>,
) -> Result<i64, CompetencyError> {
    let versions = tx.competency_versions(draft.tenant, draft.competency);
    let latest = versions.await?.into_iter().next();
    let latest = latest.ok_or(CompetencyError::NoSuchCompetency)?;
    if latest.number != draft.seen {
        return Err(CompetencyError::InBetween);
    }
    let (tasks, rubric) = match draft.part {
        CompetencyPart::Tasks => (draft.words, latest.rubric.clone()),
        CompetencyPart::Rubric => (latest.tasks.clone(), draft.words),
    };
    if tasks == latest.tasks && rubric == latest.rubric {
        return Err(CompetencyError::Same);
    }
    let (number, now) = (latest.number + 1, world.clock.now().unix_millis());
    let row = CompetencyVersionRow {
        competency: draft.competency.to_owned(),
        number,
        organization: draft.tenant.clone(),
        written_by: draft.actor.to_owned(),
        part: draft.part,
        tasks,
        rubric,
        why: draft.why.to_owned(),
        written_at: now,
        state: CompetencyState::Proposed,
        round: 1,
        decided_at: None,
        review_due: None,
    };
    match tx.add_competency_version(row).await {
        Err(StoreError::Conflict { .. }) => return Err(CompetencyError::InBetween),
        added => added?,
    }
    tx.audit([AuditLine {
        tenant: draft.tenant.clone(),
        at: now,
        actor: draft.actor.to_owned(),
        action: match draft.part {
            CompetencyPart::Tasks => "competency.draft_tasks".into(),
            CompetencyPart::Rubric => "competency.draft_rubric".into(),
        },
        subject: draft.competency.to_owned(),
        detail: serde_json::json!({"version": number, "why": draft.why}).to_string(),
    }])
    .await?;
    Ok(number)
}
