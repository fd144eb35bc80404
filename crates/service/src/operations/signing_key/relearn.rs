//! After an older copy of the database was restored: what became of keys since, as the log says it.
//!
//! **Invariant (threat 43):** a key that the log says was ended is ended here before anything is signed again, and a key that was made since
//! stays known, so that what it signed can be checked; so does who succeeded whom. A signer that is away or lost holds up nothing but keys that would sign.
//! What is learnt is not entered in the log again: it stands there, in the same order as here, and what is entered later rests on it (`docs/formats/log.md`).

use std::collections::{BTreeMap, BTreeSet};

use touchstone_store::{InstitutionRow, KeyState, SigningKeyRow, StoreError, Tx};
use touchstone_vc::{
    Timestamp,
    log::{Entry, KeyChange},
};

use super::{
    SigningKeyError,
    activate::ACTOR,
    change::{Step, change, change_learnt, enter_learnt},
    handle, succeed,
};
use crate::{
    World,
    logging::{LogError, key_events_ahead},
    operations::{
        Job, did_history,
        moving::{self, Logged, MoveError},
    },
    ports::SignError,
};

/// Takes over what the log says of keys beyond what the database knows. Answers with how many events were news. Fails only when everything
/// was taken over that can be without a signer that is away.
pub(in crate::operations) async fn relearn(world: &World) -> Result<usize, RelearnError> {
    let mut stuck = BTreeMap::new();
    let (mut unsure, mut began) = (BTreeSet::new(), BTreeSet::new());
    let events = key_events_ahead(world).await?;
    // Where an institution moved to comes before what became of its keys there.
    let (mut learned, moved_on) = moves(world, &events).await?;
    let institutions = world.store.read().institutions().await?;
    for event in events {
        let (issuer, method, public_key, change, since) = match event {
            Entry::KeyEvent {
                issuer,
                method,
                public_key,
                change,
                since,
            } => (issuer, method, public_key, change, since),
            Entry::DidSuccession { stated, signatures } => {
                let is_news = succeed::learn(world, &institutions, &stated, signatures).await?;
                learned += usize::from(is_news);
                continue;
            }
            _ => continue,
        };
        let Some(institution) = &moving::institution_of(&world.store.read(), &issuer).await? else {
            continue;
        };
        if change == KeyChange::Active {
            began.insert(method.clone());
        }
        let told = Told {
            id: method.rsplit('#').next().unwrap_or_default().to_owned(),
            method,
            public_key,
            to: state(change),
            since,
        };
        match told.take_in(world, institution, &mut unsure).await {
            Ok(is_news) => {
                // What became of it after that matters, not that it signed once.
                stuck.remove(&told.method);
                learned += usize::from(is_news);
            }
            Err(error @ RelearnError::Away { .. }) => {
                stuck.insert(told.method, error);
            }
            Err(error) => return Err(error),
        }
    }
    lose_absent(world, &institutions, &began, &mut stuck).await?;
    // What all that made of the documents, once: a state in between was never published.
    for institution in &institutions {
        let tenant = &institution.id;
        let said = world
            .store
            .write(|mut tx| async move { did_history::say(world, &mut tx, tenant).await });
        said.await?;
    }
    match stuck.into_values().next().or(moved_on) {
        Some(error) => Err(error),
        None => Ok(learned),
    }
}

/// The moves in these events: how many are news, and why one that does not lead here was not taken over.
async fn moves(
    world: &World,
    events: &[Entry],
) -> Result<(usize, Option<RelearnError>), RelearnError> {
    let logged = events.iter().filter_map(|event| match event {
        Entry::DidSuccession { stated, signatures } => Some(Logged {
            stated,
            signatures,
            since: signs_since(events, &stated.successor_method).unwrap_or(stated.since),
        }),
        _ => None,
    });
    let logged: Vec<Logged<'_>> = logged.collect();
    let (mut learned, mut moved_on) = (0, None);
    for institution in world.store.read().institutions().await? {
        match moving::relearn(world, &institution, &logged).await {
            Ok(news) => learned += news,
            Err(error @ MoveError::MovedOn { .. }) => moved_on = Some(error.into()),
            Err(error) => return Err(error.into()),
        }
    }
    Ok((learned, moved_on))
}

