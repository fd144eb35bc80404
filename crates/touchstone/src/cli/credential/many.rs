//! Changing all credentials of a batch, of an achievement, of a search or of a file.

use anyhow::{Context, Result, ensure};
use serde_json::json;
use touchstone_service::{
    World,
    issuing::{
        Beginning, Fate, ManyChoice, Which, begin_change, change, choose_many, foresee_chosen,
    },
    operations::{Turn, work_once, work_until_idle},
};
use touchstone_store::{ChangeState, CredentialFilter, InstitutionRow};

use super::{plain, said_of};
use crate::{
    answer::Answer,
    cli::{file, institution},
    progress,
};

/// Which credentials, instead of naming each.
#[derive(Debug, clap::Args)]
pub(super) struct Many {
    /// All of this batch.
    #[arg(long, value_name = "BATCH", conflicts_with = "ids")]
    batch: Option<String>,
    /// All of this achievement, by its short name.
    #[arg(long = "achievement", value_name = "SLUG", conflicts_with = "ids")]
    of_achievement: Option<String>,
    /// All whose learner's name, address or identifier contains this.
    #[arg(long, value_name = "TEXT", conflicts_with = "ids")]
    search: Option<String>,
    /// Those in this file, one UUID a line; - for standard input.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["ids", "batch", "of_achievement", "search"])]
    file: Option<String>,
    /// Do it. Without this, only how many it would be is said.
    #[arg(long)]
    yes: bool,
}

impl Many {
    pub(super) async fn run(
        &self,
        world: &World,
        issuer: &InstitutionRow,
        fate: Fate,
        reason: &str,
    ) -> Result<Answer> {
        let tenant = &issuer.id;
        let choice = ManyChoice {
            tenant: tenant.clone(),
            actor: institution::actor(),
            fate,
            which: self.which(world, issuer).await?,
        };
        let id = choose_many(world, &choice).await?;
        let foreseen = foresee_chosen(world, tenant, &id).await?;
        let foreseen = foreseen.context("the choice is gone again")?;
        let (total, would) = (foreseen.change.total, foreseen.changes);
        let word = said_of(fate);
        if !self.yes {
            let text = format!(
                "{would} of {total} credentials would be {word}. Nothing was changed; say --yes to do it."
            );
            return Ok(Answer::new(text, json!({ "total": total, "would": would })));
        }
        let order = Beginning {
            tenant: tenant.clone(),
            actor: institution::actor(),
            change: id.clone(),
            reason: reason.to_owned(),
        };
        begin_change(world, &order).await?;
        let bar = progress::bar(word, total.unsigned_abs());
        let done = loop {
            let row = change(world, tenant, &id).await?;
            let row = row.context("the change is gone again")?;
            bar.reached((row.changed + row.stayed).unsigned_abs());
            if row.state == ChangeState::Done {
                break row;
            }
            // A worker elsewhere has it.
            if work_once(world).await? == Turn::Idle {
                tokio::time::sleep(std::time::Duration::from_millis(100)).await;
            }
        };
        // Published from here, so that it is seen also where no server or worker runs.
        work_until_idle(world).await?;
        let text = format!(
            "{} credentials are {word}; {} stay as they were. The published status lists follow within seconds.",
            done.changed, done.stayed
        );
        let json = json!({
            "change": id, "total": done.total, "changed": done.changed, "unchanged": done.stayed,
        });
        Ok(Answer::new(text, json))
    }

    async fn which(&self, world: &World, issuer: &InstitutionRow) -> Result<Which> {
        // A variable of a shell that was never set must not mean all of them.
        ensure!(
            self.search
                .as_deref()
                .is_none_or(|text| !text.trim().is_empty()),
            "--search: say what to search for; an empty text would find every credential that was ever issued"
        );
        if let Some(name) = &self.file {
            let text = String::from_utf8(file::read(name, LARGEST)?)
                .with_context(|| format!("file {name}: it is no text"))?;
            let ids = text.lines().map(str::trim).filter(|line| !line.is_empty());
            return Ok(Which::These(ids.map(plain).collect()));
        }
        let achievement = match &self.of_achievement {
            None => None,
            Some(slug) => Some(institution::achievement(world, issuer, slug).await?.id),
        };
        Ok(Which::All(CredentialFilter {
            search: self.search.clone(),
            achievement,
            batch: self.batch.clone(),
            ..CredentialFilter::default()
        }))
    }
}

/// The ids of a million credentials.
const LARGEST: usize = 64 << 20;
