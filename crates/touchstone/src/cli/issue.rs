//! `touchstone issue`: from a list of learners to credentials.

use std::{fs, path::PathBuf, time::Duration};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use touchstone_service::{
    World, holding,
    issuing::{
        Column, ConfirmError, Confirmation, Hold, Mapping, Preview, PreviewRow, Upload, confirm,
        hold, preview, rows, stalled, upload,
    },
    operations::{Job, Turn, work_here_once, work_here_until_idle},
    ports::Spooled,
};
use touchstone_store::{BatchRow, BatchState, InstitutionRow, RowState, StoreError, TenantId};
use touchstone_vc::Timestamp;
use uuid::Uuid;

use self::{
    course::Course,
    told::{Failure, Told},
};
use super::{Global, file, institution};
use crate::{
    answer::{Answer, plain},
    exit::Exit,
    installation::Installation,
    progress,
};

mod course;
mod told;

/// Issue an achievement to everybody on a list.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The list is a CSV file; docs/formats/cohort-csv.md describes it. Faulty rows are shown with line, column and way out, and nothing is \
issued unless --skip-faulty lets the sound ones go. Issuing the same list again issues nothing twice.

Examples:
  touchstone issue --achievement measuring --csv cohort.csv --preview
  touchstone issue --achievement measuring --csv cohort.csv --out credentials/
  touchstone issue --achievement measuring --csv cohort.csv --skip-faulty --json
  touchstone issue --achievement measuring --csv liste.csv --map Matrikel=identifier --not-before 2027-01-15

Exit codes: 0 issued, 65 the list has faulty rows.")]
pub(crate) struct Args {
    /// The achievement, by its short name.
    #[arg(long, value_name = "ID")]
    achievement: String,
    /// The list, or - for standard input.
    #[arg(long, value_name = "FILE")]
    csv: String,
    /// Also write each credential into this folder, as JSON.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Show what would be issued, and issue nothing.
    #[arg(long)]
    preview: bool,
    /// Issue the sound rows although others are faulty.
    #[arg(long)]
    skip_faulty: bool,
    /// What a header means that is not recognised, such as Matrikel=identifier; HEADER= leaves the column out. Can be repeated.
    #[arg(long, value_name = "HEADER=COLUMN", value_parser = header)]
    map: Vec<(String, Option<Column>)>,
    /// Issue on this day (UTC) and not before: a running `touchstone serve` or `touchstone work` does it then.
    #[arg(long, value_name = "DATE", value_parser = first_moment)]
    not_before: Option<Timestamp>,
}

fn header(text: &str) -> Result<(String, Option<Column>), String> {
    let (header, column) = text
        .rsplit_once('=')
        .ok_or("write it like Matrikel=identifier")?;
    let column = match column {
        "" => None,
        name => Some(Column::parse(name).ok_or_else(|| {
            let known = Column::ALL.map(Column::as_str).join(", ");
            format!("“{name}” is no column; the columns are {known}")
        })?),
    };
    Ok((header.to_owned(), column))
}

fn first_moment(day: &str) -> Result<Timestamp, String> {
    let moment = Timestamp::parse(&format!("{day}T00:00:00Z"));
    moment.map_err(|_| "write a day like 2026-11-21".into())
}

impl Args {
    pub(crate) async fn run(self, global: &Global) -> Result<Answer> {
        let source = file::Source::open(&self.csv)?;
        let world = Installation::open_to_change(global).await?.world;
        let institution = institution::pick(&world, global).await?;
        institution::achievement(&world, &institution, &self.achievement).await?;
        let list = List {
            name: &self.csv,
            file: source.put_aside(&*world.spool)?,
            mapping: self.map.iter().cloned().collect(),
        };
        let batch = take_in(&world, &institution.id, &self.achievement, list).await?;
        if let Some(until) = self.not_before.filter(|_| !self.preview) {
            let order = Hold {
                tenant: institution.id.clone(),
                actor: institution::actor(),
                batch: batch.clone(),
                until: Some(until),
            };
            hold(&world, &order).await.context("--not-before")?;
        }
        let seen = preview(&world, &institution.id, &batch).await?.context(
            "the batch was removed while this ran; `touchstone batch list` shows what there is",
        )?;
        let faulty = Faulty::of(&world, &institution.id, &batch).await?;
        let held_back = faulty.total > 0 && !self.skip_faulty;
        if self.preview || held_back {
            let exit = if faulty.total == 0 {
                Exit::Done
            } else {
                Exit::Data
            };
            return Ok(self
                .answer(&seen, &faulty, Vec::new(), held_back)
                .with_exit(exit));
        }
        let issued = match issue(&world, &institution.id, &seen).await? {
            Issued::Credentials(issued) => issued,
            Issued::Held(until) => return Ok(held(&batch, &seen, until).with_more(over(&seen))),
        };
        if let Some(folder) = &self.out {
            write_all(&world, &institution, folder, &issued).await?;
        }
        let seen = preview(&world, &institution.id, &batch).await?.context(
            "the batch was removed while this ran; `touchstone batch list` shows what there is",
        )?;
        let told = holding::announced(&world, &institution.id, &batch).await?;
        let answer = self.answer(&seen, &faulty, issued, false);
        Ok(answer.with_more(on_paper(&batch, told.without_code)))
    }

