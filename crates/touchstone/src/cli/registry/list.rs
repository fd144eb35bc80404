//! `touchstone registry list`: which registers are asked, and how old their copies are.

use anyhow::Result;
use serde_json::json;
use touchstone_service::verifying::{RegisterStanding, registers_standing};

use crate::{
    answer::{Answer, table},
    cli::Global,
    installation::Installation,
};

/// The registers that are asked about issuers, in their order, and how old their copies are.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
`recognition.registries` and `recognition.federations` name them. `touchstone work --once` reads what is due.

Examples:
  touchstone registry list
  touchstone registry list --json")]
pub(crate) struct Args {}

impl Args {
    pub(crate) async fn run(self, global: &Global) -> Result<Answer> {
        let Installation { world, .. } = Installation::open(global).await?;
        let standings = registers_standing(&world).await?;
        if standings.is_empty() {
            let text = "No register is asked but the list of this installation. recognition.registries names others.";
            return Ok(Answer::new(text, json!({ "registers": [] })));
        }
        let rows: Vec<_> = standings.iter().map(row).collect();
        let json: Vec<_> = standings.iter().map(described).collect();
        let head = ["register", "issuers", "as of", "kept at", "what is wrong"];
        let answer = Answer::new(table(head, &rows), json!({ "registers": json }));
        Ok(answer.with_plain_words())
    }
}

fn row(one: &RegisterStanding) -> [String; 5] {
    let wrong = match (&one.error, one.unread) {
        (Some(error), true) => format!("decides nothing: {error}"),
        (Some(error), false) => format!("its copy decides: {error}"),
        (None, true) => "was not read yet".to_owned(),
        (None, false) => String::new(),
    };
    [
        one.name.clone(),
        one.listed.to_string(),
        one.as_of.map_or("never".to_owned(), |at| at.to_string()),
        match one.source.as_str() {
            "" => "a file".to_owned(),
            source => source.to_owned(),
        },
        wrong,
    ]
}

fn described(one: &RegisterStanding) -> serde_json::Value {
    json!({
        "name": one.name,
        "source": (!one.source.is_empty()).then_some(&one.source),
        "listed": one.listed,
        "asOf": one.as_of.map(|at| at.to_string()),
        "unread": one.unread,
        "error": one.error,
    })
}
