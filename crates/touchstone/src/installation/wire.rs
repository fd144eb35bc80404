//! Ports to adapters: which technology stands behind what a use case may reach.

use std::sync::Arc;

use anyhow::{Context, Result, bail};
use touchstone_adapters::{
    AnchorEvm, AnchorOpentimestamps, AnchorRfc3161, CRYPTO, EvmKey, EvmNode, HttpFetch, MailFolder,
    MailSmtp, NoFetch, ObjectsFolder, PasskeysWebauthn, Passphrase, SignerFile, SignerRouted,
    SpoolFolder, SystemClock, SystemRng, TLOG_CRYPTO, artwork::Press,
};
use touchstone_anchor::{Contract, Kind};
use touchstone_service::{
    DidMethod, Site, World,
    hiring::Applications,
    holding::{Quiet, Reminders},
    logging::{Anchors, ConfiguredAnchor},
    operations::{sign_up::Employers, signing_key::KeyPolicy},
    ports::{Anchor, AnchorError, Fetch, Mail, Passkeys, Tell, coins},
    witnessing::Witnesses,
};
use touchstone_store::{Schema, Store};
use url::Url;

use super::{Restoring, Settings, elsewhere::elsewhere, passphrase::passphrase};
use crate::config::{AnchorKind, ConfigError, DidMethod as DidMethodSet, EvmWords};

/// The database's name in the data folder.
pub(super) const SQLITE_FILE: &str = "touchstone.db";

/// What a command does. Whoever only reads leaves the database as it is.
pub(super) enum Purpose<'p> {
    /// The keys are opened at once: it does not begin with a wrong passphrase.
    Change,
    /// They are opened with the first that is used: who only reads uses none.
    Read,
    /// They are opened at once, with what is at hand.
    ChangeWith(&'p Passphrase),
}

/// Opens everything that a use case may reach.
pub(super) async fn world(settings: &Settings, purpose: Purpose<'_>) -> Result<World> {
    let store = match purpose {
        Purpose::Read => store_to_read(settings).await?,
        Purpose::Change | Purpose::ChangeWith(_) => store(settings).await?,
    };
    let site = site(settings)?;
    let files = match purpose {
        Purpose::Change => signer(settings),
        Purpose::Read => signer_when_used(settings),
        Purpose::ChangeWith(passphrase) => signer_with(settings, passphrase),
    };
    let files = Arc::new(files?);
    let (fetch, tell) = fetch(settings)?;
    let routed = SignerRouted::new(Arc::clone(&files), elsewhere(settings)?);
    Ok(World {
        store,
        passkeys: passkeys(&site),
        clock: Arc::new(SystemClock),
        rng: Arc::new(SystemRng),
        signer: Arc::new(routed),
        ml_dsa: files,
        objects: Arc::new(ObjectsFolder::new(settings.objects())),
        spool: Arc::new(SpoolFolder::new(settings.data.join("spool"))),
        mail: mail(settings)?,
        fetch,
        tell,
        artwork: Arc::new(Press::new()),
        crypto: &CRYPTO,
        tlog: &TLOG_CRYPTO,
        contexts: Arc::new(super::contexts::contexts(settings)?),
        lists: Arc::default(),
        moment: Arc::default(),
        recognition: Arc::new(super::registers::recognition(settings)?),
        witnesses: Arc::new(witnesses(settings)?),
        anchors: Arc::new(anchors(settings)?),
        frameworks: Arc::default(),
        releases: Arc::default(),
        achievements: Arc::default(),
        site: Arc::new(site),
        reminders: reminders(settings),
        applications: applications(settings),
        employers: Employers {
            sign_up: settings.config.employers.sign_up,
        },
        keys: self::keys(settings),
    })
}

/// Passkeys for the site's address, where it can have them.
fn passkeys(site: &Site) -> Option<Arc<dyn Passkeys>> {
    let made = PasskeysWebauthn::new(&site.public_url, &site.operator)?;
    Some(Arc::new(made))
}

/// Opens the database and brings it up to date.
pub(super) async fn store(settings: &Settings) -> Result<Store> {
    up_to_date(settings, store_as_it_is(settings).await?).await
}

/// The same of a database that was unpacked and does not say yet that it was restored.
pub(super) async fn store_unpacked(settings: &Settings) -> Result<Store> {
    up_to_date(settings, connected(settings).await?).await
}

async fn up_to_date(settings: &Settings, store: Store) -> Result<Store> {
    let migrated = store.migrate().await;
    migrated.with_context(|| format!("bringing {} up to date", place(settings)))?;
    Ok(store)
}

/// Opens the database for who only reads: one of an older program stays as it is.
async fn store_to_read(settings: &Settings) -> Result<Store> {
    let store = store_as_it_is(settings).await?;
    match store.schema().await? {
        Schema::Current | Schema::Newer => Ok(store),
        Schema::Older { .. } => bail!(
            "{} is of an older version of this program, and a command that reads leaves it so. Back it up (`touchstone backup`); then \
             `touchstone serve`, `touchstone work` or any command that changes something brings it up to date",
            place(settings)
        ),
        Schema::Absent => bail!(
            "{} holds nothing yet: `touchstone init` makes an institution in it",
            place(settings)
        ),
    }
}

