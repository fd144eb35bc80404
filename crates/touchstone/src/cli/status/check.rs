//! `touchstone status check`: what a status proof shows to who trusts a log. Nobody is asked.

use anyhow::{Context, Result};
use serde_json::json;
use touchstone_adapters::{CRYPTO, SystemClock, TLOG_CRYPTO};
use touchstone_bundle::{Answer as Found, StatusAsked, StatusFile, StatusShown, Tools};
use touchstone_service::ports::Clock;
use touchstone_vc::{Contexts, Timestamp, did::DidDocument, log::StatusRoot};

use super::{
    Ended, Which, file,
    log::{Trusting, signers_json},
    outside, unchecked,
};
use crate::{answer::Answer, exit::Exit};

/// Check a status proof: was the credential withdrawn or paused, as of when, and who says so?
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Asks nobody. A list that does not stand any more says nothing, and how old is too old is yours to say with --max-age.

Examples:
  touchstone status check ada.status-proof --credential ada.json --policy riverside.policy
  touchstone status check ada.status-proof --index 48211 --policy riverside.policy --max-age 1d
  touchstone status check ada.status-proof --credential ada.json --policy riverside.policy --at 2026-11-24T00:00:00Z

Exit codes: 0 not withdrawn, 1 withdrawn or paused, or the proof is not true, 2 could not be checked: too old, about something else, no \
log that you believe, too few witnesses.")]
pub(super) struct Args {
    /// What `touchstone status prove` wrote.
    #[arg(value_name = "FILE")]
    file: String,
    #[command(flatten)]
    which: Which,
    #[command(flatten)]
    trusting: Trusting,
    /// Judge as of this moment instead of now, like 2026-11-21T14:02:00Z.
    #[arg(long, value_name = "TIME", value_parser = outside::moment)]
    at: Option<Timestamp>,
    /// How old the list may be, like 7d, 12h or 30m.
    #[arg(long, value_name = "AGE", value_parser = outside::age)]
    max_age: Option<i64>,
    /// The issuer's DID document, to check the issuer's signature beside its log. A did:key needs none.
    #[arg(long, value_name = "FILE")]
    did: Option<String>,
}

impl Args {
    pub(super) fn run(self) -> Result<Answer> {
        let policy = self.trusting.required()?;
        let read = self.read().map_err(unchecked);
        let (status, document, index) = read?;
        let stated = status.proof.stated();
        let asked = StatusAsked {
            policy: &policy,
            at: self.at.unwrap_or_else(|| SystemClock.now()),
            max_age_millis: self.max_age,
            document: document.as_ref(),
        };
        let tools = Tools {
            crypto: &CRYPTO,
            tree: &TLOG_CRYPTO,
            contexts: &Contexts::bundled(),
        };
        match status.show(index, &asked, &tools) {
            Ok((set, shown)) => Ok(answer(stated, index, set, &shown)),
            Err(why) => Err(match why.answer() {
                Found::Fail => Ended {
                    message: format!("{} does not hold: {why}", self.file),
                    exit: Exit::Failed,
                },
                _ => Ended {
                    message: format!(
                        "could not be checked: {}: {why}. It speaks from {} until {}",
                        self.file, stated.valid_from, stated.valid_until
                    ),
                    exit: Exit::Unchecked,
                },
            }
            .into()),
        }
    }

    /// The proof, the issuer's document, and the entry that is meant.
    fn read(&self) -> Result<(StatusFile, Option<DidDocument>, u64)> {
        let bytes = file::read(&self.file, LARGEST)?;
        let status = StatusFile::read(&bytes, &TLOG_CRYPTO);
        let status = status.with_context(|| self.file.clone())?;
        let stated = status.proof.stated();
        let document = self.did.as_deref().map(|named| {
            let bytes = file::read(named, LARGEST)?;
            let document =
                DidDocument::published(&stated.issuer, &bytes, SystemClock.now(), &CRYPTO);
            document.map_err(|_| {
                anyhow::anyhow!(
                    "--did {named}: this is not the document of {}",
                    outside::printable(&stated.issuer)
                )
            })
        });
        let (index, issuer) = self.which.index(&stated.url, Some(&stated.purpose))?;
        if issuer.is_some_and(|issuer| issuer != stated.issuer) {
            anyhow::bail!(
                "{}: the list is not of the issuer of the credential",
                self.file
            );
        }
        Ok((status, document.transpose()?, index))
    }
}

fn answer(stated: &StatusRoot, index: u64, set: bool, shown: &StatusShown<'_>) -> Answer {
    let (if_set, if_clear) = match stated.purpose.as_str() {
        "revocation" => ("WITHDRAWN", "NOT WITHDRAWN"),
        "suspension" => ("PAUSED", "NOT PAUSED"),
        _ => ("SET", "NOT SET"),
    };
    let word = if set { if_set } else { if_clear };
    let signature = match shown.signature {
        true => "signed by the issuer, and in its log",
        false => {
            "in the log of the issuer's domain; the issuer's own signature was not checked (give its document with --did)"
        }
    };
    let mut text = format!(
        "{word} as of {}\n  entry {index} of {}, which stands until {}\n  {signature}",
        stated.valid_from,
        outside::printable(&stated.url),
        stated.valid_until,
    );
    for (witness, _) in &shown.seen.witnesses {
        text.push_str(&format!(
            "\n  seen by {}",
            outside::printable(&witness.name)
        ));
    }
    let json = json!({
        "verdict": if set { "set" } else { "clear" },
        "purpose": stated.purpose,
        "list": stated.url,
        "issuer": stated.issuer,
        "index": index,
        "asOf": stated.valid_from.to_string(),
        "validUntil": stated.valid_until.to_string(),
        "issuerSignature": shown.signature,
        "signatures": signers_json(&shown.seen),
    });
    let exit = match set {
        true => Exit::Failed,
        false => Exit::Done,
    };
    Answer::new(text, json).with_exit(exit)
}

const LARGEST: usize = 1 << 20;
