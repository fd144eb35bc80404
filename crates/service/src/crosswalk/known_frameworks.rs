//! Indexes of frameworks, made when one is first searched and kept while there is room: frameworks do not change once they were taken in.
//!
//! **Invariant:** however many look at the same time, one index is made of a framework, away from where other requests are answered; whoever
//! stops waiting for it finds it made the next time.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, OnceLock, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use touchstone_crosswalk::{
    framework::{Framework, Statement},
    retrieval::{Entry, Finder, Learnt, Precedents, Typing, suggest_gated},
    role::ReleasedSet,
    sssom::{Slot, Standing},
};
use touchstone_store::{FrameworkRow, Reader, StoreError, TenantId};

use super::framework::made_of;
use crate::elsewhere::elsewhere;

/// Indexes that were made before.
#[derive(Debug, Default)]
pub struct KnownFrameworks {
    /// The least recently used first.
    kept: Mutex<Vec<Arc<Indexed>>>,
}

/// A framework that is or will be searched.
#[derive(Debug)]
pub(super) struct Indexed {
    id: String,
    /// How many statements it has.
    size: usize,
    read: OnceLock<(Framework, Typing)>,
    /// For whole sentences; made when the first is asked for.
    finder: OnceLock<Finder>,
    /// What was mapped to its statements before, by the hashes of the releases that say so; made anew when those are others.
    precedents: Mutex<Option<(Vec<String>, Arc<Precedents>)>>,
    /// How many those are.
    learnt: AtomicUsize,
}

impl KnownFrameworks {
    /// The index of a framework, which is made if it is not there.
    pub(super) async fn of(
        &self,
        reader: &Reader,
        tenant: &TenantId,
        row: &FrameworkRow,
    ) -> Result<Arc<Indexed>, StoreError> {
        let size = usize::try_from(row.statements).unwrap_or(0);
        let indexed = self.place(&row.id, size);
        if indexed.read.get().is_none() {
            let statements = reader.framework_statements(tenant, &row.id).await?;
            let (row, making) = (row.clone(), Arc::clone(&indexed));
            elsewhere(move || {
                let framework = made_of(&row, &statements)?;
                making.read.get_or_init(|| {
                    let typing = Typing::new(&framework.entries());
                    (framework, typing)
                });
                Ok::<(), StoreError>(())
            })
            .await?;
        }
        Ok(indexed)
    }

    /// Its place, which is then the one that was used last.
    fn place(&self, id: &str, size: usize) -> Arc<Indexed> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let known = kept.iter().position(|known| known.id == id);
        let indexed = match known {
            Some(place) => kept.remove(place),
            None => Arc::new(Indexed {
                id: id.to_owned(),
                size,
                read: OnceLock::new(),
                finder: OnceLock::new(),
                precedents: Mutex::default(),
                learnt: AtomicUsize::new(0),
            }),
        };
        kept.push(Arc::clone(&indexed));
        while kept.len() > 1 && kept.iter().map(|one| one.weight()).sum::<usize>() > MOST_STATEMENTS
        {
            kept.remove(0);
        }
        indexed
    }
}

impl Indexed {
    /// What it takes up: its statements, and those that were learnt from.
    fn weight(&self) -> usize {
        self.size + self.learnt.load(Ordering::Relaxed)
    }

    /// What it states; nothing before it was read.
    pub(super) fn statements(&self) -> &[Statement] {
        let read = self.read.get();
        read.map_or(&[], |(framework, _)| &framework.statements)
    }

    /// The places of at most so many statements for a few words, of which the last may be half a word.
    pub(super) fn typed(&self, words: &str, most: usize) -> Vec<usize> {
        let Some((_, typing)) = self.read.get() else {
            return Vec::new();
        };
        let found = typing.suggest(words, most).into_iter();
        found.map(|suggestion| suggestion.entry).collect()
    }

    /// The same for a sentence, with what `sets` say of its statements.
    pub(super) fn nearest(&self, query: &Entry, sets: &[ReleasedSet], most: usize) -> Vec<usize> {
        let Some((framework, _)) = self.read.get() else {
            return Vec::new();
        };
        let made = || Finder::new(&framework.entries());
        let finder = self.finder.get_or_init(made);
        let precedents = self.precedents(framework, sets);
        let found = suggest_gated(finder, &precedents, &Learnt::default(), query, most);
        let told = found.into_iter().filter(|(_, score)| *score > 0.0);
        told.map(|(entry, _)| entry).collect()
    }

    /// What was mapped to its statements by people, each thing by what it is called there.
    fn precedents(&self, framework: &Framework, sets: &[ReleasedSet]) -> Arc<Precedents> {
        let hashes = sets.iter().map(|set| set.pin().sha256.clone());
        let hashes: Vec<String> = hashes.collect();
        let mut kept = self
            .precedents
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some((known, made)) = kept.as_ref()
            && *known == hashes
        {
            return Arc::clone(made);
        }
        let mut places: BTreeMap<&str, usize> = BTreeMap::new();
        for (place, statement) in framework.statements.iter().enumerate() {
            places.entry(&statement.uri).or_insert(place);
        }
        let mut answers: BTreeMap<(&str, &str), Vec<usize>> = BTreeMap::new();
        for one in sets.iter().flat_map(|set| set.about(|_| true)) {
            if one.is_negated() || one.standing() < Standing::Stated {
                continue;
            }
            let known = one.one(Slot::SubjectLabel).zip(places.get(one.object()));
            if let Some((label, place)) = known {
                let thing = (one.subject(), label);
                answers.entry(thing).or_default().push(*place);
            }
        }
        self.learnt.store(answers.len(), Ordering::Relaxed);
        let curated = answers.into_iter().map(|((_, label), answers)| {
            let entry = Entry {
                label: label.to_owned(),
                ..Entry::default()
            };
            (entry, answers)
        });
        let made = Arc::new(Precedents::new(&curated.collect::<Vec<_>>()));
        *kept = Some((hashes, Arc::clone(&made)));
        made
    }
}

/// Statements of all that are kept, and precedents: some 1.5 KB each.
const MOST_STATEMENTS: usize = 120_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_place_for_each_and_what_was_used_last_stays() {
        let known = KnownFrameworks::default();
        let third = MOST_STATEMENTS / 3;
        let first = known.place("a", third);
        for id in ["b", "c", "a", "d"] {
            known.place(id, third);
        }
        assert!(Arc::ptr_eq(&first, &known.place("a", third)));
        let kept: Vec<String> = (known.kept.lock().unwrap().iter())
            .map(|one| one.id.clone())
            .collect();
        assert_eq!(kept, ["c", "d", "a"]);
        known.place("large", MOST_STATEMENTS + 1);
        assert_eq!(
            known.kept.lock().unwrap().len(),
            1,
            "it is searched even so"
        );
    }

    #[test]
    fn what_was_learnt_from_counts_as_statements_do() {
        let known = KnownFrameworks::default();
        let half = MOST_STATEMENTS / 2;
        let first = known.place("a", half);
        known.place("b", half);
        assert_eq!(known.kept.lock().unwrap().len(), 2);
        first.learnt.store(1, Ordering::Relaxed);
        known.place("b", half);
        assert_eq!(known.kept.lock().unwrap().len(), 1);
    }
}
