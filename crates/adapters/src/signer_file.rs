//! Signing keys in encrypted files.
//!
//! One file per key. A key that encrypts them is derived once from the passphrase (Argon2id, RFC 9106, parameters stored
//! beside the salt in `keystore.json`); each Ed25519 seed is sealed with ChaCha20-Poly1305 (RFC 8439) under it, with the
//! key's name as associated data, so that files cannot be swapped.
//!
//! **Invariant:** a seed is on disk only sealed, and in memory only inside this file's types.

use std::{
    collections::HashMap,
    fs,
    io::{self, ErrorKind, Write},
    path::{Path, PathBuf},
    sync::{Mutex, OnceLock, PoisonError, RwLock},
};

use argon2::{Algorithm, Argon2, Params, Version};
use async_trait::async_trait;
use aws_lc_rs::{
    aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    rand,
    signature::{Ed25519KeyPair, KeyPair},
};
use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use serde::{Deserialize, Serialize};
use touchstone_service::ports::{PublicKey, SignError, Signer};
use touchstone_vc::Signature;

use crate::durable::{self, Readers};

/// Keys in a folder, opened with one passphrase.
pub struct SignerFile {
    folder: PathBuf,
    lock: Lock,
    opened: RwLock<HashMap<String, Ed25519KeyPair>>,
}

/// What the files are sealed under. Deriving it takes memory and time on purpose, and who only looks never needs it.
struct Lock {
    header: Header,
    /// Until it was tried; it is not kept for longer.
    passphrase: Mutex<Option<Passphrase>>,
    derived: OnceLock<LessSafeKey>,
}

impl Lock {
    fn get(&self) -> Result<&LessSafeKey, SignerFileError> {
        if let Some(derived) = self.derived.get() {
            return Ok(derived);
        }
        let mut passphrase = self
            .passphrase
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        // Somebody else may have tried it meanwhile.
        if let Some(derived) = self.derived.get() {
            return Ok(derived);
        }
        let tried = passphrase.take().ok_or(SignerFileError::WrongPassphrase)?;
        let derived = self.header.unlock(&tried)?;
        Ok(self.derived.get_or_init(|| derived))
    }
}

/// What unlocks the keys. Never printed.
#[derive(Clone)]
pub struct Passphrase(String);

impl Passphrase {
    /// Takes a passphrase; line breaks at its end, as files have them, do not count.
    pub fn new(text: &str) -> Self {
        Self(text.trim_end_matches(['\r', '\n']).to_owned())
    }

    /// Its text, for a file of its own or for shares.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl SignerFile {
    /// Opens the keys in `folder`; one without keys becomes a new key store under this passphrase.
    pub fn open(
        folder: impl Into<PathBuf>,
        passphrase: &Passphrase,
    ) -> Result<Self, SignerFileError> {
        let signer = Self::open_when_used(folder, passphrase)?;
        signer.lock.get()?;
        Ok(signer)
    }

