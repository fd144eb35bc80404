//! `touchstone publish`: the public documents as files that any static host can carry.

use std::{fs, path::PathBuf};

use anyhow::{Context, Result, bail};
use serde_json::json;
use touchstone_adapters::durable::{self, Readers};
use touchstone_service::verifying::{PublicDocument, documents};

use super::Global;
use crate::{answer::Answer, installation::Installation, progress};

/// Write the public documents as files, exactly as the server serves them.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
DID documents, profiles, status lists and achievement versions, at their permanent paths (i/SLUG/…). Any static host or CDN can \
carry them beside the server, or after it is gone. Publish again after revoking: files that did not change are left alone.

Examples:
  touchstone publish --to public/
  touchstone verify credential.json --offline --documents public/")]
pub(crate) struct Args {
    /// The folder to write to; made if it is not there.
    #[arg(long, value_name = "DIR")]
    to: PathBuf,
}

impl Args {
    pub(crate) async fn run(self, global: &Global) -> Result<Answer> {
        let Installation { world, .. } = Installation::open(global).await?;
        let documents = documents(&world).await?;
        let written = write(&self.to, &documents)?;
        let text = format!(
            "{} documents stand in {}; {written} of them are new or changed.",
            documents.len(),
            self.to.display()
        );
        let paths: Vec<_> = documents
            .iter()
            .map(|document| document.path.as_str())
            .collect();
        Ok(Answer::new(
            text,
            json!({ "folder": self.to, "documents": paths, "written": written }),
        ))
    }
}

/// Writes what is new or changed, durably; answers how many that were. A reader sees the old file or the new one, never a part.
pub(super) fn write(folder: &std::path::Path, documents: &[PublicDocument]) -> Result<usize> {
    let bar = progress::bar("publishing", documents.len() as u64);
    let mut written = 0;
    for (done, document) in documents.iter().enumerate() {
        bar.reached(done as u64);
        let Some(path) = document.path.strip_prefix('/') else {
            bail!("the document {} has no place in a folder", document.path);
        };
        let path = folder.join(path);
        if fs::read(&path).is_ok_and(|bytes| bytes == document.bytes) {
            continue;
        }
        durable::write(&path, &document.bytes, Readers::Usual)
            .with_context(|| format!("file {}", path.display()))?;
        written += 1;
    }
    Ok(written)
}
