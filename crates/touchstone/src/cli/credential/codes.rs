//! Codes on paper for everybody of a batch who has no mail address.

use anyhow::{Context, Result};
use serde_json::json;
use touchstone_service::{
    World,
    holding::{PaperCodes, paper_codes},
};
use touchstone_store::InstitutionRow;
use touchstone_vc::Timestamp;

use crate::{
    answer::{Answer, table},
    cli::institution,
};

/// Make codes on paper for everybody of a batch who has no mail address. They are told this once.
#[derive(Debug, clap::Args)]
pub(super) struct Codes {
    /// The batch.
    #[arg(long, value_name = "BATCH")]
    batch: String,
    /// Also for those who have a code that they did not use: the old one stops working.
    #[arg(long)]
    again: bool,
}

impl Codes {
    pub(super) async fn run(self, world: &World, institution: &InstitutionRow) -> Result<Answer> {
        let order = PaperCodes {
            tenant: institution.id.clone(),
            actor: institution::actor(),
            batch: self.batch,
            again: self.again,
        };
        let made = paper_codes(world, &order).await;
        let made = made.with_context(|| format!("batch {}", order.batch))?;
        let until = Timestamp::from_unix_millis(made.expires_at).to_string();
        let rows: Vec<_> = made
            .codes
            .iter()
            .map(|one| {
                let number = one.identifier.clone().unwrap_or_default();
                [one.person.clone(), number, one.code.clone()]
            })
            .collect();
        let mut text = format!(
            "{}, awarded by {}. Each code is entered at {} until {until}, and cannot be told again.\n\n{}",
            made.achievement,
            made.institution,
            made.enter_at,
            table(["name", "number", "code"], &rows)
        );
        if made.left > 0 {
            text.push_str(&format!(
                "\n\n{} more people have no code yet; run the same command again.",
                made.left
            ));
        }
        let codes: Vec<_> = made
            .codes
            .iter()
            .map(|one| {
                json!({
                    "credential": format!("urn:uuid:{}", one.credential),
                    "person": one.person,
                    "identifier": one.identifier,
                    "code": one.code,
                })
            })
            .collect();
        let json = json!({
            "batch": order.batch, "achievement": made.achievement, "enterAt": made.enter_at,
            "expiresAt": until, "codes": codes, "left": made.left,
        });
        Ok(Answer::new(text, json).with_plain_words())
    }
}
