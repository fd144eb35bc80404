//! A backup as one file: a zip with what an installation needs to stand up again, except the passphrase.
//!
//! ```text
//! backup.json     what made it, when, and what is in it
//! touchstone.db   the database (SQLite only)
//! touchstone.toml the configuration, if it stood in the data folder
//! keys/…          the encrypted keys
//! objects/…       the files
//! ```
//!
//! **Invariant:** nothing is unpacked outside these places, and no more than a backup of that size can hold, whatever the archive says
//! (threat 64).

use std::{
    fs::{self, File, OpenOptions},
    io::{self, ErrorKind, Read, Write},
    path::{Component, Path, PathBuf},
};

use anyhow::{Context, Result, bail};
use serde_json::Value;
use touchstone_adapters::durable;
use zip::{CompressionMethod, ZipArchive, ZipWriter, result::ZipError, write::SimpleFileOptions};

/// Writes an archive. What was written so far is taken away again if [`finish()`](Self::finish) is not reached.
pub(crate) struct Archive {
    zip: ZipWriter<File>,
    part: Part,
    files: u64,
    bytes: u64,
}

impl Archive {
    /// Begins a new archive at `path`, which must not be there yet.
    pub(crate) fn begin(path: &Path) -> Result<Self> {
        if path.exists() {
            bail!("{} is there already; name another file", path.display());
        }
        let (part, file) = Part::create(path)?;
        Ok(Self {
            zip: ZipWriter::new(file),
            part,
            files: 0,
            bytes: 0,
        })
    }

    /// Adds a text.
    pub(crate) fn add_text(&mut self, name: &str, text: &str) -> Result<()> {
        self.zip
            .start_file(name, options())
            .with_context(|| format!("archive entry {name}"))?;
        self.zip
            .write_all(text.as_bytes())
            .with_context(|| format!("archive entry {name}"))?;
        self.count(text.len() as u64);
        Ok(())
    }

    /// Adds a file.
    pub(crate) fn add_file(&mut self, name: &str, path: &Path) -> Result<()> {
        let mut file = File::open(path).with_context(|| format!("file {}", path.display()))?;
        self.zip
            .start_file(name, options())
            .with_context(|| format!("archive entry {name}"))?;
        let bytes = io::copy(&mut file, &mut self.zip)
            .with_context(|| format!("file {}", path.display()))?;
        self.count(bytes);
        Ok(())
    }

    /// Adds the files of a folder that `wanted` agrees to, folders inside it too. A folder that is not there has none.
    pub(crate) fn add_folder(
        &mut self,
        name: &str,
        folder: &Path,
        wanted: &dyn Fn(&Path) -> bool,
    ) -> Result<()> {
        if !folder.exists() {
            return Ok(());
        }
        let entries =
            fs::read_dir(folder).with_context(|| format!("folder {}", folder.display()))?;
        let mut entries: Vec<_> = entries.collect::<io::Result<_>>()?;
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries {
            let path = entry.path();
            let Some(file_name) = entry.file_name().to_str().map(str::to_owned) else {
                bail!(
                    "{}: the name is not text; such a file is not ours",
                    path.display()
                );
            };
            let name = format!("{name}/{file_name}");
            match entry.file_type()? {
                kind if kind.is_dir() => self.add_folder(&name, &path, wanted)?,
                kind if kind.is_file() && wanted(&path) => self.add_file(&name, &path)?,
                _ => {}
            }
        }
        Ok(())
    }

    /// Makes the archive durable under its own name; answers how many files and bytes it holds.
    pub(crate) fn finish(self, path: &Path) -> Result<(u64, u64)> {
        let file = self.zip.finish().context("closing the archive")?;
        file.sync_all().context("closing the archive")?;
        durable::rename(&self.part.0, path).with_context(|| format!("file {}", path.display()))?;
        Ok((self.files, self.bytes))
    }

    fn count(&mut self, bytes: u64) {
        self.files += 1;
        self.bytes += bytes;
    }
}

