//! `touchstone log anchors`: who states when this installation's log was there, and what became of each checkpoint.

use anyhow::Result;
use serde_json::json;
use touchstone_service::logging::{Anchored, anchored, standing};

use super::NOT_ASKED;
use crate::{answer::Answer, cli::Global, installation::Installation};

/// List the anchors of this installation's log: what they cost, and which checkpoints are pending, confirmed or failed.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Nobody is asked unless log.anchors names anchors. `touchstone serve` and `touchstone work` ask them, each for one answer in \
log.anchor_every_minutes at most; this command asks nobody.

Examples:
  touchstone log anchors
  touchstone log anchors --json

Exit codes: 0 listed, whatever their state.")]
pub(super) struct Args {
    /// How many checkpoints to list, the newest first.
    #[arg(long, value_name = "N", default_value_t = 20)]
    newest: u64,
}

impl Args {
    pub(super) async fn run(self, global: &Global) -> Result<Answer> {
        let Installation { world, .. } = Installation::open(global).await?;
        let configured = standing(&world).await?.map(|log| log.anchors);
        let configured = configured.unwrap_or_default();
        let mut lines = Vec::new();
        if configured.is_empty() {
            lines.push("Nobody is asked; log.anchors names who is.".to_owned());
        }
        for one in &configured {
            let how = match one.is_asked {
                true => format!(
                    "is asked for an answer every {} minutes at most",
                    one.every_ms / 60_000
                ),
                false => NOT_ASKED.to_owned(),
            };
            lines.push(format!(
                "{} ({}, {}) {how}: {}.",
                one.name, one.kind, one.url, one.cost
            ));
        }
        let all = anchored(&world, self.newest).await?;
        lines.extend(all.iter().map(in_words));
        let anchors: Vec<_> = configured
            .iter()
            .map(|one| {
                json!({
                    "name": one.name, "kind": one.kind, "url": one.url, "cost": one.cost, "everyMinutes": one.every_ms / 60_000,
                    "asked": one.is_asked,
                })
            })
            .collect();
        let checkpoints: Vec<_> = all.iter().map(in_json).collect();
        let json = json!({ "anchors": anchors, "checkpoints": checkpoints });
        Ok(Answer::new(lines.join("\n"), json))
    }
}

fn in_words(one: &Anchored) -> String {
    let mut words = format!(
        "{:<9}  {} entries at {}, asked since {}",
        one.state.as_str(),
        one.size,
        one.anchor,
        one.submitted_at
    );
    if let Some(by) = one.seen_by {
        words.push_str(&format!("; it states that it had seen them by {by}"));
    }
    if let Some(block) = one.block {
        words.push_str(&format!(
            "; it leads to block {block} of Bitcoin, whose header says when"
        ));
    }
    if let Some(path) = &one.proof_path {
        words.push_str(&format!("; log/{path}"));
    }
    if let Some(why) = &one.why {
        words.push_str(&format!(": {why}"));
    }
    words
}

fn in_json(one: &Anchored) -> serde_json::Value {
    json!({
        "anchor": one.anchor,
        "kind": one.kind,
        "size": one.size,
        "state": one.state.as_str(),
        "askedSince": one.submitted_at.to_string(),
        "seenBy": one.seen_by.map(|by| by.to_string()),
        "block": one.block,
        "why": one.why,
        "text": format!("log/{}", one.text_path),
        "proof": one.proof_path.as_ref().map(|path| format!("log/{path}")),
    })
}
