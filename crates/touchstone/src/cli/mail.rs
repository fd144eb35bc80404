//! `touchstone mail`: what mail servers send back.

use anyhow::Result;
use serde_json::json;
use touchstone_adapters::SystemClock;
use touchstone_service::{
    holding::{Bounced, Unchanged, bounced},
    operations::restore::is_restored,
    ports::Clock,
};

use super::{Ended, Global, file};
use crate::{answer::Answer, exit::Exit, installation::Settings};

/// Take in mail that came back, so that the registrar sees it and can correct the address.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  touchstone mail bounced < message.eml    as a mail server pipes what arrives at the sender's address
  touchstone mail bounced Maildir/new/*    from a mailbox")]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    Bounced(Arrived),
}

/// Read delivery status notifications (RFC 3464) and mark the deliveries that they name.
///
/// A delivery is found by the Message-ID of the mail that came back, and by nothing else. Mail that is no such report, or about
/// no mail of ours, changes nothing and is no error: so an automatic answer never causes another one.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Postfix, in /etc/aliases, for `sender = \"… <credentials@example.edu>\"` under [mail]:
  credentials: \"|touchstone --data /var/lib/touchstone mail bounced\"

Exit codes: 0 read, whatever it was; 64 usage; 75 could not be written down, try again later.")]
struct Arrived {
    /// Files with one message each; left out, or -, standard input.
    #[arg(value_name = "FILE", default_value = "-")]
    files: Vec<String>,
}

impl Args {
    pub(crate) async fn run(self, global: &Global) -> Result<Answer> {
        match self.what {
            // A mail server keeps what it could not hand over and comes again.
            What::Bounced(arrived) => arrived.run(global).await.map_err(|error| {
                Ended {
                    message: format!("{error:#}"),
                    exit: Exit::Later,
                }
                .into()
            }),
        }
    }
}

impl Arrived {
    async fn run(self, global: &Global) -> Result<Answer> {
        let settings = Settings::read_made(global)?;
        let store = settings.open_store().await?;
        if is_restored(&store).await? {
            anyhow::bail!(
                "{} was restored from a backup and is read-only; `touchstone restore --again` opens it",
                settings.data.display()
            );
        }
        let (mut lines, mut told) = (Vec::new(), Vec::new());
        for name in &self.files {
            let mail = file::read(name, LARGEST)?;
            let found = bounced(&store, SystemClock.now(), &mail).await?;
            lines.push(format!("{name}: {}", words(&found)));
            told.push(
                json!({ "file": name, "outcome": code(&found), "delivery": delivery(&found) }),
            );
        }
        Ok(Answer::new(lines.join("\n"), json!({ "messages": told })))
    }
}

fn words(found: &Bounced) -> String {
    match found {
        Bounced::Marked { delivery, reason } => {
            let reason: String = reason.chars().filter(|c| !c.is_control()).collect();
            format!("delivery {delivery} came back: {reason}")
        }
        Bounced::Unchanged { delivery, why } => match why {
            Unchanged::NotAFailure => {
                format!("delivery {delivery}: a report, but not of a failure; nothing changes")
            }
            Unchanged::NotSent => format!("delivery {delivery}: known already; nothing changes"),
        },
        Bounced::NotOurs => "a report about a mail that is none of our deliveries".into(),
        Bounced::NotAReport => "no delivery status notification; nothing changes".into(),
    }
}

fn code(found: &Bounced) -> &'static str {
    match found {
        Bounced::Marked { .. } => "marked",
        Bounced::Unchanged { .. } => "unchanged",
        Bounced::NotOurs => "not_ours",
        Bounced::NotAReport => "not_a_report",
    }
}

fn delivery(found: &Bounced) -> Option<&str> {
    match found {
        Bounced::Marked { delivery, .. } | Bounced::Unchanged { delivery, .. } => Some(delivery),
        Bounced::NotOurs | Bounced::NotAReport => None,
    }
}

/// Reports bring our own mail back, which has some 10 kB; but anything can be sent to an address.
const LARGEST: usize = 32 << 20;
