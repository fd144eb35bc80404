//! `touchstone doctor`: whether all is well, and what to do about each thing that is not.

use std::time::Duration;

use anyhow::Result;
use serde_json::json;
use tokio::net::TcpStream;
use touchstone_service::{
    World,
    issuing::all_stalled,
    operations::{
        Job,
        did_history::history_standing,
        moving::elsewhere,
        restore::{is_restored, waits_for},
    },
    ports::{Away, Clock},
    verifying::{registers_standing, resolved},
};
use touchstone_store::{InstitutionRow, Schema, Store};
use touchstone_vc::Timestamp;

use self::{
    did::{document, history, moved},
    key::signs,
    log::{log, vouching},
};
use super::Global;
use crate::{answer::Answer, config::Keys, exit::Exit, installation::Settings};

mod did;
mod key;
mod log;

/// Check configuration, data folder, keys, database, address, mail, clock and status lists; change nothing, send nothing.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  touchstone doctor
  touchstone doctor --json

Exit codes: 0 all is well, 1 something needs attention.")]
pub(crate) struct Args {}

/// One thing that was looked at.
struct Finding {
    what: &'static str,
    well: bool,
    words: String,
}

impl Args {
    pub(crate) async fn run(self, global: &Global) -> Result<Answer> {
        let settings = Settings::read_made(global)?; // A refused configuration ends here, with its own words.
        let mut findings = vec![
            well(
                "configuration",
                format!(
                    "every setting is known; data in {}",
                    settings.data.display()
                ),
            ),
            data_folder(&settings),
            address(&settings),
            keys(&settings),
        ];
        let store = match settings.open_store_as_it_is().await {
            Ok(store) => (store.schema().await)
                .map(|schema| (schema, store))
                .map_err(anyhow::Error::from),
            Err(error) => Err(error),
        };
        match store {
            Ok((schema @ (Schema::Current | Schema::Newer), store)) => {
                let words = match schema {
                    Schema::Newer => "answers, and was brought up to date by a later version of this program, which this one reads",
                    _ => "answers and is up to date",
                };
                findings.push(well("database", words.into()));
                findings.push(restored(&store, &settings).await?);
                findings.extend(jobs(&store).await?);
                findings.extend(cohorts(&store).await?);
                findings.push(publications(&store).await?);
                findings.extend(vouching(&store, &settings).await);
            }
            Ok((Schema::Absent, _)) => findings.push(ill(
                "database",
                "answers and holds nothing yet: `touchstone init` makes an institution in it".into(),
            )),
            Ok((Schema::Older { steps }, _)) => findings.push(ill(
                "database",
                format!(
                    "answers and is of an older version of this program, {steps} steps behind; back it up (`touchstone backup`), then \
                     `touchstone serve` or `touchstone work` brings it up to date"
                ),
            )),
            Err(error) => findings.push(ill(
                "database",
                format!("{error:#}; is it running, and is database.url right?"),
            )),
        }
        findings.push(mail(&settings).await);
        findings.push(clock());
        findings.push(browser());
        let opens = |what| {
            findings
                .iter()
                .any(|finding| finding.what == what && finding.well)
        };
        if opens("keys") && opens("database") {
            let keys = settings.config.keys.clone();
            let mut installation = settings.open_to_read().await?;
            installation.compare().await?;
            if installation.is_unclear() {
                let why = installation.why_read_only().unwrap_or_default();
                findings.retain(|finding| finding.what != "state");
                findings.push(ill("state", why));
            }
            findings.extend(institutions(&installation.world, &keys).await?);
        }
        Ok(answer(&findings))
    }
}

fn answer(findings: &[Finding]) -> Answer {
    let lines = findings.iter().map(|finding| {
        let mark = if finding.well {
            "well     "
        } else {
            "ATTENTION"
        };
        format!("{mark}  {:<14} {}", finding.what, finding.words)
    });
    let all = findings.iter().all(|finding| finding.well);
    let json: Vec<_> = findings
        .iter()
        .map(
            |finding| json!({ "what": finding.what, "well": finding.well, "words": finding.words }),
        )
        .collect();
    let answer = Answer::new(
        lines.collect::<Vec<_>>().join("\n"),
        json!({ "well": all, "findings": json }),
    );
    answer.with_exit(if all { Exit::Done } else { Exit::Failed })
}

