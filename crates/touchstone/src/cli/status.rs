//! `touchstone status`: what a status list says of one credential, as a small file that is checked offline.

mod check;
mod prove;

use anyhow::{Context, Result};
use clap::Subcommand;
use touchstone_vc::{
    Credential,
    bake::{MAX_FILE, unbake_any},
};

use super::{Ended, Global, file, log, outside};
use crate::{answer::Answer, config::ConfigError};

/// Status proofs: what a published status list says of one credential, in 2 KB, for whoever is shown the credential.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Anybody who has the list as it was published, and the log, can make one; nobody is asked about a single credential. Proof bundles carry them \
already.

Examples:
  touchstone status prove site/i/riverside/status/1 --log site/log --credential ada.json --out ada.status-proof
  touchstone status check ada.status-proof --credential ada.json --policy riverside.policy

Exit codes: 0 not withdrawn, 1 withdrawn or not true, 2 could not be checked, 64 usage.")]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    Prove(prove::Args),
    Check(check::Args),
}

impl Args {
    pub(crate) async fn run(self, global: &Global) -> Result<Answer> {
        match self.what {
            What::Prove(args) => args.run(global).await,
            What::Check(args) => args.run(),
        }
    }
}

/// Which entry of a list is meant.
#[derive(Debug, clap::Args)]
#[group(required = true, multiple = false)]
struct Which {
    /// The credential whose entry is meant, in any form that `verify` reads.
    #[arg(long, value_name = "FILE")]
    credential: Option<String>,
    /// The number of the entry, from 0.
    #[arg(long, value_name = "N")]
    index: Option<u64>,
}

impl Which {
    /// The entry in the list at an address, and whose credential it is if that was told.
    fn index(&self, url: &str, purpose: Option<&str>) -> Result<(u64, Option<String>)> {
        let Some(named) = &self.credential else {
            return Ok((self.index.unwrap_or_default(), None));
        };
        let bytes = file::read(named, MAX_FILE)?;
        let (_, text) = unbake_any(&bytes).with_context(|| format!("file {named}"))?;
        let credential = Credential::parse(&text).with_context(|| format!("file {named}"))?;
        let index = touchstone_vc::status::index_in(&credential, url, purpose);
        let index = index.with_context(|| {
            format!(
                "file {named}: the credential does not stand in {url} for this purpose, or not in one place of one bit alone; \
                 give the place with --index"
            )
        })?;
        Ok((index, credential.issuer().map(ToOwned::to_owned)))
    }
}

/// Nothing is known: neither withdrawn nor not. A fault of the settings is told as one.
fn unchecked(error: anyhow::Error) -> anyhow::Error {
    match error.is::<ConfigError>() {
        true => error,
        false => Ended::unchecked(format!("could not be checked: {error:#}")),
    }
}
