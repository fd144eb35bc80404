//! An installation: a data folder, its configuration, and the world that is wired from both.
//!
//! The data folder holds `touchstone.toml`, the SQLite file, the encrypted keys with their passphrase, files and mail, unless
//! the configuration puts them elsewhere. It is made for its owner alone (0700).

mod contexts;
mod data_folder;
mod elsewhere;
mod passphrase;
mod pin;
mod registers;
mod restoring;
mod wire;

use std::{
    fs,
    io::{ErrorKind, IsTerminal},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};
use touchstone_adapters::{Passphrase, SignerFile};
use touchstone_service::{
    World,
    logging::{LogError, compare, look_back},
    operations::{moving::elsewhere, restore::is_restored},
    verifying::published_elsewhere,
};
use touchstone_store::Store;
use tracing::warn;
use tracing_subscriber::{EnvFilter, fmt::format::FmtSpan};

use crate::{
    cli::Global,
    config::{Config, ConfigError, Format},
};

use wire::Purpose;

pub(crate) use contexts::{contexts, listed};
pub(crate) use data_folder::{close_to_others, make_private_folder, write_private};
pub(crate) use passphrase::{Keeping, keep_passphrase, passphrase_file};
pub(crate) use registers::register;
pub(crate) use restoring::Restoring;

/// The data folder where nothing is said.
pub(crate) const DATA: &str = "touchstone-data";

/// The setting that says where a site without a configured address last answered.
const SERVED_AT: &str = "site.served_at";

/// What a command works on.
pub(crate) struct Installation {
    /// The data folder.
    pub(crate) data: PathBuf,
    /// What was configured.
    pub(crate) config: Config,
    /// The database and the ports.
    pub(crate) world: World,
    state: State,
}

/// Whether an installation may be changed.
enum State {
    /// It may.
    Open,
    /// It was restored, and does not know yet what was published since.
    Restored,
    /// Nobody can tell if an older database was put back, for this reason.
    Unclear(String),
}

impl Installation {
    /// Opens the installation that the command line names; it must be there. For a command that reads: a key is opened when it is
    /// used, and most such commands use none.
    pub(crate) async fn open(global: &Global) -> Result<Self> {
        Settings::read_made(global)?.open_to_read().await
    }

    /// Opens the installation for a command that changes something.
    pub(crate) async fn open_to_change(global: &Global) -> Result<Self> {
        let settings = Settings::read_made(global)?;
        settings.require_public_url()?;
        let installation = settings.open().await?;
        installation.keep_address().await?;
        if let Some(why) = installation.why_read_only() {
            bail!(why);
        }
        installation.compare_address().await?;
        Ok(installation)
    }

    /// A database that is older than the files of the log beside it changes nothing, whether somebody said that it was put back or not; nor does one of
    /// which that cannot be told.
    async fn look_back(&mut self) -> Result<()> {
        let looked = look_back(&self.world).await;
        self.note(looked)
    }

    /// The same for who changes nothing: nothing is written.
    pub(crate) async fn compare(&mut self) -> Result<()> {
        let looked = compare(&self.world).await;
        self.note(looked)
    }

    fn note(&mut self, looked: Result<(), LogError>) -> Result<()> {
        match looked {
            Ok(()) => {}
            Err(LogError::Store(error)) => return Err(error.into()),
            Err(error) => self.state = State::Unclear(error.to_string()),
        }
        Ok(())
    }

    /// Whether it must not be changed.
    pub(crate) fn is_read_only(&self) -> bool {
        !matches!(self.state, State::Open)
    }

    /// Whether nobody can tell if an older database was put back.
    pub(crate) fn is_unclear(&self) -> bool {
        matches!(self.state, State::Unclear(_))
    }

    /// Why nothing may be changed here. `None` where it may.
    pub(crate) fn why_read_only(&self) -> Option<String> {
        let data = self.data.display();
        match &self.state {
            State::Open => None,
            State::Unclear(why) => Some(format!(
                "{data} is read-only, because the files of the public log do not fit the database, or cannot be read or written: an older one may have been put back \
                 under them ({why}). Put the right files, or the right database, back and start again; if an older database was put back, \
                 `touchstone --data {data} restore --again --database-restored` learns what was published since"
            )),
            State::Restored => Some(format!(
                "{data} was restored from a backup and is read-only until it knows what was published since: `touchstone --data {data} restore --again`"
            )),
        }
    }

    /// Notes where this site answers, for commands that have no address of their own to go by.
    pub(crate) async fn note_address(&self) -> Result<()> {
        let here = &self.world.site.link("");
        if self.is_read_only() || self.config.site.public_url.is_some() {
            return Ok(());
        }
        let noted = self
            .world
            .store
            .write(|mut tx| async move { tx.set_setting(SERVED_AT, here).await });
        noted.await.context("noting the address of this site")
    }

