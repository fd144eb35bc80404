//! `touchstone role draft` and `write`: from a job posting to a document, from a document to a role.

use std::path::PathBuf;

use anyhow::{Context, Result};
use serde::Deserialize;
use serde_json::json;
use touchstone_service::crosswalk::{Need, RoleOrder, TaskOrder, draft_role, write_role};

use super::{Global, find, institution};
use crate::{
    answer::Answer,
    cli::{file, institution::open_to_change},
};

/// Read a job posting into the document of a role. Nothing is kept: look at it, mend it, then write it.
#[derive(Debug, clap::Args)]
pub(super) struct Draft {
    /// The posting: its text, or a page or file with schema.org JobPosting; - for standard input.
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

/// Write a role from its document.
#[derive(Debug, clap::Args)]
pub(super) struct Write {
    /// The document; - for standard input.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The role that is written anew, by its id or its title [default: a new one].
    #[arg(long, value_name = "ROLE")]
    role: Option<String>,
}

impl Draft {
    pub(super) async fn run(self, global: &Global) -> Result<Answer> {
        let name = self.file.to_str().context("a file's name is not text")?;
        let bytes = file::read(name, file::LARGEST_ROLE)?;
        let posting = String::from_utf8_lossy(&bytes);
        let (world, institution) = institution::open(global).await?;
        let draft = draft_role(&world, &institution.id, &posting).await;
        let draft = draft.with_context(|| format!("file {name}"))?;
        // In the posting's own words: what is near in a framework is suggested on the page, and never inserted unasked.
        let tasks = draft.statements.iter().map(|(statement, _)| {
            let need = match statement.wish.need() {
                Need::Must => "must",
                Need::Nice => "nice",
            };
            json!({"label": statement.text, "need": need})
        });
        let document = json!({
            "title": draft.title,
            "tasks": tasks.collect::<Vec<_>>(),
            "public": false,
        });
        Ok(Answer::document(format!("{document:#}\n").into_bytes()))
    }
}

impl Write {
    pub(super) async fn run(self, global: &Global) -> Result<Answer> {
        let name = self.file.to_str().context("a file's name is not text")?;
        let bytes = file::read(name, file::LARGEST_ROLE)?;
        let read: Document = serde_json::from_slice(&bytes)
            .with_context(|| format!("file {name}: this is no document of a role"))?;
        let (world, tenant) = open_to_change(global).await?;
        let id = match &self.role {
            None => None,
            Some(role) => Some(find(&world, &tenant, role).await?.row.id),
        };
        let order = RoleOrder {
            tenant: tenant.clone(),
            actor: institution::actor(),
            id,
            title: read.title,
            tasks: read.tasks.into_iter().map(TaskOrder::from).collect(),
            public: read.public,
            new_link: read.new_link,
            seen: None,
            drawn: None,
        };
        let written = write_role(&world, &order).await;
        let id = written.with_context(|| format!("file {name}"))?;
        let kept = find(&world, &tenant, &id).await?;
        let page = super::page(&world, &kept);
        let text = match &page {
            Some(page) => format!("Written: {} ({id})\n{page}", kept.row.title),
            None => format!("Written: {} ({id})", kept.row.title),
        };
        Ok(Answer::new(text, json!({"id": id, "page": page})).with_plain_words())
    }
}

/// The document of a role, as the API takes it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    title: String,
    tasks: Vec<OneTask>,
    #[serde(default)]
    public: bool,
    #[serde(default, rename = "newLink")]
    new_link: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct OneTask {
    #[serde(default)]
    id: String,
    label: String,
    need: OneNeed,
    #[serde(default)]
    level: Option<u32>,
    #[serde(default)]
    rubric: Option<String>,
    #[serde(default)]
    evidence: Vec<String>,
    #[serde(default)]
    max_age_days: Option<u32>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum OneNeed {
    Must,
    Nice,
}

impl From<OneTask> for TaskOrder {
    fn from(task: OneTask) -> Self {
        Self {
            id: task.id,
            label: task.label,
            must: matches!(task.need, OneNeed::Must),
            level: task.level,
            rubric: task.rubric,
            evidence: task.evidence,
            max_age_days: task.max_age_days,
        }
    }
}
