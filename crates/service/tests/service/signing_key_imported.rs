//! Keys that were made elsewhere: each belongs to one institution, and no copy of a secret is left behind.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use touchstone_adapters::{Passphrase, SignerFile};
use touchstone_service::{
    issuing::found,
    operations::{
        signing_key::{SigningKeyError, compromise, destroy, import, signing_keys, was_imported},
        wind,
    },
    ports::{PublicKey, SignError, Signer},
};
use touchstone_testkit::{TestWorld, world};
use touchstone_vc::Signature;

use crate::log_files::tempfile_dir;
use crate::signing_key::{act, giving_up};
use crate::support::{founding, institution};

const SEED: [u8; 32] = [42; 32];

/// What goes wrong after a secret was taken in.
#[derive(Clone, Copy)]
enum Then {
    Nothing,
    /// It is reported as failed.
    Failed,
    /// No answer comes, as before a crash.
    Silence,
}

struct Faulty {
    keys: SignerFile,
    then: Then,
}

#[async_trait::async_trait]
impl Signer for Faulty {
    async fn create(&self, key: &str) -> Result<PublicKey, SignError> {
        self.keys.create(key).await
    }

    async fn import(&self, key: &str, seed: &[u8; 32]) -> Result<PublicKey, SignError> {
        let kept = self.keys.import(key, seed).await;
        match self.then {
            Then::Nothing => kept,
            Then::Failed => Err(SignError::Unavailable),
            Then::Silence => std::future::pending().await,
        }
    }

    async fn public_half(&self, key: &str, seed: &[u8; 32]) -> Result<PublicKey, SignError> {
        self.keys.public_half(key, seed).await
    }

    async fn public(&self, key: &str) -> Result<PublicKey, SignError> {
        self.keys.public(key).await
    }

    async fn sign(&self, key: &str, message: &[u8]) -> Result<Signature, SignError> {
        self.keys.sign(key, message).await
    }

    async fn end(&self, key: &str) -> Result<(), SignError> {
        self.keys.end(key).await
    }

    async fn destroy(&self, key: &str) -> Result<(), SignError> {
        self.keys.destroy(key).await
    }
}

/// A folder for keys, which is gone with the test.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        let path = Path::new(&tempfile_dir()).join("keys");
        _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        _ = fs::remove_dir_all(&self.0);
    }
}

/// A world whose keys lie in this folder.
async fn with_files(folder: &Path) -> TestWorld {
    let mut world = world().await;
    world.world.signer = signer(folder, Then::Nothing);
    world
}

fn signer(folder: &Path, then: Then) -> Arc<dyn Signer> {
    let keys = SignerFile::open(folder, &Passphrase::new("p")).unwrap();
    Arc::new(Faulty { keys, then })
}

/// How many secrets lie in it.
fn secrets(folder: &Path) -> usize {
    let files = fs::read_dir(folder).unwrap();
    let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name.ends_with(".key.json")).count()
}

#[tokio::test]
async fn a_key_belongs_to_one_institution_also_after_it_was_given_up() {
    let folder = Folder::new();
    let world = with_files(folder.path()).await;
    let [one, other] = [
        institution(&world).await,
        found(&world, &founding("lakeside")).await.unwrap().tenant,
    ];
    let key = import(&world, &one, "owner", "From before.", &SEED).await;
    let key = key.unwrap().id;
    assert!(was_imported(&world, &one, &key).await.unwrap());
    let kept = secrets(folder.path());
    let again = async |tenant| import(&world, tenant, "owner", "Again.", &SEED).await;
    assert!(matches!(again(&one).await, Err(SigningKeyError::Known(known)) if known == key));
    assert!(matches!(
        again(&other).await,
        Err(SigningKeyError::KnownElsewhere)
    ));
    compromise(&world, &giving_up(&world, &one, &key))
        .await
        .unwrap();
    assert!(matches!(
        again(&other).await,
        Err(SigningKeyError::KnownElsewhere)
    ));
    destroy(&world, &act(&one, &key)).await.unwrap();
    assert!(matches!(
        again(&other).await,
        Err(SigningKeyError::KnownElsewhere)
    ));
    assert_eq!(secrets(folder.path()), kept, "no copy was made of it");
    assert_eq!(signing_keys(&world, &other).await.unwrap().len(), 1);
}

#[tokio::test]
async fn what_was_not_taken_in_leaves_no_copy_of_the_secret() {
    let folder = Folder::new();
    let mut world = with_files(folder.path()).await;
    let tenant = institution(&world).await;
    let before = secrets(folder.path());
    world.world.signer = signer(folder.path(), Then::Failed);
    let failed = import(&world, &tenant, "owner", "From before.", &SEED).await;
    assert!(
        matches!(failed, Err(SigningKeyError::Sign(_))),
        "{failed:?}"
    );
    assert_eq!(secrets(folder.path()), before);

    // A crash leaves it where it is, and whoever looks at the clock later takes it away.
    world.world.signer = signer(folder.path(), Then::Silence);
    let crashed = import(&world, &tenant, "owner", "From before.", &SEED);
    let crashed = tokio::time::timeout(Duration::from_millis(500), crashed).await;
    assert!(crashed.is_err(), "it hangs");
    assert_eq!(secrets(folder.path()), before + 1);
    world.world.signer = signer(folder.path(), Then::Nothing);
    wind(&world).await.unwrap();
    assert_eq!(secrets(folder.path()), before + 1, "it may be under way");
    world.clock.advance_millis(11 * 60_000);
    wind(&world).await.unwrap();
    assert_eq!(secrets(folder.path()), before);

    // It can be taken in all the same, and what was taken in stays.
    let key = import(&world, &tenant, "owner", "From before.", &SEED).await;
    let key = key.unwrap().id;
    world.clock.advance_millis(11 * 60_000);
    wind(&world).await.unwrap();
    assert!(world.signer.public(&key).await.is_ok());
}