/// Opens the database, of whatever version it is, unless a restore is under way.
pub(super) async fn store_as_it_is(settings: &Settings) -> Result<Store> {
    Restoring::refuse(&settings.data)?;
    connected(settings).await
}

async fn connected(settings: &Settings) -> Result<Store> {
    let opened = Store::connect(&settings.database()).await;
    opened.with_context(|| format!("opening {}", place(settings)))
}

fn place(settings: &Settings) -> String {
    match settings.config.database.url {
        Some(_) => "the database that database.url names".to_owned(),
        None => format!("database {}", settings.data.join(SQLITE_FILE).display()),
    }
}

/// Opens the keys.
pub(super) fn signer(settings: &Settings) -> Result<SignerFile> {
    super::make_private_folder(&settings.keys())?;
    signer_with(settings, &passphrase(settings)?)
}

/// Leaves the keys locked until one is used.
fn signer_when_used(settings: &Settings) -> Result<SignerFile> {
    super::make_private_folder(&settings.keys())?;
    let opened = SignerFile::open_when_used(settings.keys(), &passphrase(settings)?);
    opened.with_context(|| where_it_comes_from(settings))
}

/// Opens the keys with this passphrase.
pub(super) fn signer_with(settings: &Settings, passphrase: &Passphrase) -> Result<SignerFile> {
    let opened = SignerFile::open(settings.keys(), passphrase);
    opened.with_context(|| where_it_comes_from(settings))
}

fn where_it_comes_from(settings: &Settings) -> String {
    let keys = settings.keys();
    format!(
        "opening the keys in {} (the passphrase comes from TOUCHSTONE_KEYS_PASSPHRASE, keys.passphrase_file or {})",
        keys.display(),
        keys.join("passphrase").display()
    )
}

fn mail(settings: &Settings) -> Result<Arc<dyn Mail>> {
    let mail = &settings.config.mail;
    let impossible = |name, why| ConfigError::Impossible { name, why };
    let sender = mail.sender.parse().map_err(|error| {
        let why = format!(
            "\"{}\" is not a sender ({error}); write \"Name <address@example.edu>\"",
            mail.sender
        );
        impossible("mail.sender", why)
    })?;
    Ok(match &mail.smtp_url {
        Some(url) => {
            let mail = MailSmtp::new(url, sender);
            Arc::new(mail.map_err(|error| impossible("mail.smtp_url", error.to_string()))?)
        }
        None => Arc::new(MailFolder::new(settings.mail(), sender)),
    })
}

fn fetch(settings: &Settings) -> Result<(Arc<dyn Fetch>, Arc<dyn Tell>)> {
    let fetch = &settings.config.fetch;
    if !fetch.allow {
        return Ok((Arc::new(NoFetch), Arc::new(NoFetch)));
    }
    let http = HttpFetch::new(fetch.loopback).context("preparing to fetch documents")?;
    let http = Arc::new(http);
    Ok((Arc::clone(&http) as _, http))
}

/// Who is asked to vouch for the log. Nobody is asked where nothing may be fetched.
fn witnesses(settings: &Settings) -> Result<Witnesses> {
    let read = |path: &std::path::Path| {
        let path = settings.data.join(path);
        std::fs::read(&path).with_context(|| format!("log.policy: {}", path.display()))
    };
    let policy = settings.config.log.witnessing(read)?;
    let fetch = &settings.config.fetch;
    let mut witnesses = Witnesses::default();
    if fetch.allow && !policy.witnesses().is_empty() {
        let ask = HttpFetch::new(fetch.loopback).context("preparing to ask witnesses")?;
        witnesses.ask = Arc::new(ask);
    }
    Ok(Witnesses {
        policy,
        ..witnesses
    })
}

