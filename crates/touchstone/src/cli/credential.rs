//! `touchstone credential`: what was issued, and what becomes of it.

mod codes;
mod export;
mod many;

use anyhow::{Context, Result, anyhow};
use clap::Subcommand;
use serde_json::{Value, json};
use touchstone_service::{
    World,
    issuing::{
        Fate, Reinstatement, Revocation, Suspension, reinstate, revoke, search::Place, suspend,
    },
    operations::work_here_until_idle,
};
use touchstone_store::{
    CredentialFilter, CredentialRow, CredentialState, CredentialSummary, InstitutionRow,
};
use touchstone_vc::Timestamp;

use super::{Global, institution, place::place};
use crate::{
    answer::{Answer, table},
    installation::Installation,
};

/// List, show, export, revoke, suspend and reinstate credentials, and make codes on paper.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  touchstone credential list --search okafor
  touchstone credential list --json        {\"credentials\": [{\"id\", …}], \"next\"}
  touchstone credential export ID --format png --out badge.png
  touchstone credential export --batch BATCH --format json,pdf --out autumn.zip
  touchstone credential codes --batch BATCH                    a code for each who has no mail address
  touchstone credential revoke ID --reason \"Awarded to the wrong person\"
  touchstone credential suspend --batch BATCH --reason \"Under review\"         how many that would be
  touchstone credential suspend --batch BATCH --reason \"Under review\" --yes   do it")]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    List(List),
    Show(Show),
    Export(export::Export),
    Codes(codes::Codes),
    Revoke(Change),
    Suspend(Change),
    Reinstate(Change),
}