    fn answer(
        &self,
        seen: &Preview,
        faulty: &Faulty,
        issued: Vec<Uuid>,
        held_back: bool,
    ) -> Answer {
        let mut text = String::new();
        for row in &faulty.first {
            for fault in &row.faults {
                let column = fault.column.map_or("", |column| column.as_str());
                text.push_str(&format!(
                    "{}, line {}, {column}: {}\n",
                    self.csv, row.line, fault.message
                ));
            }
        }
        if faulty.left_out() > 0 {
            text.push_str(&format!(
                "{} more rows are faulty; correct these first, or read all of them on the page of batch {}.\n",
                faulty.left_out(), seen.batch.id
            ));
        }
        text.push_str(&match (held_back, self.preview) {
            (true, _) => format!(
                "Nothing was issued: {} of {} rows are faulty. Correct them and issue the list again, or let the others go with --skip-faulty.",
                faulty.total, seen.batch.rows_total
            ),
            (false, true) => format!(
                "{} rows; {} would be issued, {} have it already, {} are faulty. Nothing was issued.",
                seen.batch.rows_total, seen.batch.rows_ready - seen.sealed, seen.duplicate, faulty.total
            ),
            (false, false) => format!(
                "{} credentials stand in batch {}; {} rows had it before, {} are faulty.{}",
                issued.len(), seen.batch.id, seen.duplicate, faulty.total,
                self.out.as_ref().map_or_else(String::new, |out| format!(" They are in {}.", out.display()))
            ),
        });
        let faults: Vec<Value> = faulty
            .first
            .iter()
            .map(|row| json!({ "line": row.line, "faults": row.faults }))
            .collect();
        let json = json!({
            "batch": seen.batch.id, "state": seen.batch.state.as_str(), "rows": seen.batch.rows_total, "ready": seen.batch.rows_ready,
            "duplicate": seen.duplicate, "faulty": faults, "faultyLeftOut": faulty.left_out(),
        });
        let answer = Answer::new(text, json).with_ids("credentials", issued);
        answer.with_more(over(seen))
    }
}

/// A warning, where what is awarded is no longer to be used. Nothing is refused for it: a last list may go.
fn over(seen: &Preview) -> (String, &'static str, Value) {
    let Some(told) = &seen.no_longer_used else {
        return (String::new(), "deprecated", Value::Null);
    };
    let since = Timestamp::from_unix_millis(told.since).whole_seconds();
    let place = match &told.successor {
        Some(successor) => format!(
            "In its place: {} (--achievement {}).",
            successor.name, successor.slug
        ),
        None if told.replaced_by.is_empty() => "Nothing takes its place.".into(),
        None => format!("In its place: {}.", told.replaced_by),
    };
    let text = format!(
        "\nThis achievement is no longer to be used since {since}. {} If this list is not the last of it, look at who answers for it, under /responsibilities.",
        plain(&place)
    );
    let json = json!({
        "since": since.to_string(),
        "replacedBy": told.replaced_by,
        "successor": told.successor.as_ref().map(|successor| &successor.id),
    });
    (text, "deprecated", json)
}

/// The way out for those whom no mail reaches.
fn on_paper(batch: &str, without_code: u64) -> (String, &'static str, Value) {
    let text = match without_code {
        0 => String::new(),
        count => format!(
            "\n{count} of them have no mail address; `touchstone credential codes --batch {batch}` makes their codes on paper."
        ),
    };
    (text, "withoutCode", json!(without_code))
}

