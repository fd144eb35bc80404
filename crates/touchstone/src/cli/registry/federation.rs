//! `touchstone registry federation`: whom a federation has, from its trust anchor down, and why it does not have somebody.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use touchstone_adapters::{CRYPTO, SystemClock};
use touchstone_service::{
    ports::{Clock, Fetch},
    verifying::{federation_register, register_as_kept},
};
use touchstone_vc::{
    Supplied, Timestamp,
    federation::{Anchor, Collected, Collector, KeySet, Known, Limits, issuers_of},
    registry::Registry,
};

use crate::{
    answer::{Answer, table},
    cli::{Global, file::NewFile, outside::moment, outside::online},
    exit::Exit,
};

/// Go through a federation (OpenID Federation 1.0): who has a chain to the trust anchor, and why others have none.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Needs no installation and keeps nothing. With --documents nobody is asked: the file has what would be fetched, as \
{\"documents\": [{\"address\", \"fetchedAt\", \"text\"}]}.

Examples:
  touchstone registry federation https://anchor.example --keys anchor.jwks
  touchstone registry federation https://anchor.example --keys anchor.jwks --out federation.json
  touchstone verify diploma.png --registry federation.json
  touchstone registry federation https://anchor.example --keys anchor.jwks --trust-mark https://anchor.example/marks/accredited
  touchstone registry federation https://anchor.example --keys anchor.jwks --documents saved.json --at 2026-11-21T14:02:00Z --json

Exit codes: 0 the anchor was read, 2 it could not be read.")]
pub(crate) struct Args {
    /// The trust anchor's entity identifier.
    #[arg(value_name = "ANCHOR")]
    anchor: String,
    /// Its keys: a JSON Web Key Set that came another way than over the network.
    #[arg(long, value_name = "FILE")]
    keys: PathBuf,
    /// Count only who has a trust mark of this type. Can be repeated; one of them suffices.
    #[arg(long, value_name = "TYPE")]
    trust_mark: Vec<String>,
    /// Read the documents from this file instead of fetching them.
    #[arg(long, value_name = "FILE")]
    documents: Option<PathBuf>,
    /// Write whom it has to this file as well, with their chains: a register for `touchstone verify --registry`. It must not be there yet.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Judge as of this moment instead of now, like 2026-11-21T14:02:00Z.
    #[arg(long, value_name = "TIME", value_parser = moment)]
    at: Option<Timestamp>,
}

impl Args {
    pub(crate) async fn run(self, global: &Global) -> Result<Answer> {
        let shown = || format!("--keys {}", self.keys.display());
        let keys = KeySet::parse(&fs::read(&self.keys).with_context(shown)?).with_context(shown)?;
        let anchor = Anchor {
            id: self.anchor.clone(),
            keys,
        };
        let at = self.at.unwrap_or_else(|| SystemClock.now());
        let at_hand = match &self.documents {
            None => None,
            Some(path) => {
                let shown = || format!("--documents {}", path.display());
                let bytes = fs::read(path).with_context(shown)?;
                Some(Supplied::parse(&bytes).with_context(shown)?)
            }
        };
        // Before anybody is asked, which may take minutes.
        let file = match &self.out {
            Some(path) => Some((path, NewFile::begin(path)?)),
            None => None,
        };
        let fetch = online(global)?;
        let mut collector = Collector::new(anchor, Limits::default());
        while let Some(want) = collector.next_wanted() {
            let begun = SystemClock.now().unix_millis();
            let document = document(&*fetch, at_hand.as_ref(), &want.url()).await;
            let waited = SystemClock.now().unix_millis().saturating_sub(begun);
            collector.waited(&want, u64::try_from(waited).unwrap_or(0));
            collector.answer(&want, document.as_deref(), at, &CRYPTO);
        }
        match collector.found(&self.trust_mark, at, &CRYPTO) {
            Some(found) => {
                if let Some((out, file)) = file {
                    write(out, file, &self.anchor, &found)?;
                }
                Ok(answer(&self.anchor, &found))
            }
            None => {
                let address = touchstone_vc::federation::configuration_url(&self.anchor);
                let text = format!(
                    "{address} could not be read, or is not signed with the keys in {}",
                    self.keys.display()
                );
                let answer = Answer::new(text, json!({ "anchor": self.anchor, "read": false }));
                Ok(answer.with_exit(Exit::Unchecked))
            }
        }
    }
}

/// Whom it has, as a register in a file: as an installation keeps one, so without the chains where they are too long. What could not be read in whole
/// would tell those that were left out as not listed.
fn write(out: &Path, mut file: NewFile, anchor: &str, found: &Collected) -> Result<()> {
    ensure!(
        !found.left_out && found.cut.is_empty(),
        "{} was not written: the federation has more than is read of one, and who was left out would read as not listed",
        out.display()
    );
    let mut register = federation_register(anchor, found, BTreeMap::new());
    register.name = Some(format!("The federation of {anchor}"));
    let bytes = register_as_kept(register);
    let read = Registry::parse(&bytes);
    read.with_context(|| {
        format!(
            "{} was not written: it would be larger than any register that is read; count fewer with --trust-mark",
            out.display()
        )
    })?;
    file.write(&bytes)?;
    file.finish()
}

async fn document(fetch: &dyn Fetch, at_hand: Option<&Supplied>, url: &str) -> Option<Vec<u8>> {
    match at_hand {
        Some(supplied) => Some(supplied.documents.get(url)?.bytes.clone()),
        None => Some(fetch.fetch(url).await.ok()?.bytes),
    }
}

fn answer(anchor: &str, found: &Collected) -> Answer {
    let rows: Vec<_> = found.known.iter().map(row).collect();
    let mut lines = vec![table(["entity", "through", "until", "trust marks"], &rows)];
    lines.extend(
        found
            .refused
            .iter()
            .map(|(entity, why)| format!("No chain: {entity}: {why}")),
    );
    lines.extend(
        found
            .unreached
            .iter()
            .map(|one| format!("Could not be read: {one}")),
    );
    if found.left_out {
        lines.push("There may be more: a limit was reached.".into());
    }
    let cut = found.cut.iter();
    lines.extend(cut.map(|one| format!("More than is read stands below {one}.")));
    let known: Vec<_> = found.known.iter().map(described).collect();
    let refused = found.refused.iter();
    let refused = refused.map(|(entity, why)| json!({ "entity": entity, "why": why.to_string() }));
    let json = json!({
        "anchor": anchor,
        "read": true,
        "known": known,
        "refused": refused.collect::<Vec<_>>(),
        "unreached": found.unreached,
        "leftOut": found.left_out,
        "leftOutBelow": found.cut,
    });
    Answer::new(lines.join("\n"), json).with_plain_words()
}

fn row(known: &Known) -> [String; 4] {
    let resolved = &known.resolved;
    [
        resolved.subject.clone(),
        resolved.via.join(", "),
        known.valid_until.to_string(),
        known.trust_marks.join(", "),
    ]
}

fn described(known: &Known) -> Value {
    let resolved = &known.resolved;
    let metadata = resolved.metadata.to_string();
    json!({
        "entity": resolved.subject,
        "issuers": issuers_of(&resolved.subject),
        "via": resolved.via,
        "validUntil": known.valid_until.to_string(),
        "trustMarks": known.trust_marks,
        "metadata": serde_json::from_str::<Value>(&metadata).unwrap_or_default(),
    })
}
