//! Everything a use case may reach, for one test.

use std::{ops::Deref, sync::Arc};

use touchstone_adapters::{PasskeysWebauthn, SpoolFolder, TLOG_CRYPTO};
use touchstone_service::{
    DidMethod, Site, World,
    hiring::Applications,
    holding::Reminders,
    operations::{sign_up::Employers, signing_key::KeyPolicy},
};
use touchstone_store::{PasskeyRow, Store};
use touchstone_vc::{Contexts, crypto::rust::CRYPTO};
use url::Url;

use crate::{
    FixedClock, MemoryObjects, MemorySigner, PlainArtwork, RecordingMail, ScriptedFetch,
    ScriptedTell, TestDatabase, fixed_clock, seeded_rng,
};

/// A world on a real database, with handles to what can be steered. Dereferences to its [`World`].
pub struct TestWorld {
    /// What use cases take.
    pub world: World,
    /// The clock.
    pub clock: Arc<FixedClock>,
    /// The keys.
    pub memory_signer: Arc<MemorySigner>,
    /// What was mailed.
    pub mail: Arc<RecordingMail>,
    /// What others publish.
    pub fetch: Arc<ScriptedFetch>,
    /// What programs of others are told.
    pub tell: Arc<ScriptedTell>,
    database: TestDatabase,
}

/// An empty world on SQLite, under `https://verify.example.edu`.
pub async fn world() -> TestWorld {
    world_on(TestDatabase::sqlite()).await
}

/// An empty world on this database.
pub async fn world_on(database: TestDatabase) -> TestWorld {
    let public_url = Url::parse("https://verify.example.edu").expect("a fixed address");
    world_with(
        database,
        Site {
            public_url,
            local: false,
            did_method: DidMethod::Web,
            operator: "Example operator".into(),
        },
    )
    .await
}

/// An empty world on this database, reached as `site` says.
///
/// # Panics
/// If the database cannot be opened.
pub async fn world_with(database: TestDatabase, site: Site) -> TestWorld {
    let store = Store::connect(database.url())
        .await
        .expect("the database opens");
    store.migrate().await.expect("the schema is made");
    let (clock, mail, fetch) = (Arc::new(fixed_clock()), Arc::default(), Arc::default());
    let tell = Arc::<ScriptedTell>::default();
    let signer = Arc::new(MemorySigner::default());
    let world = World {
        store,
        clock: Arc::clone(&clock) as _,
        rng: Arc::new(seeded_rng(7)),
        signer: Arc::clone(&signer) as _,
        ml_dsa: Arc::clone(&signer) as _,
        objects: Arc::new(MemoryObjects::default()),
        spool: Arc::new(SpoolFolder::new(
            std::env::temp_dir().join("touchstone-tests"),
        )),
        mail: Arc::<RecordingMail>::clone(&mail) as _,
        fetch: Arc::<ScriptedFetch>::clone(&fetch) as _,
        tell: Arc::<ScriptedTell>::clone(&tell) as _,
        artwork: Arc::new(PlainArtwork),
        passkeys: None,
        crypto: &CRYPTO,
        tlog: &TLOG_CRYPTO,
        contexts: Arc::new(Contexts::bundled()),
        lists: Arc::default(),
        moment: Arc::default(),
        recognition: Arc::default(),
        witnesses: Arc::default(),
        anchors: Arc::default(),
        frameworks: Arc::default(),
        releases: Arc::default(),
        achievements: Arc::default(),
        site: Arc::new(site),
        reminders: Reminders::default(),
        applications: Applications::default(),
        employers: Employers::default(),
        keys: KeyPolicy::default(),
    };
    TestWorld {
        world,
        clock,
        memory_signer: signer,
        mail,
        fetch,
        tell,
        database,
    }
}

impl TestWorld {
    /// Whether `text` stands anywhere in the database; see [`TestDatabase::holds`].
    pub fn holds(&self, text: &str) -> bool {
        self.database.holds(text)
    }

    /// The same world in another process: the same database over connections of its own, the same files and keys.
    ///
    /// # Panics
    /// If the database cannot be opened again.
    pub async fn beside(&self) -> World {
        let store = Store::connect(self.database.url()).await;
        World {
            store: store.expect("the database opens"),
            ..self.world.clone()
        }
    }

    /// The same world where passkeys are known, for the address of its site.
    ///
    /// # Panics
    /// If that is a number.
    #[must_use]
    pub fn with_passkeys(mut self) -> Self {
        let made = PasskeysWebauthn::new(&self.world.site.public_url, "Example");
        self.world.passkeys = Some(Arc::new(made.expect("the site has a name")));
        self
    }

    /// Gives a member a passkey that no device holds: for what is shown and removed.
    ///
    /// # Panics
    /// If there is no such member, or one of this id.
    pub async fn add_passkey(&self, member: &str, id: &str, label: &str) {
        let row = &PasskeyRow {
            id: id.to_owned(),
            member: member.to_owned(),
            credential: "{}".into(),
            label: label.to_owned(),
            created_at: self.world.clock.now().unix_millis(),
            last_used_at: None,
        };
        let added = self
            .world
            .store
            .write(|mut tx| async move { tx.add_passkey(row.clone()).await });
        added.await.expect("the member exists and the id is free");
    }

    /// Changes rows behind the program's back; see [`TestDatabase::tamper`].
    pub fn tamper(&self, sql: &str) {
        self.database.tamper(sql);
    }
}

impl Deref for TestWorld {
    type Target = World;

    fn deref(&self) -> &World {
        &self.world
    }
}
