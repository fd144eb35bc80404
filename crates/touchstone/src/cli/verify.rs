//! `touchstone verify`: check a credential that somebody gave you.
//!
//! Works without an installation: nothing is opened, kept or told. The words are those of the verification page.

use std::path::PathBuf;

use anyhow::{Context, Result};
use touchstone_adapters::{CRYPTO, NoFetch, SystemClock};
use touchstone_bundle::Bundle;
use touchstone_page::{
    credential::{Known, View, view::Claim, view::Holder},
    words,
};
use touchstone_service::{
    ports::{Clock, Fetch},
    verifying::{
        Alone, CheckError, Checked, RegisterFile, TrustChain, check_alone,
        check_presentation_alone, linked,
    },
};
use touchstone_vc::{
    Asked, Audience, Challenge, Credential, CredentialError, Detail, Domain, HolderMatch,
    PresentationReport, Report, Timestamp, Trust, Verdict,
    bake::{MAX_FILE, unbake_any},
    in_sentence,
};

use super::{
    Ended, Global, file,
    outside::{age, at_hand, link, moment, online, printable},
    trust_chain, verify_bundle, verify_presentation,
    verify_stapled::{Stapled, Stapling},
};
use crate::{
    answer::Answer,
    config::ConfigError,
    exit::Exit,
    installation::{Settings, contexts, register},
};

/// Check a credential or a presentation: was it changed, who signed it, does it still stand?
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Reads JSON, JSON Web Tokens, PNG, SVG and PDF. No installation is needed; nothing is kept, and nobody is told but the hosts of the status lists and \
issuer documents that are fetched.

Examples:
  touchstone verify diploma.png
  touchstone verify https://example.edu/credential.json --json
  touchstone verify https://example.edu/v/7Gk2…
                                           a page that shows a credential, by the address that its holder passed on
  cat credential.json | touchstone verify - --offline
  touchstone verify credential.json --at 2030-01-01T00:00:00Z
  touchstone verify credential.json --holder ada@example.org
                                           is it about the person who gave this address?
  touchstone verify credential.json --offline --documents archive/
                                           with the documents that `touchstone publish` wrote
  touchstone verify credential.json --registry partners.json
                                           do these registers list the issuer?
  touchstone verify ada.bundle --offline --trust riverside.policy
                                           a proof bundle, against the log and witnesses that you trust
  touchstone verify ada.bundle --offline --trust riverside.policy --status-max-age 7d
                                           and not on what was so longer ago
  touchstone verify ada.json --status ada.status-proof --trust riverside.policy
                                           its status from a proof that came with it: no list is fetched
  touchstone verify presentation.json --challenge 7f3a --domain example.edu
                                           what a holder presents, and each credential in it

