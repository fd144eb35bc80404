//! What became of checkpoints at anchors: as it is listed, as files, and as what a bundle shows.

use touchstone_anchor::{Kind, opentimestamps::Detached};
use touchstone_store::{AnchorState, LogAnchorRow};
use touchstone_tlog::{Checkpoint, Hash, SignedCheckpoint, merkle};
use touchstone_vc::Timestamp;
use tracing::warn;

use super::{LogError, LogFile, Shown, folder::LogFolder, signed, unsigned};
use crate::{
    World,
    inspecting::{AnchorFile, InspectError, continued, included},
};

/// A checkpoint at an anchor, and what became of it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Anchored {
    /// The anchor's name.
    pub anchor: String,
    /// Its kind, in a word.
    pub kind: String,
    /// Entries under the checkpoint.
    pub size: u64,
    /// How far it is.
    pub state: AnchorState,
    /// When it was begun, by our clock.
    pub submitted_at: Timestamp,
    /// By when the anchor states that it had seen it.
    pub seen_by: Option<Timestamp>,
    /// The Bitcoin block that the proof leads to, whose header says when.
    pub block: Option<u64>,
    /// Why it was not confirmed when it was asked for last.
    pub why: Option<String>,
    /// Where the anchored bytes are, below the log's address.
    pub text_path: String,
    /// Where the proof is, once there is one.
    pub proof_path: Option<String>,
}

/// The newest checkpoints that anchors were asked about, the largest first.
#[crate::boxed]
pub async fn anchored(world: &World, limit: u64) -> Result<Vec<Anchored>, LogError> {
    let rows = world.store.read().log_anchors(limit).await?;
    Ok(rows.into_iter().map(Anchored::from).collect())
}

impl From<LogAnchorRow> for Anchored {
    fn from(row: LogAnchorRow) -> Self {
        let at = |millis: i64| Timestamp::from_unix_millis(millis);
        let size = unsigned(row.size);
        let is_ots = Kind::parse(&row.kind) == Some(Kind::Opentimestamps);
        let proof = row.proof.as_deref();
        Self {
            text_path: text_path(size),
            proof_path: proof
                .filter(|_| is_shown(&row))
                .and_then(|_| proof_path(size, &row.anchor, &row.kind)),
            block: proof.filter(|_| is_ots).and_then(block),
            anchor: row.anchor,
            kind: row.kind,
            size,
            state: row.state,
            submitted_at: at(row.submitted_at),
            seen_by: row.seen_by.map(at),
            why: row.why,
        }
    }
}

/// Whether what is kept of it is a proof: on a chain it is a transaction before that, which is for nobody else to send.
fn is_shown(row: &LogAnchorRow) -> bool {
    row.state == AnchorState::Confirmed || Kind::parse(&row.kind) != Some(Kind::Evm)
}

fn text_path(size: u64) -> String {
    format!("{FOLDER}{size}")
}

/// `None` where this program knows no such kind.
fn proof_path(size: u64, anchor: &str, kind: &str) -> Option<String> {
    let extension = Kind::parse(kind)?.extension();
    Some(format!("{FOLDER}{size}.{anchor}.{extension}"))
}

/// The block of Bitcoin that a proof leads to.
fn block(proof: &[u8]) -> Option<u64> {
    Detached::read(proof).ok()?.block()
}

/// Reads a file below `/log/anchor/`: the anchored bytes (`SIZE`), or a proof (`SIZE.NAME.EXTENSION`).
pub(super) async fn file(world: &World, path: &str) -> Result<Option<LogFile>, LogError> {
    let Some(name) = path.strip_prefix(FOLDER) else {
        return Ok(None);
    };
    let mut parts = name.split('.');
    let number = parts.next().unwrap_or_default();
    let size = number.parse::<i64>().ok();
    // In one form only.
    let Some(size) = size.filter(|size| size.to_string() == number) else {
        return Ok(None);
    };
    let parts: Vec<&str> = parts.collect();
    let reader = world.store.read();
    match &parts[..] {
        [] => Ok(reader.log_anchor_note(size).await?.map(|bytes| LogFile {
            media_type: "text/plain; charset=utf-8",
            bytes,
            immutable: true,
        })),
        [anchor, extension] => {
            let Some(row) = reader.log_anchor(anchor, size).await? else {
                return Ok(None);
            };
            if !is_shown(&row) {
                return Ok(None);
            }
            let kind = Kind::parse(&row.kind).filter(|kind| kind.extension() == *extension);
            let (Some(kind), Some(bytes)) = (kind, row.proof) else {
                return Ok(None);
            };
            Ok(Some(LogFile {
                media_type: kind.media_type(),
                bytes,
                immutable: row.state == AnchorState::Confirmed,
            }))
        }
        _ => Ok(None),
    }
}

