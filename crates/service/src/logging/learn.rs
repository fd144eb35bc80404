//! After an older backup was restored: what the log signed since, as it was published elsewhere.
//!
//! **Invariant:** what is known outside is copied among the files before anything is signed again; from there the log goes on as after any other
//! restart. A published log that is not ours, or not whole, or that this database does not continue, is not taken over; and then the
//! installation is not opened. A copy that has no more than the backup says nothing of what was signed after that copy was made: that nothing was, only who
//! is asked now can say. Witnesses are asked too: they cannot be made to forget what they cosigned; and anchors that keep what they were
//! handed: what stands on a chain says how far the log had come, though not with what.

use touchstone_store::LogTreeRow;
use touchstone_tlog::{Hash, SignedCheckpoint, witness::origin_hash};

use super::{
    LogError,
    copy::{Copied, copy},
    crypto, edge,
    kept::Kept,
    key::verifier_keys,
    settle::CHECKPOINT,
    unsigned,
};
use crate::World;

/// What is known of the log now.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub enum Learned {
    /// Who is asked now shows what was restored and nothing more, or there was no log.
    #[default]
    Nothing,
    /// The log goes on from this many entries, as it was published.
    TakenOver(u64),
    /// Nobody could say what was published.
    Unknown {
        /// Who was asked and could not say, each with the reason.
        silent: Vec<String>,
    },
    /// The log was signed with more entries than are known here, and not all of their files could be had.
    Behind {
        /// Entries that were signed.
        size: u64,
        /// The first file that could not be read, or is not that of the signed tree.
        path: String,
    },
    /// An anchor keeps a tree with more entries than are known here, and nobody has them.
    Anchored {
        /// Entries of that tree.
        size: u64,
        /// The anchor, by its name in the settings.
        anchor: String,
    },
    /// The log was signed with another history than this database has.
    Diverged {
        /// Entries of the checkpoint that this database does not continue.
        size: u64,
    },
}

impl Learned {
    /// Whether the log may be continued from what is here now.
    pub fn is_enough(&self) -> bool {
        matches!(self, Self::Nothing | Self::TakenOver(_))
    }
}

/// What stands at an address, as it was put aside by whoever restores.
pub(crate) type AtHand<'a> = &'a (dyn Fn(&str) -> Option<Vec<u8>> + Sync);

/// Looks at the published log, among documents `at_hand` (by address), at its public address and with its witnesses, holds it against what
/// anchors [`kept`](super::kept()), and copies what is ahead. What was copied before it was stopped is not read again.
pub async fn learn(world: &World, at_hand: AtHand<'_>, kept: &Kept) -> Result<Learned, LogError> {
    let Some(tree) = world.store.read().log_tree().await? else {
        return Ok(Learned::Nothing);
    };
    let stored = world.objects.read(&edge::key(CHECKPOINT)).await?;
    let stored = stored.and_then(|bytes| SignedCheckpoint::parse(&bytes).ok());
    let here = stored.map_or(0, |stored| stored.checkpoint.size);
    let here = here.max(unsigned(tree.shown_size));
    let anchored = |known: u64| {
        let most = kept.trees.iter().max_by_key(|(_, tree)| tree.size);
        let more = most.filter(|(_, tree)| tree.size > known);
        more.map(|(anchor, tree)| Learned::Anchored {
            size: tree.size,
            anchor: anchor.clone(),
        })
    };
    let Outside {
        checkpoints,
        vouches,
        silent,
    } = outside(world, &tree, here, at_hand).await?;
    let Some(newest) = checkpoints.last().cloned() else {
        if let Some(anchored) = anchored(here) {
            return Ok(anchored);
        }
        // Nobody shows more; what is kept is held against what is here all the same.
        let diverged = diverged(world, kept_trees(kept), here).await?;
        return Ok(diverged.unwrap_or(Learned::Unknown { silent }));
    };
    let (size, root) = (newest.checkpoint.size, newest.checkpoint.root);
    if let Some(anchored) = anchored(size.max(here)) {
        return Ok(anchored);
    }
    // The database may know more than its files, too.
    let lacks = size == here && edge::stored(world, size, root).await.is_err();
    if size > here || lacks {
        match copy(world, &newest, at_hand).await? {
            Copied::Whole => {}
            Copied::Stopped { path } => return Ok(Learned::Behind { size, path }),
        }
    }
    // All that was signed is one history, and so is what this database committed.
    let signed = checkpoints.iter();
    let signed = signed.map(|one| (one.checkpoint.size, one.checkpoint.root));
    let all = signed.chain(kept_trees(kept));
    if let Some(diverged) = diverged(world, all, size.max(here)).await? {
        return Ok(diverged);
    }
    let shown = unsigned(tree.shown_size);
    if shown > 0 && edge::root_at(world, shown, size.max(here)).await? != shown_root(&tree)? {
        return Ok(Learned::Diverged { size: shown });
    }
    // What was taken over by a look before is among the files already.
    if size < here || size <= shown {
        return Ok(match vouches {
            true => Learned::Nothing,
            false => Learned::Unknown { silent },
        });
    }
    let bytes = newest.note.to_string().into_bytes();
    world.objects.put(&edge::key(CHECKPOINT), &bytes).await?;
    Ok(Learned::TakenOver(size))
}

