//! `touchstone config`: what can be set, and what is set.

use anyhow::Result;
use clap::Subcommand;
use serde_json::json;

use super::Global;
use crate::{
    answer::{Answer, table},
    config::reference,
    installation::Settings,
};

/// Show what can be configured and what is.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  touchstone config show                   every setting as it is now
  touchstone config reference              every setting explained, as docs/configuration.md")]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Print every setting with its documentation, default and example, in Markdown.
    Reference,
    /// Print every setting as it is now, from the file and the environment. Secrets in addresses are left out.
    Show,
}

impl Args {
    pub(crate) fn run(self, global: &Global) -> Result<Answer> {
        match self.what {
            What::Reference => Ok(Answer::new(reference(), json!({ "markdown": reference() }))),
            What::Show => {
                let settings = Settings::read(global)?.config.settings();
                let json: serde_json::Map<_, _> = settings
                    .iter()
                    .map(|(name, value)| (name.clone(), value.clone().into()))
                    .collect();
                let rows: Vec<_> = settings
                    .into_iter()
                    .map(|(name, value)| [name, value.unwrap_or_else(|| "not set".into())])
                    .collect();
                Ok(Answer::new(
                    table(["setting", "value"], &rows),
                    json!({ "settings": json }),
                ))
            }
        }
    }
}
