//! `touchstone credential export`.

use std::path::PathBuf;

use anyhow::Result;
use touchstone_service::World;
use touchstone_store::InstitutionRow;

use crate::answer::Answer;

/// Write a credential as JSON, as a picture, or as a certificate on paper.
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

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Format {
    Json,
    Png,
    Svg,
    Pdf,
}

impl Export {
    pub(super) async fn run(self, world: &World, institution: &InstitutionRow) -> Result<Answer> {
        let row = super::find(world, institution, &self.id).await?;
        Ok(Answer::document(row.bytes))
    }
}
