//! What could close a gap: achievements of this installation that show a task, through released mappings, and can have the level and the
//! evidence that it asks for. What is no longer to be used is
//! nobody's way there; what takes its place is found where it shows the task itself.

use touchstone_crosswalk::role::{Role, covering};
use touchstone_store::{StoreError, TenantId};

use crate::{
    World,
    crosswalk::{KeptRole, achievements_in_reach, may_pass, released},
};

/// An achievement that shows a task.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Choice {
    /// What it is called.
    pub name: String,
    /// Who awards it.
    pub institution: String,
    /// That institution's short name.
    pub slug: String,
}

/// For each task of the role, the achievements that show it: by an address of their own, an alignment, or a mapping that people stand by.
#[crate::boxed]
pub async fn could_close(world: &World, role: &KeptRole) -> Result<Vec<Vec<Choice>>, StoreError> {
    let roles = vec![role.role.clone()];
    let mut found = could_close_each(world, &role.row.tenant, roles).await?;
    Ok(found.remove(0))
}

/// The same for roles of one institution, in their order.
pub(super) async fn could_close_each(
    world: &World,
    tenant: &TenantId,
    roles: Vec<Role>,
) -> Result<Vec<Vec<Vec<Choice>>>, StoreError> {
    let sets = released(world, tenant, world.clock.now()).await?;
    let known = achievements_in_reach(world, tenant).await?;
    let known = known.into_iter();
    let known: Vec<_> = known
        .filter(|known| !known.achievement.no_longer_used)
        .collect();
    let named = known.iter().map(|known| Choice {
        name: known.name.clone(),
        institution: known.institution.clone(),
        slug: known.slug.clone(),
    });
    let names: Vec<Choice> = named.collect();
    let cover = move |role: &Role| {
        let asked: Vec<_> = known.iter().map(|one| one.achievement.clone()).collect();
        let mut found = covering(role, &asked, &sets, may_pass);
        for (task, places) in role.tasks.iter().zip(&mut found) {
            places.retain(|place| known[*place].can_show(task));
        }
        found
    };
    let found = tokio::task::spawn_blocking(move || roles.iter().map(cover).collect());
    let found: Vec<Vec<Vec<usize>>> = found
        .await
        .unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()));
    let choices = |places: Vec<usize>| {
        let mut choices: Vec<Choice> = Vec::new();
        for place in places {
            // Versions of one achievement are one choice.
            if !choices.contains(&names[place]) {
                choices.push(names[place].clone());
            }
        }
        choices
    };
    let each = |tasks: Vec<Vec<usize>>| tasks.into_iter().map(choices).collect();
    Ok(found.into_iter().map(each).collect())
}
