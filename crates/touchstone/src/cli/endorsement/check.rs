//! `touchstone endorsement check`: did a passkey sign these words, about this, until when, and does the institution that asked vouch for it?
//!
//! By itself the file shows that some key signed these words: its key, its site and who asked all come from the file. So without a record that was
//! signed by the institution that asked, the answer is neither yes nor no.

use std::path::PathBuf;

use anyhow::Result;
use serde_json::json;
use touchstone_adapters::{CRYPTO, NoFetch, SystemClock};
use touchstone_service::{
    endorsing::{EvidenceFault, Spoken, check_evidence},
    ports::{Clock, Fetch},
    verifying::{Alone, check_alone},
};
use touchstone_vc::{Credential, Document, Timestamp, Trust, Verdict};

use super::super::{Ended, Global, file, outside};
use crate::{
    answer::Answer,
    config::ConfigError,
    exit::Exit,
    installation::{Settings, contexts},
};

/// Check what a passkey signed, by the record that the institution that asked signed of it.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The file is published beside the endorsement that it belongs to (ID.passkey.json; its `evidence` names it). By itself it shows that some key \
signed these words, which anybody can have done at home. The record beside it (ID.json) is signed by the institution that asked, and names \
exactly this file: with it, and with it alone, this answers yes. Whether you believe that institution is yours to judge. Who spoke is not \
shown: both names are as they were typed, by whoever had the link that was mailed to an address at the domain that is named.

The record names its place in the institution's status list, which says whether it was taken back (records of before have none). A list is good \
for seven days: without it, or with an older one, this could not be checked. --at judges as of a moment at which the list that you have was good.

Examples:
  touchstone endorsement check ID.passkey.json --record ID.json --document achievement.json
  touchstone endorsement check ID.passkey.json --record ID.json --offline --documents archive/
                                           with the documents that `touchstone publish` wrote in the last seven days

Exit codes: 0 signed, recorded, and it holds; 1 not true, ended or taken back; 2 could not be checked, as without --record or its status list.")]
pub(super) struct Args {
    /// What the passkey signed.
    #[arg(value_name = "FILE")]
    file: String,
    /// The institution's record of it: it is checked as `touchstone verify` does, has to be signed by the institution that asked, and has to
    /// name exactly this file.
    #[arg(long, value_name = "FILE")]
    record: Option<String>,
    /// What is endorsed, as it is published: it has to have the hash that the statement names.
    #[arg(long, value_name = "FILE")]
    document: Option<String>,
    /// Contact nobody: what would have to be fetched could not be checked.
    #[arg(long)]
    offline: bool,
    /// Look here first for the documents of the institution: a folder written by `touchstone publish`.
    #[arg(long, value_name = "DIR")]
    documents: Option<PathBuf>,
    /// Judge as of this moment instead of now, like 2026-11-21T14:02:00Z.
    #[arg(long, value_name = "TIME", value_parser = outside::moment)]
    at: Option<Timestamp>,
}