    /// Says that the site answers elsewhere than where this process thinks: what it publishes would lead nowhere. Where an address
    /// is configured there is only one.
    async fn compare_address(&self) -> Result<()> {
        if self.config.site.public_url.is_some() {
            return Ok(());
        }
        let (served, here) = (
            self.world.store.read().setting(SERVED_AT).await?,
            self.world.site.link(""),
        );
        let Some(served) = served.filter(|served| *served != here) else {
            return Ok(());
        };
        match self.config.log.format {
            Format::Text => eprintln!(
                "Note: `touchstone serve` last answered at {served} here, and this process names {here} in what it publishes and mails. \
                 Set site.listen in {} or TOUCHSTONE_SITE_LISTEN to the same for both.",
                self.data.join("touchstone.toml").display()
            ),
            Format::Json => warn!(
                %served,
                %here,
                "the site last answered at another address than the one this process names; set site.listen to the same for both"
            ),
        }
        Ok(())
    }

    /// Refuses to publish under another address than the credentials name that were issued before. Where the address is configured
    /// it was changed on purpose, and a word is enough.
    pub(crate) async fn keep_address(&self) -> Result<()> {
        let here = self.world.site.link("");
        let elsewhere = elsewhere(&self.world).await?;
        if let Some(first) = elsewhere.first() {
            if self.config.site.public_url.is_none() {
                bail!("{first}");
            }
            // Nothing is published elsewhere: what was issued stays where it is, and nothing new is issued.
            match self.config.log.format {
                Format::Text => eprintln!("Note: {first}. Until then nothing is issued."),
                Format::Json => warn!("{first}; until then nothing is issued"),
            }
        }
        let Some(before) = published_elsewhere(&self.world).await? else {
            return Ok(());
        };
        if self.config.site.public_url.is_some() {
            match self.config.log.format {
                Format::Text => eprintln!(
                    "Note: credentials were issued here under {before}, and site.public_url is {here} now. Readers look for their status \
                     lists at the old address: keep it reachable."
                ),
                // A log of JSON lines stays one.
                Format::Json => warn!(
                    %before,
                    %here,
                    "credentials were issued here under another address; readers look for their status lists there: keep it reachable"
                ),
            }
            return Ok(());
        }
        bail!(
            "credentials were issued here under {before}, and this process would publish their status lists under {here}, where nobody \
             looks. Listen where it was, or set site.public_url = \"{before}\" in {} under [site] or in TOUCHSTONE_SITE_PUBLIC_URL",
            self.data.join("touchstone.toml").display()
        )
    }

    pub(crate) fn settings(&self) -> Settings {
        Settings {
            data: self.data.clone(),
            config: self.config.clone(),
        }
    }
}

/// Where the installation stands and what was configured, before anything is opened.
pub(crate) struct Settings {
    /// The data folder.
    pub(crate) data: PathBuf,
    /// What was configured.
    pub(crate) config: Config,
}

impl Settings {
    /// Reads the configuration. The data folder need not be there.
    pub(crate) fn read(global: &Global) -> Result<Self> {
        Self::read_from(global, global.data())
    }

    /// Reads the configuration of the installation in `data`.
    pub(crate) fn read_from(global: &Global, data: PathBuf) -> Result<Self> {
        let (path, named) = match &global.config {
            Some(path) => (path.clone(), true),
            None => (data.join("touchstone.toml"), false),
        };
        let text = match fs::read_to_string(&path) {
            Ok(text) => Some(text),
            Err(error) if error.kind() == ErrorKind::NotFound && !named => None,
            Err(error) => {
                return Err(error).with_context(|| format!("configuration {}", path.display()));
            }
        };
        Self::of(global, data, &path, text)
    }

    /// Reads a configuration that has yet to be unpacked into `data`, unless another one is named.
    pub(crate) fn read_packed(global: &Global, packed: Option<String>) -> Result<Self> {
        match (&global.config, packed) {
            (Some(_), _) | (None, None) => Self::read(global),
            (None, packed) => {
                let data = global.data();
                let path = data.join("touchstone.toml");
                Self::of(global, data, &path, packed)
            }
        }
    }

    fn of(global: &Global, data: PathBuf, path: &Path, text: Option<String>) -> Result<Self> {
        let name = path.display().to_string();
        let environment = std::env::vars_os().filter_map(|(name, value)| {
            // What is not text cannot be a setting of ours.
            Some((name.into_string().ok()?, value.into_string().ok()?))
        });
        let mut config = Config::read(
            text.as_deref().map(|text| (name.as_str(), text)),
            environment,
        )?;
        config.site.local |= global.local;
        Ok(Self { data, config })
    }

    /// Reads the configuration of an installation that must be there, and must not wait for a restore to go on.
    pub(crate) fn read_made(global: &Global) -> Result<Self> {
        let settings = Self::read(global)?;
        // First: where one stopped while it unpacked, there is no database yet, and none is to be made.
        Restoring::refuse(&settings.data)?;
        settings.require_made()?;
        Ok(settings)
    }

    /// Refuses to go on where nothing is there to open.
    pub(crate) fn require_made(&self) -> Result<()> {
        if !self.is_made() {
            bail!(
                "there is no installation in {}: make one with `touchstone init`, try one with `touchstone demo`, or name \
                 another folder with --data",
                self.data.display()
            );
        }
        Ok(())
    }

