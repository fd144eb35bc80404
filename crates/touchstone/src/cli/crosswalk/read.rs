//! `touchstone crosswalk read`: what credentials show for a role, from files alone; and whether it is what was read before.

use std::path::PathBuf;

use anyhow::{Context, Result};
use serde_json::{Value, json};
use touchstone_adapters::{CRYPTO, NoFetch, SystemClock, TLOG_CRYPTO};
use touchstone_bundle::{Answer as Found, Asked, Bundle, Logged, Tools, judge};
use touchstone_crosswalk::role::{ReleasedSet, Role};
use touchstone_service::{
    crosswalk::{RoleReading, read_alone},
    ports::Clock,
    verifying::{Alone, check_alone},
};
use touchstone_vc::{Credential, Document, Timestamp, Trust, Verdict, bake::MAX_FILE};
use touchstone_web::api::reading_document;

use super::{
    super::{
        Ended, Global, file,
        outside::{at_hand, moment},
        verify_bundle::trusted,
    },
    input::released_set,
    pinned::{Difference, Given, Reading, without_people},
    role_file::role,
};
use crate::{
    answer::Answer,
    config::ConfigError,
    exit::Exit,
    installation::{Settings, contexts},
};

/// Read credentials for a role, task by task, from files alone; and say whether it is what was read before.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
An installation's answer for a role pins every mapping set by its version and its SHA-256. With the credentials, the role as it was, the released \
files and that answer, the same is read again here: nobody is asked, and no installation is needed. Every set has to be the one that was pinned; credentials are known by their identifiers, and the role by its tasks.

What can be checked of a credential is checked here: by --documents, or from a proof bundle with --trust. Where that does not suffice, what --reading \
says of it is taken, and said so.

Examples:
  touchstone crosswalk read ada.json --role setter.json --set safety-1.sssom.tsv --reading answer.json
  touchstone crosswalk read ada.bundle --trust riverside.policy --role setter.json --set safety-1.sssom.tsv --reading answer.json --json
  touchstone crosswalk read ada.json --documents archive/ --role setter.json --at 2026-11-21T14:02:00Z

Exit codes: 0 read, and with --reading the same; 1 with --reading not the same; 2 could not be checked: a credential, or a file that is missing or is not \
the one that was read; 65 a mapping set has faults.")]
pub(super) struct Read {
    /// Credentials, or proof bundles.
    #[arg(value_name = "CREDENTIAL", required = true)]
    credentials: Vec<String>,
    /// The role, as `touchstone role show --json` and the API give it.
    #[arg(long, value_name = "FILE")]
    role: String,
    /// A released mapping set; can be repeated.
    #[arg(long = "set", value_name = "FILE")]
    sets: Vec<String>,
    /// What was read before, as the API and `answer.json` of an application give it: read again as of that moment, and compared.
    #[arg(long, value_name = "FILE")]
    reading: Option<String>,
    /// Read as of this moment instead of now, like 2026-11-21T14:02:00Z.
    #[arg(long, value_name = "TIME", value_parser = moment, conflicts_with = "reading")]
    at: Option<Timestamp>,
    /// Where status lists and issuer documents are: a folder written by `touchstone publish`.
    #[arg(long, value_name = "DIR")]
    documents: Option<PathBuf>,
    /// Of proof bundles: whom you trust, as a C2SP tlog-policy (`touchstone log trust`).
    #[arg(long, value_name = "FILE")]
    trust: Option<PathBuf>,
}

impl Read {
    pub(super) async fn run(self, global: &Global) -> Result<Answer> {
        // Nothing that was read is neither the same nor another.
        self.read(global).await.map_err(|error| {
            match error.is::<ConfigError>() || error.is::<Ended>() {
                true => error,
                false => Ended {
                    message: format!("could not be read: {error:#}"),
                    exit: Exit::Unchecked,
                }
                .into(),
            }
        })
    }

    async fn read(&self, global: &Global) -> Result<Answer> {
        let role = role(&self.role)?;
        let before = self.reading.as_deref().map(Reading::read).transpose()?;
        let asked = before.as_ref().map(|before| before.at).or(self.at);
        let at = asked.unwrap_or_else(|| SystemClock.now());
        let sets = self.sets.iter().map(|name| {
            let set = released_set(name)?;
            Ok((name.clone(), set))
        });
        let mut sets = sets.collect::<Result<Vec<(String, ReleasedSet)>>>()?;
        let mut given = self.given(global, at).await?;
        if let Some(before) = &before {
            before.is_for(&role)?;
            sets = before.sets(sets)?;
            given = before.credentials(given)?;
        }
        let checked = given.iter().map(|one| {
            let credential = Credential::parse(&one.bytes).context("the credential")?;
            Ok((credential, one.verdict))
        });
        let checked = checked.collect::<Result<Vec<_>>>()?;
        let sets: Vec<ReleasedSet> = sets.into_iter().map(|(_, set)| set).collect();
        let read = read_alone(&role, &checked, &sets, at);
        let now = without_people(reading_document(&role, &read)?);
        let differences = before
            .as_ref()
            .map(|before| before.differences(&now, &given));
        let exit = match &differences {
            Some(none) if none.is_empty() => Exit::Done,
            Some(_) => Exit::Failed,
            None if read.tasks.iter().any(|task| !task.unchecked.is_empty()) => Exit::Unchecked,
            None => Exit::Done,
        };
        let text = in_words(&role, &read, &now, &given, differences.as_deref());
        let taken = given.iter().filter(|one| one.by_reading);
        let json = json!({
            "reading": now,
            "same": differences.as_ref().map(Vec::is_empty),
            "differences": differences.iter().flatten().map(Difference::to_json).collect::<Vec<_>>(),
            "checkedByReading": taken.map(|one| one.id.as_str()).collect::<Vec<_>>(),
        });
        Ok(Answer::new(text, json).with_exit(exit))
    }