fn kept_trees(kept: &Kept) -> impl Iterator<Item = (u64, Hash)> {
    let trees = kept.trees.iter();
    trees.map(|(_, tree)| (tree.size, Hash(tree.root)))
}

/// The first of these trees that the one of `here` entries does not continue.
async fn diverged(
    world: &World,
    trees: impl Iterator<Item = (u64, Hash)>,
    here: u64,
) -> Result<Option<Learned>, LogError> {
    for (size, root) in trees {
        if edge::root_at(world, size, here).await? != root {
            return Ok(Some(Learned::Diverged { size }));
        }
    }
    Ok(None)
}

/// What is shown of this log outside.
struct Outside {
    /// Every checkpoint of it, the newest last; of two that are equal, the one with more signatures.
    checkpoints: Vec<SignedCheckpoint>,
    /// Whether somebody who is asked now shows what is here, or every witness shows what it has seen. A copy that was put aside does not: more may have
    /// been signed after it was made.
    vouches: bool,
    /// Who does not, each with the reason.
    silent: Vec<String>,
}

/// Asks for every checkpoint of this log that can be had outside, where `here` entries are known. What this log's key did not sign says nothing.
async fn outside(
    world: &World,
    tree: &LogTreeRow,
    here: u64,
    at_hand: AtHand<'_>,
) -> Result<Outside, LogError> {
    let keys = verifier_keys(world, &tree.origin).await?;
    let ours = |bytes: Vec<u8>| {
        let signed = SignedCheckpoint::parse(&bytes).ok()?;
        let is_ours = signed.checkpoint.origin() == tree.origin
            && signed.note.verify(&keys, &crypto(world)).is_ok();
        is_ours.then_some(signed)
    };
    let published = world.site.link(&format!("/log/{CHECKPOINT}"));
    let mut checkpoints: Vec<SignedCheckpoint> =
        at_hand(&published).and_then(ours).into_iter().collect();
    let place = origin_hash(&tree.origin, &crypto(world));
    let of_witness = |url: &str| format!("{}/{place}/{CHECKPOINT}", url.trim_end_matches('/'));
    let witnesses = world.witnesses.policy.witnesses().iter();
    let witnesses = witnesses.map(|one| {
        let name = format!("witness {}", one.name);
        (name, one.url.as_deref().map(of_witness))
    });
    let mut asked = vec![(published.clone(), Some(published))];
    asked.extend(witnesses);
    let (mut shows_all, mut silent, mut answered) = (false, Vec::new(), 0);
    for (number, (name, url)) in asked.iter().enumerate() {
        let found = match url {
            None => Err("no address of it is known".to_owned()),
            Some(url) => match world.fetch.fetch(url).await {
                Ok(had) => ours(had.bytes).ok_or_else(|| "it shows nothing of this log".to_owned()),
                Err(error) => Err(error.to_string()),
            },
        };
        match found {
            Ok(signed) => {
                let size = signed.checkpoint.size;
                shows_all |= size >= here;
                if size < here {
                    silent.push(format!("{name}: it shows {size} entries, {here} are here"));
                }
                // The first is no witness.
                answered += usize::from(number > 0);
                checkpoints.push(signed);
            }
            Err(why) => silent.push(format!("{name}: {why}")),
        }
    }
    checkpoints.sort_by_key(|one| (one.checkpoint.size, one.note.signatures().len()));
    let witnesses = asked.len() - 1;
    Ok(Outside {
        checkpoints,
        vouches: shows_all || (witnesses > 0 && answered == witnesses),
        silent,
    })
}

pub(super) async fn fetched(world: &World, url: &str) -> Option<Vec<u8>> {
    world.fetch.fetch(url).await.ok().map(|had| had.bytes)
}

fn shown_root(tree: &LogTreeRow) -> Result<touchstone_tlog::Hash, LogError> {
    let shown = SignedCheckpoint::parse(&tree.shown_checkpoint)?;
    Ok(shown.checkpoint.root)
}