    /// The same for who may never sign: that the passphrase is wrong is found out by the first key that is used.
    pub fn open_when_used(
        folder: impl Into<PathBuf>,
        passphrase: &Passphrase,
    ) -> Result<Self, SignerFileError> {
        let folder = folder.into();
        let store = folder.join("keystore.json");
        let derived = OnceLock::new();
        let (header, untried) = match fs::read(&store) {
            Ok(bytes) => (serde_json::from_slice(&bytes)?, Some(passphrase.clone())),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                // Looked at again: it may have been made meanwhile, and keys with it.
                if holds_keys(&folder)? && !store.try_exists()? {
                    return Err(SignerFileError::NoHeader);
                }
                match Header::create(&store, passphrase)? {
                    Some((header, lock)) => {
                        derived.get_or_init(|| lock);
                        (header, None)
                    }
                    // Somebody else was faster: what they seal, this one opens.
                    None => {
                        let bytes = fs::read(&store)?;
                        (serde_json::from_slice(&bytes)?, Some(passphrase.clone()))
                    }
                }
            }
            Err(error) => return Err(error.into()),
        };
        let lock = Lock {
            header,
            passphrase: Mutex::new(untried),
            derived,
        };
        Ok(Self {
            folder,
            lock,
            opened: RwLock::default(),
        })
    }

    /// Whether the key called `key` was ended: looked up each time, since another process may have ended it.
    fn refuse_ended(&self, key: &str) -> Result<(), SignError> {
        match self.path(key)?.with_extension("ended").try_exists() {
            Ok(false) => Ok(()),
            Ok(true) => Err(SignError::Ended),
            Err(_) => Err(SignError::Unavailable),
        }
    }

    fn path(&self, key: &str) -> Result<PathBuf, SignError> {
        let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
        let fits =
            !key.is_empty() && key.len() <= 128 && !key.starts_with('.') && key.bytes().all(plain);
        if fits {
            Ok(self.folder.join(format!("{key}.key.json")))
        } else {
            Err(SignError::NoSuchKey)
        }
    }

    /// Runs `use_key` with the opened key, opening it first where needed.
    fn with<T>(&self, key: &str, use_key: impl Fn(&Ed25519KeyPair) -> T) -> Result<T, SignError> {
        let poisoned = |_| SignError::Unavailable;
        if let Some(pair) = self
            .opened
            .read()
            .map_err(|_| SignError::Unavailable)?
            .get(key)
        {
            return Ok(use_key(pair));
        }
        let pair = self.load(key)?;
        let answer = use_key(&pair);
        self.opened
            .write()
            .map_err(poisoned)?
            .insert(key.to_owned(), pair);
        Ok(answer)
    }

    fn load(&self, key: &str) -> Result<Ed25519KeyPair, SignError> {
        Ed25519KeyPair::from_seed_unchecked(&self.seed(key)?).map_err(|_| SignError::Locked)
    }

    /// The secret of a key, for a moment.
    pub(crate) fn seed(&self, key: &str) -> Result<[u8; 32], SignError> {
        let bytes = fs::read(self.path(key)?).map_err(|error| match error.kind() {
            ErrorKind::NotFound => SignError::NoSuchKey,
            _ => SignError::Unavailable,
        })?;
        let sealed: Sealed = serde_json::from_slice(&bytes).map_err(|_| SignError::Locked)?;
        let lock = self.lock.get().map_err(|_| SignError::Locked)?;
        sealed.open(lock, key).ok_or(SignError::Locked)
    }

    pub(crate) fn make(&self, key: &str) -> Result<(), SignError> {
        let mut seed = [0; 32];
        rand::fill(&mut seed).map_err(|_| SignError::Unavailable)?;
        // Of two that make it at once the first one's stays, and is the key of both.
        self.keep(key, &seed).map(|_| ())
    }

    /// Seals a secret in a file of its own; `false` if there is one.
    fn keep(&self, key: &str, seed: &[u8; 32]) -> Result<bool, SignError> {
        let path = self.path(key)?;
        let lock = self.lock.get().map_err(|_| SignError::Locked)?;
        let sealed = Sealed::seal(lock, key, seed).ok_or(SignError::Unavailable)?;
        let json = serde_json::to_vec_pretty(&sealed).map_err(|_| SignError::Unavailable)?;
        durable::write_private(&path, &json).map_err(|_| SignError::Unavailable)
    }
}

#[async_trait]
impl Signer for SignerFile {
    async fn create(&self, key: &str) -> Result<PublicKey, SignError> {
        self.refuse_ended(key)?;
        match self.public(key).await {
            Err(SignError::NoSuchKey) => {
                self.make(key)?;
                self.public(key).await
            }
            there => there,
        }
    }

    async fn import(&self, key: &str, seed: &[u8; 32]) -> Result<PublicKey, SignError> {
        self.refuse_ended(key)?;
        match self.keep(key, seed)? {
            true => self.public(key).await,
            // Of two keys with one name neither could be told from the other.
            false => Err(SignError::Locked),
        }
    }

    async fn public_half(&self, _key: &str, seed: &[u8; 32]) -> Result<PublicKey, SignError> {
        let pair = Ed25519KeyPair::from_seed_unchecked(seed).map_err(|_| SignError::Locked)?;
        let public = pair.public_key().as_ref().try_into();
        public
            .map(PublicKey::Ed25519)
            .map_err(|_| SignError::Locked)
    }

    async fn public(&self, key: &str) -> Result<PublicKey, SignError> {
        let bytes = self.with(key, |pair| pair.public_key().as_ref().to_vec())?;
        bytes
            .try_into()
            .map(PublicKey::Ed25519)
            .map_err(|_| SignError::Locked)
    }

