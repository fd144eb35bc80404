//! `touchstone endorsement ask`: a mail to somebody outside, who answers by its link.

use anyhow::{Context, Result};
use serde_json::json;
use touchstone_service::{
    endorsing::{AskEndorsement, ask_endorsement},
    rows::EndorsedKind,
};
use touchstone_vc::DAY_MS;

use super::Global;
use crate::{
    answer::Answer,
    cli::institution::{actor, open_to_change},
};

/// Ask somebody outside, by mail, to endorse a version of an achievement or a release of a mapping set.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The mail has a link, by which they answer without an account: with a passkey, or with a credential that they signed themselves. It goes out \
with the next `touchstone work`, or at once where `touchstone serve` runs. The version does not change any more from then on.

Examples:
  touchstone endorsement ask precision-measurement --email r.demir@celik.example --message \"You helped to write it.\"
  touchstone endorsement ask --mapping-set 0b0c… --email r.demir@celik.example --days 60 --language de")]
pub(super) struct Args {
    /// The achievement, by its short name or its id.
    #[arg(value_name = "ACHIEVEMENT", required_unless_present = "mapping_set")]
    achievement: Option<String>,
    /// A mapping set instead, by its id.
    #[arg(long, value_name = "ID", conflicts_with = "achievement")]
    mapping_set: Option<String>,
    /// Which version, or which release [default: the latest].
    #[arg(long, value_name = "NUMBER")]
    version: Option<i64>,
    /// Whom to ask.
    #[arg(long, value_name = "ADDRESS")]
    email: String,
    /// The language of the mail.
    #[arg(long, value_name = "LANGUAGE", default_value = "en", value_parser = ["en", "de", "es", "fr"])]
    language: String,
    /// What to tell them.
    #[arg(long, value_name = "WORDS", default_value = "")]
    message: String,
    /// For how many days an answer is awaited.
    #[arg(long, value_name = "DAYS", default_value_t = 30)]
    days: u32,
}

impl Args {
    pub(super) async fn run(self, global: &Global) -> Result<Answer> {
        let (world, tenant) = open_to_change(global).await?;
        let (kind, thing) = match (self.achievement, self.mapping_set) {
            (Some(achievement), _) => (EndorsedKind::Achievement, achievement),
            (None, set) => (EndorsedKind::MappingSet, set.unwrap_or_default()),
        };
        let now = world.clock.now().unix_millis();
        let order = AskEndorsement {
            tenant,
            actor: actor(),
            kind,
            thing: thing.clone(),
            version: self.version,
            email: self.email.clone(),
            language: self.language,
            message: self.message,
            ends_at: now + i64::from(self.days) * DAY_MS,
            drawn: None,
        };
        let asked = ask_endorsement(&world, &order).await;
        let asked = asked.with_context(|| format!("{thing}, {}", self.email))?;
        let text = format!(
            "{} is asked to endorse {thing} ({}). The mail goes out with the next `touchstone work`.",
            self.email, asked.id
        );
        Ok(Answer::new(text, json!({ "id": asked.id })).with_plain_words())
    }
}