/// Since when a key signs, as the first event of it says.
fn signs_since(events: &[Entry], key: &str) -> Option<Timestamp> {
    events.iter().find_map(|event| match event {
        Entry::KeyEvent { method, since, .. } if method == key => Some(*since),
        _ => None,
    })
}

/// Ends keys that sign by the log, and are nowhere within reach; of the others it is noted where they are. An end is news to the log, so it comes behind
/// all that it says.
async fn lose_absent(
    world: &World,
    institutions: &[InstitutionRow],
    began: &BTreeSet<String>,
    stuck: &mut BTreeMap<String, RelearnError>,
) -> Result<(), RelearnError> {
    for institution in institutions {
        for key in &world.store.read().signing_keys(&institution.id).await? {
            if key.state != KeyState::Active || !began.contains(&key.verification_method) {
                continue;
            }
            match seek(world, &key.id, &key.public_multibase).await {
                Sought::Here(custody) => is_in(world, key, custody).await?,
                Sought::Away(_, error) => {
                    let away = RelearnError::Away {
                        key: key.id.clone(),
                        error,
                    };
                    stuck.insert(key.verification_method.clone(), away);
                }
                Sought::Nowhere => {
                    world
                        .store
                        .write(|mut tx| async move { lose(world, &mut tx, key).await })
                        .await?;
                }
            }
        }
    }
    Ok(())
}

/// Notes where a key is that signs. While a signer was away, it may have been thought to be there.
async fn is_in(world: &World, key: &SigningKeyRow, custody: String) -> Result<(), StoreError> {
    let known = world.signer.public(&handle(key)).await;
    let is_known = known.is_ok_and(|public| public.named().to_multikey() == key.public_multibase);
    if custody == key.custody || is_known {
        return Ok(());
    }
    let found = &SigningKeyRow {
        custody,
        ..key.clone()
    };
    world
        .store
        .write(|mut tx| async move { tx.change_signing_key(found.clone(), key.state).await })
        .await
}

async fn lose(world: &World, tx: &mut Tx, key: &SigningKeyRow) -> Result<(), SigningKeyError> {
    let now = world.clock.now();
    let gone = &Step {
        to: KeyState::Retired,
        at: now,
        since: now,
        actor: ACTOR,
        reason: "its secret is not in this installation",
    };
    change(tx, key, gone).await?;
    Ok(())
}

/// What the log says of one key.
struct Told {
    id: String,
    method: String,
    public_key: String,
    to: KeyState,
    since: Timestamp,
}