    /// Whether there is something to open.
    pub(crate) fn is_made(&self) -> bool {
        self.config.database.url.is_some() || self.data.join(wire::SQLITE_FILE).exists()
    }

    /// Opens or makes the database and the keys, and brings the database up to date. A restored database that does not yet
    /// know what was published since is opened read-only.
    pub(crate) async fn open(self) -> Result<Installation> {
        self.open_with(Purpose::Change).await
    }

    /// The same for who reads: the keys stay locked until one is used, and a database that is not up to date is refused.
    pub(crate) async fn open_to_read(self) -> Result<Installation> {
        self.open_with(Purpose::Read).await
    }

    async fn open_with(self, purpose: Purpose<'_>) -> Result<Installation> {
        let changes = !matches!(purpose, Purpose::Read);
        let mut installation = self.opened(purpose).await?;
        if changes {
            installation.look_back().await?;
        }
        if !installation.is_read_only() && is_restored(&installation.world.store).await? {
            installation.state = State::Restored;
        }
        if installation.is_read_only() {
            installation.world.store =
                Store::connect_read_only(&installation.settings().database()).await?;
        }
        Ok(installation)
    }

    /// The same, but a restored database can be written to; with what opens the keys where it is at hand.
    pub(crate) async fn open_for_restoring(
        self,
        passphrase: Option<&Passphrase>,
    ) -> Result<Installation> {
        let purpose = passphrase.map_or(Purpose::Change, Purpose::ChangeWith);
        let mut installation = self.opened(purpose).await?;
        installation.look_back().await?;
        Ok(installation)
    }

    async fn opened(self, purpose: Purpose<'_>) -> Result<Installation> {
        make_private_folder(&self.data)?;
        let world = wire::world(&self, purpose).await?;
        Ok(Installation {
            data: self.data,
            config: self.config,
            world,
            state: State::Open,
        })
    }

    /// Opens the keys alone.
    pub(crate) fn open_keys(&self) -> Result<SignerFile> {
        wire::signer(self)
    }

    /// What opens the keys, once it has opened them.
    pub(crate) fn passphrase_that_opens(&self) -> Result<Passphrase> {
        let passphrase = passphrase::passphrase(self)?;
        wire::signer_with(self, &passphrase)?;
        Ok(passphrase)
    }

    /// Opens the database alone, without keys, and brings it up to date.
    pub(crate) async fn open_store(&self) -> Result<Store> {
        make_private_folder(&self.data)?;
        wire::store(self).await
    }

    /// The same of a database that was unpacked and does not say yet that it was restored: for who marks it.
    pub(crate) async fn open_store_unpacked(&self) -> Result<Store> {
        wire::store_unpacked(self).await
    }

    /// Opens the database alone and leaves it as it is, even where an older program made it.
    pub(crate) async fn open_store_as_it_is(&self) -> Result<Store> {
        wire::store_as_it_is(self).await
    }

    /// A path of the configuration, or its default inside the data folder.
    pub(crate) fn path(&self, given: Option<&Path>, default: &str) -> PathBuf {
        self.data.join(given.unwrap_or(Path::new(default)))
    }

    /// The folder of the keys.
    pub(crate) fn keys(&self) -> PathBuf {
        self.path(self.config.keys.path.as_deref(), "keys")
    }

    /// The folder of the files.
    pub(crate) fn objects(&self) -> PathBuf {
        self.path(self.config.objects.folder.as_deref(), "objects")
    }

    /// The folder of the mail.
    pub(crate) fn mail(&self) -> PathBuf {
        self.path(self.config.mail.folder.as_deref(), "mail")
    }

    /// The database.
    pub(crate) fn database(&self) -> String {
        match &self.config.database.url {
            Some(url) => url.clone(),
            None => format!("sqlite://{}", self.data.join(wire::SQLITE_FILE).display()),
        }
    }

    /// Refuses to go on where no public address is set, except in a trial: what is issued then could never be moved.
    pub(crate) fn require_public_url(&self) -> Result<()> {
        if self.config.site.local || self.config.site.public_url.is_some() {
            return Ok(());
        }
        bail!(
            "site.public_url is not set: it becomes part of every credential for ever. Set it in {} under [site], or in \
             TOUCHSTONE_SITE_PUBLIC_URL; for a trial on this machine use --local",
            self.data.join("touchstone.toml").display()
        )
    }
}

/// Sends log lines to standard error as configured.
pub(crate) fn start_log(config: &Config) -> Result<()> {
    let level = &config.log.level;
    let filter = EnvFilter::try_new(level).map_err(|error| ConfigError::Impossible {
        name: "log.level",
        why: format!("\"{level}\" is no filter: {error}"),
    })?;
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .with_span_events(FmtSpan::NONE);
    let started = match config.log.format {
        Format::Text => log.try_init(),
        Format::Json => log.json().try_init(),
    };
    started.map_err(|error| anyhow::anyhow!("log: {error}"))
}
