//! Files that live in memory.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard},
};

use async_trait::async_trait;
use touchstone_service::ports::{ObjectError, ObjectKey, ObjectPart, Objects};

/// Keeps files as long as the test runs.
#[derive(Default)]
pub struct MemoryObjects {
    files: Mutex<BTreeMap<ObjectKey, Vec<u8>>>,
    read: Mutex<Vec<(ObjectKey, usize)>>,
}

impl MemoryObjects {
    /// How many bytes were handed out each time, of files whose keys begin so.
    pub fn read_below(&self, start: &str) -> Vec<usize> {
        let read = held(&self.read);
        let read = read
            .iter()
            .filter(|(key, _)| key.as_str().starts_with(start));
        read.map(|(_, bytes)| *bytes).collect()
    }

    fn note(&self, key: &ObjectKey, bytes: usize) {
        held(&self.read).push((key.clone(), bytes));
    }
}

fn held<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(|lock| lock.into_inner())
}

#[async_trait]
impl Objects for MemoryObjects {
    async fn put(&self, key: &ObjectKey, bytes: &[u8]) -> Result<(), ObjectError> {
        held(&self.files).insert(key.clone(), bytes.to_vec());
        Ok(())
    }

    async fn remove_below(&self, folder: &ObjectKey) -> Result<(), ObjectError> {
        let below = format!("{}/", folder.as_str());
        held(&self.files).retain(|key, _| !key.as_str().starts_with(&below));
        Ok(())
    }

    async fn read(&self, key: &ObjectKey) -> Result<Option<Vec<u8>>, ObjectError> {
        let found = held(&self.files).get(key).cloned();
        self.note(key, found.as_ref().map_or(0, Vec::len));
        Ok(found)
    }

    async fn read_part(
        &self,
        key: &ObjectKey,
        from: u64,
        most: usize,
    ) -> Result<Option<ObjectPart>, ObjectError> {
        let found = held(&self.files)
            .get(key)
            .map(|all| ObjectPart::of(all, from, most));
        self.note(key, found.as_ref().map_or(0, |part| part.bytes.len()));
        Ok(found)
    }
}
