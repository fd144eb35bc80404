//! What was signed and this database does not know: an older copy of it was restored, or the files are from elsewhere.
//!
//! **Invariant:** nothing is signed over what was signed. The checkpoint among the files is the newest one known beside the database. If it is
//! ahead, it was signed by this log's key, and its tiles continue the tree of the database, then the log goes on from there: at once where this
//! database has queued all that was entered since. Where it has not, it is an older one that was put back, and it goes on only once whoever restores
//! has [learnt](crate::operations::restore::reconcile()) what was published since. In any other case it signs nothing.

use touchstone_store::{LogEntryRow, LogTreeRow, OutboxRow, StoreError, Tx};
use touchstone_tlog::{Bundle, SignedCheckpoint};
use touchstone_vc::log::Entry;
use tracing::{error, warn};

use super::{
    LogError, Shown,
    cosign::cosigned,
    crypto, edge,
    entries::{LEARNT, Staged, stage},
    key::verifier_keys,
    key_events::{bytes_ahead, bytes_between},
    settle::{self, CHECKPOINT, root},
    signed, unsigned,
};
use crate::{
    World,
    operations::restore::{is_restored, mark_found_older},
};

/// Looks at the checkpoint among the files, and takes over what it says if it is ahead and this database has queued it. If it has not, an older
/// database was put back: that is noted, and refused.
pub(super) async fn look(world: &World, tree: LogTreeRow) -> Result<LogTreeRow, LogError> {
    match beside(world, &tree).await? {
        Beside::Fits => Ok(tree),
        Beside::Behind => settle::show(world).await,
        Beside::Ahead(stored, bytes) => {
            let found = adoption(world, tree, stored, bytes).await?;
            if !found.is_queued() {
                return Err(older(world, &found).await?);
            }
            let found = &found;
            world
                .store
                .write(|mut tx| async move { found.take_over(&mut tx).await })
                .await?;
            settle::show(world).await
        }
    }
}

/// How the checkpoint among the files stands to a database.
enum Beside {
    /// It is the one that is shown, or there is none.
    Fits,
    /// It is an earlier one of ours, as after a crash between showing and writing it.
    Behind,
    /// It was signed by this log's key over more entries than the database has; whether it continues them was not looked at.
    Ahead(SignedCheckpoint, Vec<u8>),
}

/// Holds the checkpoint among the files against the database. Fails where it is none of ours, or that cannot be told.
async fn beside(world: &World, tree: &LogTreeRow) -> Result<Beside, LogError> {
    let Some((stored, bytes)) = another(world, tree).await? else {
        return Ok(Beside::Fits);
    };
    let (size, signed_root) = (stored.checkpoint.size, stored.checkpoint.root);
    if size > unsigned(tree.size) {
        return Ok(Beside::Ahead(stored, bytes));
    }
    let shown = unsigned(tree.shown_size);
    let ours = if size == unsigned(tree.size) {
        Some(root(tree)?)
    } else if size <= shown {
        Some(edge::root_at(world, size, shown).await?)
    } else {
        settle::root_when(world, tree, size).await?
    };
    if ours != Some(signed_root) {
        return Err(LogError::Diverged { size });
    }
    Ok(match size < shown {
        true => Beside::Behind,
        false => Beside::Fits,
    })
}

/// The checkpoint among the files, if it has more entries than the database shows: an older database was put back beside them.
pub(super) async fn ahead(world: &World, tree: &LogTreeRow) -> Result<Option<Shown>, LogError> {
    let Some((stored, bytes)) = another(world, tree).await? else {
        return Ok(None);
    };
    let size = stored.checkpoint.size;
    let ahead = size > unsigned(tree.size);
    Ok(ahead.then_some(Shown {
        size,
        checkpoint: bytes,
    }))
}

/// The checkpoint among the files, if it is another than the one that is shown.
async fn another(
    world: &World,
    tree: &LogTreeRow,
) -> Result<Option<(SignedCheckpoint, Vec<u8>)>, LogError> {
    let Some(bytes) = world.objects.read(&edge::key(CHECKPOINT)).await? else {
        return Ok(None);
    };
    if is_shown(world, tree, &bytes).await? {
        return Ok(None);
    }
    let stored = ours(world, tree, &bytes).await?;
    Ok(Some((stored, bytes)))
}

/// Notes that the files say more than this database can know, if they do: whoever opens an installation asks, before anything is changed. Fails where that
/// cannot be told, or they say something else: then nothing may be changed either.
#[crate::boxed]
pub async fn look_back(world: &World) -> Result<(), LogError> {
    held_against(world, true).await
}

/// Fails where [`look_back`] would, because files and database cannot be held against each other: for who changes nothing, so nothing is written.
/// Whether a newer checkpoint could be put in the place of an older one is not looked at, and [`look_back`] fails where it cannot.
#[crate::boxed]
pub async fn compare(world: &World) -> Result<(), LogError> {
    held_against(world, false).await
}