fn held(batch: &str, seen: &Preview, until: Timestamp) -> Answer {
    let text = format!(
        "{} rows are confirmed in batch {batch} and held until {until}. A running `touchstone serve` or `touchstone work` issues them then.",
        seen.batch.rows_ready
    );
    let json = json!({ "batch": batch, "state": seen.batch.state.as_str(), "heldUntil": until.to_string(), "credentials": [] });
    Answer::new(text, json)
}

/// A list as it comes.
pub(super) struct List<'a> {
    pub(super) name: &'a str,
    pub(super) file: Spooled,
    pub(super) mapping: Mapping,
}

/// Takes a list in; nothing is issued by that.
pub(super) async fn take_in(
    world: &World,
    tenant: &TenantId,
    achievement: &str,
    list: List<'_>,
) -> Result<String> {
    let name = list.name;
    let order = Upload {
        tenant: tenant.clone(),
        actor: institution::actor(),
        achievement: achievement.to_owned(),
        name: None,
        file_name: Some(name.to_owned()).filter(|name| name != "-"),
        list: list.file,
        mapping: list.mapping,
    };
    Ok(upload(world, &order)
        .await
        .with_context(|| format!("list {name}"))?
        .batch)
}

/// What became of a confirmed batch.
pub(super) enum Issued {
    /// All credentials of the batch.
    Credentials(Vec<Uuid>),
    /// Its time has not come.
    Held(Timestamp),
}

/// Confirms what was seen and carries it through, unless it is held.
pub(super) async fn issue(world: &World, tenant: &TenantId, seen: &Preview) -> Result<Issued> {
    let batch = &seen.batch.id;
    let reader = world.store.read();
    let some = async |state| {
        let rows = reader.batch_rows_in_state(tenant, batch, state).await?;
        Ok::<_, StoreError>(rows > 0)
    };
    let ready = some(RowState::Ready).await?;
    // A run that was stopped may have set down every row and not come to its approval.
    let open = match seen.batch.state {
        BatchState::Validated => ready || some(RowState::Reserved).await?,
        BatchState::Sealed => ready,
        _ => true,
    };
    if open {
        let confirmation = Confirmation {
            tenant: tenant.clone(),
            actor: institution::actor(),
            batch: batch.clone(),
            fingerprint: seen.fingerprint.clone(),
        };
        match confirm(world, &confirmation).await {
            // Somebody else issues it at this moment, and more of it is set down than when it was looked at: it goes on.
            Err(ConfirmError::UnderWay) => {}
            confirmed => confirmed?,
        }
        let until = seen.batch.hold_until.map(Timestamp::from_unix_millis);
        if let Some(until) = until.filter(|until| *until > world.clock.now()) {
            return Ok(Issued::Held(until));
        }
        carry(world, tenant, batch).await?;
        published(world, tenant).await?;
    }
    Ok(Issued::Credentials(
        credentials(world, tenant, batch).await?,
    ))
}

