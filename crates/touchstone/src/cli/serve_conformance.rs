//! `touchstone serve --conformance`: what conformance suites drive, in a data folder and with keys that are thrown away.
//!
//! **Invariant:** it signs whatever it is sent, so it never opens anything that somebody configured: a folder, a database, keys or
//! an address that is set is refused before anything is made.

use std::{
    ffi::OsString,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::Arc,
};

use anyhow::{Context, Result};
use serde_json::Value;
use tokio::net::TcpListener;
use touchstone_adapters::{SelfSigned, ThrowawayKeysAwsLc};
use touchstone_service::conformance::Conformance;
use touchstone_web::conformance::{self, Opened};
use tracing::warn;
use url::Url;

use super::{Ended, Global, init};
use crate::{
    answer::{Answer, table},
    config::Config,
    exit::Exit,
    installation::{Settings, start_log},
    server::{self, Stop},
};

/// Serves until it is told to stop; then the data folder is gone.
pub(super) async fn run(global: &Global, listen: Option<SocketAddr>, tls: bool) -> Result<Answer> {
    let variables: Vec<_> = std::env::vars_os()
        .map(|(name, value)| {
            let text = |text: OsString| text.to_string_lossy().into_owned();
            (text(name), text(value))
        })
        .collect();
    refuse_configured(global, &variables)?;
    let log = variables
        .into_iter()
        .filter(|(name, _)| LOG.contains(&name.as_str()));
    let mut config = Config::read(None, log)?;
    start_log(&config)?;
    let stop = Stop::at_signal()?;

    let asked = listen.unwrap_or(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)));
    if !asked.ip().is_loopback() {
        warn!(%asked, "whoever reaches this address may have anything signed, with keys that mean nothing, and documents fetched");
    }
    let listener = TcpListener::bind(asked).await.with_context(|| {
        format!("listening on {asked}: something else may listen there already; name another address with --listen")
    })?;
    let address = listener.local_addr().context("listening")?;
    config.site.listen = address;
    config.site.public_url = Some(public_url(address, tls)?);
    config.site.local = true;
    config.site.operator = "serve --conformance".into();

    let folder = tempfile::Builder::new()
        .prefix("touchstone-conformance-")
        .tempdir()
        .context("making a throwaway data folder")?;
    let settings = Settings {
        data: folder.path().to_owned(),
        config,
    };
    init::prepare(&settings)?;
    let installation = settings.open().await?;
    let keys = ThrowawayKeysAwsLc::generate().context("making throwaway keys")?;
    let room = Arc::new(Conformance::new(installation.world.clone(), Arc::new(keys)));
    let edge = server::edge(&installation.world, &installation.config)?;
    let routes = conformance::router(Arc::clone(&room), &edge);
    told(&conformance::manifest(&room)).print(global.json)?;
    eprintln!(
        "Serving conformance suites on {address} from {}, which is removed at the end. Ctrl-C stops.",
        folder.path().display()
    );
    let served = match tls {
        false => conformance::serve(listener, routes, stop.wait()).await,
        true => {
            let secured = SelfSigned::new(hosts(address.ip()))?.accept(listener);
            conformance::serve(Opened(secured), routes, stop.wait()).await
        }
    };
    drop((room, installation));
    folder
        .close()
        .context("removing the throwaway data folder")?;
    served.context("serving")?;
    Ok(Answer::nothing())
}

/// Refuses what somebody configured, all of it at once.
fn refuse_configured(global: &Global, variables: &[(String, String)]) -> Result<()> {
    let mut given = Vec::new();
    for (name, path) in [("--data", &global.data), ("--config", &global.config)] {
        if let Some(path) = path {
            given.push(format!("{name} {}", path.display()));
        }
    }
    let set = variables.iter().filter(|(name, _)| {
        name.starts_with(PREFIX)
            && !LOG.contains(&name.as_str())
            && !name.starts_with(TEST)
            // These two are those of --data and --config above.
            && !matches!(name.as_str(), "TOUCHSTONE_DATA" | "TOUCHSTONE_CONFIG")
    });
    given.extend(set.map(|(name, _)| name.clone()));
    if given.is_empty() {
        return Ok(());
    }
    let message = format!(
        "serve --conformance signs whatever it is sent, so it takes no configured data, keys, database or address and makes its \
         own, which it throws away. Leave out {} (an environment variable: `unset` it; --data and --config may come from \
         TOUCHSTONE_DATA and TOUCHSTONE_CONFIG).",
        given.join(", ")
    );
    Err(Ended {
        message,
        exit: Exit::Usage,
    }
    .into())
}

/// How suites reach it.
fn public_url(address: SocketAddr, tls: bool) -> Result<Url> {
    let scheme = if tls { "https" } else { "http" };
    let host = match address.ip() {
        ip if ip.is_loopback() || ip.is_unspecified() => "localhost".to_owned(),
        IpAddr::V4(ip) => ip.to_string(),
        IpAddr::V6(ip) => format!("[{ip}]"),
    };
    Url::parse(&format!("{scheme}://{host}:{}", address.port())).context("the address")
}

/// The names in the certificate.
fn hosts(ip: IpAddr) -> Vec<String> {
    let mut hosts = vec!["localhost".to_owned(), "127.0.0.1".into(), "::1".into()];
    let ip = ip.to_string();
    if !hosts.contains(&ip) {
        hosts.push(ip);
    }
    hosts
}

/// Every address, for people and for suites.
fn told(manifest: &Value) -> Answer {
    let mut rows = Vec::new();
    for (kind, name) in KINDS {
        for endpoint in manifest[kind].as_array().into_iter().flatten() {
            let text = |member: &str| endpoint[member].as_str().unwrap_or_default().to_owned();
            rows.push(match endpoint.as_str() {
                Some(address) => [name.to_owned(), "GET".into(), address.into(), String::new()],
                None => [
                    name.to_owned(),
                    text("method"),
                    text("endpoint"),
                    text("id"),
                ],
            });
        }
    }
    let text = table(["what", "method", "address", "who"], &rows);
    Answer::new(text, manifest.clone())
}

const KINDS: [(&str, &str); 7] = [
    ("issuers", "issue a credential"),
    ("verifiers", "verify a credential"),
    ("vpIssuers", "create a presentation"),
    ("vpVerifiers", "verify a presentation"),
    ("setStatusLists", "set a status"),
    ("statusLists", "status list"),
    ("didResolvers", "resolve a DID"),
];
const PREFIX: &str = "TOUCHSTONE_";
/// How it logs harms nothing. What else begins so is about the public log: it names witnesses, files, and the key that pays for anchors.
const LOG: [&str; 2] = ["TOUCHSTONE_LOG_FORMAT", "TOUCHSTONE_LOG_LEVEL"];
/// Variables of this project's tests.
const TEST: &str = "TOUCHSTONE_TEST_";
