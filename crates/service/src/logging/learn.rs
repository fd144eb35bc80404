//! After an older backup was restored: what the log signed since, as it was published elsewhere.
//!
//! **Invariant:** what is known outside is copied among the files before anything is signed again; from there the log goes on as after any other
//! restart. A published log that is not ours, or not whole, or that this database does not continue, is not taken over; and then the
//! installation is not opened. A copy that has no more than the backup says nothing of what was signed after that copy was made: that nothing was, only who
//! is asked now can say. Witnesses are asked too: they cannot be made to forget what they cosigned. Each is asked to cosign what was restored (C2SP
//! tlog-witness, `add-checkpoint`), and says so how far the log had come, though not with what; so do anchors that keep what they were handed. The checkpoint
//! that a witness serves may be an hour old: it is where files may be had from, and never how far the log had come.

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
use crate::{
    World,
    witnessing::{self, AskError, Place},
};

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
    /// A witness has cosigned more entries than are known here, and nobody has them.
    Witnessed {
        /// Entries that it cosigned.
        size: u64,
        /// The witness, by its name in the policy.
        witness: String,
    },
    /// The log was signed with another history than this database has.
    Diverged {
        /// Entries of the checkpoint that this database does not continue.
        size: u64,
    },
    /// A witness has cosigned another tree than the one that was restored.
    Forked {
        /// Entries of both.
        size: u64,
        /// The witness, by its name in the policy.
        witness: String,
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
    let restored = match stored {
        Some(stored) if stored.checkpoint.size >= unsigned(tree.shown_size) => Some(stored),
        _ => SignedCheckpoint::parse(&tree.shown_checkpoint).ok(),
    };
    let here = restored.as_ref().map_or(0, |one| one.checkpoint.size);
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
        cosigned,
        against,
        vouches,
        silent,
    } = outside(world, &tree, (here, restored), at_hand).await?;
    if let Some(witness) = against {
        return Ok(Learned::Forked {
            size: here,
            witness,
        });
    }
    let witnessed = |known: u64| {
        let most = cosigned.iter().max_by_key(|(_, size)| *size);
        let more = most.filter(|(_, size)| *size > known);
        more.map(|(witness, size)| Learned::Witnessed {
            size: *size,
            witness: witness.clone(),
        })
    };
    let further = |known: u64| anchored(known).or_else(|| witnessed(known));
    let unchanged = match vouches {
        true => Learned::Nothing,
        false => Learned::Unknown { silent },
    };
    let Some(newest) = checkpoints.last().cloned() else {
        if let Some(further) = further(here) {
            return Ok(further);
        }
        // Nobody shows more; what is kept is held against what is here all the same.
        let diverged = diverged(world, kept_trees(kept), here).await?;
        return Ok(diverged.unwrap_or(unchanged));
    };
    let (size, root) = (newest.checkpoint.size, newest.checkpoint.root);
    if let Some(further) = further(size.max(here)) {
        return Ok(further);
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
        return Ok(unchanged);
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

/// What is known of this log outside.
struct Outside {
    /// Every checkpoint of it, the newest last; of two that are equal, the one with more signatures.
    checkpoints: Vec<SignedCheckpoint>,
    /// How many entries each witness says that it cosigned.
    cosigned: Vec<(String, u64)>,
    /// A witness that has cosigned another tree of the size that was restored.
    against: Option<String>,
    /// Whether somebody who is asked now knows what is here. A copy that was put aside does not count: more may have been signed after it was made. Nor does a
    /// witness that has less: the log went on without it.
    vouches: bool,
    /// Who does not, each with the reason.
    silent: Vec<String>,
}

/// Asks for every checkpoint of this log that can be had outside, where `here` entries are known, and each witness how far it cosigned. What this log's key did
/// not sign says nothing.
async fn outside(
    world: &World,
    tree: &LogTreeRow,
    (here, restored): (u64, Option<SignedCheckpoint>),
    at_hand: AtHand<'_>,
) -> Result<Outside, LogError> {
    let keys = verifier_keys(world, &tree.origin).await?;
    let ours = |bytes: Vec<u8>| {
        let signed = SignedCheckpoint::parse(&bytes).ok()?;
        let is_ours = signed.checkpoint.origin() == tree.origin
            && signed.note.verify(&keys, &crypto(world)).is_ok();
        is_ours.then_some(signed)
    };
    let restored = restored.and_then(|signed| ours(signed.note.to_string().into_bytes()));
    let published = world.site.link(&format!("/log/{CHECKPOINT}"));
    let place = origin_hash(&tree.origin, &crypto(world));
    let of_witness = |url: &str| format!("{}/{place}/{CHECKPOINT}", url.trim_end_matches('/'));
    let places = witnessing::places(&world.witnesses.policy);
    let mut asked = vec![Asked {
        name: published.clone(),
        url: Some(published.clone()),
        witness: None,
    }];
    for one in world.witnesses.policy.witnesses() {
        let witness = one.url.as_ref().and_then(|url| places.get(url));
        asked.push(Asked {
            name: format!("witness {}", one.name),
            url: one.url.as_deref().map(of_witness),
            witness,
        });
    }
    let mut found = Outside {
        checkpoints: at_hand(&published).and_then(ours).into_iter().collect(),
        cosigned: Vec::new(),
        against: None,
        vouches: false,
        silent: Vec::new(),
    };
    for one in &asked {
        let shown = match one.shows(world).await.map(ours) {
            Ok(Some(signed)) => Ok(signed),
            Ok(None) => Err("it shows nothing of this log".to_owned()),
            Err(why) => Err(why),
        };
        let knows = one.knows(world, restored.as_ref(), &shown).await;
        found.checkpoints.extend(shown);
        match knows {
            Ok(size) => found.answered(one, size, here, restored.as_ref()),
            Err(Silent::Against) => {
                found.against.get_or_insert_with(|| one.name.clone());
            }
            Err(Silent::Because(why)) => found.silent.push(format!("{}: {why}", one.name)),
        }
    }
    let order = |one: &SignedCheckpoint| (one.checkpoint.size, one.note.signatures().len());
    found.checkpoints.sort_by_key(order);
    Ok(found)
}

impl Outside {
    /// Somebody said how far the log had come, where `here` entries are known.
    fn answered(
        &mut self,
        one: &Asked<'_>,
        size: u64,
        here: u64,
        restored: Option<&SignedCheckpoint>,
    ) {
        let name = &one.name;
        self.vouches |= size >= here;
        if size < here {
            self.silent.push(match (size, one.witness) {
                (0, Some(_)) => format!("{name}: it knows nothing of this log"),
                (_, Some(_)) => format!("{name}: it has cosigned {size} entries, {here} are here"),
                (_, None) => format!("{name}: it shows {size} entries, {here} are here"),
            });
        }
        if one.witness.is_some() {
            if size == here {
                self.checkpoints.extend(restored.cloned());
            }
            self.cosigned.push((name.clone(), size));
        }
    }
}

/// Somebody who is asked how far the log had come.
struct Asked<'a> {
    name: String,
    /// Where the checkpoint would be shown.
    url: Option<String>,
    /// `None` of the public address.
    witness: Option<&'a Place>,
}

