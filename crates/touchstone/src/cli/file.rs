//! Files that commands read and write; `-` is standard input.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read, Write},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, anyhow, bail};
use touchstone_adapters::durable;
use touchstone_service::ports::{Spool, Spooled};

/// Reads a file, or standard input for `-`, as far as `limit` bytes; more is refused.
pub(super) fn read(name: &str, limit: usize) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let most = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    if name == "-" {
        io::stdin()
            .lock()
            .take(most)
            .read_to_end(&mut bytes)
            .context("standard input")?;
    } else {
        let file = File::open(name).with_context(|| format!("file {name}"))?;
        file.take(most)
            .read_to_end(&mut bytes)
            .with_context(|| format!("file {name}"))?;
    }
    if bytes.len() > limit {
        bail!(
            "file {name}: it is larger than {} MiB, the most that is read",
            limit >> 20
        );
    }
    Ok(bytes)
}

/// A file that is about to be put aside: a list of learners may be larger than memory should hold.
pub(super) struct Source {
    name: String,
    from: Box<dyn Read>,
}

impl Source {
    /// Opens a file, or standard input for `-`.
    pub(super) fn open(name: &str) -> Result<Self> {
        let from: Box<dyn Read> = match name {
            "-" => Box::new(io::stdin().lock()),
            name => Box::new(File::open(name).with_context(|| format!("file {name}"))?),
        };
        let name = match name {
            "-" => "standard input".to_owned(),
            name => format!("file {name}"),
        };
        Ok(Self { name, from })
    }

    /// Puts it aside, so that it stays as it is while it is read.
    pub(super) fn put_aside(mut self, spool: &dyn Spool) -> Result<Spooled> {
        let name = self.name.clone();
        let aside = |error: io::Error| match error.kind() {
            io::ErrorKind::StorageFull => anyhow!(
                "{name} cannot be put aside in the data folder: the disk is full; make room and try again"
            ),
            _ => anyhow::Error::from(error)
                .context(format!("{name}: putting it aside in the data folder")),
        };
        let mut incoming = spool.begin().map_err(aside)?;
        let (mut some, mut room) = (vec![0; 64 * 1024], LARGEST_LIST);
        loop {
            let read = self.from.read(&mut some);
            match read.with_context(|| self.name.clone())? {
                0 => return incoming.finish().map_err(aside),
                count => {
                    room = room.checked_sub(count as u64).with_context(|| {
                        format!("{name} has more than {} MiB; split it", LARGEST_LIST >> 20)
                    })?;
                    incoming.write(&some[..count]).map_err(aside)?;
                }
            }
        }
    }
}

/// Writes a new file whole or not at all; one that is there is never replaced.
pub(super) fn write_new(path: &Path, bytes: &[u8]) -> Result<()> {
    let mut file = NewFile::begin(path)?;
    file.write(bytes)?;
    file.finish()
}

/// A file that is written piece by piece, and is there only when it is whole.
pub(super) struct NewFile {
    path: PathBuf,
    part: PathBuf,
    file: File,
}

impl NewFile {
    /// Begins a file; one that is there is never replaced.
    pub(super) fn begin(path: &Path) -> Result<Self> {
        Self::open(path, &mut File::options())
    }

    /// The same, of a file that its owner alone may read.
    pub(super) fn begin_private(path: &Path) -> Result<Self> {
        let mut options = File::options();
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        Self::open(path, &mut options)
    }

    fn open(path: &Path, options: &mut OpenOptions) -> Result<Self> {
        if path.exists() {
            bail!(
                "{} is there already; name another file or move that one away",
                path.display()
            );
        }
        let part = beside(path);
        let file = options.write(true).create(true).truncate(true).open(&part);
        let file = file.with_context(|| format!("file {}", path.display()))?;
        Ok(Self {
            path: path.to_owned(),
            part,
            file,
        })
    }

    /// Adds to it.
    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<()> {
        let written = self.file.write_all(bytes);
        written.with_context(|| format!("file {}", self.path.display()))
    }

    /// Lets it be seen: once this has answered, it is there after a power cut.
    pub(super) fn finish(self) -> Result<()> {
        let synced = self.file.sync_all();
        let done = synced.and_then(|()| durable::rename(&self.part, &self.path));
        done.with_context(|| format!("file {}", self.path.display()))
    }
}

impl Drop for NewFile {
    fn drop(&mut self) {
        // Once it is whole it has another name, and there is nothing to remove.
        let _ = fs::remove_file(&self.part);
    }
}

fn beside(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    path.with_file_name(name)
}

/// The document of a role, or the posting that it is drafted from.
pub(super) const LARGEST_ROLE: usize = 1 << 20;
/// A list is no larger; an endless stream must not fill the disk.
const LARGEST_LIST: u64 = 512 << 20;