    async fn sign(&self, key: &str, message: &[u8]) -> Result<Signature, SignError> {
        self.refuse_ended(key)?;
        self.with(key, |pair| Signature(pair.sign(message).as_ref().to_vec()))
    }

    async fn end(&self, key: &str) -> Result<(), SignError> {
        let mark = self.path(key)?.with_extension("ended");
        let written = durable::write(&mark, ENDED, Readers::Owner);
        written.map_err(|_| SignError::Unavailable)?;
        let mut opened = self.opened.write().map_err(|_| SignError::Unavailable)?;
        opened.remove(key);
        Ok(())
    }

    async fn destroy(&self, key: &str) -> Result<(), SignError> {
        self.end(key).await?;
        let path = self.path(key)?;
        match wipe(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(SignError::Unavailable),
            _ => Ok(()),
        }
    }
}

/// Whether a folder has keys, or marks of keys that were ended.
fn holds_keys(folder: &Path) -> io::Result<bool> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(error),
    };
    for entry in entries {
        let name = entry?.file_name();
        let name = name.to_string_lossy();
        if name.ends_with(".key.json") || name.ends_with(".key.ended") {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Overwrites a file and takes it away. What a disk keeps of it beside that stays sealed.
fn wipe(path: &Path) -> io::Result<()> {
    let length = fs::metadata(path)?.len();
    let length = usize::try_from(length).unwrap_or(0);
    let mut file = fs::OpenOptions::new().write(true).open(path)?;
    file.write_all(&vec![0; length])?;
    file.sync_all()?;
    fs::remove_file(path)?;
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::File::open(folder)?.sync_all()
}

/// Stands beside a key that was ended, in its place once it is destroyed.
const ENDED: &[u8] =
    b"This key was ended. It signs no more, and no key is made under its name again.\n";

/// Why a key folder could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum SignerFileError {
    /// The passphrase is not the one this folder was made with.
    #[error("the passphrase does not open this key folder")]
    WrongPassphrase,
    /// There are keys, and not what they were sealed under: a new one would open none of them.
    #[error(
        "keystore.json is missing, without which no passphrase opens the keys beside it: put it back, from where they came or from a backup; \
         nothing was made in its place"
    )]
    NoHeader,
    /// The folder's `keystore.json` is not one this version can read.
    #[error("keystore.json: {0}")]
    Header(#[from] serde_json::Error),
    /// The parameters in `keystore.json` cannot be used.
    #[error("keystore.json: unusable parameters")]
    Parameters,
    /// The folder cannot be read or written.
    #[error("key folder: {0}")]
    Folder(#[from] std::io::Error),
}

/// `keystore.json`: how the passphrase becomes a key, and a sealed known text that tells a wrong passphrase at once.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Header {
    kdf: String,
    memory_kib: u32,
    passes: u32,
    lanes: u32,
    salt: String,
    check: Sealed,
}

impl Header {
    /// Makes one; nothing, if one is there already, which then stays as it is.
    fn create(
        path: &Path,
        passphrase: &Passphrase,
    ) -> Result<Option<(Self, LessSafeKey)>, SignerFileError> {
        let mut salt = [0; 16];
        rand::fill(&mut salt).map_err(|_| SignerFileError::Parameters)?;
        let mut header = Self {
            kdf: KDF.into(),
            memory_kib: MEMORY_KIB,
            passes: PASSES,
            lanes: 1,
            salt: BASE64.encode(salt),
            check: Sealed {
                nonce: String::new(),
                sealed: String::new(),
            },
        };
        let lock = header.derive(passphrase)?;
        header.check = Sealed::seal(&lock, CHECK, &[0; 32]).ok_or(SignerFileError::Parameters)?;
        let made = durable::write_private(path, &serde_json::to_vec_pretty(&header)?)?;
        Ok(made.then_some((header, lock)))
    }

    fn unlock(&self, passphrase: &Passphrase) -> Result<LessSafeKey, SignerFileError> {
        let lock = self.derive(passphrase)?;
        self.check
            .open(&lock, CHECK)
            .ok_or(SignerFileError::WrongPassphrase)?;
        Ok(lock)
    }