Exit codes: 0 valid, 1 not valid, 2 could not be checked (never rounded either way), 64 usage. With --holder, a credential that is \
valid ends with 1 if it was issued to another address, and with 2 if that cannot be compared.")]
pub(crate) struct Args {
    /// A file, an address that starts with https://, or - for standard input.
    #[arg(value_name = "FILE|URL|-")]
    what: String,
    /// Contact nobody: what would have to be fetched could not be checked.
    #[arg(long)]
    offline: bool,
    /// Judge as of this moment instead of now, like 2026-11-21T14:02:00Z.
    #[arg(long, value_name = "TIME", value_parser = moment)]
    at: Option<Timestamp>,
    /// Look here first for status lists and issuer documents: a folder written by `touchstone publish`.
    #[arg(long, value_name = "DIR")]
    documents: Option<PathBuf>,
    /// A register of issuers that you know: a file, in our form or that of the Digital Credentials Consortium (docs/formats/registry.md).
    /// Can be repeated; the first that lists the issuer counts.
    #[arg(long, value_name = "FILE")]
    registry: Vec<PathBuf>,
    /// A status proof that came with the credential (`touchstone status prove`), in place of the list that it was made of: nobody is asked. It counts
    /// under --trust. Can be repeated, for several lists and for a presentation with several credentials.
    #[arg(long, value_name = "FILE", requires = "trust")]
    status: Vec<String>,
    /// Of a proof bundle or a status proof: whom you trust, as a C2SP tlog-policy (the keys of logs and witnesses that you chose). `touchstone log trust`
    /// writes one for an installation.
    #[arg(long, value_name = "FILE")]
    trust: Option<PathBuf>,
    /// Of a proof bundle or a status proof: how old what it says about withdrawal may be, like 7d, 12h or 30m. Without it, the time is told and is yours to judge.
    #[arg(long, value_name = "AGE", value_parser = age)]
    status_max_age: Option<i64>,
    /// The e-mail address (or DID, or other identifier) that the person gave: compare it with what the credential is tied to.
    #[arg(long, value_name = "ADDRESS")]
    holder: Option<String>,
    /// Of a presentation: the challenge that you asked its holder to sign. Without it, it may be a copy.
    #[arg(long, value_name = "TEXT", value_parser = challenge)]
    challenge: Option<Challenge>,
    /// Of a presentation: the name under which you asked, such as your host.
    #[arg(long, value_name = "NAME", requires = "challenge", value_parser = domain)]
    domain: Option<Domain>,
}

impl Args {
    pub(crate) async fn run(self, global: &Global) -> Result<Answer> {
        // Nothing to judge is neither valid nor not valid.
        let unchecked = |error: anyhow::Error| match error.is::<ConfigError>() {
            true => error,
            false => anyhow::Error::from(Ended {
                message: format!("could not be checked: {error:#}"),
                exit: Exit::Unchecked,
            }),
        };
        let fetch = self.fetch(global).map_err(unchecked)?;
        // Once: a pipe gives it no second time.
        let bytes = self.read(&*fetch).await.map_err(unchecked)?;
        if Bundle::is(&bytes) {
            return self.bundle(&bytes, global).map_err(unchecked);
        }
        let checked = match self.check(global, &*fetch, bytes).await {
            Ok(Judged::Credential(checked)) => checked,
            Ok(Judged::Presentation(text, report)) => {
                return verify_presentation::answer(&text, &report);
            }
            Err(error) => return Err(unchecked(error)),
        };
        let credential = Credential::parse(&checked.credential).context("the credential")?;
        let view = credential.view();
        let told = self.holder.as_deref();
        let matched = told.map(|told| view.subject.belongs_to(told, CRYPTO.sha256));
        let exit = match (checked.report.verdict(), matched) {
            (Verdict::Failed, _) => Exit::Failed,
            (Verdict::Unknown, _) => Exit::Unchecked,
            (_, None | Some(HolderMatch::Same)) => Exit::Done,
            (_, Some(HolderMatch::Other)) => Exit::Failed,
            (_, Some(HolderMatch::NotTied | HolderMatch::Unreadable)) => Exit::Unchecked,
        };
        let mut json: serde_json::Value =
            serde_json::from_str(&checked.report.to_json().to_string()).context("the report")?;
        if let (Some(matched), Some(members)) = (matched, json.as_object_mut()) {
            members.insert("holder".into(), matched.code().into());
        }
        let mut words = in_words(&view, &checked.report, matched);
        if let Some(chain) = &checked.trust_chain {
            words.push_str(&trust_chain::in_words(chain));
            json["trustChain"] = trust_chain::in_json(chain)?;
        }
        Ok(Answer::new(words, json).with_exit(exit))
    }

    fn fetch(&self, global: &Global) -> Result<Box<dyn Fetch>> {
        match self.offline {
            true => Ok(Box::new(NoFetch)),
            false => online(global),
        }
    }

    async fn read(&self, fetch: &dyn Fetch) -> Result<Vec<u8>> {
        match self.what.starts_with("https://") || self.what.starts_with("http://") {
            true => link(linked(fetch, &self.what).await, &self.what),
            false => file::read(&self.what, MAX_FILE),
        }
    }

