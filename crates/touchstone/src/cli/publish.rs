//! `touchstone publish`: the public documents as files that any static host can carry.

use std::{
    fs::{self, File, TryLockError},
    io::{self, ErrorKind},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};
use serde_json::json;
use touchstone_adapters::durable::{self, Readers};
use touchstone_service::{
    World, logging,
    verifying::{PublicDocument, PublicFile, archives, documents, files},
};
use touchstone_tlog::SignedCheckpoint;

use super::{Ended, Global, outside::former_folder};
use crate::{answer::Answer, exit::Exit, installation::Installation, progress};

/// Write the public documents and marks, exactly as the server serves them.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
DID documents, profiles, marks, status lists and achievement versions, at their permanent paths \
(i/SLUG/…), and the public log (log/…). What was issued before institutions moved here (`touchstone move`) goes into former/HOST/, to stand \
at that host. Any static host or CDN can carry them beside the server, or after it is gone. Publish again after revoking: files that did not change are left alone.

Evidence, the uploaded files that awards rest on, is left out: the server gives a file only to who knows its SHA-256 from a credential, and \
to be saved, never shown. A host that lists its folders, or shows what it serves, gives everybody everybody's work. With --evidence \
ALL uploaded files are written, also those of lists that were cancelled or never issued; first switch listing off and set the headers \
that docs/operating.md names. Nothing is taken out of the folder: what an earlier run wrote stays there, evidence too.

Examples:
  touchstone publish --to public/
  touchstone publish --to public/ --evidence
  touchstone verify credential.json --offline --documents public/

Exit codes: 0 done, 1 failed, 75 another publication into this folder is under way, 64 usage.")]
pub(crate) struct Args {
    /// The folder to write to; made if it is not there.
    #[arg(long, value_name = "DIR")]
    to: PathBuf,
    /// Write evidence too: ALL uploaded files, whether a credential names them or not. See below first.
    #[arg(long)]
    evidence: bool,
}

impl Args {
    pub(crate) async fn run(self, global: &Global) -> Result<Answer> {
        let Installation { world, .. } = Installation::open(global).await?;
        // Before anything is read: what a run writes is then never older than what the one before it wrote.
        let held = hold(&self.to)?;
        let documents = documents(&world).await?;
        let mut written = write(&self.to, &documents)?;
        let mut files = files(&world).await?;
        let all = files.len();
        files.retain(|file| self.evidence || !file.evidence);
        let left_out = all - files.len();
        let (files, new) = write_files(&world, &self.to, files).await?;
        written += new;
        let (log, new) = write_log(&world, &self.to).await?;
        written += new;
        let (archives, new) = self.write_archives(&world).await?;
        written += new;
        let paths = documents.iter().map(|document| document.path.as_str());
        let paths = paths.chain(files.iter().map(String::as_str));
        let paths: Vec<_> = paths.chain(log.iter().map(String::as_str)).collect();
        let note = match left_out {
            0 => String::new(),
            _ => format!(
                "\nFiles of evidence left out: {left_out}. `touchstone publish --help` says why, and how to write them."
            ),
        };
        let alone = match held.locked {
            true => String::new(),
            false => format!(
                "\nThe file system of {} knows no locks: see to it that no second publication writes there at the same time.",
                self.to.display()
            ),
        };
        let former: Vec<_> = archives.iter().map(|(line, _)| line.as_str()).collect();
        let text = format!(
            "{} documents and files stand in {}; {written} of them are new or changed.{note}{alone}{}",
            paths.len(),
            self.to.display(),
            former.concat()
        );
        Ok(Answer::new(
            text,
            json!({ "folder": self.to, "documents": paths, "written": written, "evidenceLeftOut": left_out, "locked": held.locked,
                "former": archives.iter().map(|(_, json)| json).collect::<Vec<_>>() }),
        ))
    }

