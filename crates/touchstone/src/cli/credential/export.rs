//! `touchstone credential export`.

use std::{
    io::{IsTerminal, stdout},
    path::PathBuf,
};

use anyhow::{Result, bail};
use serde_json::json;
use touchstone_service::{World, holding};
use touchstone_store::InstitutionRow;

use crate::{answer::Answer, cli::file};

/// Write a credential as JSON, as a picture, or as a certificate on paper; the credential is inside each of them.
#[derive(Debug, clap::Args)]
pub(super) struct Export {
    /// The credential: its UUID, with or without urn:uuid:.
    #[arg(value_name = "ID")]
    id: String,
    /// As what.
    #[arg(long, default_value = "json")]
    format: Format,
    /// Where to; standard output otherwise.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, clap::ValueEnum)]
enum Format {
    Json,
    Png,
    Svg,
    Pdf,
}

impl Format {
    fn of_file(self) -> holding::Format {
        match self {
            Self::Json => holding::Format::Json,
            Self::Png => holding::Format::Png,
            Self::Svg => holding::Format::Svg,
            Self::Pdf => holding::Format::Pdf,
        }
    }
}

impl Export {
    pub(super) async fn run(self, world: &World, institution: &InstitutionRow) -> Result<Answer> {
        let row = super::find(world, institution, &self.id).await?;
        let bytes = holding::file(world, &row, self.format.of_file()).await?;
        let Some(out) = self.out else {
            if matches!(self.format, Format::Png | Format::Pdf) && stdout().is_terminal() {
                bail!("this is no text for a terminal; name a file with --out");
            }
            return Ok(Answer::document(bytes));
        };
        file::write_new(&out, &bytes)?;
        let text = format!("{} holds the credential.", out.display());
        Ok(Answer::new(
            text,
            json!({ "id": format!("urn:uuid:{}", row.id), "file": out, "bytes": bytes.len() }),
        ))
    }
}