/// Holds the files against the database, and notes that an older one was put back if that is to be `noted`.
async fn held_against(world: &World, noted: bool) -> Result<(), LogError> {
    let mut failed: Option<(LogTreeRow, LogError)> = None;
    loop {
        if is_restored(&world.store).await? {
            return Ok(());
        }
        let Some(tree) = world.store.read().log_tree().await? else {
            return Ok(());
        };
        // A process that goes on meanwhile may have been read half-way; if none did, it stays as it is.
        if let Some((at, error)) = failed.take()
            && at == tree
        {
            return Err(error);
        }
        let held = match noted {
            true => look(world, tree.clone()).await.map(drop),
            false => look_only(world, &tree).await,
        };
        match held {
            // Nothing is ahead, or it is noted.
            Ok(()) | Err(LogError::Restored) => return Ok(()),
            Err(error) => failed = Some((tree, error)),
        }
    }
}

async fn look_only(world: &World, tree: &LogTreeRow) -> Result<(), LogError> {
    match beside(world, tree).await? {
        Beside::Ahead(stored, _) => readable(world, tree, &stored).await,
        Beside::Fits | Beside::Behind => Ok(()),
    }
}

/// What the files have beyond this database, to be taken over with what is learnt of it. `None` where they have nothing more.
pub(crate) async fn ahead_of_database(world: &World) -> Result<Option<Adoption>, LogError> {
    let Some(tree) = world.store.read().log_tree().await? else {
        return Ok(None);
    };
    let Some(ahead) = ahead(world, &tree).await? else {
        return Ok(None);
    };
    let signed = SignedCheckpoint::parse(&ahead.checkpoint)?;
    let found = adoption(world, tree, signed, ahead.checkpoint).await?;
    Ok(Some(found))
}

/// Whether these bytes are the checkpoint that is shown, with the cosignatures that are known or without any.
async fn is_shown(world: &World, tree: &LogTreeRow, bytes: &[u8]) -> Result<bool, LogError> {
    let shown = &tree.shown_checkpoint;
    Ok(bytes == shown || bytes == cosigned(&world.store.read(), shown).await?)
}

/// Reads a checkpoint, which must be one of this log.
async fn ours(
    world: &World,
    tree: &LogTreeRow,
    bytes: &[u8],
) -> Result<SignedCheckpoint, LogError> {
    let stored = SignedCheckpoint::parse(bytes)?;
    let keys = verifier_keys(world, &tree.origin).await?;
    let signed = stored.note.verify(&keys, &crypto(world)).is_ok();
    match stored.checkpoint.origin() == tree.origin && signed {
        true => Ok(stored),
        false => Err(LogError::NotOurs),
    }
}

/// What was signed beyond what this database knows, and how it is taken over.
pub(crate) struct Adoption {
    before: LogTreeRow,
    after: LogTreeRow,
    places: Vec<LogEntryRow>,
}

impl Adoption {
    /// Whether this database has queued every entry: then it is as new as the log. What it has not queued, somebody else's rows say.
    fn is_queued(&self) -> bool {
        let queued = self.before.size + signed(self.places.len() as u64);
        queued == self.after.size
    }

    /// Has the log go on from there. Conflicts if it went on in between.
    pub(crate) async fn take_over(&self, tx: &mut Tx) -> Result<(), StoreError> {
        let places = self.places.clone();
        tx.adopt_log(&self.before, &self.after, places).await
    }

    /// Finds the places of what was learnt from these entries: it is not entered again.
    pub(crate) async fn place_learnt(&mut self, world: &World) -> Result<(), LogError> {
        let mut learnt = stage(world, self.learnt(world).await?).await?;
        let places = &mut self.places;
        bytes_ahead(world, |leaf, entry| {
            let leaf = signed(leaf);
            let found = learnt.iter().position(|one| one.entry == entry);
            if let Some(found) = found
                && places.iter().all(|place| place.leaf != leaf)
            {
                places.push(place(leaf, learnt.remove(found).line));
            }
        })
        .await
    }

    /// Queued lines that say what the log says, each as if it were to be entered.
    async fn learnt(&self, world: &World) -> Result<Vec<OutboxRow>, LogError> {
        let mut learnt = Vec::new();
        let mut from = self.before.outbox;
        loop {
            let lines = world
                .store
                .write(|mut tx| async move { tx.outbox_after(from, AT_ONCE).await })
                .await?;
            let Some(last) = lines.last().map(|line| line.seq) else {
                return Ok(learnt);
            };
            from = last;
            learnt.extend(lines.into_iter().filter_map(|line| {
                let kind = line.kind.strip_prefix(LEARNT)?.to_owned();
                Some(OutboxRow { kind, ..line })
            }));
        }
    }
}

