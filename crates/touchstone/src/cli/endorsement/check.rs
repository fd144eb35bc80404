//! `touchstone endorsement check`: did a passkey sign these words, about this, until when? Nobody is asked.

use anyhow::Result;
use serde_json::json;
use touchstone_adapters::{CRYPTO, SystemClock};
use touchstone_service::{
    endorsing::{EvidenceFault, Spoken, check_evidence},
    ports::Clock,
};
use touchstone_vc::Timestamp;

use super::super::{Ended, file, verify};
use crate::{answer::Answer, exit::Exit};

/// Check what a passkey signed: who says what about what, until when.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The file is published beside the endorsement that it belongs to (ID.passkey.json; its `evidence` names it). A passkey shows that the words \
were not changed since they were said. It does not show who said them: both names are as they were typed, by whoever had the link that was \
mailed to an address at the domain that is named.

Examples:
  touchstone endorsement check ID.passkey.json
  touchstone endorsement check ID.passkey.json --record ID.json --document achievement.json
  touchstone verify ID.json      whether the institution signed the record

Exit codes: 0 signed and it holds, 1 not true or ended, 2 could not be checked.")]
pub(super) struct Args {
    /// What the passkey signed.
    #[arg(value_name = "FILE")]
    file: String,
    /// The institution's record of it, which has to name exactly this file.
    #[arg(long, value_name = "FILE")]
    record: Option<String>,
    /// What is endorsed, as it is published: it has to have the hash that the statement names.
    #[arg(long, value_name = "FILE")]
    document: Option<String>,
    /// Judge as of this moment instead of now, like 2026-11-21T14:02:00Z.
    #[arg(long, value_name = "TIME", value_parser = verify::moment)]
    at: Option<Timestamp>,
}

impl Args {
    pub(super) fn run(self) -> Result<Answer> {
        let bytes = file::read(&self.file, LARGEST).map_err(|error| unchecked(&error))?;
        let spoken = check_evidence(&CRYPTO, &bytes).map_err(|fault| match fault {
            EvidenceFault::NotSigned(_) => failed(&format!("{} does not hold: {fault}", self.file)),
            fault => unchecked(&anyhow::anyhow!("{}: {fault}", self.file)),
        })?;
        if let Some(record) = &self.record {
            let bytes = file::read(record, LARGEST).map_err(|error| unchecked(&error))?;
            if !spoken.is_recorded_in(&bytes) {
                return Err(failed(&format!(
                    "{record} is no record of {}: it is about something else, or it does not name the file by its hash",
                    self.file
                )));
            }
        }
        if let Some(document) = &self.document {
            let bytes = file::read(document, LARGEST).map_err(|error| unchecked(&error))?;
            if !spoken.is_about(&CRYPTO, &bytes) {
                return Err(failed(&format!(
                    "{document} is not what is endorsed: its SHA-256 is another one"
                )));
            }
        }
        let at = self.at.unwrap_or_else(|| SystemClock.now());
        let until = spoken.statement.until();
        let Some(until) = until else {
            let why = anyhow::anyhow!("{}: until when it holds cannot be read", self.file);
            return Err(unchecked(&why));
        };
        Ok(answer(&self, &spoken, until < at))
    }
}

fn answer(args: &Args, spoken: &Spoken, ended: bool) -> Answer {
    let said = &spoken.statement;
    let word = if ended { "ENDED" } else { "SIGNED" };
    let mut text = format!(
        "{word}: {}, {}, of “{}”\n",
        said.person, said.organization, said.name
    );
    for line in said.endorsement_comment.lines() {
        text.push_str(&format!("  > {line}\n"));
    }
    text.push_str(&format!(
        "  until {}\n  signed by a passkey at {}, by a link that was mailed to an address at {}; both names are as they were typed\n  what is endorsed: {}, SHA-256 {}",
        said.valid_until, spoken.origin, said.asked_under, said.document, said.sha256
    ));
    if let Some(record) = &args.record {
        text.push_str(&format!("\n  recorded in {record}, which names exactly this file; `touchstone verify {record}` says whether the institution signed it"));
    }
    if args.document.is_some() {
        text.push_str("\n  the document has this hash");
    }
    let json = json!({
        "verdict": if ended { "ended" } else { "signed" },
        "person": said.person,
        "organization": said.organization,
        "askedUnder": said.asked_under,
        "endorsementComment": said.endorsement_comment,
        "subject": said.subject,
        "name": said.name,
        "document": said.document,
        "sha256": said.sha256,
        "validUntil": said.valid_until,
        "origin": spoken.origin,
        "recorded": args.record.is_some(),
        "documentHeld": args.document.is_some(),
    });
    let exit = if ended { Exit::Failed } else { Exit::Done };
    Answer::new(text, json).with_plain_words().with_exit(exit)
}

fn failed(why: &str) -> anyhow::Error {
    Ended {
        message: verify::printable(why),
        exit: Exit::Failed,
    }
    .into()
}

fn unchecked(error: &anyhow::Error) -> anyhow::Error {
    Ended {
        message: format!("could not be checked: {error:#}"),
        exit: Exit::Unchecked,
    }
    .into()
}

const LARGEST: usize = 4 << 20;
