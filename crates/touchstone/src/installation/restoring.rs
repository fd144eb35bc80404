//! A restore that is under way: a file in the data folder, from before the first entry is unpacked until the database says that it was restored.
//!
//! **Invariant:** where it stands, nobody but `touchstone restore` opens the database: it may be an older one that does not say so yet.

use std::{
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};
use touchstone_adapters::durable::{self, Readers};
use touchstone_service::operations::restore::Begun;

/// How far a restore came.
#[derive(Deserialize, Serialize)]
pub(crate) struct Restoring {
    /// Everything lies where it belongs, and the database is to be marked.
    pub(crate) unpacked: bool,
    /// What the database will say of it.
    pub(crate) begun: Begun,
}

impl Restoring {
    /// The restore that is under way in a data folder, or stopped there.
    pub(crate) fn read(data: &Path) -> Result<Option<Self>> {
        let path = file(data);
        match fs::read(&path) {
            Ok(bytes) => {
                let read: serde_json::Result<Self> = serde_json::from_slice(&bytes);
                Ok(Some(read.with_context(|| path.display().to_string())?))
            }
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error).with_context(|| path.display().to_string()),
        }
    }

    /// Writes down how far it came; it outlives a power cut.
    pub(crate) fn write(&self, data: &Path) -> Result<()> {
        let path = file(data);
        let written = durable::write(&path, &serde_json::to_vec(self)?, Readers::Owner);
        written.with_context(|| path.display().to_string())
    }

    /// The database says it now.
    pub(crate) fn finish(data: &Path) -> Result<()> {
        let path = file(data);
        durable::remove(&path).with_context(|| path.display().to_string())
    }

    /// Refuses what must not happen before a restore went on.
    pub(crate) fn refuse(data: &Path) -> Result<()> {
        Self::read(data)?.map_or(Ok(()), |stopped| stopped.refused(data))
    }

    /// Why nothing else happens here, and the way out.
    pub(crate) fn refused(&self, data: &Path) -> Result<()> {
        let data = data.display();
        if self.unpacked {
            bail!(
                "a backup was unpacked into {data}, and that stopped before the database was marked as restored: `touchstone --data {data} restore \
                 --again` goes on"
            );
        }
        bail!(
            "a backup is being unpacked into {data}, or that stopped before its end. If it stopped, take away what is in that folder, and restore again"
        )
    }
}

fn file(data: &Path) -> PathBuf {
    data.join("restoring")
}
