//! `touchstone key succeed`: an issuer that is its key goes on under another DID.

use anyhow::{Context, Result};
use serde_json::json;
use touchstone_service::operations::{
    signing_key::{Succeeding, succeed},
    work_here_until_idle,
};

use super::super::{Ended, Global, institution};
use crate::{answer::Answer, exit::Exit};

/// Have an institution whose DID is its key (did:key) succeeded by another institution of this installation.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
A did:key is its key, so it cannot rotate. What goes on is another institution: with a public address (site.public_url) it gets a \
did:web, whose keys can be rotated. Both keys sign that the one succeeds the other, and the public log has it, once and for ever. \
What the old one issued stays as it is and verifies as before; proof bundles of it name the successor. Its key goes on signing its \
lists of withdrawals: keep it.

Where an issuer is known by its domain, readers ask that the log is on it: set site.public_url before the first credential, also \
for a trial.

Examples:
  touchstone --institution riverside key succeed --by riverside-2 --reason \"We moved\" --yes")]
pub(super) struct Args {
    /// The short name of the institution that goes on.
    #[arg(long, value_name = "SLUG")]
    by: String,
    /// Why, for the record.
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// Do it. It cannot be taken back.
    #[arg(long)]
    yes: bool,
}

impl Args {
    pub(super) async fn run(self, global: &Global) -> Result<Answer> {
        let (world, tenant) = institution::open_to_change(global).await?;
        let all = world.store.read().institutions().await?;
        let slugs = all.iter().map(|row| row.slug.as_str());
        let slugs = slugs.collect::<Vec<_>>().join(", ");
        let by = all.iter().find(|row| row.slug == self.by);
        let by = by.with_context(|| {
            format!(
                "--by {}: there is no institution of that name; there are: {slugs}",
                self.by
            )
        })?;
        if !self.yes {
            return Err(Ended {
                message: format!(
                    "nothing was changed; say --yes to have the institution succeeded by {}, which stands in the public log for ever",
                    by.did.as_deref().unwrap_or(&by.slug)
                ),
                exit: Exit::Failed,
            }
            .into());
        }
        let order = Succeeding {
            tenant,
            successor: by.id.clone(),
            actor: institution::actor(),
            reason: self.reason,
        };
        let stated = succeed(&world, &order).await?;
        work_here_until_idle(&world).await?;
        Ok(Answer::new(
            format!(
                "{} is succeeded by {}. Both keys signed that; it stands in the public log. What was issued stays as it is.",
                stated.issuer, stated.successor
            ),
            json!({ "issuer": stated.issuer, "successor": stated.successor }),
        ))
    }
}