impl Told {
    async fn take_in(
        &self,
        world: &World,
        institution: &InstitutionRow,
        unsure: &mut BTreeSet<String>,
    ) -> Result<bool, RelearnError> {
        let tenant = &institution.id;
        let keys = world.store.read().signing_keys(tenant).await?;
        let others = |key: &SigningKeyRow| !world.signer.custodies().contains(&&*key.custody);
        let out_of_reach = keys.iter().find(|key| others(key));
        let out_of_reach = out_of_reach.map(|key| key.custody.clone());
        let known = keys
            .into_iter()
            .find(|key| key.verification_method == self.method);
        match &known {
            Some(key) if key.state == self.to => return Ok(false),
            _ => {}
        }
        let sought = match &known {
            Some(key) => Sought::Here(key.custody.clone()),
            None => seek(world, &self.id, &self.public_key).await,
        };
        let (custody, here) = match sought {
            Sought::Here(custody) => (custody, true),
            // Whether one that signs is there is asked once more when all is learnt.
            Sought::Away(custody, _) => (custody, false),
            // Perhaps with a signer that is in the settings no more.
            Sought::Nowhere => {
                let here = || world.signer.custody().to_owned();
                (out_of_reach.unwrap_or_else(here), false)
            }
        };
        if !here {
            unsure.insert(self.method.clone());
        }
        let row = &self.row(institution, custody);
        let everywhere = unsure.contains(&self.method);
        let (known, now) = (&known, world.clock.now());
        let step = &Step {
            to: self.to,
            at: now,
            since: self.since,
            actor: ACTOR,
            reason: "learnt from the log after a restore",
        };
        world
            .store
            .write(|mut tx| async move {
                let tx = &mut tx;
                let after = match known {
                    Some(key) => match change_learnt(tx, key, step).await {
                        // The database is ahead of the log in this, which happens to nobody but one who alters it.
                        Err(SigningKeyError::Refused(_)) => return Ok(false),
                        changed => changed?,
                    },
                    None => {
                        let to = |to| Step { to, ..*step };
                        enter_learnt(tx, row, &to(KeyState::Pending)).await?;
                        match self.to {
                            // It signed before it was retired; the log does not say since when.
                            KeyState::Retired => {
                                let active = change(tx, row, &to(KeyState::Active)).await?;
                                change_learnt(tx, &active, step).await?
                            }
                            _ => change_learnt(tx, row, step).await?,
                        }
                    }
                };
                let job = Job::EndKey {
                    tenant: tenant.to_string(),
                    key: after.id.clone(),
                    everywhere,
                };
                tx.enqueue(job.queued(&*world.rng, now, now)).await?;
                Ok::<_, SigningKeyError>(true)
            })
            .await
            .map_err(RelearnError::from)
    }

    fn row(&self, institution: &InstitutionRow, custody: String) -> SigningKeyRow {
        SigningKeyRow {
            id: self.id.clone(),
            tenant: institution.id.clone(),
            verification_method: self.method.clone(),
            public_multibase: self.public_key.clone(),
            state: KeyState::Pending,
            created_at: self.since.unix_millis(),
            retired_at: None,
            secret: None,
            custody,
            activates_at: None,
            compromised_since: None,
        }
    }
}

/// Looks for a key wherever keys are in reach: it may be on this machine, or gone with the one that made it.
async fn seek(world: &World, id: &str, public_key: &str) -> Sought {
    let mut sought = Sought::Nowhere;
    for custody in world.signer.custodies() {
        match world.signer.public(&format!("{custody}{id}")).await {
            Ok(public) if public.named().to_multikey() == public_key => {
                return Sought::Here(custody.to_owned());
            }
            // Another key of that name, or none.
            Ok(_) | Err(SignError::NoSuchKey | SignError::Ended | SignError::MadeHere) => {}
            // A signer that is away says nothing about what it has.
            Err(
                error @ (SignError::Unavailable
                | SignError::PinRefused
                | SignError::Locked
                | SignError::AnotherKey),
            ) => sought = Sought::Away(custody.to_owned(), error),
        }
    }
    sought
}

/// Where a key is.
enum Sought {
    /// In this custody.
    Here(String),
    /// In this one, perhaps: it could not be asked.
    Away(String, SignError),
    /// In none that can be asked.
    Nowhere,
}

fn state(change: KeyChange) -> KeyState {
    match change {
        KeyChange::Active => KeyState::Active,
        KeyChange::Retired => KeyState::Retired,
        KeyChange::Compromised => KeyState::Compromised,
        KeyChange::Destroyed => KeyState::Destroyed,
    }
}

/// Why it was not learnt what became of the keys.
#[derive(Debug, thiserror::Error)]
pub(in crate::operations) enum RelearnError {
    #[error(
        "whether {key} is here, a key that was made since the backup and signs, could not be found out: {error}. Have the signer answer and \
         restore again; if it is lost, take it (keys.pkcs11_module, keys.aws_kms_region) out of the settings and restore again"
    )]
    Away { key: String, error: SignError },
    #[error(transparent)]
    Log(#[from] LogError),
    #[error(transparent)]
    Key(#[from] SigningKeyError),
    #[error(transparent)]
    Move(#[from] MoveError),
    #[error(transparent)]
    Store(#[from] StoreError),
}
