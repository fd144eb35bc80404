//! `touchstone crosswalk validate`: is this a mapping set, and may it be released?

use anyhow::Result;
use serde_json::json;
use touchstone_crosswalk::sssom::{Slot, Standing};

use super::{
    super::Ended,
    input::{count, mapping_set},
};
use crate::{answer::Answer, exit::Exit};

/// Check a mapping set (SSSOM, TSV or JSON); every fault with its line, its column and the way out.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Prints what the set holds and the SHA-256 over its canonical form, which is what a release signs and a credential's reading pins: the order \
of rows, columns and prefixes does not change it.

Examples:
  touchstone crosswalk validate welding.sssom.tsv
  touchstone crosswalk validate table.tsv --metadata table.sssom.yml
  touchstone crosswalk validate welding.sssom.tsv --for-release --json

Exit codes: 0 sound, 1 not readable, 65 faults, or something that a release needs is missing.")]
pub(super) struct Validate {
    /// The set, or - for standard input.
    #[arg(value_name = "FILE")]
    file: String,
    /// Its metadata, if they stand in a file of their own (YAML).
    #[arg(long, value_name = "FILE")]
    metadata: Option<String>,
    /// Ask for what a released set needs as well: identifier, version, licence.
    #[arg(long)]
    for_release: bool,
}

impl Validate {
    pub(super) fn run(self) -> Result<Answer> {
        let read = mapping_set(&self.file, self.metadata.as_deref())?;
        let missing: Vec<&str> = read
            .set
            .missing_for_release()
            .into_iter()
            .map(Slot::name)
            .collect();
        if self.for_release && !missing.is_empty() {
            return Err(Ended {
                message: format!(
                    "{}: a release needs {}: write them into the lines with #",
                    self.file,
                    missing.join(", ")
                ),
                exit: Exit::Data,
            }
            .into());
        }
        let hash = read.set.sha256()?;
        let with = |standing| {
            read.set
                .mappings()
                .iter()
                .filter(|mapping| mapping.standing() == standing)
                .count()
        };
        let [reviewed, stated, suggested, disputed] = [
            Standing::Reviewed,
            Standing::Stated,
            Standing::Suggested,
            Standing::Disputed,
        ]
        .map(with);
        let notices: Vec<String> = read.notices.iter().map(ToString::to_string).collect();
        let mut text = format!(
            "{} is sound: {}\n  reviewed {reviewed}, stated by a person {stated}, suggested by a program only {suggested}, disputed {disputed}\n  SHA-256 {hash}\n",
            self.file,
            count(read.set.mappings().len(), "mapping", "mappings"),
        );
        for notice in &notices {
            text.push_str(&format!("  note: {notice}\n"));
        }
        Ok(Answer::new(
            text,
            json!({
                "file": self.file,
                "id": read.set.id(),
                "version": read.set.version(),
                "mappings": read.set.mappings().len(),
                "standing": { "reviewed": reviewed, "stated": stated, "suggested": suggested, "disputed": disputed },
                "sha256": hash,
                "missingForRelease": missing,
                "notices": notices,
            }),
        ))
    }
}