    /// A proof bundle is judged from itself, and nobody is asked.
    fn bundle(&self, bytes: &[u8], global: &Global) -> Result<Answer> {
        let foreign = [
            ("--documents", self.documents.is_some()),
            ("--holder", self.holder.is_some()),
            ("--challenge", self.challenge.is_some()),
            ("--registry", !self.registry.is_empty()),
            ("--status", !self.status.is_empty()),
        ];
        if let Some((option, _)) = foreign.iter().find(|(_, given)| *given) {
            anyhow::bail!(
                "{option}: this is a proof bundle, which is judged from itself; leave the option out"
            );
        }
        let contexts = contexts(&Settings::read(global)?)?;
        verify_bundle::answer(
            bytes,
            self.at,
            self.trust.as_deref(),
            self.status_max_age,
            &contexts,
        )
    }

    async fn check(&self, global: &Global, fetch: &dyn Fetch, bytes: Vec<u8>) -> Result<Judged> {
        if let Some(documents) = self.documents.as_deref().filter(|path| !path.is_dir()) {
            anyhow::bail!("--documents: there is no folder {}", documents.display());
        }
        let contexts = contexts(&Settings::read(global)?)?;
        let at = self.at.unwrap_or_else(|| SystemClock.now());
        let read = |path: &PathBuf| register(path, None).context("--registry");
        let registers: Vec<RegisterFile> = self.registry.iter().map(read).collect::<Result<_>>()?;
        let trust = Trust {
            registers: registers.iter().map(|one| one.at(at).into()).collect(),
        };
        let published = |url: &str| at_hand(self.documents.as_deref()?, url);
        let how = Stapling {
            trust: self.trust.as_deref(),
            at,
            max_age_millis: self.status_max_age,
            at_hand: &published,
            fetch,
            clock: &SystemClock,
            contexts: &contexts,
        };
        let stapled = Stapled::read(&self.status, &how).await?;
        let alone = Alone {
            clock: &SystemClock,
            fetch,
            crypto: &CRYPTO,
            contexts: &contexts,
            trust: &trust,
            at_hand: &|url| stapled.or(url, published(url)),
        };
        let mut judged = self.judge(&alone, &bytes).await?;
        stapled.all_used()?;
        if let Judged::Credential(checked) = &mut judged {
            checked.trust_chain = TrustChain::in_files(&registers, &trust, &checked.report);
        }
        Ok(judged)
    }

    async fn judge(&self, alone: &Alone<'_>, bytes: &[u8]) -> Result<Judged> {
        match check_alone(alone, bytes, self.at).await {
            Err(CheckError::Credential(CredentialError::Presentation)) if self.holder.is_none() => {
                let (_, text) = unbake_any(bytes)?;
                let judged = check_presentation_alone(alone, &text, &self.asked(), self.at).await;
                let report = judged.with_context(|| self.what.clone())?;
                Ok(Judged::Presentation(text.into_owned(), report))
            }
            Err(CheckError::Credential(CredentialError::Presentation)) => {
                anyhow::bail!("--holder: this is a presentation; give one of the credentials in it")
            }
            Ok(_) if self.challenge.is_some() => {
                anyhow::bail!("--challenge: this is a credential; presentations answer challenges")
            }
            checked => Ok(Judged::Credential(
                checked.with_context(|| self.what.clone())?,
            )),
        }
    }

    fn asked(&self) -> Asked {
        match self.challenge.clone() {
            None => Asked::Nothing,
            Some(challenge) => Asked::Challenge {
                challenge,
                audience: self
                    .domain
                    .clone()
                    .map_or(Audience::Unnamed, Audience::Domain),
            },
        }
    }
}

enum Judged {
    Credential(Checked),
    /// Its text, and what was found.
    Presentation(Vec<u8>, PresentationReport),
}

