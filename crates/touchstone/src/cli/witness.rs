//! `touchstone witness`: vouching for other installations' logs.

use std::net::SocketAddr;

use anyhow::{Context, Result, bail};
use clap::Subcommand;
use serde_json::json;
use tokio::net::TcpListener;
use touchstone_adapters::TLOG_CRYPTO;
use touchstone_service::witnessing::Witness;

use super::Global;
use crate::{
    answer::Answer,
    installation::{Installation, Settings, start_log},
    server::{self, Stop},
};

/// Vouch for other installations' logs: cosign what they publish, as long as it only grows.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
A witness remembers the latest checkpoint that it cosigned of each log, and cosigns only what continues it. It knows the logs of \
witness.logs in the configuration and nobody else's. Two witnesses that do not know each other are what keeps a log from showing two histories.

Examples:
  touchstone witness key                   what others put into their trust file
  touchstone witness serve                 answer logs on witness.listen
  touchstone witness serve --listen 127.0.0.1:9001")]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    Serve(Serve),
    Key(Key),
}

/// Answer logs that ask for cosignatures.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Speaks C2SP tlog-witness over plain HTTP: POST /add-checkpoint, GET /HASH/checkpoint. TLS belongs in front of it, in a proxy. What it cosigned \
is in the database; a checkpoint that forks, goes back or is stale is refused, also after a restart.

Examples:
  touchstone witness serve
  TOUCHSTONE_WITNESS_LOGS=VKEY touchstone witness serve")]
struct Serve {
    /// Where to listen [default: witness.listen].
    #[arg(long, value_name = "ADDR")]
    listen: Option<SocketAddr>,
}

/// Show the witness's key, as trust files (C2SP tlog-policy) have it.
#[derive(Debug, clap::Args)]
struct Key {}

impl Args {
    pub(crate) async fn run(self, global: &Global) -> Result<Answer> {
        let settings = Settings::read_made(global)?;
        if let What::Serve(_) = &self.what {
            start_log(&settings.config)?;
        }
        let installation = settings.open().await?;
        let witness = open(&installation).await?;
        match self.what {
            What::Key(Key {}) => {
                let key = witness.key.to_string();
                let json = json!({ "name": witness.key.name(), "key": key });
                Ok(Answer::new(key, json))
            }
            What::Serve(serve) => serve.run(&installation, witness).await,
        }
    }
}

impl Serve {
    async fn run(self, installation: &Installation, witness: Witness) -> Result<Answer> {
        if installation.read_only {
            bail!(
                "restored from a backup, which may be older than what this witness cosigned: it would vouch for a history that it refused before. Give \
                 the witness a new name and a new data folder"
            );
        }
        let config = &installation.config;
        if config.witness.logs.is_empty() {
            bail!("witness.logs is empty: name the keys of the logs that are to be cosigned");
        }
        let address = self.listen.unwrap_or(config.witness.listen);
        let listener = TcpListener::bind(address).await.with_context(|| {
            format!("listening on {address}: something else may listen there already; name another address with --listen")
        })?;
        eprintln!(
            "Witness {} on {}, {} log keys. Ctrl-C stops.",
            witness.key.name(),
            listener.local_addr()?,
            config.witness.logs.len()
        );
        let stop = Stop::at_signal()?;
        let world = installation.world.clone();
        let edge = server::edge(&world, config)?;
        touchstone_web::witness::serve(listener, world, witness, &edge, stop.wait())
            .await
            .context("serving")?;
        Ok(Answer::nothing())
    }
}

async fn open(installation: &Installation) -> Result<Witness> {
    let (config, world) = (&installation.config.witness, &installation.world);
    let name = match &config.name {
        Some(name) => name.clone(),
        None => {
            let address = world.site.link("/witness");
            let (_, rest) = address.split_once("://").context("site.public_url")?;
            rest.to_owned()
        }
    };
    Ok(Witness::open(world, &name, &config.logs, &TLOG_CRYPTO).await?)
}
