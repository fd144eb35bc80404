//! Changing all credentials of a batch, of an achievement, of a search or of a file.

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use touchstone_service::{
    World,
    issuing::{
        Beginning, Changed, Fate, ManyChoice, STAYED, Unchanged, Which, begin_change, change,
        choose_many, foresee, foresee_chosen, outcomes,
    },
    operations::{Turn, work_here_once, work_here_until_idle},
};
use touchstone_store::{ChangeState, CredentialFilter, InstitutionRow, TenantId};

use super::{plain, said_of};
use crate::{
    answer::{Answer, table},
    cli::{file, institution, outside::printable},
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
        let foreseen = foreseen.context("the choice was removed while this ran; begin again")?;
        let (total, would) = (foreseen.change.total, foreseen.changes);
        ensure!(
            total > 0,
            "no credential of {} is found by that, so there is nothing to change",
            issuer.name
        );
        let word = said_of(fate);
        if !self.yes {
            let text = format!(
                "{would} of {} would be {word}. Nothing was changed; say --yes to do it.",
                counted(total, "credential", "credentials")
            );
            return Ok(Answer::new(
                text,
                json!({ "change": id, "total": total, "would": would }),
            ));
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
            let row = row.context("the change was removed while this ran; begin again")?;
            bar.reached((row.changed + row.stayed).unsigned_abs());
            if row.state == ChangeState::Done {
                break row;
            }
            // A worker elsewhere has it.
            if work_here_once(world).await? == Turn::Idle {
                tokio::time::sleep(std::time::Duration::from_millis(100)).await;
            }
        };
        let had = done.changed + done.stayed;
        bar.ended(&format!("{had} of {total} credentials had their turn."));
        bar.now("publishing the status lists");
        // Published from here, so that it is seen also where no server or worker runs.
        work_here_until_idle(world).await?;
        let stayed = stayed(world, tenant, &id).await?;
        let told = told(world, tenant, fate, &stayed).await?;
        let text = format!(
            "{} {word}; {}. The published status lists follow within seconds.{told}",
            counted(done.changed, "credential is", "credentials are"),
            counted(done.stayed, "stays as it was", "stay as they were")
        );
        let stayed: Vec<_> = stayed.iter().map(in_json).collect();
        let json = json!({
            "change": id, "total": done.total, "changed": done.changed, "unchanged": done.stayed, "stayed": stayed,
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

fn counted(count: i64, one: &str, more: &str) -> String {
    match count {
        1 => format!("1 {one}"),
        count => format!("{count} {more}"),
    }
}

/// Those that stayed as they were, in the order asked.
async fn stayed(world: &World, tenant: &TenantId, change: &str) -> Result<Vec<Changed>> {
    let mut all: Vec<Changed> = Vec::new();
    loop {
        let after = all.last().map_or(-1, |last| last.position);
        let some = outcomes(world, tenant, change, STAYED, after).await?;
        if some.is_empty() {
            return Ok(all);
        }
        all.extend(some);
    }
}

/// The first of them, by name and with the reason.
async fn told(world: &World, tenant: &TenantId, fate: Fate, stayed: &[Changed]) -> Result<String> {
    if stayed.is_empty() {
        return Ok(String::new());
    }
    let first = &stayed[..stayed.len().min(TOLD)];
    let ids: Vec<_> = first.iter().map(|one| one.credential.clone()).collect();
    let known = foresee(world, tenant, fate, &ids).await?;
    let name = |id: &str| {
        let seen = known.iter().find(|seen| seen.credential.id == id);
        let learner = seen.and_then(|seen| seen.learner.as_ref());
        learner.map_or_else(String::new, |learner| learner.name.clone())
    };
    let why = |one: &Changed| one.outcome.why().map(|why| why.to_string());
    let rows = first.iter().map(|one| {
        let id = one.credential.clone();
        [name(&id), id, why(one).unwrap_or_default()].map(|text| printable(&text))
    });
    let rows: Vec<_> = rows.collect();
    let mut text = format!(
        "\n\n{}",
        table(["learner", "stayed as it was", "why"], &rows)
    );
    let more = stayed.len() - first.len();
    if more > 0 {
        text.push_str(&format!("\nand {more} more; --json names all of them"));
    }
    Ok(text)
}

fn in_json(one: &Changed) -> Value {
    let why = one.outcome.why();
    json!({
        "id": format!("urn:uuid:{}", one.credential),
        "code": why.map(Unchanged::as_str),
        "why": why.map(|why| why.to_string()),
    })
}

/// How many are named to people.
const TOLD: usize = 50;
/// The ids of a million credentials.
const LARGEST: usize = 64 << 20;
