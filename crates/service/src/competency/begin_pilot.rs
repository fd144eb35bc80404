//! Trying a version out: the issuer gets an achievement from it that says that it is a pilot, and until when it is issued.

use serde_json::{Value, json};
use touchstone_crosswalk::role::Task;
use touchstone_store::{AuditLine, CompetencyPilotRow, CompetencyState, StoreError, TenantId};

use super::{
    CompetencyError, Rubric,
    error::{joined, whole, why},
    look::tasks_of,
};
use crate::{
    World,
    issuing::{Definition, DefinitionError, Expect, VersionError, can_be_linked, write_version},
    text::day,
};

/// A request to try a version out.
#[derive(Clone, Debug)]
pub struct Pilot {
    /// The issuer.
    pub tenant: TenantId,
    /// Who asks, as proven by the caller.
    pub actor: String,
    /// The competency, by id.
    pub competency: String,
    /// The version.
    pub version: i64,
    /// The short name of the achievement that is made.
    pub slug: String,
    /// What a person who earned it can do, in a sentence.
    pub description: String,
    /// How it is assessed.
    pub assessment_method: String,
    /// The language of its texts: `en`.
    pub language: String,
    /// The last day on which it is issued: `2026-12-31`.
    pub until: String,
    /// Why it is tried out.
    pub why: String,
}

/// Makes the achievement and answers its id. It is edited and issued as any other, says that it is a pilot, and is not issued after its last day.
#[crate::boxed]
pub async fn begin_pilot(world: &World, order: &Pilot) -> Result<String, PilotError> {
    let why = &why(&order.why)?;
    let now = world.clock.now();
    let today = day(now);
    let until = order.until.trim();
    if until.is_empty() || until < today.as_str() {
        return Err(PilotError::Until);
    }
    let begun = world.store.write(|mut tx| async move {
        let competency = joined(&tx, &order.tenant, &order.competency).await?;
        if competency.issuer != order.tenant {
            return Err(CompetencyError::NotIssuer.into());
        }
        let row = whole(&tx, &order.tenant, &competency.id, order.version).await?;
        if row.state == CompetencyState::Refused {
            return Err(PilotError::Refused);
        }
        let rubric = Rubric::of(&row)?.ok_or(CompetencyError::NoRubric)?;
        let definition = definition(order, &competency.title, &tasks_of(&row)?, &rubric)?;
        let (tenant, actor) = (&order.tenant, &order.actor);
        let written =
            write_version(world, &mut tx, tenant, actor, &definition, Expect::New).await?;
        tx.add_competency_pilot(CompetencyPilotRow {
            competency: competency.id.clone(),
            version: row.number,
            achievement: written.achievement.clone(),
            until: until.to_owned(),
            why: why.clone(),
            begun_at: now.unix_millis(),
            begun_by: order.actor.clone(),
        })
        .await?;
        tx.audit([AuditLine {
            tenant: order.tenant.clone(),
            at: now.unix_millis(),
            actor: order.actor.clone(),
            action: "competency.begin_pilot".into(),
            subject: competency.id,
            detail: json!({
                "version": row.number, "achievement": written.achievement, "until": until, "why": why,
            })
            .to_string(),
        }])
        .await?;
        Ok(written.achievement)
    });
    match begun.await {
        Err(PilotError::Store(StoreError::Conflict {
            table: "competency_pilot",
        })) => Err(PilotError::Begun),
        begun => begun,
    }
}

/// The achievement that is issued from a version: its tasks are the criteria, its rubric the levels.
fn definition(
    order: &Pilot,
    title: &str,
    tasks: &[Task],
    rubric: &Rubric,
) -> Result<Definition, DefinitionError> {
    let narrative: Vec<String> = tasks
        .iter()
        .map(|task| format!("- {}", task.label))
        .collect();
    let linked = tasks.iter().filter(|task| is_linked(task));
    let alignment = linked.map(
        |task| json!({"targetName": task.label, "targetUrl": task.id, "targetType": "ext:Task"}),
    );
    Definition::from_value(json!({
        "slug": order.slug.trim(),
        "name": title,
        "description": order.description.trim(),
        "achievementType": "Competency",
        "inLanguage": order.language.trim(),
        "criteria": {"narrative": narrative.join("\n")},
        "assessmentMethod": order.assessment_method.trim(),
        "alignment": alignment.collect::<Vec<_>>(),
        "resultDescription": rubric.to_value(),
        "evidenceRequired": evidence(tasks),
        "validForMonths": months(tasks),
        "namesLearner": true,
        "pilotUntil": order.until.trim(),
    }))
}