/// List credentials, newest first.
#[derive(Debug, clap::Args)]
struct List {
    /// Only those whose learner's name, address, identifier or DID contains this, or the one with this id.
    #[arg(long, value_name = "TEXT")]
    search: Option<String>,
    /// Only those of this achievement, by its short name.
    #[arg(long, value_name = "SLUG")]
    achievement: Option<String>,
    /// Only those of this batch.
    #[arg(long, value_name = "BATCH")]
    batch: Option<String>,
    /// Only those in this state.
    #[arg(long)]
    state: Option<State>,
    /// How many at most.
    #[arg(long, default_value_t = 50)]
    limit: u64,
    /// Go on where the last list ended: its "next".
    #[arg(long, value_name = "NEXT")]
    after: Option<String>,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum State {
    Standing,
    Revoked,
    Suspended,
    Expired,
}

/// Show one credential: what the database knows of it.
#[derive(Debug, clap::Args)]
struct Show {
    /// The credential: its UUID, with or without urn:uuid:.
    #[arg(value_name = "ID")]
    id: String,
}

/// Change how credentials stand; the published status list follows within seconds.
#[derive(Debug, clap::Args)]
struct Change {
    /// The credentials: UUIDs, with or without urn:uuid:.
    #[arg(value_name = "ID", required_unless_present_any = ["batch", "of_achievement", "search", "file"])]
    ids: Vec<String>,
    #[command(flatten)]
    many: many::Many,
    /// Why, in words that the holder and everyone who checks it may read.
    #[arg(long, value_name = "WORDS")]
    reason: String,
}

impl Args {
    pub(crate) async fn run(self, global: &Global) -> Result<Answer> {
        match self.what {
            What::List(args) => {
                let (world, institution) = institution::open(global).await?;
                args.run(&world, &institution).await
            }
            What::Show(args) => {
                let (world, institution) = institution::open(global).await?;
                let row = find(&world, &institution, &args.id).await?;
                let facts = facts(&row);
                let lines: Vec<_> = facts
                    .as_object()
                    .into_iter()
                    .flatten()
                    .filter(|(_, value)| !value.is_null())
                    .map(|(name, value)| {
                        [
                            name.clone(),
                            value
                                .as_str()
                                .map_or_else(|| value.to_string(), str::to_owned),
                        ]
                    })
                    .collect();
                Ok(Answer::new(table(["", ""], &lines), facts))
            }
            What::Export(args) => {
                let (world, institution) = institution::open(global).await?;
                args.run(&world, &institution).await
            }
            What::Codes(args) => {
                let world = Installation::open_to_change(global).await?.world;
                let institution = institution::pick(&world, global).await?;
                args.run(&world, &institution).await
            }
            What::Revoke(change) => change.run(global, Fate::Revoke).await,
            What::Suspend(change) => change.run(global, Fate::Suspend).await,
            What::Reinstate(change) => change.run(global, Fate::Reinstate).await,
        }
    }
}

impl List {
    async fn run(self, world: &World, institution: &InstitutionRow) -> Result<Answer> {
        let at = world.clock.now().unix_millis();
        let reader = world.store.read();
        let achievement = match &self.achievement {
            None => None,
            Some(slug) => Some(institution::achievement(world, institution, slug).await?.id),
        };
        let filter = CredentialFilter {
            search: self.search,
            achievement,
            batch: self.batch,
            state: self.state.map(|state| match state {
                State::Standing => CredentialState::Standing { at },
                State::Revoked => CredentialState::Revoked,
                State::Suspended => CredentialState::Suspended,
                State::Expired => CredentialState::Expired { at },
            }),
            ..CredentialFilter::default()
        };
        let after = place(self.after.as_deref())?;
        let page = reader
            .credentials(
                &institution.id,
                &filter,
                after.as_ref(),
                self.limit.clamp(1, 1000),
            )
            .await?;
        let total = reader.count_credentials(&institution.id, &filter).await?;
        let next = page.next.as_ref().map(Place::written);
        let achievements = reader.achievements(&institution.id).await?;
        let named = |id: &str| {
            achievements
                .iter()
                .find(|row| row.id == id)
                .map_or(id, |row| row.slug.as_str())
                .to_owned()
        };
        let rows: Vec<_> = page
            .rows
            .iter()
            .map(|row| {
                let learner = row
                    .learner_identifier
                    .as_deref()
                    .or(row.learner_email.as_deref())
                    .or(row.learner_did.as_deref())
                    .unwrap_or("");
                [
                    row.id.clone(),
                    day(row.issued_at),
                    state(row, at).into(),
                    named(&row.achievement),
                    row.learner_name.clone(),
                    learner.into(),
                ]
            })
            .collect();
        let mut text = table(
            [
                "id",
                "issued",
                "state",
                "achievement",
                "learner",
                "known as",
            ],
            &rows,
        );
        text.push_str(&format!("\n{} of {total}", rows.len()));
        if let Some(next) = &next {
            text.push_str(&format!("; go on with --after {next}"));
        }
        let credentials: Vec<_> = page
            .rows
            .iter()
            .map(|row| summary(row, &named(&row.achievement), at))
            .collect();
        Ok(Answer::new(
            text,
            json!({ "credentials": credentials, "next": next, "total": total }),
        ))
    }
}

impl Change {
    /// Changes one after the other; the first that is refused stops it, and the message says which were done.
    async fn run(self, global: &Global, fate: Fate) -> Result<Answer> {
        let world = Installation::open_to_change(global).await?.world;
        let institution = institution::pick(&world, global).await?;
        if self.ids.is_empty() {
            return self
                .many
                .run(&world, &institution, fate, &self.reason)
                .await;
        }
        let mut done = Vec::new();
        for id in &self.ids {
            let changed = self.change(&world, &institution, id, fate).await;
            changed.with_context(|| match done.len() {
                0 => format!("credential {id}"),
                some => format!(
                    "credential {id} ({some} before it are done: {})",
                    done.join(", ")
                ),
            })?;
            done.push(id.clone());
        }
        // Published from here, so that it is seen also where no server or worker runs.
        work_here_until_idle(&world).await?;
        let word = said_of(fate);
        let text = done
            .iter()
            .map(|id| format!("{id} is {word}; the published status list follows within seconds."))
            .collect::<Vec<_>>();
        Ok(Answer::new(text.join("\n"), json!({ word: done })))
    }

