//! `touchstone log cosign`: ask witnesses to vouch for a published log.

use std::{fs, path::Path};

use anyhow::{Context, Result, bail};
use serde_json::json;
use touchstone_adapters::{
    HttpFetch, TLOG_CRYPTO,
    durable::{self, Readers},
};
use touchstone_service::{inspecting::CHECKPOINT, witnessing::ask_witnesses};

use super::{Global, Log, Settings, Trusting, ended, signers, signers_json, tree_json};
use crate::{answer::Answer, exit::Exit};

/// Ask the witnesses of a trust file to cosign a log in a folder, and put their signatures onto its checkpoint.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Asks every witness of the trust file that has an address and has not cosigned this checkpoint (C2SP tlog-witness), and shows what it proved \
to each. A witness that is down leaves the checkpoint pending; run this again later. Only the file `checkpoint` is written, and only if it is \
still the one that was cosigned.

Examples:
  touchstone publish --to site
  touchstone log cosign site/log --policy trust.txt
  touchstone log prove site/log 73894 --policy trust.txt --out entry.tlog-proof

Exit codes: 0 enough witnesses, 1 a witness knows another history of this log, 2 not enough witnesses as yet.")]
pub(crate) struct Args {
    /// The log's folder.
    #[arg(value_name = "FOLDER")]
    log: String,
    #[command(flatten)]
    trusting: Trusting,
}

impl Args {
    pub(super) async fn run(self, global: &Global) -> Result<Answer> {
        let policy = self.trusting.required()?;
        let log = Log::open(global, &self.log)?;
        if let Log::Address(..) = log {
            bail!(
                "{}: name the log's folder, whose checkpoint is written",
                self.log
            );
        }
        let fetch = Settings::read(global)?.config.fetch;
        if !fetch.allow {
            bail!("witnesses would have to be asked, which fetch.allow forbids: set it to true");
        }
        let witnesses = HttpFetch::new(fetch.loopback || global.local).context("network")?;
        let failed =
            |error: touchstone_service::inspecting::InspectError| ended(&self.log, error.into());
        let mut signed = log.source().checkpoint().await.map_err(failed)?;
        let before = signed.note.to_string();
        let asked = ask_witnesses(log.source(), &mut signed, &policy, &witnesses, &TLOG_CRYPTO);
        let asked = asked.await.map_err(failed)?;
        let evaluation = policy.evaluate(&signed, &TLOG_CRYPTO);
        let evaluation = evaluation.map_err(|error| ended(&self.log, error.into()))?;
        let after = signed.note.to_string();
        let path = Path::new(&self.log).join(CHECKPOINT);
        if after != before {
            let now = fs::read(&path).with_context(|| format!("file {}", path.display()))?;
            if now != before.as_bytes() {
                bail!("the log grew in the meantime; ask again");
            }
            durable::write(&path, after.as_bytes(), Readers::Usual)
                .with_context(|| format!("file {}", path.display()))?;
        }
        let tree = &signed.checkpoint;
        let mut text = format!(
            "{}: {} entries\n  {}",
            tree.origin(),
            tree.size,
            signers(&evaluation, &policy)
        );
        let mut exit = match evaluation.has_quorum {
            true => Exit::Done,
            false => Exit::Unchecked,
        };
        for one in &asked {
            let Some(refused) = &one.refused else {
                continue;
            };
            let alarm = refused.is_against_the_log();
            if alarm {
                exit = Exit::Failed;
            }
            let said = if alarm { "ALARM: " } else { "" };
            text += &format!(
                "\n{said}{} ({}) did not cosign: {refused}",
                one.name, one.url
            );
        }
        let witnesses = asked.iter().map(|one| {
            json!({ "name": one.name, "url": one.url, "refused": one.refused.as_ref().map(ToString::to_string) })
        });
        let json = json!({
            "checkpoint": tree_json(&signed),
            "signatures": signers_json(&evaluation),
            "asked": witnesses.collect::<Vec<_>>(),
        });
        Ok(Answer::new(text, json).with_exit(exit))
    }
}
