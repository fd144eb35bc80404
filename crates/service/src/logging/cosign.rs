//! Having the log witnessed: each witness is asked about every checkpoint that is shown, by itself and beside everything else.
//!
//! **Rule (threat 50):** a witness that is down, slow, behind or wrong holds up nobody: nothing waits for a cosignature. What was cosigned stands
//! under the checkpoint as it is served and published. Until enough witnesses have cosigned it, it is pending, which is neither right nor wrong.

use serde::{Deserialize, Serialize};
use touchstone_store::{Reader, StoreError, Tx};
use touchstone_tlog::{Policy, SignedCheckpoint, note::SignatureLine};

use super::{
    LogError, Shown, crypto, folder::LogFolder, key::verifier_keys, settle, shown,
    witnessed as kept_for_good,
};
use crate::{
    World,
    witnessing::{self, AskError, Place},
};

/// What came of asking a witness.
#[derive(Debug)]
pub enum Asking {
    /// There is nothing that it has not cosigned, or nobody to ask.
    Nothing,
    /// It cosigned this many entries.
    Cosigned(u64),
    /// It did not.
    Refused(AskError),
}

/// Asks the witness at an address of the policy to cosign what is shown, if it has not done so.
#[crate::boxed]
pub async fn ask_witness(world: &World, url: &str) -> Result<Asking, LogError> {
    let places = witnessing::places(&world.witnesses.policy);
    let (Some(place), Some(shown)) = (places.get(url), shown(world).await?) else {
        return Ok(Asking::Nothing);
    };
    let signed = SignedCheckpoint::parse(&shown.checkpoint)?;
    if place.cosigned(&signed) || shown.size == 0 {
        return Ok(Asking::Nothing);
    }
    let before = told(&world.store.read(), url).await?;
    let signed = asked_about(world, place, signed, before.cosigned).await?;
    let size = signed.checkpoint.size;
    // What others signed is nothing to a witness, and makes the question long.
    let mut asking = signed.clone();
    let origin = signed.checkpoint.origin();
    asking.note.retain(|line| line.name() == origin);
    let folder = LogFolder::of(world);
    let asked = witnessing::ask(
        folder.source(),
        &asking,
        place,
        before.cosigned.min(size),
        &*world.witnesses.ask,
        world.tlog,
    );
    let now = world.clock.now().unix_millis();
    match asked.await {
        Ok(lines) => {
            let told = &Told {
                at: now,
                cosigned: size,
                since: now,
                said: None,
                objection: None,
                against: false,
            };
            let (signed, lines) = (&signed, &lines);
            world
                .store
                .write(|mut tx| async move {
                    told.note(&mut tx, url).await?;
                    keep(world, &mut tx, signed, lines).await
                })
                .await?;
            settle::show(world).await?;
            Ok(Asking::Cosigned(size))
        }
        // Our own files: that is told where they are read, and no word about the witness.
        Err(AskError::Log(error)) => Err(error.into()),
        // Another process of ours may have shown it more in between. It is asked about nothing older any more.
        Err(AskError::Ahead { size }) if newer(world, size).await? => {
            world
                .store
                .write(|mut tx| async move {
                    let mut told = told(&tx, url).await?;
                    told.cosigned = told.cosigned.max(size);
                    told.note(&mut tx, url).await
                })
                .await?;
            Ok(Asking::Nothing)
        }
        Err(refused) => {
            let said = &refused.to_string();
            let against = refused.is_against_the_log();
            world
                .store
                .write(|mut tx| async move {
                    // Read again: somebody may have decided in between.
                    let mut told = told(&tx, url).await?;
                    if told.said.is_none() {
                        told.since = now;
                    }
                    told.at = now;
                    told.said = Some(said.clone());
                    if against {
                        told.object(now, said);
                    }
                    told.note(&mut tx, url).await
                })
                .await?;
            Ok(Asking::Refused(refused))
        }
    }
}