    /// Writes what stays at addresses that institutions moved away from, each into a folder for that host. Answers what to do with each.
    async fn write_archives(
        &self,
        world: &World,
    ) -> Result<(Vec<(String, serde_json::Value)>, usize)> {
        let (mut told, mut written) = (Vec::new(), 0);
        for archive in archives(world).await? {
            let url = url::Url::parse(&archive.public_url).context("a former address")?;
            let host = url.host_str().context("a former address without a host")?;
            let folder = self.to.join(former_folder(host, url.port()));
            written += write(&folder, &archive.documents)?;
            let mut files = archive.files;
            files.retain(|file| self.evidence || !file.evidence);
            let (files, new) = write_files(world, &folder, files).await?;
            written += new;
            let count = archive.documents.len() + files.len();
            told.push((
                format!(
                    "\n{count} documents and files of {} stand in {}: keep them readable at that address.",
                    archive.public_url,
                    folder.display()
                ),
                json!({ "address": archive.public_url, "folder": folder, "documents": count }),
            ));
        }
        Ok((told, written))
    }
}

/// A folder that is published into: other publications are kept out until this is dropped, or this process is gone.
struct Held {
    _file: File,
    /// Where the file system knows no locks, nothing keeps them out.
    locked: bool,
}

/// Keeps other publications out of a folder.
fn hold(folder: &Path) -> Result<Held> {
    let place = folder.join(HELD);
    let named = || format!("file {}", place.display());
    durable::make_folder(folder, Readers::Usual).with_context(named)?;
    let mut opening = File::options();
    let opened = opening.create(true).truncate(false).write(true);
    let file = opened.open(&place).with_context(named)?;
    match file.try_lock() {
        Ok(()) => Ok(Held {
            _file: file,
            locked: true,
        }),
        Err(TryLockError::Error(error)) if is_without_locks(&error) => Ok(Held {
            _file: file,
            locked: false,
        }),
        Err(TryLockError::WouldBlock) => Err(Ended {
            message: format!(
                "another publication into {} is under way; publish again when it is done",
                folder.display()
            ),
            exit: Exit::Later,
        }
        .into()),
        Err(TryLockError::Error(error)) => Err(error).with_context(named),
    }
}

/// Whether the file system has no locks to give, as some mounts of a share or a bucket.
fn is_without_locks(error: &io::Error) -> bool {
    let known = error
        .raw_os_error()
        .is_some_and(|code| NO_LOCKS.contains(&code));
    known || error.kind() == ErrorKind::Unsupported
}

/// Writes what is new or changed, durably; answers how many that were. A reader sees the old file or the new one, never a part.
pub(super) fn write(folder: &Path, documents: &[PublicDocument]) -> Result<usize> {
    let bar = progress::bar("publishing", documents.len() as u64);
    let mut written = 0;
    for (done, document) in documents.iter().enumerate() {
        bar.reached(done as u64);
        written += usize::from(write_one(folder, &document.path, &document.bytes)?);
    }
    Ok(written)
}

/// Writes marks and evidence, one in memory at a time. Answers their paths, and how many were new or changed.
async fn write_files(
    world: &World,
    folder: &Path,
    files: Vec<PublicFile>,
) -> Result<(Vec<String>, usize)> {
    let bar = progress::bar("publishing files", files.len() as u64);
    let (mut paths, mut written) = (Vec::with_capacity(files.len()), 0);
    for (done, file) in files.into_iter().enumerate() {
        bar.reached(done as u64);
        let bytes = file.read(world).await?;
        let bytes = bytes.with_context(|| {
            format!(
                "{} is not in the file store; `touchstone doctor` says where that is",
                file.path
            )
        })?;
        written += usize::from(write_one(folder, &file.path, &bytes)?);
        paths.push(file.path);
    }
    Ok((paths, written))
}