/// The verdict, the statement and each check, in the words of the page.
pub(super) fn in_words(
    read: &touchstone_vc::View<'_>,
    report: &Report,
    matched: Option<HolderMatch>,
) -> String {
    let view = View::of(read, report, Known::default());
    let (_, verdict) = words::verdict(view.stand);
    let mut lines = vec![verdict, statement(&view), String::new()];
    for check in &view.checks {
        lines.push(format!("  {:<10} {}", check.word, check.sentence));
        if !matches!(check.word, "Passed") {
            lines.extend(
                check
                    .details
                    .iter()
                    .map(|detail| format!("             {}", detail.replace('`', ""))),
            );
        }
    }
    for inside in &view.inside {
        lines.push(format!("  {:<10} Inside: {}", inside.word, inside.sentence));
        let details = inside.details.iter();
        lines.extend(details.map(|detail| format!("             {}", detail.replace('`', ""))));
    }
    lines.extend(
        view.associations
            .iter()
            .map(|line| format!("  {:<10} Inside: {line}", "")),
    );
    lines.extend(
        view.not_offered
            .iter()
            .map(|line| format!("  {:<10} {line}", "")),
    );
    lines.push(String::new());
    lines.push(format!("Issuer: {}", view.issuer.id));
    lines.extend(matched.map(|matched| format!("Holder: {}", holder_in_words(matched))));
    lines.push(format!("As of:  {}", as_of(report)));
    // What a proof says is as old as its list, whenever it is judged.
    lines.extend(
        proven_at(report).map(|at| format!("Status: as of {at}, by a proof of the issuer's list")),
    );
    // What a stranger wrote must not steer the terminal.
    lines
        .iter()
        .map(|line| printable(line))
        .collect::<Vec<_>>()
        .join("\n")
}

fn holder_in_words(matched: HolderMatch) -> &'static str {
    match matched {
        HolderMatch::Same => "it was issued to what you gave.",
        HolderMatch::Other => {
            "it was issued to another. Look whether it was typed right; many people have more than one address."
        }
        HolderMatch::NotTied => {
            "could not be compared: it is tied to nothing of this kind. That says nothing for or against it."
        }
        HolderMatch::Unreadable => {
            "could not be compared: its fingerprint is no SHA-256. That says nothing for or against it."
        }
    }
}

/// When the lists were stated of which there are proofs only.
fn proven_at(report: &Report) -> impl Iterator<Item = Timestamp> {
    report
        .checks
        .iter()
        .filter_map(|check| match &check.detail {
            Detail::Status(detail) if detail.fetched_at.is_none() => detail.list_from,
            _ => None,
        })
}

fn as_of(report: &Report) -> String {
    report.at.to_string()
}

fn statement(view: &View) -> String {
    let sentence = words::sentence(view.stand, &view.claim, view.from);
    let caller = match sentence.caller {
        words::Caller::Name => view.issuer.name.as_str(),
        words::Caller::Signature => view.issuer.signs_as.as_str(),
        words::Caller::Nobody => "",
    };
    let holder = match &view.holder {
        Holder::Named(name) => name.as_str(),
        Holder::Unnamed(_) if sentence.begins => "The holder",
        Holder::Unnamed(_) => "the holder",
    };
    let claim = match &view.claim {
        Claim::Can(task) => in_sentence(task),
        Claim::Earned(name) => format!("“{name}”."),
        Claim::Endorsed(comment) if comment.is_empty() => ".".to_owned(),
        Claim::Endorsed(comment) => format!(": “{comment}”"),
    };
    format!(
        "{}{caller}{} {holder}{} {claim}",
        sentence.before, sentence.after, sentence.verb
    )
}

fn challenge(text: &str) -> Result<Challenge, String> {
    Challenge::new(text).ok_or_else(|| "an empty challenge is none".into())
}

fn domain(text: &str) -> Result<Domain, String> {
    Domain::new(text).ok_or_else(|| "an empty name is none".into())
}