/// Whether pages bring the verifier. They work without it, so its absence is nothing to attend to.
fn browser() -> Finding {
    let words = match touchstone_web::assets::verifier() {
        Some(_) => "pages bring the verifier, so readers can check in their own browser",
        None => {
            "pages come without the verifier for readers’ browsers; to add it, run `cargo xtask wasm` and build again"
        }
    };
    well("browser", words.into())
}

fn data_folder(settings: &Settings) -> Finding {
    use std::os::unix::fs::PermissionsExt;
    let Ok(about) = std::fs::metadata(&settings.data) else {
        return ill(
            "data folder",
            format!(
                "{} cannot be read; who runs this must own it",
                settings.data.display()
            ),
        );
    };
    let mode = about.permissions().mode() & 0o777;
    match mode & 0o077 {
        0 => well("data folder", "open to its owner only".into()),
        _ => ill(
            "data folder",
            format!(
                "others may look into it (mode {mode:o}): chmod 700 {}",
                settings.data.display()
            ),
        ),
    }
}

fn address(settings: &Settings) -> Finding {
    let site = &settings.config.site;
    match &site.public_url {
        None if site.local => well(
            "address",
            "a trial on this machine; its credentials say so".into(),
        ),
        None => ill(
            "address",
            "site.public_url is not set, so nothing can be issued; set it under [site]".into(),
        ),
        Some(url) if url.scheme() != "https" && !site.local => ill(
            "address",
            format!(
                "{url} is not https; others cannot trust what they read there. Put a proxy with TLS in front"
            ),
        ),
        // This program speaks no TLS itself, so there is a proxy.
        Some(url) if url.scheme() == "https" && site.trusted_proxies.is_empty() => well(
            "address",
            format!(
                "{url}; site.trusted_proxies names no proxy, so everybody who comes through one is one network for the rate limits"
            ),
        ),
        Some(url) => well("address", url.to_string()),
    }
}

fn keys(settings: &Settings) -> Finding {
    match settings.open_keys() {
        Ok(_) => well("keys", format!("open ({})", settings.keys().display())),
        Err(error) => ill("keys", format!("{error:#}")),
    }
}

async fn restored(store: &Store, settings: &Settings) -> Result<Finding> {
    Ok(match is_restored(store).await? {
        false => well("state", "can be written to".into()),
        true => {
            let waits = waits_for(store).await?;
            let waits = waits.map_or(String::new(), |waits| format!(", because {waits}"));
            ill(
                "state",
                format!(
                    "restored from a backup and read-only{waits}: touchstone --data {} restore --again",
                    settings.data.display()
                ),
            )
        }
    })
}

/// A job that hangs is told beside those that were given up: what helps one does not help the other.
async fn jobs(store: &Store) -> Result<Vec<Finding>> {
    let queue = store.read().queue_depth().await?;
    let oldest = queue
        .oldest_run_at
        .map(|at| (now().unix_millis() - at) / 1000)
        .unwrap_or_default();
    let lost = queue
        .first_lease_until
        .map(|until| (now().unix_millis() - until) / 1000)
        .unwrap_or_default();
    let hangs = (lost > 60).then(|| {
        ill(
            "jobs",
            format!(
                "{} in work, one without a sign of life for {lost} s, while {} wait; is `touchstone serve` or `touchstone work` running? If it is, \
                 something there hangs: stop it (SIGKILL, if it must be) and start it again",
                queue.leased, queue.ready
            ),
        )
    });
    let queued = match queue.dead {
        0 if hangs.is_some() => None,
        0 if queue.ready > 0 && oldest > 300 => Some(ill(
            "jobs",
            format!(
                "{} wait, the oldest for {oldest} s; is `touchstone serve` or `touchstone work` running?",
                queue.ready
            ),
        )),
        0 => Some(well(
            "jobs",
            format!("{} wait, none was given up", queue.ready),
        )),
        dead => {
            let first = store.read().dead_jobs(1).await?.pop();
            let (kind, reason) = first.map_or_else(Default::default, |job| {
                (job.kind, job.last_error.unwrap_or_default())
            });
            Some(ill(
                "jobs",
                format!(
                    "{dead} were given up after many tries, the first a job {kind}: {reason}. They are tried once a day, and go once that works; \
                     when the cause is mended, `touchstone work --once --again` tries them at once"
                ),
            ))
        }
    };
    Ok(hangs.into_iter().chain(queued).collect())
}

