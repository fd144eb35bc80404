//! `touchstone log verify`: a proof or a checkpoint, held against whom you believe.

use anyhow::Result;
use serde_json::json;
use touchstone_adapters::TLOG_CRYPTO;
use touchstone_tlog::{Hash, SignedCheckpoint, TlogProof, merkle};

use super::{Ended, Trusting, file, signers, signers_json, tree_json};
use crate::{answer::Answer, exit::Exit};

/// Check a proof or a checkpoint: is the entry in the log, who signed, who has seen it?
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Asks nobody: everything is in the file and in the trust file that you chose. A proof is about an entry, so name the entry's bytes with --entry \
or its hash with --leaf.

Examples:
  touchstone log verify entry.tlog-proof --policy trust.txt --entry entry
  touchstone log verify entry.tlog-proof --key verify.example.edu/log+8b2e52ea+AQ... --leaf 9f86d081...
  touchstone log verify checkpoint --policy trust.txt --json

Exit codes: 0 holds, 1 does not hold, 2 could not be checked: no such file, not readable as a proof or a checkpoint, or too few \
witnesses as yet.")]
pub(crate) struct Args {
    /// A .tlog-proof or a checkpoint; - for standard input.
    #[arg(value_name = "FILE|-")]
    file: String,
    #[command(flatten)]
    trusting: Trusting,
    /// The entry, byte for byte.
    #[arg(long, value_name = "FILE", conflicts_with = "leaf")]
    entry: Option<String>,
    /// The entry's hash (RFC 9162, section 2.1.1), in hexadecimal.
    #[arg(long, value_name = "HASH", value_parser = leaf)]
    leaf: Option<Hash>,
}

impl Args {
    pub(super) fn run(self) -> Result<Answer> {
        let policy = self.trusting.required()?;
        let unchecked = |message: String| Ended {
            message: format!("could not be checked: {message}"),
            exit: Exit::Unchecked,
        };
        let bytes =
            file::read(&self.file, LARGEST).map_err(|error| unchecked(format!("{error:#}")))?;
        let named = |error: &dyn std::fmt::Display| unchecked(format!("{}: {error}", self.file));
        let leaf = match &self.entry {
            None => self.leaf,
            Some(entry) => {
                let entry = file::read(entry, LARGEST);
                let entry = entry.map_err(|error| unchecked(format!("{error:#}")))?;
                Some(merkle::leaf_hash(&TLOG_CRYPTO, &entry))
            }
        };
        let (signed, index, evaluation) = if bytes.starts_with(b"c2sp.org/tlog-proof@") {
            let proof = TlogProof::parse(&bytes).map_err(|error| named(&error))?;
            let Some(leaf) = leaf else {
                return Err(named(
                    &"a proof is about an entry: name it with --entry FILE or --leaf HASH",
                )
                .into());
            };
            let evaluation = proof.verify(leaf, &policy, &TLOG_CRYPTO);
            let evaluation = evaluation.map_err(|error| self.failed(&error))?;
            (proof.checkpoint, Some(proof.index), evaluation)
        } else {
            let signed = SignedCheckpoint::parse(&bytes).map_err(|error| named(&error))?;
            if leaf.is_some() {
                return Err(named(
                    &"this is a checkpoint, which proves no entry; give a .tlog-proof",
                )
                .into());
            }
            let evaluation = policy.evaluate(&signed, &TLOG_CRYPTO);
            let evaluation = evaluation.map_err(|error| self.failed(&error))?;
            (signed, None, evaluation)
        };
        let tree = &signed.checkpoint;
        let what = match index {
            Some(index) => format!(
                "entry {index} is in {}, a tree of {} entries",
                tree.origin(),
                tree.size
            ),
            None => format!("{}: a tree of {} entries", tree.origin(), tree.size),
        };
        let (exit, said) = match evaluation.has_quorum {
            true => (Exit::Done, "HOLDS"),
            false => (Exit::Unchecked, "PENDING"),
        };
        let text = format!("{said}: {what}\n  {}", signers(&evaluation, &policy));
        let json = json!({
            "holds": evaluation.has_quorum.then_some(true),
            "index": index,
            "checkpoint": tree_json(&signed),
            "signatures": signers_json(&evaluation),
        });
        Ok(Answer::new(text, json).with_exit(exit))
    }

    fn failed(&self, error: &dyn std::fmt::Display) -> Ended {
        Ended {
            message: format!("{} does not hold: {error}", self.file),
            exit: Exit::Failed,
        }
    }
}

fn leaf(text: &str) -> Result<Hash, String> {
    let wrong = || "a hash is 64 hexadecimal digits".to_owned();
    if text.len() != 64 {
        return Err(wrong());
    }
    let mut hash = [0; 32];
    for (byte, pair) in hash.iter_mut().zip(text.as_bytes().chunks(2)) {
        let digits = str::from_utf8(pair).map_err(|_| wrong())?;
        *byte = u8::from_str_radix(digits, 16).map_err(|_| wrong())?;
    }
    Ok(Hash(hash))
}

const LARGEST: usize = 1 << 20;