    async fn change(
        &self,
        world: &World,
        institution: &InstitutionRow,
        id: &str,
        fate: Fate,
    ) -> Result<()> {
        let (tenant, credential) = (institution.id.clone(), plain(id));
        let (actor, reason) = (institution::actor(), self.reason.clone());
        match fate {
            Fate::Revoke => {
                revoke(
                    world,
                    &Revocation {
                        tenant,
                        credential,
                        actor,
                        reason,
                    },
                )
                .await?
            }
            Fate::Suspend => {
                suspend(
                    world,
                    &Suspension {
                        tenant,
                        credential,
                        actor,
                        reason,
                    },
                )
                .await?
            }
            Fate::Reinstate => {
                reinstate(
                    world,
                    &Reinstatement {
                        tenant,
                        credential,
                        actor,
                        reason,
                    },
                )
                .await?
            }
        }
        Ok(())
    }
}

/// What is said of those whose fate it was, in words and as a name in JSON.
fn said_of(fate: Fate) -> &'static str {
    match fate {
        Fate::Revoke => "revoked",
        Fate::Suspend => "suspended",
        Fate::Reinstate => "reinstated",
    }
}

/// The credential with this id; none of another institution.
async fn find(world: &World, institution: &InstitutionRow, id: &str) -> Result<CredentialRow> {
    match world
        .store
        .read()
        .credential(&institution.id, &plain(id))
        .await?
    {
        Some(row) => Ok(row),
        None => Err(not_issued(institution, id)),
    }
}

fn not_issued(institution: &InstitutionRow, id: &str) -> anyhow::Error {
    anyhow!(
        "{} issued no credential {id}; `touchstone credential list` shows which it did",
        institution.name
    )
}

/// An id without its scheme.
pub(super) fn plain(id: &str) -> String {
    id.strip_prefix("urn:uuid:")
        .unwrap_or(id)
        .to_ascii_lowercase()
}

fn state(row: &CredentialSummary, at: i64) -> &'static str {
    match row {
        CredentialSummary {
            revoked_at: Some(_),
            ..
        } => "revoked",
        CredentialSummary {
            suspended_at: Some(_),
            ..
        } => "suspended",
        CredentialSummary {
            valid_until: Some(until),
            ..
        } if *until < at => "expired",
        _ => "standing",
    }
}

fn summary(row: &CredentialSummary, achievement: &str, at: i64) -> Value {
    json!({
        "id": format!("urn:uuid:{}", row.id),
        "achievement": achievement,
        "version": row.version,
        "state": state(row, at),
        "learner": { "name": row.learner_name, "email": row.learner_email, "identifier": row.learner_identifier, "did": row.learner_did },
        "issuedAt": time(Some(row.issued_at)),
        "validUntil": time(row.valid_until),
        "revokedAt": time(row.revoked_at),
        "suspendedAt": time(row.suspended_at),
        "replaces": row.replaces,
        "replacedBy": row.replaced_by,
        "batch": row.batch,
    })
}

fn facts(row: &CredentialRow) -> Value {
    json!({
        "id": format!("urn:uuid:{}", row.id),
        "achievement": row.achievement,
        "version": row.version,
        "learner": row.learner,
        "batch": row.batch,
        "sha256": row.sha256,
        "bytes": row.bytes.len(),
        "key": row.key_id,
        "issuedAt": time(Some(row.issued_at)),
        "validUntil": time(row.valid_until),
        "revokedAt": time(row.revoked_at),
        "revokedBy": row.revoked_by,
        "revokeReason": row.revoke_reason,
        "suspendedAt": time(row.suspended_at),
        "suspendedBy": row.suspended_by,
        "suspendReason": row.suspend_reason,
        "replaces": row.replaces,
        "replacedBy": row.replaced_by,
    })
}

fn time(millis: Option<i64>) -> Option<String> {
    millis.map(|millis| Timestamp::from_unix_millis(millis).to_string())
}

fn day(millis: i64) -> String {
    Timestamp::from_unix_millis(millis)
        .to_string()
        .chars()
        .take("2026-11-21".len())
        .collect()
}
