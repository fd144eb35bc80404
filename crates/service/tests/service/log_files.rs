//! The log as everybody can read it, checked from its files alone; and files that are watched, or fail.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use touchstone_service::{
    World,
    logging::{file, verifier_key, whole},
    ports::{ObjectError, ObjectKey, Objects},
};
use touchstone_store::{LogEntryRow, OutboxLine, TenantId};
use touchstone_testkit::{TestWorld, world};
use touchstone_tlog::{Bundle, Crypto, Edge, Hash, SignedCheckpoint, crypto, merkle};

/// A world whose files can be looked at and altered.
pub(crate) async fn watched() -> (TestWorld, Arc<Watched>) {
    let mut world = world().await;
    let objects = Arc::new(Watched::default());
    world.world.objects = Arc::clone(&objects) as _;
    (world, objects)
}

pub(crate) const TREE: Crypto = crypto::rust::CRYPTO;

/// The log as everybody can read it, checked from its files alone and held against every queued line: its entries.
pub(crate) async fn checked(world: &World) -> Vec<Vec<u8>> {
    let entries = entries(world).await;
    check_tree(world, &entries).await;
    let mut tx = world.store.begin().await.unwrap();
    let lines = tx.outbox_after(0, 100_000).await.unwrap();
    drop(tx);
    let logged = lines.iter().filter(|line| {
        [
            "credential.issued",
            "status.published",
            "status.rooted",
            "achievement.published",
            "audit.root",
            "did.published",
            "key.active",
        ]
        .contains(&line.kind.as_str())
    });
    let logged: Vec<i64> = logged.map(|line| line.seq).collect();
    let places = places(world).await;
    let placed: Vec<i64> = places.iter().map(|place| place.outbox).collect();
    assert_eq!(placed, logged, "each line once, in the order of the outbox");
    assert_eq!(places.len(), entries.len());
    entries
}

/// Waits until nothing is under way any more: what a killed turn had handed to the database may be done when the turn is gone.
pub(crate) async fn quiet(world: &World) {
    drop(world.store.begin().await.unwrap());
    let mut before = shown(world).await;
    loop {
        tokio::time::sleep(Duration::from_millis(5)).await;
        let now = shown(world).await;
        if now == before {
            return;
        }
        before = now;
    }
}

/// Whatever is shown is whole, although more may be on its way.
pub(crate) async fn checked_as_shown(world: &World) {
    let entries = entries(world).await;
    check_tree(world, &entries).await;
}

pub(crate) async fn places(world: &World) -> Vec<LogEntryRow> {
    let reader = world.store.read();
    let mut places = reader
        .log_entries_before(i64::MAX, 1_000_000)
        .await
        .unwrap();
    places.reverse();
    for (leaf, place) in (0..).zip(&places) {
        assert_eq!(place.leaf, leaf);
    }
    places
}

pub(crate) async fn read(world: &World, path: &str) -> Vec<u8> {
    let found = file(world, path).await.unwrap();
    found.unwrap_or_else(|| panic!("{path} is missing")).bytes
}

pub(crate) async fn shown(world: &World) -> (u64, Hash) {
    let bytes = read(world, "checkpoint").await;
    let signed = SignedCheckpoint::parse(&bytes).unwrap();
    let key = verifier_key(world, "verify.example.edu/log").await.unwrap();
    signed.note.verify([&key], &TREE).unwrap();
    (signed.checkpoint.size, signed.checkpoint.root)
}

pub(crate) async fn entries(world: &World) -> Vec<Vec<u8>> {
    let (size, _) = shown(world).await;
    let mut entries = Vec::new();
    for bundle in Bundle::all(0, size) {
        let bytes = read(world, &bundle.path()).await;
        entries.extend(bundle.entries(&bytes).unwrap().into_iter().map(Vec::from));
    }
    entries
}

/// Every file that the checkpoint needs is there and is what follows from the entries.
pub(crate) async fn check_tree(world: &World, entries: &[Vec<u8>]) {
    let (size, root) = shown(world).await;
    assert_eq!(entries.len() as u64, size);
    let mut expected = BTreeMap::new();
    let mut edge = Edge::default();
    for entry in entries {
        let leaf = merkle::leaf_hash(&TREE, entry);
        edge.push(&TREE, leaf, |tile, bytes| {
            expected.insert(tile.path(), bytes.to_vec());
        });
    }
    expected.extend(
        edge.partial()
            .map(|(tile, bytes)| (tile.path(), bytes.to_vec())),
    );
    assert_eq!(edge.root(&TREE), root);
    for (path, bytes) in &expected {
        assert_eq!(&read(world, path).await, bytes, "{path}");
    }
    let whole = whole(world).await.unwrap().unwrap();
    assert!(expected.keys().all(|path| whole.paths.contains(path)));
    assert_eq!(
        SignedCheckpoint::parse(&whole.checkpoint)
            .unwrap()
            .checkpoint
            .size,
        size
    );
}

pub(crate) fn root(entries: &[Vec<u8>]) -> Hash {
    let mut edge = Edge::default();
    for entry in entries {
        edge.push(&TREE, merkle::leaf_hash(&TREE, entry), |_, _| {});
    }
    edge.root(&TREE)
}

