//! `touchstone log fsck`: recompute a whole log.

use std::{
    fs,
    io::{self, Read},
    path::Path,
};

use anyhow::{Context, Result};
use serde_json::{Value, json};
use touchstone_adapters::{ANCHOR_CRYPTO, ObjectsFolder, TLOG_CRYPTO};
use touchstone_anchor::Anchors;
use touchstone_service::{
    inspecting::{AnchorFile, AnchorsInspected, MOST_FAULTS, MOST_MISSING, fsck, fsck_anchors},
    logging::anchor_files,
};
use touchstone_tlog::PolicyError;

use super::{Global, Log, Trusting, ended, signers, signers_json, tree_json, unchecked};
use crate::{
    answer::{Answer, plain, table},
    exit::Exit,
    installation::Installation,
};

/// Recompute a log from its entries, and name every file that is wrong.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Reads every entry bundle and every tile, and compares them with each other and with the root hash of the checkpoint. Where they differ, it \
says which file is wrong: put that file back from a backup or a mirror. After a hundred missing files it stops and says so. Without --policy or --key the signatures are not checked, \
and it says so.

The files of anchors (anchor/) are read as well: each must be over a checkpoint that this log had, and whole. Who vouches for the times in them, the #anchor lines of \
--policy say. A proof that nobody whom you named vouches for is no fault; it is listed. At an address nothing says which there are, so they are read in folders only.

Without a folder or an address it is this installation's own log, as it is stored: its anchors are held against those that were configured.

Examples:
  touchstone log fsck                      this installation's own
  touchstone log fsck touchstone-data/objects/log
  touchstone log fsck https://verify.example.edu/log --key verify.example.edu/log+8b2e52ea+AQ...
  touchstone log fsck /srv/mirror/log --policy trust.txt --json

Exit codes: 0 every hash is right, 1 files are wrong, 2 could not be checked: a file could not be read, or too few witnesses signed.")]
pub(crate) struct Args {
    /// The log: a folder, or an address that starts with https:// [default: this installation's own].
    #[arg(value_name = "FOLDER|URL")]
    log: Option<String>,
    #[command(flatten)]
    trusting: Trusting,
}

impl Args {
    pub(super) async fn run(self, global: &Global) -> Result<Answer> {
        let policy = self.trusting.policy()?;
        // The anchors' files first: what is added to the log meanwhile does not make them newer than it.
        let (named, log, anchors) = self.open(global).await?;
        let failed = |error| ended(&named, error);
        let found = fsck(log.source(), &TLOG_CRYPTO).await;
        let found = found.map_err(|error| failed(error.into()))?;
        let anchors = match &anchors {
            None => None,
            Some((files, trust)) => {
                let held = fsck_anchors(log.source(), &found, files, trust, &TLOG_CRYPTO).await;
                Some(held.map_err(|error| failed(error.into()))?)
            }
        };
        let tree = &found.checkpoint.checkpoint;
        let head = format!(
            "{}: {} entries, {} files read\n  root {}",
            tree.origin(),
            tree.size,
            found.files,
            tree.root
        );
        let of_anchors = anchors.iter().flat_map(|anchors| &anchors.faults);
        let of_anchors: Vec<_> = of_anchors.collect();
        let mut exit = match found.faults.is_empty() && of_anchors.is_empty() {
            true => Exit::Done,
            false => Exit::Failed,
        };
        let evaluation = policy
            .as_ref()
            .map(|policy| (policy, policy.evaluate(&found.checkpoint, &TLOG_CRYPTO)));
        let mut faults: Vec<(&str, String)> = found
            .faults
            .iter()
            .chain(of_anchors)
            .map(|fault| (fault.path.as_str(), fault.wrong.to_string()))
            .collect();
        let (signed, signed_json) = match &evaluation {
            None => (
                "signatures were not checked: give --policy or --key".to_owned(),
                json!(null),
            ),
            Some((policy, Ok(evaluation))) => {
                if !evaluation.has_quorum && exit == Exit::Done {
                    exit = Exit::Unchecked;
                }
                (signers(evaluation, policy), signers_json(evaluation))
            }
            Some((_, Err(error))) => {
                exit = Exit::Failed;
                // That the reader does not know the log is no fault of its files.
                if matches!(error, PolicyError::Signature(_)) {
                    faults.push((CHECKPOINT, error.to_string()));
                }
                (
                    format!("WRONG: {error}"),
                    json!({ "error": error.to_string() }),
                )
            }
        };
        let said = match faults.is_empty() {
            true => "Every hash is right.".to_owned(),
            false => {
                let rows = faults.iter();
                let rows: Vec<[String; 2]> = rows
                    .map(|(path, wrong)| [(*path).to_owned(), wrong.clone()])
                    .collect();
                let stopped = match found.stopped {
                    true => format!(
                        "\nStopped here: {MOST_MISSING} files are missing or {MOST_FAULTS} are wrong, so the log that the checkpoint states is not here. \
                         Nothing is known about the rest."
                    ),
                    false => String::new(),
                };
                format!(
                    "WRONG\n{}{stopped}",
                    table(["file", "what is wrong"], &rows)
                )
            }
        };
        let faults = faults
            .into_iter()
            .map(|(path, wrong)| json!({ "file": path, "wrong": wrong }));
        let json = json!({
            "checkpoint": tree_json(&found.checkpoint),
            "computedRoot": found.root.map(|root| root.to_string()),
            "files": found.files,
            "stopped": found.stopped,
            "signatures": signed_json,
            "anchors": anchors.as_ref().map(anchors_json),
            "faults": faults.collect::<Vec<_>>(),
        });
        let anchored = anchored(anchors.as_ref());
        let text = format!("{head}\n  {signed}\n  {anchored}\n{said}");
        Ok(Answer::new(text, json).with_exit(exit))
    }