/// Who is asked to state when the log was there. Where nothing may be fetched nobody is asked, and a trust file names them as before.
fn anchors(settings: &Settings) -> Result<Anchors> {
    let (set, fetch) = (&settings.config.log, &settings.config.fetch);
    let minutes = i64::try_from(set.anchor_every_minutes.max(1)).unwrap_or(i64::MAX);
    let mut anchors = Anchors {
        anchors: Vec::new(),
        every_ms: minutes.saturating_mul(60_000).min(YEAR_MS),
    };
    for line in &set.anchors.0 {
        let http = HttpFetch::new(fetch.loopback).context("preparing to ask anchors")?;
        let (url, shown) = (line.url.clone(), line.shown().to_owned());
        anchors.anchors.push(match &line.kind {
            AnchorKind::Rfc3161(file) => {
                let path = settings.data.join(file);
                let named = || format!("log.anchors: {}: {}", line.name, path.display());
                let bytes = std::fs::read(&path).with_context(named)?;
                let certificate = touchstone_anchor::certificate(&bytes).with_context(named)?;
                let trust = touchstone_anchor::authority_line(&line.name, &certificate);
                let ports = (Arc::new(SystemRng) as _, Arc::new(SystemClock) as _);
                let ask = AnchorRfc3161::new(http, ports, url, certificate);
                ConfiguredAnchor {
                    name: line.name.clone(),
                    kind: Kind::Rfc3161,
                    url: shown,
                    cost: Kind::Rfc3161.cost().to_owned(),
                    trust,
                    ask: fetch.allow.then(|| Arc::new(ask) as _),
                }
            }
            AnchorKind::Opentimestamps => ConfiguredAnchor {
                name: line.name.clone(),
                kind: Kind::Opentimestamps,
                trust: format!(
                    "# Of {name}: add the header of the block that a proof leads to, as `#anchor opentimestamps {name} HEIGHT HEADER`.\n",
                    name = line.name
                ),
                ask: fetch
                    .allow
                    .then(|| Arc::new(AnchorOpentimestamps::new(http, &url)) as _),
                url: shown,
                cost: Kind::Opentimestamps.cost().to_owned(),
            },
            AnchorKind::Evm(words) => on_chain(settings, &line.name, (http, &url), words)?,
        });
    }
    Ok(anchors)
}

/// A contract on a chain, with the file of the key that pays.
fn on_chain(
    settings: &Settings,
    name: &str,
    (http, url): (HttpFetch, &str),
    words: &EvmWords,
) -> Result<ConfiguredAnchor> {
    let terms = words.terms;
    let trust = Contract {
        name: name.to_owned(),
        chain: terms.chain,
        address: terms.contract,
        block: None,
    };
    let path = settings.data.join(&words.key);
    let pays = move || {
        // Where it is, the settings say; the reason is shown to others, too.
        let text = std::fs::read_to_string(&path);
        let text = text.map_err(|error| AnchorError::Key(error.kind().to_string()))?;
        let key = EvmKey::parse(&text);
        key.ok_or(AnchorError::Key(
            "it is no key for secp256k1, 64 hexadecimal digits".into(),
        ))
    };
    let asks = || Arc::new(AnchorEvm::new(EvmNode::new(http, url), pays, terms)) as _;
    let ask: Option<Arc<dyn Anchor>> = settings.config.fetch.allow.then(asks);
    Ok(ConfiguredAnchor {
        name: name.to_owned(),
        kind: Kind::Evm,
        // Providers take a key as a part of the path.
        url: Url::parse(url)
            .with_context(|| format!("log.anchors: {name}: the address of the node"))?
            .origin()
            .ascii_serialization(),
        cost: format!(
            "{}, {} for chain {} at most",
            Kind::Evm.cost(),
            coins(terms.most),
            terms.chain
        ),
        trust: trust.line(),
        ask,
    })
}

fn keys(settings: &Settings) -> KeyPolicy {
    let set = &settings.config.keys;
    let minutes = i64::try_from(set.announce_minutes).unwrap_or(i64::MAX);
    KeyPolicy {
        announce_ms: minutes.saturating_mul(60_000).min(YEAR_MS),
        most_days: u32::try_from(set.rotate_after_days)
            .ok()
            .filter(|days| *days > 0),
        documents_every_ms: i64::try_from(set.compare_documents_minutes)
            .ok()
            .filter(|minutes| *minutes > 0)
            .map(|minutes| minutes.saturating_mul(60_000).min(YEAR_MS)),
    }
}

/// Nobody waits longer for a key.
const YEAR_MS: i64 = 366 * 24 * 60 * 60 * 1_000;

fn reminders(settings: &Settings) -> Reminders {
    let set = &settings.config.reminders;
    Reminders {
        enabled: set.enabled,
        first_days: set.first_days.0,
        last_days: set.last_days.0,
        quiet: Quiet {
            from_hour: set.quiet_from.0,
            until_hour: set.quiet_until.0,
            offset_minutes: set.utc_offset.0,
        },
    }
}

fn applications(settings: &Settings) -> Applications {
    let set = &settings.config.applications;
    Applications {
        keep_days: set.keep_days.0.into(),
        most_bytes: (set.megabytes as u64).saturating_mul(1 << 20),
    }
}

fn site(settings: &Settings) -> Result<Site> {
    let site = &settings.config.site;
    let public_url = match &site.public_url {
        Some(url) => url.clone(),
        // Only what needs no public address comes this far without one.
        None => Url::parse(&format!("http://localhost:{}", site.listen.port()))
            .context("site.listen")?,
    };
    Ok(Site {
        public_url,
        local: site.local,
        did_method: match site.did_method {
            DidMethodSet::Web => DidMethod::Web,
            DidMethodSet::Webvh => DidMethod::Webvh,
        },
        operator: site.operator.clone(),
    })
}