/// What was confirmed and cannot be issued is never given up, so it is told with the ways out.
async fn cohorts(store: &Store) -> Result<Vec<Finding>> {
    let reader = store.read();
    let mut findings = Vec::new();
    for why in all_stalled(&reader).await? {
        let batch = reader.batch(&why.tenant, &why.batch).await?;
        let name = batch.map(|batch| batch.name).unwrap_or_default();
        let next = why
            .next_at
            .map_or_else(|| "now".into(), |at| format!("at {}", at.whole_seconds()));
        findings.push(ill(
            "cohort",
            format!(
                "“{name}” is confirmed and not issued{}: {}. It is tried again {next}, once an hour at least; when the cause is mended, \
                 `touchstone work --once --again` or “Try again now” on its page, /cohorts/{}, tries it at once. If it can never be signed, \
                 that page and `touchstone batch cancel {}` give up what is not signed of it",
                tried(why.tries),
                why.reason,
                why.batch,
                why.batch
            ),
        ));
    }
    Ok(findings)
}

fn tried(times: i64) -> String {
    match times {
        0 => String::new(),
        1 => " after one try".into(),
        times => format!(" after {times} tries"),
    }
}

/// A changed list is out within two seconds; one that still waits after a minute keeps withdrawals from being seen.
async fn publications(store: &Store) -> Result<Finding> {
    let waiting = store.read().jobs_of(Job::PUBLISH_STATUS, 1).await?;
    let Some(first) = waiting.first() else {
        return Ok(well(
            "publication",
            "no status list waits to be published".into(),
        ));
    };
    let seconds = (now().unix_millis() - first.created_at) / 1_000;
    Ok(match &first.last_error {
        None if seconds < 60 => well(
            "publication",
            "a status list is about to be published".into(),
        ),
        None => ill(
            "publication",
            format!(
                "a changed status list has waited for {seconds} s, so withdrawals are not seen yet; is `touchstone serve` or \
                 `touchstone work` running?"
            ),
        ),
        Some(reason) => ill(
            "publication",
            format!(
                "a changed status list could not be published for {seconds} s, so withdrawals are not seen yet; it is tried again \
                 until it works. The reason: {reason}"
            ),
        ),
    })
}

async fn mail(settings: &Settings) -> Finding {
    let Some(url) = &settings.config.mail.smtp_url else {
        return well(
            "mail",
            format!(
                "is written into {} and reaches nobody",
                settings.mail().display()
            ),
        );
    };
    match reachable(url).await {
        Ok(server) => well("mail", format!("{server} answers (nothing was sent)")),
        Err(why) => ill("mail", format!("{why}; check mail.smtp_url")),
    }
}

fn clock() -> Finding {
    // Made after this program was written, and before it is certainly out of date.
    let (earliest, latest) = (1_795_000_000_000, 2_900_000_000_000);
    match now().unix_millis() {
        at if at < earliest || at > latest => ill(
            "clock",
            format!("says {}, which cannot be; set it, best by NTP", now()),
        ),
        _ => well("clock", now().to_string()),
    }
}

async fn institutions(world: &World, keys: &Keys) -> Result<Vec<Finding>> {
    let reader = world.store.read();
    let mut findings = Vec::new();
    findings.extend(custody(world, keys).await);
    let elsewhere = elsewhere(world).await?;
    for institution in reader.institutions().await? {
        let did = institution.did.clone().unwrap_or_default();
        findings.extend(moved(world, &institution).await?);
        if let Some(found) = elsewhere.iter().find(|one| one.tenant == institution.id) {
            findings.push(ill(
                "issuer",
                format!("{found}. Until then it issues nothing",),
            ));
        }
        if let Some(found) = history_standing(world, &institution.id).await? {
            findings.push(history(&institution.name, &found));
        }
        if let Some(found) = resolved(world, &institution.id).await? {
            findings.extend(document(&institution.name, &did, &found));
        }
        findings.extend(signs(world, &institution).await?);
        findings.extend(stale_lists(world, &institution).await?);
    }
    if findings.iter().all(|finding| finding.well) {
        findings.push(well("status lists", "fresh".into()));
    }
    findings.extend(registers(world).await?);
    log(world, &mut findings).await;
    Ok(findings)
}

