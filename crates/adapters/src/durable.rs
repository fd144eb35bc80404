//! Files and folders that survive a power cut.
//!
//! **Invariant:** once a function here has answered, what it made is there after a power cut, whole. Bytes are synced before
//! they get their name, and a folder is synced after a name in it is new, also the one in which a new folder lies.

use std::{
    collections::BTreeSet,
    fs::{self, DirBuilder, File},
    io::{self, ErrorKind, Write},
    path::{Path, PathBuf},
    thread,
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

/// Writes files that never change, several at a time, and syncs each folder once. One that is there with the same bytes stays;
/// the path of one that is there with other bytes is the answer, and it is left as it is.
pub fn keep_all(files: Vec<(PathBuf, Vec<u8>)>, readers: Readers) -> io::Result<Option<PathBuf>> {
    let folders: BTreeSet<PathBuf> = files
        .iter()
        .map(|(path, _)| folder_of(path).to_owned())
        .collect();
    for folder in &folders {
        make_folder(folder, readers)?;
    }
    let share = files.len().div_ceil(AT_ONCE).max(1);
    let kept = thread::scope(|scope| {
        let threads: Vec<_> = files
            .chunks(share)
            .map(|files| {
                scope.spawn(move || {
                    for (path, bytes) in files {
                        if !keep(path, bytes, readers)? {
                            return Ok(Some(path.clone()));
                        }
                    }
                    Ok(None)
                })
            })
            .collect();
        let answers = threads.into_iter().map(|thread| match thread.join() {
            Ok(answer) => answer,
            Err(_) => Err(io::Error::other("interrupted")),
        });
        answers.collect::<io::Result<Vec<Option<PathBuf>>>>()
    })?;
    for folder in &folders {
        sync_folder(folder)?;
    }
    Ok(kept.into_iter().flatten().next())
}

/// Writes a file, or sees that it is there with these bytes and makes sure of it. The folder is not synced.
fn keep(path: &Path, bytes: &[u8], readers: Readers) -> io::Result<bool> {
    match fs::read(path) {
        Ok(there) if there == bytes => File::open(path)?.sync_all()?,
        Ok(_) => return Ok(false),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            written_beside(folder_of(path), bytes, readers)?.persist(path)?;
        }
        Err(error) => return Err(error),
    }
    Ok(true)
}

/// Takes a folder away with what is in it. One that is not there is no fault.
pub fn remove_folder(path: &Path) -> io::Result<()> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        done => done.and_then(|()| sync_folder(folder_of(path))),
    }
}

/// Takes a file away. One that is not there is no fault.
pub fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        done => done.and_then(|()| sync_folder(folder_of(path))),
    }
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

/// Syncs that wait for the disk at the same time.
const AT_ONCE: usize = 8;

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
