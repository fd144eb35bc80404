//! `touchstone crosswalk merge`: one mapping set from several.

use std::path::PathBuf;

use anyhow::Result;
use serde_json::{Value, json};
use touchstone_crosswalk::sssom;

use super::{
    super::{Ended, file},
    input::{count, mapping_set},
};
use crate::{answer::Answer, exit::Exit};

/// Merge mapping sets; contradictions are told and not decided.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Of the set itself the first file decides; give the merged set an identifier and a version of its own before releasing it. Mappings that say the same, \
word for word, stand once. Where sets contradict each other nothing is written, unless --keep-contradictions keeps both sides.

Examples:
  touchstone crosswalk merge north.sssom.tsv south.sssom.tsv --out both.sssom.tsv
  touchstone crosswalk merge north.sssom.tsv south.sssom.tsv --keep-contradictions --out both.sssom.tsv

Exit codes: 0 merged, 1 failed, 65 a file has faults, or the sets contradict each other.")]
pub(super) struct Merge {
    /// The sets.
    #[arg(value_name = "FILE", required = true, num_args = 2..)]
    files: Vec<String>,
    /// Where the merged set is written, in canonical form.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Write the set although its parts contradict each other; both sides stay in it.
    #[arg(long)]
    keep_contradictions: bool,
}

impl Merge {
    pub(super) fn run(self) -> Result<Answer> {
        let sets = self
            .files
            .iter()
            .map(|name| Ok(mapping_set(name, None)?.set))
            .collect::<Result<Vec<_>>>()?;
        let merged = sssom::merge(&sets.iter().collect::<Vec<_>>());
        let short = |iri: &str| merged.set.prefixes().short(iri);
        let mut lines = Vec::new();
        let mut conflicts: Vec<Value> = Vec::new();
        for conflict in &merged.conflicts {
            let said: Vec<String> = conflict
                .said
                .iter()
                .map(|(relation, negated)| {
                    format!("{}{relation}", if *negated { "not " } else { "" })
                })
                .collect();
            lines.push(format!(
                "  {} and {}: {}",
                short(&conflict.subject),
                short(&conflict.object),
                said.join(", ")
            ));
            conflicts.push(
                json!({ "subject": conflict.subject, "object": conflict.object, "said": said }),
            );
        }
        let told = match conflicts.len() {
            0 => String::new(),
            number => format!(
                "{}\n{}\n",
                count(number, "pair is contradicted:", "pairs are contradicted:"),
                lines.join("\n")
            ),
        };
        if !conflicts.is_empty() && !self.keep_contradictions {
            return Err(Ended {
                message: format!("nothing was written: {told}settle them, or keep both sides with --keep-contradictions"),
                exit: Exit::Data,
            }
            .into());
        }
        let document = merged.set.canonical()?;
        file::write_new(&self.out, document.as_bytes())?;
        let text = format!(
            "{} holds {}; {} stood in more than one set.\n{told}",
            self.out.display(),
            count(merged.set.mappings().len(), "mapping", "mappings"),
            merged.repeated,
        );
        Ok(Answer::new(
            text,
            json!({
                "out": self.out,
                "mappings": merged.set.mappings().len(),
                "repeated": merged.repeated,
                "contradictions": conflicts,
                "sha256": merged.set.sha256()?,
            }),
        ))
    }
}
