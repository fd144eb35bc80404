//! A transparency log in memory, with real keys: it grows, and can be made to lie.

use std::collections::BTreeMap;

use async_trait::async_trait;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _, ML_DSA_44_SIGNING, PqdsaKeyPair};
use touchstone_adapters::TLOG_CRYPTO;
use touchstone_service::ports::{ObjectError, ObjectKey, Objects};
use touchstone_tlog::{
    Bundle, Checkpoint, Edge, Note, PublicKey, SignedCheckpoint, Tile, VerifierKey, cosignature,
    merkle, note::SignatureLine, tile,
};

/// A key that signs checkpoints, made from its name.
pub struct TlogKey {
    /// The public half.
    pub key: VerifierKey,
    secret: Secret,
}

enum Secret {
    Ed25519(Ed25519KeyPair),
    MlDsa44(PqdsaKeyPair),
}

impl TlogKey {
    /// A log's key.
    pub fn log(name: &str) -> Self {
        Self::ed25519(name, PublicKey::Ed25519)
    }

    /// A witness's key.
    pub fn witness(name: &str) -> Self {
        Self::ed25519(name, PublicKey::CosignatureEd25519)
    }

    /// A key for ML-DSA-44 cosignatures.
    pub fn ml_dsa_44(name: &str) -> Self {
        let pair = PqdsaKeyPair::from_seed(&ML_DSA_44_SIGNING, &seed(name));
        let pair = pair.expect("a seed is 32 bytes");
        let public: [u8; 1312] = pair.public_key().as_ref().try_into().expect("its length");
        let key = PublicKey::CosignatureMlDsa44(Box::new(public));
        let key = VerifierKey::new(name, key, &TLOG_CRYPTO);
        Self {
            key: key.expect("a test names keys well"),
            secret: Secret::MlDsa44(pair),
        }
    }

    fn ed25519(name: &str, key: fn([u8; 32]) -> PublicKey) -> Self {
        let pair = Ed25519KeyPair::from_seed_unchecked(&seed(name));
        let pair = pair.expect("a seed is 32 bytes");
        let public: [u8; 32] = pair.public_key().as_ref().try_into().expect("its length");
        let key = VerifierKey::new(name, key(public), &TLOG_CRYPTO);
        Self {
            key: key.expect("a test names keys well"),
            secret: Secret::Ed25519(pair),
        }
    }

    /// Signs a checkpoint at a time, in seconds since 1970.
    pub fn sign(&self, note: &mut Note, time: u64) {
        let message = cosignature::message(&self.key, note.text(), time);
        let message = message.expect("a test signs checkpoints");
        let signature = match &self.secret {
            Secret::Ed25519(pair) => pair.sign(&message).as_ref().to_vec(),
            Secret::MlDsa44(pair) => {
                let mut signature = vec![0; 2420];
                pair.sign(&message, &mut signature).expect("memory enough");
                signature
            }
        };
        let signature = cosignature::timestamped(&self.key, time, &signature);
        note.add(SignatureLine::new(&self.key, signature));
    }
}

fn seed(name: &str) -> [u8; 32] {
    (TLOG_CRYPTO.sha256)(name.as_bytes())
}

/// A log whose files are in memory.
pub struct MemoryLog {
    /// Who signs it.
    pub key: TlogKey,
    /// Its files, by path.
    pub files: BTreeMap<String, Vec<u8>>,
    entries: Vec<Vec<u8>>,
}

impl MemoryLog {
    /// An empty log.
    pub fn new(origin: &str) -> Self {
        let mut log = Self {
            key: TlogKey::log(origin),
            files: BTreeMap::new(),
            entries: Vec::new(),
        };
        log.grow([]);
        log
    }

    /// A log with these entries.
    pub fn with(origin: &str, entries: impl IntoIterator<Item = Vec<u8>>) -> Self {
        let mut log = Self::new(origin);
        log.grow(entries);
        log
    }

    /// Appends entries and publishes, with tiles for the new size beside the old ones.
    pub fn grow(&mut self, entries: impl IntoIterator<Item = Vec<u8>>) {
        let old = self.entries.len() as u64;
        self.entries.extend(entries);
        let size = self.entries.len() as u64;
        let mut edge = Edge::default();
        for entry in &self.entries {
            let leaf = merkle::leaf_hash(&TLOG_CRYPTO, entry);
            edge.push(&TLOG_CRYPTO, leaf, |tile, bytes| {
                self.files.insert(tile.path(), bytes.to_vec());
            });
        }
        let partial = edge.partial();
        self.files
            .extend(partial.map(|(tile, bytes): (Tile, &[u8])| (tile.path(), bytes.to_vec())));
        for bundle in tile::bundles_written(old, size) {
            self.files.insert(bundle.path(), self.bundle(bundle));
        }
        let checkpoint = Checkpoint::new(self.key.key.name(), size, edge.root(&TLOG_CRYPTO));
        let text = checkpoint.expect("a log has an origin").text();
        let mut note = Note::new(&text).expect("a checkpoint is a text");
        self.key.sign(&mut note, 0);
        self.show(&note);
    }

    fn bundle(&self, bundle: Bundle) -> Vec<u8> {
        let mut bytes = Vec::new();
        let first = usize::try_from(bundle.first()).expect("a small log");
        for entry in &self.entries[first..][..bundle.width.into()] {
            tile::append_entry(&mut bytes, entry).expect("a short entry");
        }
        bytes
    }

    /// The checkpoint that is shown.
    pub fn checkpoint(&self) -> SignedCheckpoint {
        SignedCheckpoint::parse(&self.files["checkpoint"]).expect("the log wrote it")
    }

    /// Has the checkpoint that is shown cosigned.
    pub fn cosign(&mut self, by: &TlogKey, time: u64) {
        let mut note = self.checkpoint().note;
        by.sign(&mut note, time);
        self.show(&note);
    }

    fn show(&mut self, note: &Note) {
        let bytes = note.to_string().into_bytes();
        self.files.insert("checkpoint".into(), bytes);
    }

    /// Writes all files below a folder.
    pub fn write(&self, folder: &std::path::Path) {
        for (path, bytes) in &self.files {
            let path = folder.join(path);
            let above = path.parent().expect("a file is in a folder");
            std::fs::create_dir_all(above).expect("a folder of a test can be written");
            std::fs::write(path, bytes).expect("a folder of a test can be written");
        }
    }
}

#[async_trait]
impl Objects for MemoryLog {
    async fn put(&self, _: &ObjectKey, _: &[u8]) -> Result<(), ObjectError> {
        Err(ObjectError::Unavailable("a log is read".into()))
    }

    async fn remove_below(&self, _: &ObjectKey) -> Result<(), ObjectError> {
        Err(ObjectError::Unavailable("a log is read".into()))
    }

    async fn read(&self, key: &ObjectKey) -> Result<Option<Vec<u8>>, ObjectError> {
        Ok(self.files.get(key.as_str()).cloned())
    }
}