/// What an archive says of itself.
pub(crate) struct About {
    /// Whether the database is in it. On PostgreSQL it is not.
    pub(crate) with_database: bool,
    /// The configuration, if it stood in the data folder.
    pub(crate) settings: Option<String>,
}

/// Looks into an archive, and unpacks nothing.
pub(crate) fn look(archive: &Path) -> Result<About> {
    let mut zip = open(archive)?;
    let mut text = |name: &str| -> Result<Option<String>> {
        let mut text = String::new();
        match zip.by_name(name) {
            Ok(entry) => entry.take(LONGEST_TEXT).read_to_string(&mut text),
            Err(ZipError::FileNotFound) => return Ok(None),
            Err(error) => return Err(error).with_context(|| damaged(archive)),
        }
        .with_context(|| damaged(archive))?;
        Ok(Some(text))
    };
    let about = text(ABOUT)?.with_context(|| damaged(archive))?;
    let about: Value = serde_json::from_str(&about).with_context(|| damaged(archive))?;
    if about["version"] != 1 {
        bail!(
            "{} was made by a newer program; use that one",
            archive.display()
        );
    }
    Ok(About {
        with_database: about["database"] != "postgresql",
        settings: text(SETTINGS)?,
    })
}

fn open(archive: &Path) -> Result<ZipArchive<File>> {
    let file = File::open(archive).with_context(|| format!("file {}", archive.display()))?;
    ZipArchive::new(file).with_context(|| damaged(archive))
}

fn damaged(archive: &Path) -> String {
    format!(
        "{} is no backup of ours, or it is damaged",
        archive.display()
    )
}

/// Unpacks an archive that was looked into into `data`, the database last: without it the folder is no installation.
pub(crate) fn unpack(archive: &Path, data: &Path) -> Result<()> {
    let packed = fs::metadata(archive).with_context(|| format!("file {}", archive.display()))?;
    let most = packed.len().saturating_mul(MOST_TIMES);
    unpack_within(archive, data, most.saturating_add(ALWAYS_ROOM))
}

fn unpack_within(archive: &Path, data: &Path, mut room: u64) -> Result<()> {
    let damaged = || damaged(archive);
    let mut zip = open(archive)?;
    let names = zip
        .file_names()
        .map(|name| name.map(|name| name.into_owned()));
    let mut names: Vec<String> = names.collect::<Result<_, _>>().with_context(damaged)?;
    names.retain(|name| name != ABOUT);
    names.sort_by_key(|name| name == DATABASE); // `false` sorts first.
    for name in names {
        let place = place(&name)
            .with_context(|| format!("{}: it has an entry \"{name}\"", archive.display()))?;
        let path = data.join(place);
        if let Some(folder) = path.parent() {
            crate::installation::make_private_folder(folder)?;
        }
        let (part, mut file) = Part::create(&path)?;
        let entry = zip.by_name(&name).with_context(damaged)?;
        // The checksum of each entry is checked at its end. Whatever size it states, no more is written than there is room for.
        let written = io::copy(&mut entry.take(room.saturating_add(1)), &mut file)
            .with_context(|| format!("{}, entry {name}", archive.display()))?;
        let Some(left) = room.checked_sub(written) else {
            bail!(
                "{}: what is in it becomes larger than a backup of its size can be; it was not made by `touchstone backup`, and nothing more was unpacked",
                archive.display()
            );
        };
        room = left;
        file.sync_all()?;
        durable::rename(&part.0, &path).with_context(|| format!("file {}", path.display()))?;
    }
    Ok(())
}

/// Where an entry belongs inside the data folder; nowhere, if it is none of ours.
fn place(name: &str) -> Result<PathBuf> {
    let path = Path::new(name);
    let inside = path
        .components()
        .all(|part| matches!(part, Component::Normal(_)));
    let ours = [DATABASE, SETTINGS].contains(&name)
        || path.starts_with("keys")
        || path.starts_with("objects");
    if inside && ours && !name.contains('\\') {
        Ok(path.to_owned())
    } else {
        bail!("which does not belong into a backup; nothing more was unpacked")
    }
}