    fn derive(&self, passphrase: &Passphrase) -> Result<LessSafeKey, SignerFileError> {
        let unusable = |_| SignerFileError::Parameters;
        if self.kdf != KDF || self.memory_kib > 4 * 1024 * 1024 || self.passes > 64 {
            return Err(SignerFileError::Parameters);
        }
        let salt = BASE64
            .decode(&self.salt)
            .map_err(|_| SignerFileError::Parameters)?;
        let params =
            Params::new(self.memory_kib, self.passes, self.lanes, Some(32)).map_err(unusable)?;
        let mut key = [0; 32];
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(passphrase.0.as_bytes(), &salt, &mut key)
            .map_err(unusable)?;
        let key =
            UnboundKey::new(&CHACHA20_POLY1305, &key).map_err(|_| SignerFileError::Parameters)?;
        Ok(LessSafeKey::new(key))
    }
}

/// 32 secret bytes under ChaCha20-Poly1305, base64.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Sealed {
    nonce: String,
    sealed: String,
}

impl Sealed {
    fn seal(lock: &LessSafeKey, name: &str, secret: &[u8; 32]) -> Option<Self> {
        let mut nonce = [0; NONCE_LEN];
        rand::fill(&mut nonce).ok()?;
        let mut bytes = secret.to_vec();
        let aad = Aad::from(name.as_bytes());
        lock.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), aad, &mut bytes)
            .ok()?;
        Some(Self {
            nonce: BASE64.encode(nonce),
            sealed: BASE64.encode(bytes),
        })
    }

    fn open(&self, lock: &LessSafeKey, name: &str) -> Option<[u8; 32]> {
        let nonce = Nonce::try_assume_unique_for_key(&BASE64.decode(&self.nonce).ok()?).ok()?;
        let mut bytes = BASE64.decode(&self.sealed).ok()?;
        let secret = lock
            .open_in_place(nonce, Aad::from(name.as_bytes()), &mut bytes)
            .ok()?;
        <[u8; 32]>::try_from(&*secret).ok()
    }
}

const KDF: &str = "argon2id";
/// RFC 9106 §4, the second recommended option: 64 MiB, 3 passes.
const MEMORY_KIB: u32 = 64 * 1024;
const PASSES: u32 = 3;
const CHECK: &str = "keystore";

#[cfg(test)]
mod tests {
    use std::{sync::Barrier, thread};

