//! The log's files among all others, as a log that stands by itself.

use async_trait::async_trait;

use super::edge;
use crate::{
    World,
    inspecting::Source,
    ports::{ObjectError, ObjectKey, Objects},
};

/// What lies below `log/`, read and never written.
pub(super) struct LogFolder<'a>(&'a dyn Objects);

impl<'a> LogFolder<'a> {
    /// The log of this installation.
    pub(super) fn of(world: &'a World) -> Self {
        Self(&*world.objects)
    }

    /// As any log is read.
    pub(super) fn source(&self) -> Source<'_> {
        Source::Folder(self)
    }
}

#[async_trait]
impl Objects for LogFolder<'_> {
    async fn put(&self, _: &ObjectKey, _: &[u8]) -> Result<(), ObjectError> {
        Err(ObjectError::Unavailable(
            "the log is written by its sequencer".into(),
        ))
    }

    async fn remove_below(&self, _: &ObjectKey) -> Result<(), ObjectError> {
        Err(ObjectError::Unavailable(
            "the log is written by its sequencer".into(),
        ))
    }

    async fn read(&self, key: &ObjectKey) -> Result<Option<Vec<u8>>, ObjectError> {
        self.0.read(&edge::key(key.as_str())).await
    }
}