/// The status lists that nobody can believe any more.
async fn stale_lists(world: &World, institution: &InstitutionRow) -> Result<Vec<Finding>> {
    let reader = world.store.read();
    let mut findings = Vec::new();
    for list in reader.status_lists(&institution.id).await? {
        if let Some(published) = reader.publication(&list.id).await?
            && published.valid_until < now().unix_millis()
        {
            let words = format!(
                "list {} of {} is stale, so its credentials cannot be checked: run `touchstone work --once`",
                list.number, institution.name
            );
            findings.push(ill("status lists", words));
        }
    }
    Ok(findings)
}

/// The registers that are asked about issuers, and how old what they say is.
async fn registers(world: &World) -> Result<Vec<Finding>> {
    let standings = registers_standing(world).await?;
    let findings = standings.into_iter().map(|one| {
        let place = match one.source.as_str() {
            "" => "a file".to_owned(),
            source => source.to_owned(),
        };
        let age = one.as_of.map(|at| {
            let hours = (now().unix_millis() - at.unix_millis()) / 3_600_000;
            match hours {
                ..48 => format!("{} issuers, as of {hours} h ago", one.listed),
                _ => format!("{} issuers, as of {} days ago", one.listed, hours / 24),
            }
        });
        let age = age.unwrap_or_else(|| "never read".into());
        let words = format!("{} ({place}): {age}", one.name);
        match (one.error, one.unread) {
            (Some(error), true) => ill("register", format!("{words}; it decides nothing until it can be read: {error}")),
            (Some(error), false) => ill("register", format!("{words}; its last copy decides meanwhile, because it could not be read: {error}")),
            (None, true) => ill("register", format!("{words}; is `touchstone serve` or `touchstone work` running?")),
            (None, false) => well("register", words),
        }
    });
    Ok(findings.collect())
}

/// The security module or AWS KMS, where new keys are made in one.
async fn custody(world: &World, keys: &Keys) -> Option<Finding> {
    if world.signer.custody().is_empty() {
        return None;
    }
    let (what, name, check) = match keys.aws_kms() {
        Some((_, endpoint)) => (
            "AWS KMS",
            endpoint.as_str().trim_end_matches('/').to_owned(),
            "keys.aws_kms_region, keys.aws_kms_endpoint and the access key",
        ),
        None => (
            "security module",
            format!("token \"{}\"", keys.pkcs11_token),
            "keys.pkcs11_module, keys.pkcs11_token and the PIN",
        ),
    };
    Some(match world.signer.ready().await {
        Ok(()) => well(
            what,
            format!("{name} answers; new keys of institutions are made in it"),
        ),
        Err(Away(why)) => ill(
            what,
            format!(
                "{name}: {why}. Nothing is signed in its place: what was confirmed waits and is signed when it is back. Check {check}"
            ),
        ),
    })
}

fn now() -> Timestamp {
    touchstone_adapters::SystemClock.now()
}

fn well(what: &'static str, words: String) -> Finding {
    Finding {
        what,
        well: true,
        words,
    }
}

fn ill(what: &'static str, words: String) -> Finding {
    Finding {
        what,
        well: false,
        words,
    }
}

/// Opens a connection to the server of an SMTP address and closes it again.
async fn reachable(address: &str) -> Result<String, String> {
    let url = url::Url::parse(address).map_err(|_| "mail.smtp_url is not an address".to_owned())?;
    let host = url
        .host_str()
        .ok_or("mail.smtp_url names no host")?
        .to_owned();
    let port = url
        .port()
        .unwrap_or(if url.scheme() == "smtps" { 465 } else { 587 });
    let server = format!("{host}:{port}");
    match tokio::time::timeout(Duration::from_secs(5), TcpStream::connect(&server)).await {
        Ok(Ok(_)) => Ok(server),
        Ok(Err(error)) => Err(format!("{server} does not answer: {error}")),
        Err(_) => Err(format!("{server} did not answer within 5 seconds")),
    }
}
