//! Folders and files that only their owner may read, and that survive a power cut.

use std::{fs, path::Path};

use anyhow::{Context, Result};
use touchstone_adapters::durable::{self, Readers};

/// Makes a folder (and those above it) for its owner alone, if it is not there yet.
pub(crate) fn make_private_folder(path: &Path) -> Result<()> {
    durable::make_folder(path, Readers::Owner).with_context(|| format!("folder {}", path.display()))
}

/// Closes a folder that is there already to everybody but its owner.
pub(crate) fn close_to_others(path: &Path) -> Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let owner_only = fs::Permissions::from_mode(0o700);
        fs::set_permissions(path, owner_only)
            .with_context(|| format!("chmod 700 {}", path.display()))?;
    }
    Ok(())
}

/// Writes a file for its owner alone; `false` if one is there already, which then stays as it is.
pub(crate) fn write_private(path: &Path, bytes: &[u8]) -> Result<bool> {
    durable::write_private(path, bytes).with_context(|| format!("file {}", path.display()))
}