    use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};

    use super::*;

    #[tokio::test]
    async fn a_key_survives_reopening_and_signs() {
        let folder = tempfile::tempdir().unwrap();
        let passphrase = Passphrase::new("correct horse\n");
        let made = SignerFile::open(folder.path(), &passphrase)
            .unwrap()
            .create("k1")
            .await
            .unwrap();

        let again = SignerFile::open(folder.path(), &Passphrase::new("correct horse")).unwrap();
        let signature = again.sign("k1", b"message").await.unwrap();

        assert_eq!(
            again.create("k1").await.unwrap(),
            made,
            "creating again keeps the key"
        );
        UnparsedPublicKey::new(&ED25519, made.ed25519().unwrap())
            .verify(b"message", &signature.0)
            .unwrap();
    }

    #[tokio::test]
    async fn t43_a_key_that_was_ended_never_signs_again_also_in_another_process() {
        let folder = tempfile::tempdir().unwrap();
        let passphrase = Passphrase::new("correct horse");
        let open = || SignerFile::open(folder.path(), &passphrase).unwrap();
        let (one, two) = (open(), open());
        for key in ["ended", "destroyed"] {
            one.create(key).await.unwrap();
            two.sign(key, b"before").await.unwrap();
        }
        one.end("ended").await.unwrap();
        one.destroy("destroyed").await.unwrap();
        one.destroy("destroyed").await.unwrap();
        for signer in [one, two, open()] {
            for key in ["ended", "destroyed"] {
                assert_eq!(signer.sign(key, b"after").await, Err(SignError::Ended));
                assert_eq!(
                    signer.create(key).await,
                    Err(SignError::Ended),
                    "no name twice"
                );
            }
        }
        assert!(folder.path().join("ended.key.json").exists());
        assert!(!folder.path().join("destroyed.key.json").exists());
    }

    #[tokio::test]
    async fn a_wrong_passphrase_is_told_at_once() {
        let folder = tempfile::tempdir().unwrap();
        SignerFile::open(folder.path(), &Passphrase::new("right")).unwrap();
        let wrong = SignerFile::open(folder.path(), &Passphrase::new("wrong"));
        assert!(matches!(wrong, Err(SignerFileError::WrongPassphrase)));
    }

    #[tokio::test]
    async fn keys_without_their_key_store_get_no_new_one() {
        let folder = tempfile::tempdir().unwrap();
        let (store, kept) = (folder.path().join("keystore.json"), folder.path().join("k"));
        let passphrase = Passphrase::new("right");
        let made = SignerFile::open(folder.path(), &passphrase).unwrap();
        made.create("k1").await.unwrap();
        made.create("k2").await.unwrap();
        made.destroy("k2").await.unwrap();
        fs::rename(&store, &kept).unwrap();
        let refused = |passphrase: &str| {
            let opened = SignerFile::open_when_used(folder.path(), &Passphrase::new(passphrase));
            assert!(matches!(opened, Err(SignerFileError::NoHeader)));
            assert!(!store.exists());
        };
        refused("right");
        refused("wrong");
        fs::rename(&kept, &store).unwrap();
        let again = SignerFile::open(folder.path(), &passphrase).unwrap();
        again.sign("k1", b"m").await.unwrap();
        fs::remove_file(folder.path().join("k1.key.json")).unwrap();
        fs::remove_file(&store).unwrap();
        refused("right"); // What is left says that there were keys.
    }

    #[tokio::test]
    async fn two_that_begin_at_once_open_what_the_other_seals() {
        let folder = tempfile::tempdir().unwrap();
        let passphrase = Passphrase::new("p");
        let both = Barrier::new(2);
        let open = || {
            both.wait();
            SignerFile::open(folder.path(), &passphrase).unwrap()
        };
        let (one, two) = thread::scope(|scope| {
            let other = scope.spawn(open);
            (open(), other.join().unwrap())
        });
        let made = (
            one.create("k1").await.unwrap(),
            two.create("k2").await.unwrap(),
        );
        let later = SignerFile::open(folder.path(), &passphrase).unwrap();
        let found = (
            later.public("k1").await.unwrap(),
            later.public("k2").await.unwrap(),
        );
        assert_eq!(found, made);
    }

    #[tokio::test]
    async fn who_only_looks_opens_no_key_and_a_wrong_passphrase_is_told_by_the_first() {
        let folder = tempfile::tempdir().unwrap();
        let right = Passphrase::new("right");
        let made = SignerFile::open_when_used(folder.path(), &right).unwrap();
        let public = made.create("k1").await.unwrap();
        let later = SignerFile::open_when_used(folder.path(), &right).unwrap();
        assert!(later.lock.derived.get().is_none());
        assert_eq!(later.public("k1").await.unwrap(), public);
        let kept = |signer: &SignerFile| signer.lock.passphrase.lock().unwrap().is_some();
        assert!(!kept(&later) && !kept(&made), "what was tried is not kept");
        let wrong = SignerFile::open_when_used(folder.path(), &Passphrase::new("wrong")).unwrap();
        for _ in 0..2 {
            assert_eq!(wrong.sign("k1", b"m").await, Err(SignError::Locked));
        }
        assert_eq!(wrong.create("k2").await, Err(SignError::Locked));
        assert!(!folder.path().join("k2.key.json").exists());
    }

    #[tokio::test]
    async fn swapped_key_files_do_not_open() {
        let folder = tempfile::tempdir().unwrap();
        let passphrase = Passphrase::new("p");
        let signer = SignerFile::open(folder.path(), &passphrase).unwrap();
        signer.create("a").await.unwrap();
        fs::copy(
            folder.path().join("a.key.json"),
            folder.path().join("b.key.json"),
        )
        .unwrap();
        assert_eq!(signer.sign("b", b"m").await.unwrap_err(), SignError::Locked);
    }

    #[tokio::test]
    async fn key_names_cannot_leave_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        let signer = SignerFile::open(folder.path(), &Passphrase::new("p")).unwrap();
        for name in ["", "../x", "a/b", ".hidden", "a b"] {
            assert_eq!(
                signer.create(name).await,
                Err(SignError::NoSuchKey),
                "{name:?}"
            );
        }
    }
}