/// Why somebody said nothing of how far it had come.
enum Silent {
    /// Another history was cosigned.
    Against,
    Because(String),
}

impl Asked<'_> {
    /// What is shown there.
    async fn shows(&self, world: &World) -> Result<Vec<u8>, String> {
        let Some(url) = &self.url else {
            return Err("no address of it is known".to_owned());
        };
        match world.fetch.fetch(url).await {
            Ok(had) => Ok(had.bytes),
            Err(error) => Err(error.to_string()),
        }
    }

    /// How many entries a witness has cosigned, as it says now; who is no witness, how many it shows.
    async fn knows(
        &self,
        world: &World,
        restored: Option<&SignedCheckpoint>,
        shown: &Result<SignedCheckpoint, String>,
    ) -> Result<u64, Silent> {
        let Some(witness) = self.witness else {
            let size = shown.as_ref().map(|signed| signed.checkpoint.size);
            return size.map_err(|why| Silent::Because(why.clone()));
        };
        let Some(restored) = restored else {
            let why = "there is no checkpoint here that it could be asked about";
            return Err(Silent::Because(why.to_owned()));
        };
        // What others signed is nothing to a witness.
        let mut asking = restored.clone();
        let origin = restored.checkpoint.origin();
        asking.note.retain(|line| line.name() == origin);
        let known = witnessing::known(&asking, witness, &*world.witnesses.ask, world.tlog);
        match known.await {
            Ok(size) => Ok(size),
            Err(AskError::Inconsistent) => Err(Silent::Against),
            Err(error) => Err(Silent::Because(error.to_string())),
        }
    }
}

pub(super) async fn fetched(world: &World, url: &str) -> Option<Vec<u8>> {
    world.fetch.fetch(url).await.ok().map(|had| had.bytes)
}

fn shown_root(tree: &LogTreeRow) -> Result<touchstone_tlog::Hash, LogError> {
    let shown = SignedCheckpoint::parse(&tree.shown_checkpoint)?;
    Ok(shown.checkpoint.root)
}