/// Queues this many changes of a DID's document.
pub(crate) async fn change(world: &World, tenant: &TenantId, count: usize) {
    let line = &OutboxLine {
        tenant: tenant.clone(),
        kind: "did.published".into(),
        subject: tenant.to_string(),
        version: 1,
        at: 0,
    };
    queue(world, vec![line.clone(); count]).await;
}

/// A change of a key at a time of its own, which makes an entry of its own.
pub(crate) fn key_line(tenant: &TenantId, at: i64) -> OutboxLine {
    OutboxLine {
        tenant: tenant.clone(),
        kind: "key.active".into(),
        subject: "riverside-1".into(),
        version: 1,
        at,
    }
}

pub(crate) async fn queue(world: &World, lines: Vec<OutboxLine>) {
    let lines = &lines;
    world
        .store
        .write(|mut tx| async move { tx.outbox(lines.clone()).await })
        .await
        .unwrap();
}

pub(crate) fn learners(count: usize) -> String {
    let mut csv = String::from("name,email,identifier,level,evidence,awarded_on\n");
    for n in 0..count {
        csv.push_str(&format!(
            "Learner {n},l{n}@learners.example,L{n},3,https://example.org/e/{n},2026-11-12\n"
        ));
    }
    csv
}

pub(crate) fn contains(bytes: &[u8], text: &[u8]) -> bool {
    bytes.windows(text.len()).any(|window| window == text)
}

pub(crate) fn tempfile_dir() -> String {
    let name = format!("touchstone-log-{}", std::process::id());
    let folder = std::env::temp_dir().join(name);
    std::fs::create_dir_all(&folder).unwrap();
    folder.to_str().unwrap().to_owned()
}

/// Files in memory; every checkpoint that was put is remembered.
#[derive(Default)]
pub(crate) struct Watched {
    pub(crate) files: Mutex<BTreeMap<ObjectKey, Vec<u8>>>,
    pub(crate) checkpoints: Mutex<Vec<Vec<u8>>>,
}

#[async_trait]
impl Objects for Watched {
    async fn put(&self, key: &ObjectKey, bytes: &[u8]) -> Result<(), ObjectError> {
        tokio::task::yield_now().await; // As a disk would take its time.
        if key.as_str() == "log/checkpoint" {
            self.checkpoints.lock().unwrap().push(bytes.to_vec());
        }
        self.files
            .lock()
            .unwrap()
            .insert(key.clone(), bytes.to_vec());
        tokio::task::yield_now().await;
        Ok(())
    }

    async fn remove_below(&self, folder: &ObjectKey) -> Result<(), ObjectError> {
        let below = format!("{}/", folder.as_str());
        let mut files = self.files.lock().unwrap();
        files.retain(|key, _| !key.as_str().starts_with(&below));
        Ok(())
    }

    async fn read(&self, key: &ObjectKey) -> Result<Option<Vec<u8>>, ObjectError> {
        tokio::task::yield_now().await;
        Ok(self.files.lock().unwrap().get(key).cloned())
    }
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Fault {
    Before,
    After,
    Halfway,
    /// It says that it was done, and was not.
    Lie,
}

/// Files in memory of which one write fails.
#[derive(Default)]
pub(crate) struct Faulty {
    pub(crate) kept: Watched,
    /// What it only said to have stored.
    pub(crate) lost: Mutex<Vec<(ObjectKey, Vec<u8>)>>,
    pub(crate) fault: Mutex<Option<(usize, Fault)>>,
}

/// What goes wrong now, if it is its turn.
pub(crate) fn turn<T: Copy>(fault: &Mutex<Option<(usize, T)>>) -> Option<T> {
    let mut fault = fault.lock().unwrap();
    match *fault {
        Some((0, what)) => {
            *fault = None;
            Some(what)
        }
        Some((left, what)) => {
            *fault = Some((left - 1, what));
            None
        }
        None => None,
    }
}

#[async_trait]
impl Objects for Faulty {
    async fn put(&self, key: &ObjectKey, bytes: &[u8]) -> Result<(), ObjectError> {
        let fault = turn(&self.fault);
        if matches!(fault, None | Some(Fault::After)) {
            self.kept.put(key, bytes).await?;
        }
        match fault {
            None => Ok(()),
            Some(Fault::Lie) => {
                let lost = (key.clone(), bytes.to_vec());
                self.lost.lock().unwrap().push(lost);
                Ok(())
            }
            Some(_) => Err(ObjectError::Unavailable("scripted".into())),
        }
    }

    async fn keep(&self, files: &[(ObjectKey, Vec<u8>)]) -> Result<(), ObjectError> {
        let fault = turn(&self.fault);
        let stored = match fault {
            Some(Fault::Before | Fault::Lie) => 0,
            Some(Fault::Halfway) => files.len() / 2,
            Some(Fault::After) | None => files.len(),
        };
        self.kept.keep(&files[..stored]).await?;
        match fault {
            None => Ok(()),
            Some(Fault::Lie) => {
                self.lost.lock().unwrap().extend_from_slice(files);
                Ok(())
            }
            Some(_) => Err(ObjectError::Unavailable("scripted".into())),
        }
    }

    async fn remove_below(&self, folder: &ObjectKey) -> Result<(), ObjectError> {
        self.kept.remove_below(folder).await
    }

    async fn read(&self, key: &ObjectKey) -> Result<Option<Vec<u8>>, ObjectError> {
        self.kept.read(key).await
    }
}
