//! Writing a role: what somebody does all day, task by task.

use touchstone_crosswalk::role::{Need, Task};
use touchstone_store::{
    AuditFilter, AuditLine, Reader, RoleRow, RoleVersionRow, StoreError, TenantId,
};

use super::role::write;
use crate::{
    World, drawn,
    issuing::Slug,
    operations::sign_up::{NOT_SHOWN, is_shown},
    text::line_of,
};

/// A role to be written.
#[derive(Clone, Debug)]
pub struct RoleOrder {
    /// The institution.
    pub tenant: TenantId,
    /// Who writes, as proven by the caller.
    pub actor: String,
    /// The role that is written anew, by id; `None`: a new one.
    pub id: Option<String>,
    /// What it is called.
    pub title: String,
    /// Its tasks, in order.
    pub tasks: Vec<TaskOrder>,
    /// Whether everybody who knows its link may read it and read credentials for it.
    pub public: bool,
    /// Whether its link is another from now on, so that the one that it has, or had when it was open before, leads nowhere.
    pub new_link: bool,
    /// When what was looked at was last written, in milliseconds since 1970; `None`: whatever stands there is written over.
    pub seen: Option<i64>,
    /// What was drawn for the form of a new role: sent again with it, it is the same role. `None`: another each time.
    pub drawn: Option<String>,
}

/// A task of it.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct TaskOrder {
    /// Its identifier in a framework, or of a task of this role that was written before; empty: it is in the writer's own words.
    pub id: String,
    /// In words.
    pub label: String,
    /// Whether the role can be done without it.
    pub must: bool,
    /// The least level, from 1, if one is asked for.
    pub level: Option<u32>,
    /// The rubric that this is a level of: the address of a competency, or of one release of it. None: levels are compared by their place.
    pub rubric: Option<String>,
    /// Kinds of evidence of which one must be there; none means any.
    pub evidence: Vec<String>,
    /// How many days ago it may have been awarded at most, if that matters.
    pub max_age_days: Option<u32>,
}

/// Writes a role and answers its id.
#[crate::boxed]
pub async fn write_role(world: &World, order: &RoleOrder) -> Result<String, RoleError> {
    let title = line_of(&order.title, MOST_TITLE).ok_or(RoleError::Title)?;
    let tasks = &tasks(world, &order.tasks)?;
    let (title, now) = (&title, world.clock.now().unix_millis());
    let (tenant, drawn) = (&order.tenant, order.drawn.as_deref());
    let new = &drawn::id(world, "role", tenant, &order.actor, drawn);
    let written = world
        .store
        .write(|mut tx| async move {
            // What was sent once is there, whatever became of it.
            if order.id.is_none() && tx.role(tenant, new).await?.is_some() {
                return Ok(new.clone());
            }
            let before = match &order.id {
                None => None,
                Some(id) => {
                    let found = tx.role(&order.tenant, id).await?;
                    Some(found.ok_or(RoleError::NoSuchRole)?)
                }
            };
            if order.public && !is_shown(&tx, &order.tenant).await? {
                return Err(RoleError::NotShown);
            }
            let name = name(world, before.as_ref(), order);
            let row = RoleRow {
                id: match &before {
                    Some(before) => before.id.clone(),
                    None => new.clone(),
                },
                tenant: order.tenant.clone(),
                title: title.clone(),
                tasks: write(tasks),
                public: name.clone().filter(|_| order.public).unwrap_or_default(),
                created_at: before.as_ref().map_or(now, |before| before.created_at),
                created_by: before.as_ref().map_or(order.actor.clone(), |before| before.created_by.clone()),
                changed_at: now,
                name,
            };
            if let Some(before) = &before
                && is_lost(before, &row, order.seen)
            {
                return match order.new_link && is_renewed(&tx, before, &row).await? {
                    true => Ok(row.id),
                    false => Err(RoleError::InBetween),
                };
            }
            let id = row.id.clone();
            let detail = serde_json::json!({
                "title": row.title, "tasks": tasks.len(), "public": !row.public.is_empty(), "newLink": order.new_link,
            });
            match before {
                None => {
                    tx.add_role(row.clone()).await?;
                    tx.add_role_version(version(&row, 1, &order.actor)).await?;
                }
                Some(before) => {
                    let known = tx.role_versions(&order.tenant, &row.id).await?;
                    let mut last = known.last().map_or(0, |last| last.number);
                    if last == 0 {
                        // Written before versions were kept: from then on it was this.
                        let written_by = match before.changed_at == before.created_at {
                            true => before.created_by.as_str(),
                            // Who wrote it anew was not kept beside it.
                            false => "",
                        };
                        let first = version(&before, 1, written_by);
                        tx.add_role_version(first).await?;
                        last = 1;
                    }
                    tx.add_role_version(version(&row, last + 1, &order.actor)).await?;
                    tx.rewrite_role(row).await?;
                }
            }
            tx.audit([AuditLine {
                tenant: order.tenant.clone(),
                at: now,
                actor: order.actor.clone(),
                action: "role.write".into(),
                subject: id.clone(),
                detail: detail.to_string(),
            }])
            .await?;
            Ok(id)
        });
    match written.await {
        // The same form at the same moment was first.
        Err(RoleError::Store(StoreError::Conflict { table: "role" })) if order.id.is_none() => {
            Ok(new.clone())
        }
        written => written,
    }
}