/// Writes the log: its tiles and entries, which never change, and after them the checkpoint. Answers their paths, and how many were
/// new.
async fn write_log(world: &World, folder: &Path) -> Result<(Vec<String>, usize)> {
    let Some(log) = logging::whole(world).await? else {
        return Ok((Vec::new(), 0));
    };
    // Before any tile: what is there may be ahead.
    kept_cosignatures(folder, &log.checkpoint)?;
    let bar = progress::bar("publishing the log", log.paths.len() as u64);
    let (mut paths, mut written) = (Vec::with_capacity(log.paths.len() + 1), 0);
    for (done, path) in log.paths.iter().enumerate() {
        bar.reached(done as u64);
        // Not as it is served: the log may grow meanwhile, and then partial tiles are taken away.
        let bytes = logging::copied(world, path).await?;
        let bytes = bytes.with_context(|| {
            format!("log/{path} is not in the file store; `touchstone log fsck` says what is wrong")
        })?;
        let place = folder.join("log").join(path);
        match fs::read(&place) {
            Ok(there) if there == bytes => {}
            Ok(_) => bail!(
                "{} is of another log, or was altered: a file of a log never changes. Publish into an empty folder",
                place.display()
            ),
            Err(_) => {
                durable::write(&place, &bytes, Readers::Usual)
                    .with_context(|| format!("file {}", place.display()))?;
                written += 1;
            }
        }
        paths.push(format!("/log/{path}"));
    }
    // What an anchor answered first may be less than what it answered later.
    for path in log.anchors {
        if let Some(file) = logging::file(world, &path).await? {
            let path = format!("/log/{path}");
            written += usize::from(write_one(folder, &path, &file.bytes)?);
            paths.push(path);
        }
    }
    // Once more: it may have been cosigned meanwhile.
    let checkpoint = kept_cosignatures(folder, &log.checkpoint)?;
    written += usize::from(write_one(folder, "/log/checkpoint", &checkpoint)?);
    paths.push("/log/checkpoint".to_owned());
    prune(folder, &log.paths)?;
    Ok((paths, written))
}

/// Takes away the partial tiles and bundles that full ones have replaced: readers take the full one in their place (C2SP tlog-tiles).
fn prune(folder: &Path, paths: &[String]) -> Result<()> {
    for path in paths {
        let partials = folder.join("log").join(format!("{path}.p"));
        durable::remove_folder(&partials)
            .with_context(|| format!("folder {}", partials.display()))?;
    }
    Ok(())
}

/// The checkpoint as it is written: with the cosignatures that stand under the same one in the folder (`touchstone log cosign`). One that is
/// ahead there is never written over.
fn kept_cosignatures(folder: &Path, checkpoint: &[u8]) -> Result<Vec<u8>> {
    let place = folder.join("log/checkpoint");
    let mut ours = SignedCheckpoint::parse(checkpoint).context("the log's checkpoint")?;
    let Ok(bytes) = fs::read(&place) else {
        return Ok(checkpoint.to_vec());
    };
    let Ok(there) = SignedCheckpoint::parse(&bytes) else {
        bail!(
            "{} is no checkpoint. Publish into an empty folder",
            place.display()
        );
    };
    let (here, published) = (&ours.checkpoint, &there.checkpoint);
    if published.origin() != here.origin()
        || (published.size == here.size && published.root != here.root)
    {
        bail!(
            "{} is of another log, or of one that forked. Publish into an empty folder",
            place.display()
        );
    }
    if published.size > here.size {
        bail!(
            "{} has {} entries and this log has {}: the installation is older than what it published. `touchstone restore` says how it learns \
             what it had published",
            place.display(),
            published.size,
            here.size
        );
    }
    ours.note.merge(&there.note);
    Ok(ours.note.to_string().into_bytes())
}

/// `true` if it was new or changed.
fn write_one(folder: &Path, path: &str, bytes: &[u8]) -> Result<bool> {
    let Some(place) = path.strip_prefix('/') else {
        bail!("{path} has no place in a folder");
    };
    let place = folder.join(place);
    if fs::read(&place).is_ok_and(|there| there == bytes) {
        return Ok(false);
    }
    durable::write(&place, bytes, Readers::Usual)
        .with_context(|| format!("file {}", place.display()))?;
    Ok(true)
}

/// Locked while a folder is written to. It is empty, and stays.
const HELD: &str = ".publishing";
/// ENOLCK, ENOSYS and EOPNOTSUPP, as Linux counts them.
const NO_LOCKS: [i32; 3] = [37, 38, 95];
