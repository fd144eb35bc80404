//! Writing the tasks anew: the employer's part, from one of its roles.

use touchstone_store::{CompetencyPart, TenantId};

use super::{
    CompetencyError,
    draft_rubric::{Draft, write},
    error::{joined, why},
};
use crate::World;

/// A request to write the tasks anew.
#[derive(Clone, Debug)]
pub struct TasksOrder {
    /// The employer.
    pub tenant: TenantId,
    /// Who writes, as proven by the caller.
    pub actor: String,
    /// The competency, by id.
    pub competency: String,
    /// The latest version that the writer saw.
    pub seen: i64,
    /// The role whose tasks are written down, by id.
    pub role: String,
    /// Why.
    pub why: String,
}

/// Writes the next version: the tasks of the role as it is now, and the rubric as it was. Answers its number.
#[crate::boxed]
pub async fn draft_tasks(world: &World, order: &TasksOrder) -> Result<i64, CompetencyError> {
    let why = &why(&order.why)?;
    world
        .store
        .write(|mut tx| async move {
            let row = joined(&tx, &order.tenant, &order.competency).await?;
            if row.employer != order.tenant {
                return Err(CompetencyError::NotEmployer);
            }
            let role = tx.role(&order.tenant, &order.role).await?;
            let role = role.ok_or(CompetencyError::NoSuchRole)?;
            let draft = Draft {
                tenant: &order.tenant,
                actor: &order.actor,
                competency: &order.competency,
                seen: order.seen,
                part: CompetencyPart::Tasks,
                words: role.tasks,
                why,
            };
            write(world, &mut tx, draft).await
        })
        .await
}