async fn adoption(
    world: &World,
    before: LogTreeRow,
    ahead: SignedCheckpoint,
    bytes: Vec<u8>,
) -> Result<Adoption, LogError> {
    continues(world, &before, &ahead).await?;
    let (size, signed_root) = (ahead.checkpoint.size, ahead.checkpoint.root);
    let known = unsigned(before.size);
    let (places, outbox) = places(world, &before, size).await?;
    let now = world.clock.now().unix_millis();
    warn!(
        known,
        signed = size,
        found = places.len(),
        "there is a checkpoint of the log that this database did not know"
    );
    let after = LogTreeRow {
        size: signed(size),
        root: signed_root.0.to_vec(),
        checkpoint: bytes,
        outbox,
        committed_at: now,
        shown_at: now,
        ..before.clone()
    };
    Ok(Adoption {
        before,
        after,
        places,
    })
}

/// Fails where what was signed beyond this database does not continue it, or its tiles are not those.
async fn continues(
    world: &World,
    before: &LogTreeRow,
    ahead: &SignedCheckpoint,
) -> Result<(), LogError> {
    let (size, signed_root) = (ahead.checkpoint.size, ahead.checkpoint.root);
    edge::stored(world, size, signed_root).await?;
    if edge::root_at(world, unsigned(before.size), size).await? != root(before)? {
        return Err(LogError::Diverged { size });
    }
    Ok(())
}

/// The same, and where its entries cannot be read.
async fn readable(
    world: &World,
    before: &LogTreeRow,
    ahead: &SignedCheckpoint,
) -> Result<(), LogError> {
    continues(world, before, ahead).await?;
    let size = ahead.checkpoint.size;
    bytes_between(world, unsigned(before.size), size, size, |_, _| {}).await
}

/// Notes that an older database was put back, and answers with what is said of that. Conflicts if the log went on in between: then the files were not
/// ahead of what this database has by now.
async fn older(world: &World, found: &Adoption) -> Result<LogError, LogError> {
    let (known, signed) = (found.before.size, found.after.size);
    let why = &format!(
        "the log was signed with {signed} entries, and this database knows {known} of them: an older one was put back"
    );
    let now = world.clock.now();
    world
        .store
        .write(|mut tx| async move {
            if tx.log_tree().await?.as_ref() != Some(&found.before) {
                return Err(StoreError::Conflict { table: "log_tree" });
            }
            mark_found_older(&mut tx, now, why).await
        })
        .await?;
    error!(
        known,
        signed,
        "ALARM: an older database was put back under the files of the public log; nothing more is signed until `touchstone restore --again` has learnt \
         what was published since"
    );
    Ok(LogError::Restored)
}

/// Which queued lines stand in the log already, in the same order: they are not entered again. The first that is not there was
/// written after the copy was made, or never entered.
async fn places(
    world: &World,
    tree: &LogTreeRow,
    size: u64,
) -> Result<(Vec<LogEntryRow>, i64), LogError> {
    let mut places = Vec::new();
    let mut outbox = tree.outbox;
    let mut leaf = unsigned(tree.size);
    while leaf < size {
        let bundle = Bundle::of(leaf, size).ok_or(LogError::Diverged { size })?;
        let bytes = edge::bundle(world, bundle).await?;
        let entries = bundle.entries(&bytes);
        let entries = entries.map_err(|_| LogError::Tiles {
            path: bundle.path(),
        })?;
        let begin = usize::try_from(leaf - bundle.first()).unwrap_or(usize::MAX);
        for entry in entries.get(begin..).unwrap_or_default() {
            let Some(Staged { line, .. }) = next(world, &mut outbox, entry).await? else {
                return Ok((places, outbox));
            };
            places.push(place(signed(leaf), line));
            leaf += 1;
        }
    }
    Ok((places, outbox))
}

fn place(leaf: i64, line: OutboxRow) -> LogEntryRow {
    LogEntryRow {
        leaf,
        outbox: line.seq,
        tenant: line.tenant,
        kind: line.kind,
        subject: line.subject,
        version: line.version,
        at: line.at,
    }
}

/// The next line that makes an entry, if it makes this one; `outbox` moves past it, and past lines that make none.
async fn next(world: &World, outbox: &mut i64, entry: &[u8]) -> Result<Option<Staged>, LogError> {
    loop {
        let from = *outbox;
        let lines = world
            .store
            .write(|mut tx| async move { tx.outbox_after(from, 1).await })
            .await?;
        let Some(seq) = lines.first().map(|line| line.seq) else {
            return Ok(None);
        };
        let Some(staged) = stage(world, lines).await?.pop() else {
            *outbox = seq;
            continue;
        };
        if staged.entry != entry && !is_same_endorsement(&staged.entry, entry) {
            return Ok(None);
        }
        *outbox = seq;
        return Ok(Some(staged));
    }
}

/// Whether both are about one endorsement, whoever states it: older versions of the program named whoever signed elsewhere.
fn is_same_endorsement(one: &[u8], other: &[u8]) -> bool {
    let about = |entry| match Entry::parse(entry) {
        Ok(Entry::Endorsement {
            subject, sha256, ..
        }) => Some((subject, sha256)),
        _ => None,
    };
    about(one).is_some_and(|found| about(other) == Some(found))
}

/// Lines that are read at once.
const AT_ONCE: u64 = 1_000;