    /// The credentials, each with what can be said of it here.
    async fn given(&self, global: &Global, at: Timestamp) -> Result<Vec<Given>> {
        if let Some(documents) = self.documents.as_deref().filter(|path| !path.is_dir()) {
            anyhow::bail!("--documents: there is no folder {}", documents.display());
        }
        let contexts = contexts(&Settings::read(global)?)?;
        let trust = self.trust.as_deref().map(trusted).transpose()?;
        let asked = Asked {
            policy: trust.as_ref().map(|trust| &trust.policy),
            anchors: trust.as_ref().map(|trust| &trust.anchors),
            at,
            status_at: true,
            status_max_age_millis: None,
        };
        let tools = Tools {
            crypto: &CRYPTO,
            tree: &TLOG_CRYPTO,
            contexts: &contexts,
        };
        let published = |url: &str| {
            let found = at_hand(self.documents.as_deref()?, url)?;
            Some(Document::Fetched(found))
        };
        let checking = Alone {
            clock: &SystemClock,
            fetch: &NoFetch,
            crypto: &CRYPTO,
            contexts: &contexts,
            trust: &Trust::default(),
            at_hand: &published,
        };
        let mut given = Vec::new();
        for name in &self.credentials {
            let bytes = file::read(name, MAX_FILE)?;
            if Bundle::is(&bytes) {
                let bundle = Bundle::parse(&bytes).with_context(|| name.clone())?;
                for logged in &bundle.credentials {
                    let verdict = match judge(&alone(&bundle, logged), &asked, &tools).answer() {
                        Found::Pass => Verdict::Pass,
                        Found::Unknown => Verdict::Unknown,
                        Found::Fail => Verdict::Failed,
                    };
                    let document = logged.document.clone().into_bytes();
                    given.push(Given::of(name, document, verdict)?);
                }
            } else {
                let checked = check_alone(&checking, &bytes, Some(at)).await;
                let checked = checked.with_context(|| name.clone())?;
                let verdict = checked.report.verdict();
                given.push(Given::of(name, checked.credential, verdict)?);
            }
        }
        Ok(given)
    }
}

/// A bundle with one of its credentials and the criteria that this one names: what becomes of the others is not asked.
fn alone(bundle: &Bundle, logged: &Logged) -> Bundle {
    let mut alone = bundle.clone();
    alone.credentials = vec![logged.clone()];
    alone
        .achievements
        .retain(|version| logged.document.contains(&version.name));
    alone
}

/// The answer task by task, and how it compares.
fn in_words(
    role: &Role,
    read: &RoleReading,
    now: &Value,
    given: &[Given],
    differences: Option<&[Difference]>,
) -> String {
    let mut lines = vec![format!("{}, read as of {}", role.title, read.at)];
    for (answer, told) in read
        .tasks
        .iter()
        .zip(now["tasks"].as_array().into_iter().flatten())
    {
        let verdict = word(&told["verdict"]);
        lines.push(format!("  {verdict:<18} {}", role.tasks[answer.task].label));
        for showing in &answer.shown_by {
            let name = &read.shown[showing.credential].name;
            let through = showing
                .via
                .mappings
                .iter()
                .map(|(_, pin)| format!(", through {} {}", pin.id, pin.version));
            let through: String = through.collect();
            lines.push(format!(
                "{:>21}by “{name}”: {}{through}",
                "", showing.via.relation
            ));
        }
        for (mapping, pin) in &answer.denied_by {
            lines.push(format!(
                "{:>21}not {} by {} {}: {} and {}",
                "",
                mapping.relation(),
                pin.id,
                pin.version,
                mapping.subject(),
                mapping.object()
            ));
        }
        for place in &answer.unchecked {
            let name = &read.shown[*place].name;
            lines.push(format!(
                "{:>21}“{name}” speaks of it and could not be checked",
                ""
            ));
        }
    }
    lines.push("Credentials".into());
    for ((shown, told), one) in (read.shown.iter())
        .zip(now["credentials"].as_array().into_iter().flatten())
        .zip(given)
    {
        let verdict = word(&told["verdict"]);
        let by = match one.by_reading {
            true => ", as the reading says: it could not be checked here",
            false => "",
        };
        let pilot = match shown.pilot {
            true => ", tagged as a pilot",
            false => "",
        };
        lines.push(format!(
            "  {verdict:<18} “{}” by {}{pilot}{by}",
            shown.name, shown.issuer
        ));
    }
    for pin in &read.sets {
        lines.push(format!(
            "Set {} {}, SHA-256 {}",
            pin.id, pin.version, pin.sha256
        ));
    }
    match differences {
        None => {}
        Some([]) => lines.push("The same as what was read before.".into()),
        Some(differences) => {
            lines.push("Not the same as what was read before:".into());
            let told = differences.iter().map(|one| format!("  {one}"));
            lines.extend(told);
        }
    }
    if differences.is_some() {
        lines.push(
            "Who released and endorsed the sets is not in these files, and was not compared."
                .into(),
        );
    }
    lines.join("\n")
}

/// A word of the document as people read it.
fn word(value: &Value) -> String {
    value.as_str().unwrap_or_default().replace('_', " ")
}