/// The name under which everybody reads for a role: the one that it has, or had when it was open before, so that links which were printed lead
/// there again; or another, where that is asked for: of a role that is closed, once it is open again. Until then it is told to nobody.
fn name(world: &World, before: Option<&RoleRow>, order: &RoleOrder) -> Option<String> {
    let kept = before.filter(|_| !order.new_link);
    let known = kept.and_then(|before| match before.public.is_empty() {
        true => before.name.clone(),
        false => Some(before.public.clone()),
    });
    // Nobody finds it without having been told.
    known.or_else(|| order.public.then(|| world.rng.uuid().simple().to_string()))
}

/// Whether something would be written over that was not looked at. Whoever says what stands there already takes nothing away.
fn is_lost(before: &RoleRow, row: &RoleRow, seen: Option<i64>) -> bool {
    let said = |row: &RoleRow| (row.title.clone(), row.tasks.clone(), row.public.clone());
    said(before) != said(row) && seen.is_some_and(|seen| seen != before.changed_at)
}

/// Whether whoever wrote last had the link made anew, and said the rest as it is said now: it is the same form, sent once more. Another link
/// would take the place of the one that was just shown.
async fn is_renewed(reader: &Reader, before: &RoleRow, row: &RoleRow) -> Result<bool, StoreError> {
    let said = |row: &RoleRow| (row.title.clone(), row.tasks.clone(), row.public.is_empty());
    if said(before) != said(row) {
        return Ok(false);
    }
    let filter = AuditFilter {
        action: Some("role.write".into()),
        subject: Some(row.id.clone()),
        ..AuditFilter::default()
    };
    let lines = reader.audit_lines(&row.tenant, &filter, None, 1).await?;
    Ok(lines.iter().any(|line| {
        let detail = serde_json::from_str::<serde_json::Value>(&line.detail);
        detail.is_ok_and(|detail| detail["newLink"] == true)
    }))
}

/// A role as it is from its last change on.
fn version(row: &RoleRow, number: i64, written_by: &str) -> RoleVersionRow {
    RoleVersionRow {
        role: row.id.clone(),
        number,
        tenant: row.tenant.clone(),
        title: row.title.clone(),
        tasks: row.tasks.clone(),
        since: row.changed_at,
        written_by: written_by.to_owned(),
        public: Some(i64::from(!row.public.is_empty())),
    }
}

fn tasks(world: &World, orders: &[TaskOrder]) -> Result<Vec<Task>, RoleError> {
    if orders.is_empty() {
        return Err(RoleError::NoTask);
    }
    if orders.len() > MOST_TASKS {
        return Err(RoleError::TooManyTasks);
    }
    let mut tasks = Vec::with_capacity(orders.len());
    for (at, order) in orders.iter().enumerate() {
        let place = at + 1;
        let label = line_of(&order.label, MOST_LABEL).ok_or(RoleError::Label(place))?;
        let id = match order.id.trim() {
            "" => format!("urn:uuid:{}", world.rng.uuid()),
            id if is_iri(id) => id.to_owned(),
            _ => return Err(RoleError::Address(place)),
        };
        if tasks.iter().any(|known: &Task| known.id == id) {
            return Err(RoleError::Twice(place));
        }
        if order.level.is_some_and(|level| !(1..=20).contains(&level)) {
            return Err(RoleError::Level(place));
        }
        let rubric = order.rubric.as_deref().unwrap_or_default().trim();
        let rubric = rubric.trim_end_matches('/');
        let is_address = is_iri(rubric) && is_rubric(rubric);
        if !rubric.is_empty() && (order.level.is_none() || !is_address) {
            return Err(RoleError::Rubric(place));
        }
        if order
            .max_age_days
            .is_some_and(|days| !(1..=36_500).contains(&days))
        {
            return Err(RoleError::Age(place));
        }
        let mut evidence = Vec::new();
        for kind in order.evidence.iter().filter(|kind| !kind.trim().is_empty()) {
            evidence.push(line_of(kind, MOST_TITLE).ok_or(RoleError::Evidence(place))?);
        }
        tasks.push(Task {
            id,
            label,
            need: match order.must {
                true => Need::Must,
                false => Need::Nice,
            },
            level: order.level,
            rubric: (!rubric.is_empty()).then(|| rubric.to_owned()),
            evidence,
            max_age_days: order.max_age_days,
        });
    }
    Ok(tasks)
}