/// Whether an achievement can link a task: one that has an address, or one in the employer's own words, by its identifier. Of any other the
/// criteria have the words.
pub(super) fn is_linked(task: &Task) -> bool {
    can_be_linked(&task.id)
}

/// The kinds of evidence that the employer asks for, each once, in the order of the tasks. An achievement names no more than the first twenty:
/// whoever asks for others reads of each credential that its evidence is of another kind.
fn evidence(tasks: &[Task]) -> Vec<Value> {
    let mut kinds: Vec<&str> = Vec::new();
    for kind in tasks.iter().flat_map(|task| &task.evidence) {
        let kind = kind.trim();
        let known = |one: &&str| one.to_lowercase() == kind.to_lowercase();
        if !kinds.iter().any(known) {
            kinds.push(kind);
        }
    }
    let kinds = kinds.iter().take(MOST_KINDS);
    kinds.map(|kind| json!({"name": kind})).collect()
}

/// For how many months it is good: no longer than the employer takes it for any of the tasks, however long these months are. Less than one there is
/// not: what is taken for fewer than 31 days is good for a month all the same, and out of date for the employer before that.
fn months(tasks: &[Task]) -> Option<u32> {
    let ages = tasks.iter().filter_map(|task| task.max_age_days);
    ages.min()
        .map(|days| (days / LONGEST_MONTH_DAYS).clamp(1, MOST_MONTHS))
}

const LONGEST_MONTH_DAYS: u32 = 31;
/// As a definition has them.
const MOST_MONTHS: u32 = 600;
const MOST_KINDS: usize = 20;

/// Why no pilot was begun.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs)] // The messages say it.
pub enum PilotError {
    #[error("the last day of a pilot is a day from today on: 2026-12-31")]
    Until,
    #[error("this version is tried out already")]
    Begun,
    #[error("the votes refused this version: write the next one, or review this one again")]
    Refused,
    #[error(transparent)]
    Competency(#[from] CompetencyError),
    #[error(transparent)]
    Definition(#[from] DefinitionError),
    #[error(transparent)]
    Version(#[from] VersionError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

#[cfg(test)]
mod tests {
    use touchstone_crosswalk::role::Need;

    use super::*;

    fn task(id: &str, max_age_days: Option<u32>) -> Task {
        Task {
            id: id.into(),
            label: "Sets machines".into(),
            need: Need::Must,
            level: None,
            rubric: None,
            evidence: Vec::new(),
            max_age_days,
        }
    }

    #[test]
    fn a_task_is_linked_by_what_an_achievement_takes_and_by_nothing_else() {
        for (id, linked) in [
            ("https://tasks.example/setting", true),
            ("http://data.europa.eu/esco/skill/1", true),
            ("urn:uuid:8a3f0b3c-0d0a-4b4e-9a2b-0f2f1f6f2d12", true),
            ("urn:uuid:x", false),
            ("urn:uuid:8a3f0b3c0d0a4b4e9a2b0f2f1f6f2d12", false),
            ("https://", false),
            ("https://tasks.example/a b", false),
            ("onet:51-4041.00", false),
        ] {
            assert_eq!(is_linked(&task(id, None)), linked, "{id}");
        }
    }

    #[test]
    fn what_is_made_from_a_version_ends_before_the_employer_stops_taking_it() {
        assert_eq!(months(&[task("urn:x:1", None)]), None);
        for (days, good) in [(31, 1), (61, 1), (62, 2), (90, 2), (365, 11), (730, 23)] {
            let tasks = [task("urn:x:1", Some(days)), task("urn:x:2", Some(9_999))];
            assert_eq!(months(&tasks), Some(good), "{days}");
            assert!(good * LONGEST_MONTH_DAYS <= days);
        }
        // There is nothing shorter.
        assert_eq!(months(&[task("urn:x:1", Some(7))]), Some(1));
    }
}