/// The files of all anchors as they are published, with the lines of a trust file under which they were or are asked. What was anchored is kept with
/// each anchor that was handed it, and bundles show that: where those differ, each is there, under the one path.
#[crate::boxed]
pub async fn anchor_files(world: &World) -> Result<(Vec<AnchorFile>, String), LogError> {
    let mut files = Vec::new();
    for path in paths(world).await? {
        if let Some(size) = size_of_text(&path) {
            let notes = world.store.read().log_anchor_notes(size).await?;
            let of_text = |bytes| AnchorFile {
                path: path.clone(),
                bytes,
            };
            files.extend(notes.into_iter().map(of_text));
            continue;
        }
        if let Some(LogFile { bytes, .. }) = file(world, &path).await? {
            files.push(AnchorFile { path, bytes });
        }
    }
    let before = world.store.read().log_anchor_trusts().await?;
    let now = world.anchors.anchors.iter().map(|one| one.trust.clone());
    let lines = before.into_iter().map(|row| row.line).chain(now);
    Ok((files, lines.filter(|line| line.starts_with('#')).collect()))
}

/// Entries under the checkpoint whose anchored bytes a path names; `None` if it names something else.
fn size_of_text(path: &str) -> Option<i64> {
    path.strip_prefix(FOLDER)?.parse().ok()
}

/// The paths of all files of anchors.
pub(super) async fn paths(world: &World) -> Result<Vec<String>, LogError> {
    let (mut paths, mut told) = (Vec::new(), None);
    for (size, anchor, kind) in world.store.read().log_anchor_files().await? {
        let Some(proof) = proof_path(unsigned(size), &anchor, &kind) else {
            continue;
        };
        if told.replace(size) != Some(size) {
            paths.push(text_path(unsigned(size)));
        }
        paths.push(proof);
    }
    Ok(paths)
}

/// What an anchor shows of an entry.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct ShownByAnchor {
    /// The kind, in a word.
    pub(crate) kind: String,
    /// Entries under the anchored checkpoint.
    pub(crate) size: u64,
    /// Hashes from the entry up to its root.
    pub(crate) path: Vec<Hash>,
    /// Hashes that show the log to continue it.
    pub(crate) consistency: Vec<Hash>,
    /// What shows the checkpoint's time.
    pub(crate) proof: Vec<u8>,
}

/// The earliest proof of each anchor that the entry at a place was there, in a tree that the log as it was shown continues: whom of them its
/// reader trusts is not known here. One that was trusted by another certificate once counts as another. What cannot be shown is left out, and
/// holds nothing up.
pub(crate) async fn anchored_with(
    world: &World,
    index: u64,
    shown: &Shown,
) -> Result<Vec<ShownByAnchor>, LogError> {
    let tree = SignedCheckpoint::parse(&shown.checkpoint)?.checkpoint;
    let (leaf, most) = (signed(index), signed(tree.size));
    let mut found = Vec::new();
    let reader = world.store.read();
    for (name, trust) in reader.log_anchors_confirmed().await? {
        let by = (name.as_str(), trust.as_deref());
        let Some(row) = reader.log_anchor_with(by, leaf, most).await? else {
            continue;
        };
        match shown_by(world, &row, index, &tree).await {
            Ok(shows) => found.push(shows),
            Err(error) => {
                warn!(anchor = %name, size = row.size, %error, "an anchored checkpoint is left out of a bundle");
            }
        }
    }
    Ok(found)
}

async fn shown_by(
    world: &World,
    row: &LogAnchorRow,
    index: u64,
    tree: &Checkpoint,
) -> Result<ShownByAnchor, InspectError> {
    let anchored = Checkpoint::parse(&String::from_utf8_lossy(&row.note))?;
    let (folder, crypto) = (LogFolder::of(world), world.tlog);
    let (_, path) = included(folder.source(), &anchored, index, crypto).await?;
    let consistency = continued(folder.source(), anchored.size, tree.size, crypto).await?;
    let (then, now) = ((anchored.size, anchored.root), (tree.size, tree.root));
    let holds = merkle::verify_consistency(crypto, then, now, &consistency);
    let proof = row.proof.clone().filter(|_| holds.is_ok());
    Ok(ShownByAnchor {
        kind: row.kind.clone(),
        size: anchored.size,
        path,
        consistency,
        proof: proof.ok_or_else(|| InspectError::Damaged {
            path: format!("{FOLDER}{}", row.size),
        })?,
    })
}

const FOLDER: &str = "anchor/";