fn is_iri(text: &str) -> bool {
    text.len() <= 2_000
        && !text.contains(|sign: char| sign.is_whitespace() || sign.is_control())
        && text.split_once(':').is_some_and(|(scheme, rest)| {
            scheme.starts_with(|first: char| first.is_ascii_alphabetic())
                && scheme
                    .chars()
                    .all(|sign| sign.is_ascii_alphanumeric() || "+-.".contains(sign))
                && !rest.is_empty()
        })
}

/// Whether it is the address of a released competency, or of one release of it: anything shorter is where an issuer has other things as well.
fn is_rubric(address: &str) -> bool {
    let Some(rest) = address.strip_prefix("https://") else {
        return false;
    };
    let is_name = |name: &str| Slug::new(name).is_ok();
    let is_file = |file: &str| {
        let number = file.strip_suffix(".json").unwrap_or_default();
        !number.is_empty() && number.bytes().all(|sign| sign.is_ascii_digit())
    };
    let parts: Vec<&str> = rest.split('/').collect();
    match parts[..] {
        [host, .., "competencies", name] => !host.is_empty() && is_name(name),
        [host, .., "competencies", name, file] => {
            !host.is_empty() && is_name(name) && is_file(file)
        }
        _ => false,
    }
}

/// Why no role was written.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs)] // The messages say it.
pub enum RoleError {
    #[error("no such role")]
    NoSuchRole,
    #[error("this role was saved in between: look at what stands there, then save yours")]
    InBetween,
    #[error("{NOT_SHOWN}")]
    NotShown,
    #[error("give the role a title, in at most {MOST_TITLE} characters, without hidden signs")]
    Title,
    #[error("write at least one task")]
    NoTask,
    #[error("a role has at most {MOST_TASKS} tasks: join some")]
    TooManyTasks,
    #[error("task {0}: say it in 1 to {MOST_LABEL} characters, without hidden signs")]
    Label(usize),
    #[error(
        "task {0}: the address of a framework's task begins with https:// or the like; leave it empty for your own words"
    )]
    Address(usize),
    #[error("task {0}: it stands here a second time")]
    Twice(usize),
    #[error("task {0}: a level is a number from 1 to 20")]
    Level(usize),
    #[error(
        "task {0}: a rubric goes with a level, and is the address of a released competency, https://school.example/i/school/competencies/welding, or of one release of it, which ends with /competencies/welding/2.json"
    )]
    Rubric(usize),
    #[error("task {0}: an age is 1 to 36,500 days")]
    Age(usize),
    #[error("task {0}: a kind of evidence has at most {MOST_TITLE} characters")]
    Evidence(usize),
    #[error(transparent)]
    Store(#[from] StoreError),
}

pub(super) const MOST_TITLE: usize = 200;
const MOST_LABEL: usize = 1_000;
const MOST_TASKS: usize = 100;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rubric_is_a_competency_or_a_release_of_one_and_nothing_that_has_others_below_it() {
        for whole in [
            "https://school.example/i/school/competencies/welding",
            "https://school.example/i/school/competencies/welding/2.json",
            "https://school.example/competencies/welding",
        ] {
            assert!(is_rubric(whole), "{whole}");
        }
        for other in [
            "https://school.example/i/school",
            "https://school.example/i/school/competencies",
            "https://school.example/i/school/competencies/",
            "https://school.example/i/school/competencies/welding/json",
            "https://school.example/i/school/competencies/welding/.json",
            "https://school.example/i/school/competencies/welding/2.json/3",
            "https://school.example/i/school/competencies/welding?x",
            "https:///competencies/welding",
            "http://school.example/i/school/competencies/welding",
            "urn:uuid:0b0b",
        ] {
            assert!(!is_rubric(other), "{other}");
        }
    }
}
