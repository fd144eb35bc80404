//! `touchstone witness`: vouching for other installations' logs.

use std::{net::SocketAddr, path::PathBuf};

use anyhow::{Context, Result, bail};
use clap::Subcommand;
use serde_json::json;
use tokio::net::TcpListener;
use touchstone_adapters::TLOG_CRYPTO;
use touchstone_service::witnessing::{Witness, all_confirmed, confirm, waiting};
use touchstone_tlog::note::MOST_BYTES;

use super::{Global, file, institution};
use crate::{
    answer::{Answer, table},
    installation::{Installation, Settings, start_log},
    server::{self, Stop},
};

/// Vouch for other installations' logs: cosign what they publish, as long as it only grows.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
A witness remembers the latest checkpoint that it cosigned of each log, and cosigns only what continues it. It knows the logs of \
witness.logs in the configuration and nobody else's. Two witnesses that do not know each other are what keeps a log from showing two histories.

Examples:
  touchstone witness key                   what others put into their trust file: two keys
  touchstone witness serve                 answer logs on witness.listen
  touchstone witness serve --listen 127.0.0.1:9001
  touchstone witness confirm log.example.org/log --size 73894
                                           after a backup was restored: how far it had cosigned")]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    Serve(Serve),
    Key(Key),
    Confirm(Confirm),
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

/// Show the witness's keys, as trust files (C2SP tlog-policy) have them: Ed25519 in the first line, ML-DSA-44 in the second. It signs with both.
#[derive(Debug, clap::Args)]
struct Key {}

/// After a backup of the witness was restored: say how far a log had been cosigned.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
A restored witness does not know what it cosigned after the backup, and a log that has two histories would be glad of that. It cosigns \
nothing of a log until you confirm the newest size that it ever cosigned. Learn that size from others who follow the log, not from the log \
alone. If it is more than the database knows, the checkpoint of that size is needed, with this witness's own cosignature on it.

Examples:
  touchstone witness confirm                              which logs wait, what is known of them, and who confirmed what
  touchstone witness confirm log.example.org/log --size 73894
  touchstone witness confirm log.example.org/log --size 74102 --checkpoint mirror/log/checkpoint")]
struct Confirm {
    /// The log, by its origin. Without it, the logs that wait are listed.
    #[arg(value_name = "ORIGIN", requires = "size")]
    origin: Option<String>,
    /// Entries of the newest checkpoint that this witness ever cosigned of it.
    #[arg(long, value_name = "N", requires = "origin")]
    size: Option<u64>,
    /// The checkpoint of that size, as a file.
    #[arg(long, value_name = "FILE", requires = "size")]
    checkpoint: Option<PathBuf>,
}

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
                let ml_dsa_44 = witness.ml_dsa_44.to_string();
                let json = json!({ "name": witness.key.name(), "key": key, "mlDsa44": ml_dsa_44 });
                Ok(Answer::new(format!("{key}\n{ml_dsa_44}"), json))
            }
            What::Serve(serve) => serve.run(&installation, witness).await,
            What::Confirm(order) => order.run(&installation, &witness).await,
        }
    }
}

impl Serve {
    async fn run(self, installation: &Installation, witness: Witness) -> Result<Answer> {
        if let Some(why) = installation.why_read_only() {
            bail!(why);
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
        for one in waiting(&installation.world.store, &witness.logs, &TLOG_CRYPTO).await? {
            eprintln!(
                "Restored from a backup: nothing of {} is cosigned until `touchstone witness confirm {} --size N`; {} entries are known here.",
                one.origin, one.origin, one.known
            );
        }
        let stop = Stop::at_signal()?;
        let world = installation.world.clone();
        let edge = server::edge(&world, config)?;
        touchstone_web::witness::serve(listener, world, witness, &edge, stop.wait())
            .await
            .context("serving")?;
        Ok(Answer::nothing())
    }
}

impl Confirm {
    async fn run(self, installation: &Installation, witness: &Witness) -> Result<Answer> {
        let world = &installation.world;
        let (Some(origin), Some(size)) = (&self.origin, self.size) else {
            let waiting = waiting(&world.store, &witness.logs, &TLOG_CRYPTO).await?;
            let rows = waiting
                .iter()
                .map(|one| [one.origin.clone(), one.known.to_string()]);
            let all = all_confirmed(&world.store).await?;
            let mut text = match waiting.is_empty() {
                true => "No log waits to be confirmed.".to_owned(),
                false => table(
                    ["log", "cosigned as far as is known here"],
                    &rows.collect::<Vec<_>>(),
                ),
            };
            if !all.is_empty() {
                let rows = all.iter().map(|one| {
                    let (size, known) = (one.size.to_string(), one.known.to_string());
                    [
                        one.at.clone(),
                        one.actor.clone(),
                        one.origin.clone(),
                        size,
                        known,
                    ]
                });
                let columns = ["confirmed", "by", "log", "entries", "known before"];
                text.push_str("\n\n");
                text.push_str(&table(columns, &rows.collect::<Vec<_>>()));
            }
            let json = waiting
                .iter()
                .map(|one| json!({ "origin": one.origin, "known": one.known }));
            return Ok(Answer::new(
                text,
                json!({ "waiting": json.collect::<Vec<_>>(), "confirmed": all }),
            ));
        };
        if let Some(why) = installation.why_read_only() {
            bail!(why);
        }
        let checkpoint = match &self.checkpoint {
            Some(path) => Some(file::read(&path.display().to_string(), MOST_BYTES)?),
            None => None,
        };
        let actor = institution::actor();
        confirm(world, witness, &actor, origin, size, checkpoint.as_deref()).await?;
        Ok(Answer::new(
            format!(
                "{origin} is cosigned again, from {size} entries on. Who confirmed that is kept: `touchstone witness confirm` tells."
            ),
            json!({ "origin": origin, "size": size }),
        ))
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
