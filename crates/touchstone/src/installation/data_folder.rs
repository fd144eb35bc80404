//! Folders and files that only their owner may read.

use std::{
    fs::{self, DirBuilder, OpenOptions},
    io::Write,
    path::Path,
};

use anyhow::{Context, Result};

/// Makes a folder (and those above it) for its owner alone, if it is not there yet.
pub(crate) fn make_private_folder(path: &Path) -> Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
        .create(path)
        .with_context(|| format!("folder {}", path.display()))
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
    if path.exists() {
        return Ok(false);
    }
    if let Some(folder) = path.parent() {
        make_private_folder(folder)?;
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options
        .open(path)
        .with_context(|| format!("file {}", path.display()))?;
    let written = file.write_all(bytes).and_then(|()| file.sync_all());
    if let Err(error) = written {
        // A half-written file must not be taken for a whole one later.
        let _ = fs::remove_file(path);
        return Err(error).with_context(|| format!("file {}", path.display()));
    }
    Ok(true)
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_private_file_is_readable_by_its_owner_only_and_never_replaced() {
        let folder =
            std::env::temp_dir().join(format!("touchstone-private-{}", std::process::id()));
        let path = folder.join("keys").join("passphrase");

        assert!(write_private(&path, b"one").unwrap());
        assert!(!write_private(&path, b"two").unwrap());

        assert_eq!(fs::read(&path).unwrap(), b"one");
        assert_eq!(
            fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o600
        );
        assert_eq!(
            fs::metadata(path.parent().unwrap())
                .unwrap()
                .permissions()
                .mode()
                & 0o777,
            0o700
        );
        fs::remove_dir_all(folder).unwrap();
    }
}