/// Works until the batch is sealed: here, or by a worker elsewhere that has its job. A step that fails is tried again, and why is
/// said each time. What else fails in this installation is not this batch's affair.
async fn carry(world: &World, tenant: &TenantId, batch: &str) -> Result<()> {
    let mut course = Course::new();
    let mut told = Told::default();
    loop {
        let row = world.store.read().batch(tenant, batch).await?.context(
            "the batch was removed while this ran; `touchstone batch list` shows what there is",
        )?;
        course.show(world, &row).await?;
        match row.state {
            BatchState::Sealed => return Ok(()),
            BatchState::Cancelled => bail!("the batch was cancelled meanwhile"),
            BatchState::Held => {
                bail!("the batch is held until its day; `touchstone work` issues it then")
            }
            _ => {}
        }
        if turn(world, &mut course, &row).await? == Turn::Idle {
            if let Some(why) = stalled(world, tenant, batch).await?
                && let Some(next_at) = why.next_at.filter(|at| *at > world.clock.now())
            {
                let failure = Failure {
                    what: Job::ISSUE_BATCH,
                    of: batch,
                    reason: &why.reason,
                    tries: why.tries,
                    next_at,
                    way_out: &format!(
                        " If it can never be signed, `touchstone batch cancel {batch}` gives up what is not signed of it; so does its page, /cohorts/{batch}."
                    ),
                };
                told.why_it_waits(world, &course.bar, &failure)?;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}

/// Does one job, and shows meanwhile how far the batch is: the whole of it is one job.
async fn turn(world: &World, course: &mut Course, row: &BatchRow) -> Result<Turn> {
    let work = work_here_once(world);
    tokio::pin!(work);
    loop {
        tokio::select! {
            done = &mut work => return Ok(done?),
            () = tokio::time::sleep(course.pause) => {
                let reader = world.store.read();
                if let Some(row) = reader.batch(&row.tenant, &row.id).await? {
                    course.show(world, &row).await?;
                }
            }
        }
    }
}

/// Publishes the status lists and sends the mail: a credential whose list nobody can read could not be checked.
async fn published(world: &World, tenant: &TenantId) -> Result<()> {
    let began = world.clock.now().unix_millis();
    let bar = progress::spinner("publishing");
    let mut told = Told::default();
    loop {
        work_here_until_idle(world).await?;
        let reader = world.store.read();
        let mut waiting = Vec::new();
        for list in reader.status_lists(tenant).await? {
            if list.used_count > 0 && reader.publication(&list.id).await?.is_none() {
                waiting.push(list.id);
            }
        }
        if waiting.is_empty() {
            return Ok(());
        }
        for list in &waiting {
            for job in reader.jobs_about(Job::PUBLISH_STATUS, list).await? {
                let next_at = Timestamp::from_unix_millis(job.run_at);
                if let Some(reason) = &job.last_error
                    && next_at > world.clock.now()
                {
                    let failure = Failure {
                        what: &job.kind,
                        of: list,
                        reason,
                        tries: job.attempts,
                        next_at,
                        way_out: "",
                    };
                    told.why_it_waits(world, &bar, &failure)?;
                }
            }
        }
        // A worker elsewhere has the job.
        if world.clock.now().unix_millis() - began > PUBLISHED_WITHIN_MS {
            bail!(
                "the credentials are signed, but their status list is not published yet; `touchstone doctor` says why"
            );
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

async fn credentials(world: &World, tenant: &TenantId, batch: &str) -> Result<Vec<Uuid>> {
    let (mut ids, mut after) = (Vec::new(), -1);
    loop {
        let reader = world.store.read();
        let some = reader.sealed_in_batch(tenant, batch, after, 1000).await?;
        let Some((line, _)) = some.last() else { break };
        after = *line;
        for (_, id) in some {
            ids.push(id.parse().context("a stored credential's id")?);
        }
    }
    ids.sort_unstable();
    Ok(ids)
}

/// What is wrong with a list: the first rows that are faulty, and how many are. All of a long list would not fit into memory.
pub(super) struct Faulty {
    pub(super) first: Vec<PreviewRow>,
    pub(super) total: u64,
}

impl Faulty {
    pub(super) async fn of(world: &World, tenant: &TenantId, batch: &str) -> Result<Self> {
        let state = RowState::Faulty;
        let reader = world.store.read();
        Ok(Self {
            total: reader.batch_rows_in_state(tenant, batch, state).await?,
            first: rows(world, tenant, batch, Some(state), -1, NAMED).await?,
        })
    }

    fn left_out(&self) -> u64 {
        self.total.saturating_sub(self.first.len() as u64)
    }
}

/// How many faulty rows are named.
const NAMED: u64 = 1_000;

async fn write_all(
    world: &World,
    institution: &InstitutionRow,
    folder: &PathBuf,
    ids: &[Uuid],
) -> Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("folder {}", folder.display()))?;
    let bar = progress::bar("writing", ids.len() as u64);
    for (done, id) in ids.iter().enumerate() {
        bar.reached(done as u64);
        let path = folder.join(format!("{id}.json"));
        let id = &id.to_string();
        let bytes = holding::export(world, &institution.id, id, holding::Format::Json).await?;
        let bytes = bytes.with_context(|| format!("credential {id}"))?;
        // The same list issued again finds its files there already.
        if fs::read(&path).is_ok_and(|there| there == bytes) {
            continue;
        }
        file::write_new(&path, &bytes)?;
    }
    Ok(())
}

const PUBLISHED_WITHIN_MS: i64 = 30_000;
