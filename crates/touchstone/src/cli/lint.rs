//! `touchstone lint`: will somebody who must act on it understand it?
//!
//! Works without an installation: nothing is opened, kept or told.

mod reference;

use std::{collections::BTreeSet, path::PathBuf, sync::Arc};

use anyhow::{Context, Result, bail};
use touchstone_adapters::{CRYPTO, NoFetch, SystemClock};
use touchstone_service::{
    issuing::{MOST_LOOKED_UP, look_up_links},
    ports::{Clock, Fetch},
};
use touchstone_vc::{
    Credential,
    bake::{MAX_FILE, unbake_any},
    lint::{Facts, Finding, LintReport, Profile, Readiness, Rule, lint},
};

use super::{Ended, Global, file, outside};
use crate::{answer::Answer, config::ConfigError, exit::Exit};

/// Look whether a credential or an achievement can be understood by whoever must act on it.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Reads credentials (JSON, JSON Web Tokens, PNG, SVG, PDF) and achievements (definition documents, and what is published at \
/i/SLUG/a/ID/VERSION). It says nothing about whether a credential is valid: `touchstone verify` does. The rules, their sources and how \
to mend each: docs/lint.md, or `touchstone lint --rules`.

Examples:
  touchstone lint measuring.json --profile eu-mc
  touchstone lint diploma.png --profile tmc-application
                                           fetches the document of its version, which says more
  touchstone lint credential.json --offline --achievement version.json --issuer profile.json
  touchstone lint measuring.json --look-up do the addresses of linked tasks and skills open?
  touchstone lint --rules                  every rule, as docs/lint.md

Exit codes: 0 ready, 1 not ready, 2 could not be decided or not be read (never rounded either way), 64 usage.")]
pub(crate) struct Args {
    /// A file, an address that starts with https://, or - for standard input.
    #[arg(value_name = "FILE|URL|-", required_unless_present = "rules")]
    what: Option<String>,
    /// For whom: eu-mc, tmc-application, tmc-knowledge or ctdl-min.
    #[arg(long, value_name = "PROFILE", default_value = "eu-mc", value_parser = profile)]
    profile: Profile,
    /// Of a credential: the document of its version, instead of fetching it.
    #[arg(long, value_name = "FILE")]
    achievement: Option<String>,
    /// The issuer's Open Badges profile, as at /i/SLUG/profile.
    #[arg(long, value_name = "FILE")]
    issuer: Option<String>,
    /// Contact nobody.
    #[arg(long)]
    offline: bool,
    /// Look here first for the document of a credential's version: a folder written by `touchstone publish`.
    #[arg(long, value_name = "DIR")]
    documents: Option<PathBuf>,
    /// Ask whether the addresses of linked tasks and skills open.
    #[arg(long, conflicts_with = "offline")]
    look_up: bool,
    /// Print every rule with its severity, source and how to mend it.
    #[arg(long, conflicts_with = "what")]
    rules: bool,
}

impl Args {
    pub(crate) async fn run(self, global: &Global) -> Result<Answer> {
        if self.rules {
            return Ok(Answer::document(reference::reference().into_bytes()));
        }
        let judged = self.judge(global).await;
        // Nothing to judge is neither ready nor not ready.
        let report = judged.map_err(|error| match error.is::<ConfigError>() {
            true => error,
            false => Ended::unchecked(format!("could not be looked at: {error:#}")),
        })?;
        answer(&report)
    }

    async fn judge(&self, global: &Global) -> Result<LintReport> {
        let fetch: Arc<dyn Fetch> = match self.offline {
            true => Arc::new(NoFetch),
            false => outside::online(global)?.into(),
        };
        let what = self.what.as_deref().unwrap_or_default();
        let bytes = match what.starts_with("https://") || what.starts_with("http://") {
            true => outside::fetched(&*fetch, what).await?,
            false => file::read(what, MAX_FILE)?,
        };
        let (_, document) = unbake_any(&bytes).with_context(|| what.to_owned())?;
        let version = match &self.achievement {
            Some(path) => Some(file::read(path, MAX_FILE)?),
            None => self.version_of(&document, &*fetch).await,
        };
        let issuer = self.issuer.as_ref().map(|path| file::read(path, MAX_FILE));
        let issuer = issuer.transpose()?;
        let mut facts = Facts::of_document(
            &document,
            version.as_deref(),
            issuer.as_deref(),
            SystemClock.now(),
            &CRYPTO,
        )
        .with_context(|| what.to_owned())?;
        if self.look_up {
            if addresses(&facts) > MOST_LOOKED_UP {
                bail!("--look-up: there are more than {MOST_LOOKED_UP} addresses; look without it");
            }
            look_up_links(&fetch, &mut facts).await;
        }
        Ok(lint(&facts, self.profile))
    }

    /// The document that a credential binds, if it can be had. Without it the rules that need it say so.
    async fn version_of(&self, document: &[u8], fetch: &dyn Fetch) -> Option<Vec<u8>> {
        let credential = Credential::parse(document).ok()?;
        let related = credential.view().related_resources.into_iter();
        let address = related
            .filter(|one| one.media_type.is_none_or(|kind| kind.contains("json")))
            .find_map(|one| one.id.filter(|id| id.starts_with("http")))?;
        if let Some(found) = self
            .documents
            .as_deref()
            .and_then(|folder| outside::at_hand(folder, address))
        {
            return Some(found.bytes);
        }
        match fetch.fetch(address).await {
            Ok(fetched) => Some(fetched.bytes),
            Err(error) => {
                eprintln!(
                    "{}: {error}; rules that need it say so",
                    outside::printable(address)
                );
                None
            }
        }
    }
}

/// How many different addresses are linked.
fn addresses(facts: &Facts) -> usize {
    let all = facts.alignment.iter().map(|one| &one.target_url);
    all.collect::<BTreeSet<_>>().len()
}

/// A report in words and as JSON, with its exit code.
pub(super) fn answer(report: &LintReport) -> Result<Answer> {
    let json = serde_json::from_str(&report.to_json().to_string()).context("the report")?;
    let exit = match report.readiness() {
        Readiness::Ready => Exit::Done,
        Readiness::NotReady => Exit::Failed,
        Readiness::Undecided => Exit::Unchecked,
    };
    Ok(Answer::new(in_words(report), json).with_exit(exit))
}

fn in_words(report: &LintReport) -> String {
    let mut lines = vec![report.to_string()];
    for (rule, findings) in report.broken() {
        lines.extend(
            findings
                .iter()
                .map(|finding| told(rule.severity.letter(), rule, finding)),
        );
    }
    let unknown = report.unknown();
    if !unknown.is_empty() {
        lines.push("Could not be looked at:".to_owned());
    }
    for (rule, findings) in unknown {
        lines.extend(findings.iter().map(|finding| {
            format!(
                "  {} {} {}: {}",
                rule.severity.letter(),
                rule.id,
                finding.place,
                finding.what
            )
        }));
    }
    // What a stranger wrote must not steer the terminal.
    let lines: Vec<_> = lines.iter().map(|line| outside::printable(line)).collect();
    lines.join("\n")
}

fn told(letter: &str, rule: &Rule, finding: &Finding) -> String {
    format!("  {letter} {} {}", rule.id, finding.told(rule))
}

pub(super) fn profile(text: &str) -> Result<Profile, String> {
    Profile::parse(text).map_err(|error| error.to_string())
}