impl Args {
    pub(super) async fn run(self, global: &Global) -> Result<Answer> {
        let bytes = file::read(&self.file, LARGEST).map_err(|error| unchecked(&error))?;
        let spoken = check_evidence(&CRYPTO, &bytes).map_err(|fault| match fault {
            EvidenceFault::NotSigned(_) => failed(&format!("{} does not hold: {fault}", self.file)),
            fault => unchecked(&anyhow::anyhow!("{}: {fault}", self.file)),
        })?;
        if let Some(record) = &self.record {
            self.recorded(global, record, &spoken).await?;
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

    /// That the institution that asked signed a record of exactly this.
    async fn recorded(&self, global: &Global, record: &str, spoken: &Spoken) -> Result<()> {
        let bytes = file::read(record, LARGEST).map_err(|error| unchecked(&error))?;
        if !spoken.is_recorded_in(&bytes) {
            return Err(failed(&format!(
                "{record} is no record of {}: it is about something else, or it does not name the file by its hash",
                self.file
            )));
        }
        if let Some(folder) = self.documents.as_deref().filter(|path| !path.is_dir()) {
            let why = anyhow::anyhow!("--documents: there is no folder {}", folder.display());
            return Err(unchecked(&why));
        }
        let fetch: Box<dyn Fetch> = match self.offline {
            true => Box::new(NoFetch),
            false => outside::online(global).map_err(unread)?,
        };
        let settings = Settings::read(global).map_err(unread)?;
        let contexts = contexts(&settings).map_err(|error| unchecked(&error))?;
        let trust = Trust {
            registers: Vec::new(),
        };
        let alone = Alone {
            clock: &SystemClock,
            fetch: &*fetch,
            crypto: &CRYPTO,
            contexts: &contexts,
            trust: &trust,
            at_hand: &|url| {
                outside::at_hand(self.documents.as_deref()?, url).map(Document::Fetched)
            },
        };
        let checked = check_alone(&alone, &bytes, self.at).await;
        let checked = checked.map_err(|error| unchecked(&anyhow::anyhow!("{record}: {error}")))?;
        let see = format!("`touchstone verify {record}` says why");
        match checked.report.verdict() {
            Verdict::Failed => {
                return Err(failed(&format!("{record} does not hold: {see}")));
            }
            Verdict::Unknown => {
                return Err(unchecked(&anyhow::anyhow!("{record}: {see}")));
            }
            _ => {}
        }
        let credential = Credential::parse(&checked.credential);
        let credential =
            credential.map_err(|error| unchecked(&anyhow::anyhow!("{record}: {error}")))?;
        match credential.issuer() == Some(spoken.statement.asked_by.id.as_str()) {
            true => Ok(()),
            false => Err(failed(&format!(
                "{record} is not signed by the institution that asked: the statement names {}",
                spoken.statement.asked_by.id
            ))),
        }
    }
}

fn answer(args: &Args, spoken: &Spoken, ended: bool) -> Answer {
    let said = &spoken.statement;
    let recorded = args.record.is_some();
    // Ended it is, whoever signed it.
    let (verdict, head, exit) = match (ended, recorded) {
        (true, _) => ("ended", "ENDED:", Exit::Failed),
        (false, true) => ("signed", "SIGNED:", Exit::Done),
        (false, false) => ("unknown", UNKNOWN, Exit::Unchecked),
    };
    let mut text = format!(
        "{head} {}, {}, of “{}”\n",
        said.person, said.organization, said.name
    );
    for line in said.endorsement_comment.lines() {
        text.push_str(&format!("  > {line}\n"));
    }
    text.push_str(&format!(
        "  until {}\n  {}signed by a passkey at {}, by a link that was mailed to an address at {}; both names are as they were typed\n  what is endorsed: {}, SHA-256 {}",
        said.valid_until,
        if recorded { "" } else { "as the file says: " },
        spoken.origin, said.asked_under, said.document, said.sha256
    ));
    match &args.record {
        Some(record) => text.push_str(&format!(
            "\n  recorded in {record}, which names exactly this file and is signed by {}",
            said.asked_by.id
        )),
        None => text.push_str(
            "\n  anybody can make such a file: give the record that the institution that asked signed, with --record",
        ),
    }
    if args.document.is_some() {
        text.push_str("\n  the document has this hash");
    }
    let json = json!({
        "verdict": verdict,
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
        "askedBy": said.asked_by.id,
        "recorded": recorded,
        "documentHeld": args.document.is_some(),
    });
    Answer::new(text, json).with_plain_words().with_exit(exit)
}

fn failed(why: &str) -> anyhow::Error {
    Ended::failed(outside::printable(why))
}

/// A fault of the settings is told as one.
fn unread(error: anyhow::Error) -> anyhow::Error {
    match error.is::<ConfigError>() {
        true => error,
        false => unchecked(&error),
    }
}

fn unchecked(error: &anyhow::Error) -> anyhow::Error {
    Ended::unchecked(format!("could not be checked: {error:#}"))
}

const UNKNOWN: &str =
    "COULD NOT BE CHECKED: some key signed these words. The file says that they are by";
const LARGEST: usize = 4 << 20;