/// Which checkpoint a witness is asked about: the newest that another has cosigned and that this one has not, and still may; else the one that is
/// shown. So that all vouch for one checkpoint, on a log that grows faster than they answer, too; and beyond our own quorum, for readers who ask
/// for more.
async fn asked_about(
    world: &World,
    place: &Place,
    shown: SignedCheckpoint,
    cosigned: u64,
) -> Result<SignedCheckpoint, LogError> {
    let mut about: Option<SignedCheckpoint> = None;
    for kept in kept(world.store.read().setting(COSIGNED).await?)? {
        let (tree, newest) = (&kept.checkpoint, &shown.checkpoint);
        let lacks = tree.origin() == newest.origin()
            && (cosigned..newest.size).contains(&tree.size)
            && about
                .as_ref()
                .is_none_or(|about| about.checkpoint.size < tree.size)
            && !place.cosigned(&kept);
        if lacks {
            about = Some(kept);
        }
    }
    Ok(about.unwrap_or(shown))
}

/// Asks all of them once, at the same time. What goes wrong with one is told of that one.
#[crate::boxed]
pub async fn ask_all(world: &World) -> Vec<(String, Result<Asking, LogError>)> {
    let places = witnessing::places(&world.witnesses.policy);
    let urls: Vec<String> = places.into_keys().collect();
    let asked = urls.iter().map(
        |url| -> std::pin::Pin<Box<dyn Future<Output = _> + Send + '_>> {
            Box::pin(ask_witness(world, url))
        },
    );
    let answers = witnessing::all(asked).await;
    urls.into_iter().zip(answers).collect()
}

/// The addresses of the witnesses that are asked.
pub fn witnesses(world: &World) -> Vec<String> {
    witnessing::places(&world.witnesses.policy)
        .into_keys()
        .collect()
}

/// The newest checkpoint that enough witnesses have cosigned. `None` where nobody asks for any, or none has come so far.
#[crate::boxed]
pub async fn witnessed(world: &World) -> Result<Option<Shown>, LogError> {
    if !world.witnesses.policy.asks_for_witnesses() {
        return Ok(None);
    }
    let kept = world.store.read().setting(WITNESSED).await?;
    let Some(checkpoint) = kept.map(String::into_bytes) else {
        return Ok(None);
    };
    let signed = SignedCheckpoint::parse(&checkpoint)?;
    // The policy may ask for others than it did.
    let enough = has_quorum(world, &signed).await?;
    Ok(enough.then_some(Shown {
        size: signed.checkpoint.size,
        checkpoint,
    }))
}

/// Whether enough witnesses have cosigned a checkpoint.
#[crate::boxed]
pub async fn has_quorum(world: &World, signed: &SignedCheckpoint) -> Result<bool, LogError> {
    let policy = policy(world, signed.checkpoint.origin()).await?;
    let evaluated = policy.evaluate(signed, &crypto(world));
    Ok(evaluated.is_ok_and(|found| found.has_quorum))
}

/// The checkpoint with the cosignatures that came for it.
pub(super) async fn cosigned(reader: &Reader, checkpoint: &[u8]) -> Result<Vec<u8>, LogError> {
    let mut signed = SignedCheckpoint::parse(checkpoint)?;
    let kept = kept(reader.setting(COSIGNED).await?)?;
    let came = kept.iter().map(|kept| signed.note.merge(&kept.note));
    Ok(match came.sum::<usize>() {
        0 => checkpoint.to_vec(),
        _ => signed.note.to_string().into_bytes(),
    })
}

/// The policy of the witnesses, with this log.
pub(super) async fn policy(world: &World, origin: &str) -> Result<Policy, LogError> {
    let keys = verifier_keys(world, origin).await?;
    let url = world.site.link("/log");
    Ok(world.witnesses.policy.of_log(keys, &url))
}

