//! Finding tasks and skills of the institution's frameworks by a few words, while somebody looks for one.

use std::sync::Arc;

use touchstone_crosswalk::{framework::Statement, retrieval::Entry, role::ReleasedSet};
use touchstone_store::{FrameworkRow, StoreError, TenantId};

use super::{known_frameworks::Indexed, known_releases::said};
use crate::{World, elsewhere::elsewhere};

/// A statement that was found, and the framework that states it.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// The framework.
    pub framework: FrameworkRow,
    /// The statement.
    pub statement: Statement,
}

impl Found {
    /// The framework with its version: `O*NET 29.3`.
    pub fn framework_name(&self) -> String {
        match self.framework.version.as_str() {
            "" => self.framework.title.clone(),
            version => format!("{} {version}", self.framework.title),
        }
    }
}

/// The `most` best statements for `words` in the newest version of each framework, or in the one that is named. Those that fit better
/// stand first within a framework; frameworks take turns.
#[crate::boxed]
pub async fn find_statements(
    world: &World,
    tenant: &TenantId,
    framework: Option<&str>,
    words: &str,
    most: usize,
) -> Result<Vec<Found>, StoreError> {
    let search = move |index: &Indexed, words: &str| index.typed(words, most);
    find(world, tenant, framework, words, most, search).await
}

/// The `most` statements nearest to what somebody wrote, a sentence or more, in the newest version of each framework. What people mapped to them
/// in released sets that the institution reads through counts where it is near enough.
#[crate::boxed]
pub async fn suggest_statements(
    world: &World,
    tenant: &TenantId,
    written: &str,
    most: usize,
) -> Result<Vec<Found>, StoreError> {
    let mut found = suggest_for_each(world, tenant, &[written], most).await?;
    Ok(found.pop().unwrap_or_default())
}

/// The same for each of several, in their order. What the sets say is asked for once.
pub(super) async fn suggest_for_each(
    world: &World,
    tenant: &TenantId,
    all: &[&str],
    most: usize,
) -> Result<Vec<Vec<Found>>, StoreError> {
    let mut found = vec![Vec::new(); all.len()];
    if all.iter().all(|written| written.trim().is_empty()) {
        return Ok(found);
    }
    let sets: Arc<[ReleasedSet]> = said(world, tenant, world.clock.now()).await?.into();
    let search = move |index: &Indexed, written: &str| {
        let query = Entry {
            label: written.chars().take(LONGEST).collect(),
            ..Entry::default()
        };
        index.nearest(&query, &sets, most)
    };
    for (place, &written) in all.iter().enumerate() {
        if !written.trim().is_empty() {
            found[place] = find(world, tenant, None, written, most, search.clone()).await?;
        }
    }
    Ok(found)
}

async fn find(
    world: &World,
    tenant: &TenantId,
    framework: Option<&str>,
    words: &str,
    most: usize,
    search: impl Fn(&Indexed, &str) -> Vec<usize> + Clone + Send + 'static,
) -> Result<Vec<Found>, StoreError> {
    let reader = world.store.read();
    let mut rows = reader.frameworks(tenant).await?;
    match framework {
        Some(id) => rows.retain(|row| row.id == id),
        None => newest(&mut rows),
    }
    let mut columns = Vec::new();
    for row in rows {
        let indexed = world.frameworks.of(&reader, tenant, &row).await?;
        let (index, words, search) = (Arc::clone(&indexed), words.to_owned(), search.clone());
        let places = elsewhere(move || search(&index, &words)).await;
        let found: Vec<Found> = places
            .into_iter()
            .map(|entry| Found {
                framework: row.clone(),
                statement: indexed.statements()[entry].clone(),
            })
            .collect();
        columns.push(found.into_iter());
    }
    let mut found = Vec::new();
    while found.len() < most && columns.iter().any(|column| column.len() > 0) {
        found.extend(columns.iter_mut().filter_map(Iterator::next));
    }
    found.truncate(most);
    Ok(found)
}

/// The statement with this identifier, in the newest framework that has it.
#[crate::boxed]
pub async fn statement(
    world: &World,
    tenant: &TenantId,
    uri: &str,
) -> Result<Option<Found>, StoreError> {
    let reader = world.store.read();
    let mut rows = reader.frameworks(tenant).await?;
    rows.sort_by_key(|row| std::cmp::Reverse(row.taken_at));
    for row in rows {
        let indexed = world.frameworks.of(&reader, tenant, &row).await?;
        if let Some(statement) = indexed
            .statements()
            .iter()
            .find(|statement| statement.uri == uri)
        {
            let statement = statement.clone();
            return Ok(Some(Found {
                framework: row,
                statement,
            }));
        }
    }
    Ok(None)
}

/// Of each framework only what was taken in last.
fn newest(rows: &mut Vec<FrameworkRow>) {
    let all = rows.clone();
    rows.retain(|row| {
        let later = |other: &FrameworkRow| other.uri == row.uri && other.taken_at > row.taken_at;
        !all.iter().any(later)
    });
}

/// Characters of a text that are compared; nobody describes a task in more.
const LONGEST: usize = 1_000;
