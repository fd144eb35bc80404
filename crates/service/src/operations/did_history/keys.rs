//! The keys that sign lines: where they are, and making them ahead of time.

use touchstone_vc::did::webvh::History;

use super::{AHEAD, HistoryError};
use crate::{
    World,
    ports::{PublicKey, SignError},
};

/// An update key.
pub(super) struct UpdateKey {
    /// As its signer knows it.
    pub(super) handle: String,
    /// Its public half, as Multikey.
    pub(super) multikey: String,
}

/// What a key is called whose line has this number. No signing key has a dot in its name.
pub(super) fn name(slug: &str, number: i64) -> String {
    format!("{slug}.update-{number}")
}

/// The key that a history promised for its next line, in whichever custody it is.
pub(super) async fn promised(
    world: &World,
    slug: &str,
    number: i64,
    history: &History,
) -> Result<UpdateKey, HistoryError> {
    let name = name(slug, number);
    let promised = |key: &str| history.promised(key, world.crypto);
    let found = find(world, &name, promised).await?;
    found.ok_or(HistoryError::KeyLost(name))
}

/// The keys for the lines from `number` on, as many as are made ahead; those that are there already stay. Answers with the first.
pub(super) async fn ahead(
    world: &World,
    slug: &str,
    number: i64,
) -> Result<UpdateKey, HistoryError> {
    let first = made(world, slug, number).await?;
    for later in number + 1..number + AHEAD {
        made(world, slug, later).await?;
    }
    Ok(first)
}

async fn made(world: &World, slug: &str, number: i64) -> Result<UpdateKey, HistoryError> {
    let name = name(slug, number);
    if let Some(there) = find(world, &name, |_| true).await? {
        return Ok(there);
    }
    let custody = world.signer.ed25519_custody();
    let custody = custody.ok_or(HistoryError::NotEd25519)?;
    let handle = format!("{custody}{name}");
    match world.signer.create(&handle).await? {
        PublicKey::Ed25519(key) => Ok(UpdateKey::new(handle, key)),
        PublicKey::P256(_) => Err(HistoryError::NotEd25519),
    }
}

/// A key of this name that fits. A signer that is away says nothing about what it has: only if no other has one does it matter.
async fn find(
    world: &World,
    name: &str,
    fits: impl Fn(&str) -> bool,
) -> Result<Option<UpdateKey>, SignError> {
    let mut away = None;
    for custody in world.signer.custodies() {
        let handle = format!("{custody}{name}");
        match world.signer.public(&handle).await {
            Ok(PublicKey::Ed25519(key)) => {
                let found = UpdateKey::new(handle, key);
                if fits(&found.multikey) {
                    return Ok(Some(found));
                }
            }
            Ok(PublicKey::P256(_)) | Err(SignError::NoSuchKey | SignError::Ended) => {}
            Err(error) => away = Some(error),
        }
    }
    away.map_or(Ok(None), Err)
}

/// Has whoever has them forget the keys up to `number`, whose lines stand. Doing it again changes nothing.
pub(super) async fn spend(world: &World, slug: &str, number: i64) -> Result<(), SignError> {
    let mut failed = Ok(());
    // One that was away when a line came to stand is asked again with the lines after it.
    for number in (number - AHEAD).max(1)..=number {
        let name = name(slug, number);
        for custody in world.signer.custodies() {
            let handle = format!("{custody}{name}");
            let spent = match world.signer.public(&handle).await {
                Ok(_) => world.signer.destroy(&handle).await,
                Err(error) => Err(error),
            };
            match spent {
                Ok(()) | Err(SignError::NoSuchKey | SignError::Ended) => {}
                Err(error) => failed = Err(error),
            }
        }
    }
    failed
}

impl UpdateKey {
    /// What its handle begins with: in whose hands it is.
    pub(super) fn custody(&self, slug: &str, number: i64) -> &str {
        let called = self.handle.strip_suffix(name(slug, number).as_str());
        called.unwrap_or_default()
    }

    fn new(handle: String, key: [u8; 32]) -> Self {
        let multikey = PublicKey::Ed25519(key).named().to_multikey();
        Self { handle, multikey }
    }
}