/// Keeps cosignatures of a checkpoint, beside those that others gave meanwhile. Those of one that is older than the last few are of no use any
/// more.
async fn keep(
    world: &World,
    tx: &mut Tx,
    signed: &SignedCheckpoint,
    lines: &[SignatureLine],
) -> Result<(), LogError> {
    let mut ours = signed.clone();
    for line in lines {
        ours.note.add(line.clone());
    }
    let size = ours.checkpoint.size;
    let mut all = kept(tx.setting(COSIGNED).await?)?;
    for before in &all {
        ours.note.merge(&before.note);
    }
    all.retain(|before| before.note.text() != ours.note.text());
    all.push(ours.clone());
    all.sort_by_key(|one| one.checkpoint.size);
    let last = all.split_off(all.len().saturating_sub(KEPT));
    let texts: Vec<String> = last.iter().map(|one| one.note.to_string()).collect();
    let texts = serde_json::to_string(&texts).expect("texts");
    tx.set_setting(COSIGNED, &texts).await?;
    kept_for_good::keep(tx, &ours, world.clock.now()).await?;
    if !has_quorum(world, &ours).await? {
        return Ok(());
    }
    let newest = tx.setting(WITNESSED).await?;
    let newest = newest.map(|kept| SignedCheckpoint::parse(kept.as_bytes()));
    if newest
        .transpose()?
        .is_none_or(|newest| newest.checkpoint.size <= size)
    {
        tx.set_setting(WITNESSED, &ours.note.to_string()).await?;
    }
    Ok(())
}

/// The checkpoints of which cosignatures are kept. A version before kept one, as it was.
fn kept(setting: Option<String>) -> Result<Vec<SignedCheckpoint>, LogError> {
    let Some(setting) = setting else {
        return Ok(Vec::new());
    };
    let texts = serde_json::from_str(&setting).unwrap_or_else(|_| vec![setting]);
    let read = texts
        .iter()
        .map(|text: &String| SignedCheckpoint::parse(text.as_bytes()));
    Ok(read.collect::<Result<_, _>>()?)
}

async fn newer(world: &World, size: u64) -> Result<bool, LogError> {
    Ok(shown(world).await?.is_some_and(|shown| shown.size >= size))
}

/// What a witness answered last.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub(super) struct Told {
    /// When it was asked.
    pub(super) at: i64,
    /// Entries of the newest checkpoint that it cosigned.
    pub(super) cosigned: u64,
    /// Since when it has answered like this.
    pub(super) since: i64,
    /// Why it did not cosign.
    pub(super) said: Option<String>,
    /// It speaks against the log. That stands until it cosigns, also where it does not answer meanwhile.
    #[serde(default)]
    pub(super) objection: Option<Objection>,
    /// What a version before wrote in the place of that.
    #[serde(default, skip_serializing)]
    against: bool,
}

/// What a witness says against the log.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct Objection {
    /// When it said so first.
    pub(super) at: i64,
    /// What it said last.
    pub(super) said: String,
    /// Why somebody decided to go on in spite of it.
    #[serde(default)]
    pub(super) overruled: Option<String>,
}

impl Told {
    fn object(&mut self, now: i64, said: &str) {
        let before = self.objection.take();
        self.objection = Some(Objection {
            at: before.as_ref().map_or(now, |before| before.at),
            said: said.to_owned(),
            overruled: before.and_then(|before| before.overruled),
        });
    }

    pub(super) async fn note(&self, tx: &mut Tx, url: &str) -> Result<(), StoreError> {
        let text = serde_json::to_string(self).expect("numbers and texts");
        tx.set_setting(&place_of(url), &text).await
    }
}

pub(super) async fn told(reader: &Reader, url: &str) -> Result<Told, StoreError> {
    let kept = reader.setting(&place_of(url)).await?;
    let mut told: Told = kept
        .and_then(|kept| serde_json::from_str(&kept).ok())
        .unwrap_or_default();
    if told.against && told.objection.is_none() {
        let said = told.said.clone().unwrap_or_default();
        told.object(told.since, &said);
    }
    Ok(told)
}

fn place_of(url: &str) -> String {
    format!("log.witness.{url}")
}

impl Place {
    /// Whether it has cosigned a checkpoint.
    pub(super) fn cosigned(&self, signed: &SignedCheckpoint) -> bool {
        signed.note.signatures().iter().any(|line| self.made(line))
    }
}

/// The newest checkpoints that anybody cosigned.
const COSIGNED: &str = "log.cosigned";
/// How many of them are kept.
const KEPT: usize = 8;
/// The newest checkpoint that enough witnesses cosigned.
const WITNESSED: &str = "log.witnessed";
