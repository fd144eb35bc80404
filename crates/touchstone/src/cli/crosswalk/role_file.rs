//! The document of a role, as an installation gives it out.

use anyhow::{Context, Result};
use serde::Deserialize;
use touchstone_crosswalk::role::{Need, Role, Task};

use super::super::file;

/// A role as `touchstone role show --json` and the API give it.
pub(super) fn role(name: &str) -> Result<Role> {
    let bytes = file::read(name, file::LARGEST_ROLE)?;
    let read: RoleDocument = serde_json::from_slice(&bytes)
        .with_context(|| format!("--role {name}: this is no document of a role"))?;
    Ok(Role {
        title: read.title,
        tasks: read.tasks.into_iter().map(Task::from).collect(),
    })
}

#[derive(Deserialize)]
struct RoleDocument {
    title: String,
    tasks: Vec<TaskDocument>,
}

/// What is asked of a task, all of it: what is not known here could make the difference.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct TaskDocument {
    id: String,
    label: String,
    need: NeedDocument,
    #[serde(default)]
    level: Option<u32>,
    #[serde(default)]
    rubric: Option<String>,
    #[serde(default)]
    evidence: Vec<String>,
    #[serde(default)]
    max_age_days: Option<u32>,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum NeedDocument {
    Must,
    Nice,
}

impl From<TaskDocument> for Task {
    fn from(task: TaskDocument) -> Self {
        Self {
            id: task.id,
            label: task.label,
            need: match task.need {
                NeedDocument::Must => Need::Must,
                NeedDocument::Nice => Need::Nice,
            },
            level: task.level,
            rubric: task.rubric,
            evidence: task.evidence,
            max_age_days: task.max_age_days,
        }
    }
}
