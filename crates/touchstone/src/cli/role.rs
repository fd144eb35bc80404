//! `touchstone role`: what somebody does all day, as tasks; and where it is open for applications.

mod posting;
mod staff_page;
mod write;

use anyhow::{Result, bail};
use clap::Subcommand;
use serde_json::{Value, json};
use touchstone_service::{
    World,
    crosswalk::{KeptRole, Need, Task, ask_wallet, dcql_document, roles},
};
use touchstone_store::TenantId;
use touchstone_vc::Timestamp;

use super::{Global, institution};
use crate::answer::{Answer, table};

/// Describe roles as tasks, and open them for applications.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
A role is one JSON document, with the members that POST /api/v1/roles takes: {\"title\": …, \"tasks\": [{\"label\": …, \"need\": \"must\"}]}. \
A role is named by its id, or by its title where no other has it.

Examples:
  touchstone role draft posting.html > setter.json   a job posting, as text or schema.org JobPosting, read into a document
  touchstone role write setter.json                  describe a new role; `--role ID` writes one anew
  touchstone role list
  touchstone role show \"Machine setter\" --json > setter.json
  touchstone role show \"Machine setter\" --dcql       as a question to wallets
  touchstone role open \"Machine setter\" --name setter-2026 --days 30
                                                     the link for applicants
  touchstone role postings                           what was opened, and how many applied
  touchstone role close POSTING
  touchstone role open \"Machine setter\" --staff      for your own people, on the page of
  touchstone role staff-page --open                  which this opens, or gives a new address")]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// List roles with their tasks counted.
    List,
    Show(Show),
    Draft(write::Draft),
    Write(write::Write),
    Open(posting::Open),
    Postings(posting::Postings),
    Close(posting::Close),
    StaffPage(staff_page::StaffPage),
}

/// Show a role: with --json the document itself, which `write` reads again.
#[derive(Debug, clap::Args)]
struct Show {
    /// Its id, or its title.
    #[arg(value_name = "ROLE")]
    role: String,
    /// As a question to wallets (DCQL), with the achievements that show each task.
    #[arg(long)]
    dcql: bool,
}

impl Args {
    pub(crate) async fn run(self, global: &Global) -> Result<Answer> {
        match self.what {
            What::List => list(global).await,
            What::Show(show) => show.run(global).await,
            What::Draft(draft) => draft.run(global).await,
            What::Write(write) => write.run(global).await,
            What::Open(open) => open.run(global).await,
            What::Postings(postings) => postings.run(global).await,
            What::Close(close) => close.run(global).await,
            What::StaffPage(page) => page.run(global).await,
        }
    }
}

async fn list(global: &Global) -> Result<Answer> {
    let (world, institution) = institution::open(global).await?;
    let all = roles(&world, &institution.id).await?;
    let rows: Vec<_> = all
        .iter()
        .map(|one| {
            let must = one.role.tasks.iter().filter(|task| task.need == Need::Must);
            let must = must.count();
            [
                one.row.title.clone(),
                must.to_string(),
                (one.role.tasks.len() - must).to_string(),
                page(&world, one).unwrap_or_default(),
                one.row.id.clone(),
            ]
        })
        .collect();
    let json: Vec<_> = all
        .iter()
        .map(|one| {
            json!({
                "id": one.row.id, "title": one.row.title, "tasks": one.role.tasks.len(), "page": page(&world, one),
                "changedAt": Timestamp::from_unix_millis(one.row.changed_at).to_string(),
            })
        })
        .collect();
    let text = match rows.is_empty() {
        true => format!("{} has described no role yet.", institution.name),
        false => table(["title", "must", "wanted", "for everybody", "id"], &rows),
    };
    Ok(Answer::new(text, json!({ "roles": json })).with_plain_words())
}

impl Show {
    async fn run(self, global: &Global) -> Result<Answer> {
        let (world, institution) = institution::open(global).await?;
        let found = find(&world, &institution.id, &self.role).await?;
        if self.dcql {
            let compiled = ask_wallet(&world, &found).await?;
            let document = format!("{:#}\n", dcql_document(&found, &compiled));
            return Ok(Answer::document(document.into_bytes()));
        }
        let tasks: String = found.role.tasks.iter().map(in_words).collect();
        let page = page(&world, &found).map_or_else(String::new, |page| format!("\n{page}"));
        let text = format!("{} ({}){tasks}{page}", found.row.title, found.row.id);
        Ok(Answer::new(text, document(&found)).with_plain_words())
    }
}

/// The role that is named: by its id, or by a title that no other has.
async fn find(world: &World, tenant: &TenantId, name: &str) -> Result<KeptRole> {
    let all = roles(world, tenant).await?;
    if let Some(found) = all.iter().find(|one| one.row.id == name) {
        return Ok(found.clone());
    }
    let titled: Vec<_> = all.iter().filter(|one| one.row.title == name).collect();
    match titled.as_slice() {
        [one] => Ok((*one).clone()),
        [] => bail!("there is no role “{name}”; `touchstone role list` shows which there are"),
        many => {
            let ids: Vec<_> = many.iter().map(|one| one.row.id.as_str()).collect();
            bail!(
                "several roles are called “{name}”; name one by its id: {}",
                ids.join(", ")
            )
        }
    }
}

/// The document that `write` reads.
fn document(kept: &KeptRole) -> Value {
    let tasks = kept.role.tasks.iter().map(|task| {
        let mut told = json!({
            "id": task.id,
            "label": task.label,
            "need": match task.need { Need::Must => "must", Need::Nice => "nice" },
            "level": task.level,
            "evidence": task.evidence,
            "maxAgeDays": task.max_age_days,
        });
        if let Some(rubric) = &task.rubric {
            told["rubric"] = rubric.as_str().into();
        }
        told
    });
    json!({
        "title": kept.row.title,
        "tasks": tasks.collect::<Vec<_>>(),
        "public": !kept.row.public.is_empty(),
    })
}

fn in_words(task: &Task) -> String {
    let need = match task.need {
        Need::Must => "must",
        Need::Nice => "wanted",
    };
    let level = task
        .level
        .map_or_else(String::new, |level| format!(", level {level}"));
    let rubric = task.rubric.as_ref();
    let rubric = rubric.map_or_else(String::new, |rubric| format!(" of {rubric}"));
    let age = task
        .max_age_days
        .map_or_else(String::new, |days| format!(", at most {days} days old"));
    let evidence = match task.evidence.is_empty() {
        true => String::new(),
        false => format!(", shown by {}", task.evidence.join(" or ")),
    };
    format!("\n  {need}: {}{level}{rubric}{age}{evidence}", task.label)
}

/// Where everybody reads it, if anybody may.
fn page(world: &World, kept: &KeptRole) -> Option<String> {
    let path = format!("/r/{}", kept.row.public);
    (!kept.row.public.is_empty()).then(|| world.site.link(&path))
}
