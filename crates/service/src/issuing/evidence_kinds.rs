//! The kinds of evidence that are in use: what achievements and roles of an institution ask for, and what is asked for where it writes with
//! others. A task that asks for a kind is met by evidence of the same words, so whoever writes one sees those that there are.

use std::collections::BTreeMap;

use touchstone_store::{StoreError, TenantId};

use super::Definition;
use crate::{
    World,
    crosswalk::{read_tasks, roles},
};

/// The kinds, each once, by name. Of those that differ in nothing but capitals the first is told. As many queries for a thousand achievements as
/// for one: it is asked beside each form.
#[crate::boxed]
pub async fn evidence_kinds(world: &World, tenant: &TenantId) -> Result<Vec<String>, StoreError> {
    let mut kinds = BTreeMap::new();
    let mut tell = |kind: String| {
        let kind = kind.trim();
        if !kind.is_empty() {
            kinds.entry(kind.to_lowercase()).or_insert(kind.to_owned());
        }
    };
    let reader = world.store.read();
    for document in reader.latest_definitions(tenant).await? {
        let definition = Definition::stored(&document)?;
        let required = definition.evidence_required.into_iter();
        required.map(|one| one.name).for_each(&mut tell);
    }
    for kept in roles(world, tenant).await? {
        let tasks = kept.role.tasks.into_iter();
        tasks.flat_map(|task| task.evidence).for_each(&mut tell);
    }
    // Of the roles of others only what they wrote for everybody who takes part.
    for written in reader.latest_competency_tasks(tenant).await? {
        let tasks = read_tasks(&written).ok_or(StoreError::Corrupt {
            table: "competency_version",
            column: "tasks",
        })?;
        let tasks = tasks.into_iter();
        tasks.flat_map(|task| task.evidence).for_each(&mut tell);
    }
    Ok(kinds.into_values().take(MOST).collect())
}

/// As many as anybody reads beside a form.
const MOST: usize = 60;
