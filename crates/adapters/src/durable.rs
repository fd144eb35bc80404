//! Files and folders that survive a power cut.
//!
//! **Invariant:** once a function here has answered, what it made is there after a power cut, whole. Bytes are synced before
//! they get their name, and a folder is synced after a name in it is new, also the one in which a new folder lies.

use std::{
    fs::{self, DirBuilder, File},
    io::{self, ErrorKind, Write},
    path::Path,
};

/// Who may read what is made.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Readers {
    /// Whoever the system lets by default.
    Usual,
    /// The owner alone.
    Owner,
}

/// Makes a folder, and those above it, where they are missing.
pub fn make_folder(path: &Path, readers: Readers) -> io::Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    let above = folder_of(path);
    make_folder(above, readers)?;
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    if readers == Readers::Owner {
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    }
    match builder.create(path) {
        // Somebody else was faster.
        Err(error) if error.kind() == ErrorKind::AlreadyExists && path.is_dir() => {}
        made => made?,
    }
    sync_folder(above)
}

/// Writes a file in place of one that may be there: a reader sees the old one or the new one, never a part.
pub fn write(path: &Path, bytes: &[u8], readers: Readers) -> io::Result<()> {
    let folder = folder_of(path);
    make_folder(folder, readers)?;
    written_beside(folder, bytes, readers)?.persist(path)?;
    sync_folder(folder)
}

/// Writes a file for its owner alone; `false` if one is there already, which then stays as it is.
pub fn write_private(path: &Path, bytes: &[u8]) -> io::Result<bool> {
    let folder = folder_of(path);
    make_folder(folder, Readers::Owner)?;
    match written_beside(folder, bytes, Readers::Owner)?.persist_noclobber(path) {
        Ok(_) => {}
        Err(there) if there.error.kind() == ErrorKind::AlreadyExists => return Ok(false),
        Err(failed) => return Err(failed.error),
    }
    sync_folder(folder)?;
    Ok(true)
}

/// Gives a file that is synced its name, in place of one that may be there.
pub fn rename(from: &Path, to: &Path) -> io::Result<()> {
    fs::rename(from, to)?;
    sync_folder(folder_of(to))
}

fn written_beside(
    folder: &Path,
    bytes: &[u8],
    readers: Readers,
) -> io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    if readers == Readers::Usual {
        // Less what the process's mask takes away. Without this it is the owner's alone.
        let all = std::os::unix::fs::PermissionsExt::from_mode(0o666);
        builder.permissions(all);
    }
    let mut file = builder.tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    Ok(file)
}

/// The folder in which a name stands; the current one for a bare name.
fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        Some(_) => Path::new("."),
        None => path,
    }
}

fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_as_a_whole_and_nothing_stays_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("made/when/needed");
        write(&path, b"one", Readers::Usual).unwrap();
        write(&path, b"two", Readers::Usual).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn only_what_is_for_others_is_readable_by_them() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let mode = |name: &str, readers| {
            let path = folder.path().join(name);
            write(&path, b"x", readers).unwrap();
            fs::metadata(&path).unwrap().permissions().mode() & 0o777
        };
        // As a plain file would be made here.
        File::create(folder.path().join("plain")).unwrap();
        let plain = fs::metadata(folder.path().join("plain")).unwrap();
        assert_eq!(
            mode("public", Readers::Usual),
            plain.permissions().mode() & 0o777
        );
        assert_eq!(mode("private", Readers::Owner), 0o600);
    }

    #[cfg(unix)]
    #[test]
    fn a_private_file_is_readable_by_its_owner_only_and_never_replaced() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys").join("passphrase");

        assert!(write_private(&path, b"one").unwrap());
        assert!(!write_private(&path, b"two").unwrap());

        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(fs::read(&path).unwrap(), b"one");
        assert_eq!(mode(&path), 0o600);
        assert_eq!(mode(path.parent().unwrap()), 0o700);
    }
}
