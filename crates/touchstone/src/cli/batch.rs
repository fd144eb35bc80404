//! `touchstone batch`: the lists that were handed in, and the end of one that does not go on.

use anyhow::{Context, Result};
use clap::Subcommand;
use serde_json::{Value, json};
use touchstone_service::{
    World,
    issuing::{
        Cancellation, cancel,
        search::{self, Place},
    },
};
use touchstone_store::{BatchRow, BatchState, InstitutionRow, TenantId};
use touchstone_vc::Timestamp;

use super::{Global, institution};
use crate::{
    answer::{Answer, table},
    installation::Installation,
};

/// List what was handed in to be issued, and give up what cannot be.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
`touchstone issue` makes a batch of each list. One that is confirmed and does not go on is named by `touchstone doctor`; `touchstone work --once --again` \
tries it at once. What is sealed of a batch stays when it is given up: `touchstone credential revoke` takes that back.

Examples:
  touchstone batch list
  touchstone batch list --search cohort.csv --json
  touchstone batch cancel 0192f0c4-7d3a-7c11-8f52-3c1a5d0b9e77")]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// List batches, newest first.
    List(List),
    /// Give a batch up: all of it, or what is not signed of one that cannot be.
    Cancel {
        /// The batch, as `touchstone issue` and `touchstone batch list` say it.
        #[arg(value_name = "BATCH")]
        batch: String,
    },
}

#[derive(Debug, clap::Args)]
struct List {
    /// Only those with this in their name or in that of their file.
    #[arg(long, value_name = "TEXT")]
    search: Option<String>,
    /// The page that the one before named.
    #[arg(long, value_name = "NEXT")]
    after: Option<String>,
    /// How many at most, up to 1000.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=1000))]
    limit: Option<u64>,
}

impl Args {
    pub(crate) async fn run(self, global: &Global) -> Result<Answer> {
        match self.what {
            What::List(list) => {
                let Installation { world, .. } = Installation::open(global).await?;
                let institution = institution::pick(&world, global).await?;
                list.run(&world, &institution).await
            }
            What::Cancel { batch } => {
                let world = Installation::open_to_change(global).await?.world;
                let institution = institution::pick(&world, global).await?;
                given_up(&world, institution.id, batch).await
            }
        }
    }
}

impl List {
    async fn run(self, world: &World, institution: &InstitutionRow) -> Result<Answer> {
        let place = Place::parse(self.after.as_deref(), self.limit).context(
            "--after: no page of this list; take what the page before named as its next",
        )?;
        let found = search::batches(
            world,
            &institution.id,
            self.search.as_deref().unwrap_or_default(),
            &place,
        )
        .await?;
        let rows: Vec<_> = found
            .rows
            .iter()
            .map(|row| {
                [
                    row.id.clone(),
                    row.name.clone(),
                    row.state.as_str().to_owned(),
                    row.rows_total.to_string(),
                    row.rows_faulty.to_string(),
                    time(row.created_at),
                ]
            })
            .collect();
        let next = found.next.as_ref().map(Place::written);
        let mut text = match rows.is_empty() {
            true => "No batches.".to_owned(),
            false => table(
                ["batch", "name", "state", "rows", "faulty", "uploaded"],
                &rows,
            ),
        };
        if let Some(next) = &next {
            text.push_str(&format!("\n\nThere are more: --after {next}"));
        }
        let batches: Vec<_> = found.rows.iter().map(document).collect();
        let json = json!({ "batches": batches, "next": next });
        Ok(Answer::new(text, json).with_plain_words())
    }
}

async fn given_up(world: &World, tenant: TenantId, batch: String) -> Result<Answer> {
    let order = Cancellation {
        tenant,
        actor: institution::actor(),
        batch,
    };
    let id = &order.batch;
    cancel(world, &order)
        .await
        .with_context(|| format!("batch {id}"))?;
    let row = search::batch(world, &order.tenant, id).await?;
    let row = row.context(
        "the batch was removed while this ran; `touchstone batch list` shows what there is",
    )?;
    let text = match row.state {
        BatchState::Cancelled => format!("Batch {id} is given up: nothing of it was issued."),
        _ => format!(
            "What was not signed of batch {id} is given up: its rows may go in another list. What was signed stays; `touchstone credential list --batch {id}` names it."
        ),
    };
    Ok(Answer::new(text, document(&row)))
}

/// As the API tells a batch.
fn document(row: &BatchRow) -> Value {
    json!({
        "id": row.id, "name": row.name, "achievement": row.achievement, "version": row.version, "state": row.state.as_str(),
        "rowsTotal": row.rows_total, "rowsReady": row.rows_ready, "rowsFaulty": row.rows_faulty, "fileName": row.source_name,
        "holdUntil": row.hold_until.map(time), "createdAt": time(row.created_at), "createdBy": row.created_by,
        "sealedAt": row.sealed_at.map(time),
    })
}

fn time(millis: i64) -> String {
    Timestamp::from_unix_millis(millis).to_string()
}