fn options() -> SimpleFileOptions {
    SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .large_file(true)
}

/// A file that is not finished; taken away when it is dropped, unless it was renamed.
struct Part(PathBuf);

impl Part {
    /// Begins what is to be the file at `path`, for its owner alone. One that somebody else has begun stays as it is.
    fn create(path: &Path) -> Result<(Self, File)> {
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(".part");
        let part = path.with_file_name(name);
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        match options.open(&part) {
            Ok(file) => Ok((Self(part), file)),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => bail!(
                "{} is there already: it is being written, or what wrote it was stopped; if so, take it away",
                part.display()
            ),
            Err(error) => Err(error).with_context(|| format!("file {}", part.display())),
        }
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

/// The longest text that is read from an archive without being unpacked.
const LONGEST_TEXT: u64 = 1 << 20;
/// How much larger a backup becomes at most when it is unpacked. Deflate makes nothing smaller than that, and evidence may be all zeros: more is not
/// read from an archive of that size, but from entries that are laid over each other.
const MOST_TIMES: u64 = 1_032;
/// What is unpacked of any.
const ALWAYS_ROOM: u64 = 1 << 30;
/// What the archive says of itself.
pub(crate) const ABOUT: &str = "backup.json";
/// The database.
pub(crate) const DATABASE: &str = "touchstone.db";
/// The configuration.
pub(crate) const SETTINGS: &str = "touchstone.toml";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t64_a_backup_that_becomes_too_large_is_not_unpacked() {
        let folder = tempfile::tempdir().unwrap();
        let packed = folder.path().join("backup.zip");
        let mut archive = Archive::begin(&packed).unwrap();
        let large = "0".repeat(100_000);
        for name in ["objects/a", DATABASE] {
            archive.add_text(name, &large).unwrap();
        }
        archive.finish(&packed).unwrap();
        for (room, fits) in [(200_000, true), (199_999, false), (99_999, false)] {
            let data = folder.path().join(room.to_string());
            let unpacked = unpack_within(&packed, &data, room);
            assert_eq!(unpacked.is_ok(), fits, "{room}: {unpacked:?}");
            assert_eq!(data.join(DATABASE).exists(), fits, "{room}");
            assert_eq!(data.join("objects/a").exists(), room > 100_000, "{room}");
            let left = fs::read_dir(&data).unwrap().count();
            assert_eq!(left, if fits { 2 } else { 1 }, "{room}");
        }
    }

    #[test]
    fn t64_what_packs_best_of_all_that_is_kept_is_unpacked_again() {
        let folder = tempfile::tempdir().unwrap();
        let packed = folder.path().join("backup.zip");
        let mut archive = Archive::begin(&packed).unwrap();
        let evidence = folder.path().join("evidence");
        fs::write(&evidence, vec![0; 10 << 20]).unwrap();
        archive.add_file("objects/evidence", &evidence).unwrap();
        archive.finish(&packed).unwrap();
        let room = fs::metadata(&packed).unwrap().len() * MOST_TIMES;
        let data = folder.path().join("data");
        unpack_within(&packed, &data, room).unwrap();
        let unpacked = fs::metadata(data.join("objects/evidence")).unwrap();
        assert_eq!(unpacked.len(), 10 << 20);
    }

    #[test]
    fn t64_an_entry_outside_the_known_places_is_refused() {
        for bad in [
            "../x",
            "keys/../../x",
            "/etc/passwd",
            "keys/../x",
            "other/x",
            "objects\\..\\x",
            ".",
        ] {
            assert!(place(bad).is_err(), "{bad}");
        }
        for good in [
            DATABASE,
            SETTINGS,
            "keys/keystore.json",
            "objects/mark/a.svg",
        ] {
            assert!(place(good).is_ok(), "{good}");
        }
    }
}
