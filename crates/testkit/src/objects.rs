//! Files that live in memory.

use std::{collections::BTreeMap, sync::Mutex};

use async_trait::async_trait;
use touchstone_service::ports::{ObjectError, ObjectKey, Objects};

/// Keeps files as long as the test runs.
#[derive(Default)]
pub struct MemoryObjects(Mutex<BTreeMap<ObjectKey, Vec<u8>>>);

#[async_trait]
impl Objects for MemoryObjects {
    async fn put(&self, key: &ObjectKey, bytes: &[u8]) -> Result<(), ObjectError> {
        self.0
            .lock()
            .unwrap_or_else(|lock| lock.into_inner())
            .insert(key.clone(), bytes.to_vec());
        Ok(())
    }

    async fn remove_below(&self, folder: &ObjectKey) -> Result<(), ObjectError> {
        let below = format!("{}/", folder.as_str());
        let mut files = self.0.lock().unwrap_or_else(|lock| lock.into_inner());
        files.retain(|key, _| !key.as_str().starts_with(&below));
        Ok(())
    }

    async fn read(&self, key: &ObjectKey) -> Result<Option<Vec<u8>>, ObjectError> {
        Ok(self
            .0
            .lock()
            .unwrap_or_else(|lock| lock.into_inner())
            .get(key)
            .cloned())
    }
}
