//! Roles as rows: tasks with level, kind of evidence, age, must or nice.

use serde_json::{Value, json};
use touchstone_crosswalk::role::{Need, Role, Task};
use touchstone_store::{RoleRow, StoreError, TenantId};

use crate::{World, operations::sign_up::is_shown};

/// A role that is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct KeptRole {
    /// Its row.
    pub row: RoleRow,
    /// What it asks for.
    pub role: Role,
}

/// The roles of an institution, by title.
#[crate::boxed]
pub async fn roles(world: &World, tenant: &TenantId) -> Result<Vec<KeptRole>, StoreError> {
    let rows = world.store.read().roles(tenant).await?;
    rows.into_iter().map(kept).collect()
}

/// One role of an institution.
#[crate::boxed]
pub async fn role(
    world: &World,
    tenant: &TenantId,
    id: &str,
) -> Result<Option<KeptRole>, StoreError> {
    let row = world.store.read().role(tenant, id).await?;
    row.map(kept).transpose()
}

/// A role that everybody may read for, by its public name, and the institution that wrote it.
#[crate::boxed]
pub async fn public_role(
    world: &World,
    name: &str,
) -> Result<Option<(KeptRole, String)>, StoreError> {
    let reader = world.store.read();
    let Some(row) = reader.public_role(name).await? else {
        return Ok(None);
    };
    if !is_shown(&reader, &row.tenant).await? {
        return Ok(None);
    }
    let institution = reader.institution(&row.tenant).await?;
    let institution = institution
        .map(|institution| institution.name)
        .unwrap_or_default();
    Ok(Some((kept(row)?, institution)))
}

pub(super) fn kept(row: RoleRow) -> Result<KeptRole, StoreError> {
    let tasks = read(&row.tasks).ok_or(StoreError::Corrupt {
        table: "role",
        column: "tasks",
    })?;
    Ok(KeptRole {
        role: Role {
            title: row.title.clone(),
            tasks,
        },
        row,
    })
}

/// Tasks as they are kept.
pub(super) fn write(tasks: &[Task]) -> String {
    let tasks = tasks.iter().map(|task| {
        let mut kept = json!({
            "id": task.id,
            "label": task.label,
            "must": task.need == Need::Must,
            "level": task.level,
            "evidence": task.evidence,
            "maxAgeDays": task.max_age_days,
        });
        // A task without a rubric is kept as it was before there were rubrics: the same tasks are the same text.
        if let Some(rubric) = &task.rubric {
            kept["rubric"] = rubric.as_str().into();
        }
        kept
    });
    Value::Array(tasks.collect()).to_string()
}

/// Tasks that were kept.
pub(crate) fn read(tasks: &str) -> Option<Vec<Task>> {
    let tasks: Value = serde_json::from_str(tasks).ok()?;
    let number = |value: &Value| match value {
        Value::Null => Some(None),
        value => Some(Some(u32::try_from(value.as_u64()?).ok()?)),
    };
    let task = |task: &Value| {
        let evidence = task["evidence"].as_array()?.iter();
        Some(Task {
            id: task["id"].as_str()?.to_owned(),
            label: task["label"].as_str()?.to_owned(),
            need: match task["must"].as_bool()? {
                true => Need::Must,
                false => Need::Nice,
            },
            level: number(&task["level"])?,
            rubric: match &task["rubric"] {
                Value::Null => None,
                rubric => Some(rubric.as_str()?.to_owned()),
            },
            evidence: evidence
                .map(|kind| kind.as_str().map(str::to_owned))
                .collect::<Option<_>>()?,
            max_age_days: number(&task["maxAgeDays"])?,
        })
    };
    tasks.as_array()?.iter().map(task).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tasks_survive_being_kept() {
        let tasks = vec![
            Task {
                id: "urn:uuid:1".into(),
                label: "Mißt fertige Teile".into(),
                need: Need::Must,
                level: Some(3),
                rubric: Some("https://a.example/i/a/competencies/measuring".into()),
                evidence: vec!["observation".into()],
                max_age_days: Some(730),
            },
            Task {
                id: "https://a.example/2".into(),
                label: "教える".into(),
                need: Need::Nice,
                level: None,
                rubric: None,
                evidence: vec![],
                max_age_days: None,
            },
        ];
        assert_eq!(read(&write(&tasks)), Some(tasks));
        assert_eq!(read("[{}]"), None);
    }
}
