//! `touchstone log extract`: the proofs in a bundle, as files that any reader of C2SP tlog-proof checks.

use std::{fs, path::PathBuf};

use anyhow::{Context, Result};
use serde_json::json;
use touchstone_adapters::{CRYPTO, TLOG_CRYPTO};
use touchstone_bundle::{Bundle, Tools};
use touchstone_vc::{Contexts, log::Entry};

use super::{Ended, LARGEST_BUNDLE, file};
use crate::{answer::Answer, exit::Exit};

/// Write every proof in a proof bundle to a folder: each as a .tlog-proof, with the entry that it is about.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Asks nobody, and needs no installation. A file is called by the place of its entry in the log and by what the entry says; of a credential \
that witnesses had seen earlier, that proof is written as well, with the size of the earlier tree in its name (-in-SIZE). The extra line of a credential's proof is the salt of its commitment. Whom to believe is not \
asked here: `touchstone log verify`, or any reader of C2SP tlog-proof, does that.

Examples:
  touchstone log extract ada.bundle --to proofs
  touchstone log verify proofs/4-credential-issued.tlog-proof --entry proofs/4-credential-issued.entry --policy trust.txt

Exit codes: 0 done, 1 a document whose entry is not under the checkpoint, 2 not readable as a bundle; then nothing is written.")]
pub(crate) struct Args {
    /// The bundle; - for standard input.
    #[arg(value_name = "FILE|-")]
    file: String,
    /// A new folder for the proofs.
    #[arg(long, value_name = "FOLDER")]
    to: PathBuf,
}

impl Args {
    pub(super) fn run(self) -> Result<Answer> {
        let ended = |exit, message: String| Ended {
            message: format!("{}: {message}", self.file),
            exit,
        };
        let bytes = file::read(&self.file, LARGEST_BUNDLE);
        let bytes = bytes.map_err(|error| ended(Exit::Unchecked, format!("{error:#}")))?;
        let bundle = Bundle::parse(&bytes);
        let bundle = bundle.map_err(|error| ended(Exit::Unchecked, error.to_string()))?;
        // No context is read: entries are made from bytes.
        let contexts = Contexts::bundled();
        let tools = Tools {
            crypto: &CRYPTO,
            tree: &TLOG_CRYPTO,
            contexts: &contexts,
        };
        let proofs = bundle.proofs(&tools);
        let proofs = proofs.map_err(|error| ended(Exit::Failed, error.to_string()))?;
        fs::create_dir(&self.to).with_context(|| match self.to.exists() {
            true => format!(
                "--to {}: name a folder that is not there yet",
                self.to.display()
            ),
            false => format!("--to {}", self.to.display()),
        })?;
        let mut written = Vec::new();
        let last = proofs
            .iter()
            .map(|one| one.proof.checkpoint.checkpoint.size)
            .max();
        for one in &proofs {
            let index = one.proof.index;
            let kind = Entry::parse(&one.entry).map(|entry| entry.kind().word());
            let kind = kind.unwrap_or("entry");
            let tree = &one.proof.checkpoint.checkpoint;
            let name = match Some(tree.size) == last {
                true => format!("{index}-{kind}"),
                false => format!("{index}-{kind}-in-{}", tree.size),
            };
            let proof = self.to.join(format!("{name}.tlog-proof"));
            file::write_new(&proof, one.proof.to_string().as_bytes())?;
            let entry = self.to.join(format!("{name}.entry"));
            file::write_new(&entry, &one.entry)?;
            written.push(json!({
                "index": index, "kind": kind, "size": tree.size, "proof": proof, "entry": entry,
            }));
        }
        let text = format!(
            "{} proofs of {} are in {}, each with its entry.",
            written.len(),
            self.file,
            self.to.display()
        );
        Ok(Answer::new(
            text,
            json!({ "folder": self.to, "proofs": written }),
        ))
    }
}
