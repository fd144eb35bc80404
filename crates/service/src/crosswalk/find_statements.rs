//! Finding tasks and skills of the institution's frameworks by a few words, while somebody looks for one.
//!
//! An index is made when a framework is first searched and kept while there is room: frameworks do not change once they were taken in.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use touchstone_crosswalk::{
    framework::{Framework, Statement},
    retrieval::{Entry, Finder, Learnt, Typing, Weights},
};
use touchstone_store::{FrameworkRow, Reader, StoreError, TenantId};

use super::framework::load;
use crate::World;

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

/// Indexes that were made before.
#[derive(Debug, Default)]
pub struct KnownFrameworks {
    /// The least recently used first.
    kept: Mutex<Vec<(String, Arc<Indexed>)>>,
}

#[derive(Debug)]
struct Indexed {
    framework: Framework,
    typing: Typing,
    /// For whole sentences; made when the first is asked for.
    finder: OnceLock<Finder>,
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
    find(world, tenant, framework, (Indexed::typed, words), most).await
}

/// The `most` statements nearest to what somebody wrote, a sentence or more, in the newest version of each framework.
#[crate::boxed]
pub async fn suggest_statements(
    world: &World,
    tenant: &TenantId,
    written: &str,
    most: usize,
) -> Result<Vec<Found>, StoreError> {
    if written.trim().is_empty() {
        return Ok(Vec::new());
    }
    find(world, tenant, None, (Indexed::nearest, written), most).await
}

/// Whom to ask an index for: the places of at most so many statements for these words.
type Search = fn(&Indexed, &str, usize) -> Vec<usize>;

async fn find(
    world: &World,
    tenant: &TenantId,
    framework: Option<&str>,
    (search, words): (Search, &str),
    most: usize,
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
        let (index, words) = (Arc::clone(&indexed), words.to_owned());
        let places = elsewhere(move || search(&index, &words, most)).await;
        let found: Vec<Found> = places
            .into_iter()
            .map(|entry| Found {
                framework: row.clone(),
                statement: indexed.framework.statements[entry].clone(),
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

impl Indexed {
    /// For a few words, of which the last may be half a word.
    fn typed(&self, words: &str, most: usize) -> Vec<usize> {
        let found = self.typing.suggest(words, most).into_iter();
        found.map(|suggestion| suggestion.entry).collect()
    }

    /// For a sentence.
    fn nearest(&self, written: &str, most: usize) -> Vec<usize> {
        let query = Entry {
            label: written.chars().take(LONGEST).collect(),
            ..Entry::default()
        };
        let weights = Weights(Learnt::default().words);
        let made = || Finder::new(&self.framework.entries());
        let found = self.finder.get_or_init(made).rank(&query, &weights, most);
        let told = found.into_iter().filter(|(_, score)| *score > 0.0);
        told.map(|(entry, _)| entry).collect()
    }
}

/// An index of thousands of statements takes a second, and others' requests do not wait for it.
async fn elsewhere<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()))
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
        let statements = &indexed.framework.statements;
        if let Some(statement) = statements.iter().find(|statement| statement.uri == uri) {
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

impl KnownFrameworks {
    async fn of(
        &self,
        reader: &Reader,
        tenant: &TenantId,
        row: &FrameworkRow,
    ) -> Result<Arc<Indexed>, StoreError> {
        if let Some(known) = self.known(&row.id) {
            return Ok(known);
        }
        let framework = load(reader, tenant, row).await?;
        let index = move || Indexed {
            typing: Typing::new(&framework.entries()),
            framework,
            finder: OnceLock::new(),
        };
        let made = Arc::new(elsewhere(index).await);
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.push((row.id.clone(), Arc::clone(&made)));
        let too_many = kept.len().saturating_sub(MOST_KEPT);
        kept.drain(..too_many);
        Ok(made)
    }

    fn known(&self, id: &str) -> Option<Arc<Indexed>> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let place = kept.iter().position(|(known, _)| known == id)?;
        let used = kept.remove(place);
        let indexed = Arc::clone(&used.1);
        kept.push(used);
        Some(indexed)
    }
}

/// Characters of a text that are compared; nobody describes a task in more.
const LONGEST: usize = 1_000;
/// Some 30 MB each where a framework has 20,000 statements.
const MOST_KEPT: usize = 6;