    /// The log, by its name, and the files of its anchors with whom the reader believes about them; `None` where nothing says which there are.
    async fn open(&self, global: &Global) -> Result<(String, Log, Option<Anchored>)> {
        let mut trusted = self.trusting.lines()?;
        let Some(named) = &self.log else {
            let installation = Installation::open(global).await?;
            let folder = installation.settings().objects().join("log");
            let (files, lines) = anchor_files(&installation.world).await?;
            trusted.extend(lines.into_bytes());
            let named = folder.display().to_string();
            let log = Log::Folder(ObjectsFolder::new(folder));
            return Ok((named, log, Some((files, believed(&trusted)?))));
        };
        let log = Log::open(global, named)?;
        let files = match &log {
            Log::Folder(_) => Some((in_folder(Path::new(named))?, believed(&trusted)?)),
            Log::Address(..) => None,
        };
        Ok((named.clone(), log, files))
    }
}

type Anchored = (Vec<AnchorFile>, Anchors);

fn believed(trusted: &[u8]) -> Result<Anchors> {
    Anchors::parse(trusted, &ANCHOR_CRYPTO).map_err(|error| unchecked(format!("--policy: {error}")))
}

/// The files that lie in a log's folder for anchors, if it has one.
fn in_folder(log: &Path) -> Result<Vec<AnchorFile>> {
    let folder = log.join("anchor");
    let listed = match fs::read_dir(&folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        listed => listed.with_context(|| folder.display().to_string()),
    };
    let mut files = Vec::new();
    for entry in listed? {
        let entry = entry?;
        let path = format!("anchor/{}", entry.file_name().to_string_lossy());
        // Of what is no file of an anchor nothing is said, whatever its size.
        if !entry.file_type()?.is_file() || !AnchorFile::is_at(&path) {
            continue;
        }
        let bytes = read(&entry.path())?;
        files.push(AnchorFile { path, bytes });
    }
    Ok(files)
}

/// What stands in a file, and of one that is too large no more than shows that.
fn read(at: &Path) -> Result<Vec<u8>> {
    let shown = || at.display().to_string();
    let mut bytes = Vec::new();
    let file = fs::File::open(at).with_context(shown)?;
    file.take(AnchorFile::MOST_BYTES as u64 + 1)
        .read_to_end(&mut bytes)
        .with_context(shown)?;
    Ok(bytes)
}

/// What became of the anchors' files, in words.
fn anchored(anchors: Option<&AnchorsInspected>) -> String {
    let Some(anchors) = anchors else {
        return "anchors: their files are not listed at an address, so they were not read; give a folder".to_owned();
    };
    let lines = anchors.unvouched.iter().map(|(path, why)| {
        format!(
            "\n  {}: whole by itself, {}",
            plain(path),
            plain(&why.to_string())
        )
    });
    format!(
        "anchors: {} files read{}",
        anchors.files,
        lines.collect::<String>()
    )
}

fn anchors_json(anchors: &AnchorsInspected) -> Value {
    let unvouched = anchors
        .unvouched
        .iter()
        .map(|(path, why)| json!({ "file": path, "why": why.to_string() }));
    json!({ "files": anchors.files, "notVouchedFor": unvouched.collect::<Vec<_>>() })
}

/// Where the signatures stand.
const CHECKPOINT: &str = "checkpoint";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_file_of_an_anchor_is_not_read_and_none_is_read_without_end() {
        let log = tempfile::tempdir().unwrap();
        let folder = log.path().join("anchor");
        fs::create_dir(&folder).unwrap();
        let large = vec![0; 2 * AnchorFile::MOST_BYTES];
        for name in ["300.notary.tsr", "300.bak", "notes.bin"] {
            fs::write(folder.join(name), &large).unwrap();
        }
        let files = in_folder(log.path()).unwrap();
        let [file] = &files[..] else {
            panic!("{} files", files.len());
        };
        assert_eq!(file.path, "anchor/300.notary.tsr");
        assert_eq!(file.bytes.len(), AnchorFile::MOST_BYTES + 1);
        // That is more than any kind takes.
        for kind in touchstone_anchor::Kind::ALL {
            let judged = believed(b"").unwrap().whole(kind, &file.bytes, b"text");
            assert_eq!(judged, Err(touchstone_anchor::Fault::TooLarge), "{kind:?}");
        }
    }
}
