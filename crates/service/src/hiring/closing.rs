//! What could close a gap: achievements of this installation that show a task, through released mappings.

use touchstone_crosswalk::role::covering;
use touchstone_store::StoreError;

use crate::{
    World,
    crosswalk::{KeptRole, achievements_in_reach, released},
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

/// For each task of the role, the achievements that show it: by their own identifier, an alignment, or a mapping that people stand by.
#[crate::boxed]
pub async fn could_close(world: &World, role: &KeptRole) -> Result<Vec<Vec<Choice>>, StoreError> {
    let tenant = &role.row.tenant;
    let sets = released(world, tenant, world.clock.now()).await?;
    let known = achievements_in_reach(world, tenant).await?;
    let (asked, names): (Vec<_>, Vec<_>) = known
        .into_iter()
        .map(|known| {
            let choice = Choice {
                name: known.name,
                institution: known.institution,
                slug: known.slug,
            };
            (known.achievement, choice)
        })
        .unzip();
    let role = role.role.clone();
    let found = tokio::task::spawn_blocking(move || covering(&role, &asked, &sets));
    let found = found
        .await
        .unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()));
    let choices = found.into_iter().map(|places| {
        let mut choices: Vec<Choice> = Vec::new();
        for place in places {
            // Versions of one achievement are one choice.
            if !choices.contains(&names[place]) {
                choices.push(names[place].clone());
            }
        }
        choices
    });
    Ok(choices.collect())
}
