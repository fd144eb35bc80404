//! Two versions side by side: what changed from one to the other.

use touchstone_crosswalk::role::Task;
use touchstone_store::{StoreError, TenantId};

use super::{CompetencyDetail, RubricLevel, VersionView, competency};
use crate::World;

/// What became of a task or a level.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(missing_docs)] // The names say it.
pub enum Change {
    Same,
    Added,
    Changed,
    Gone,
}

/// A task in two versions.
#[derive(Clone, Debug, PartialEq)]
pub struct TaskChange {
    /// What became of it.
    pub change: Change,
    /// As it was; `None`: it was not there.
    pub before: Option<Task>,
    /// As it is; `None`: it is gone.
    pub after: Option<Task>,
}

/// A level in two versions.
#[derive(Clone, Debug, PartialEq)]
pub struct LevelChange {
    /// What became of it.
    pub change: Change,
    /// As it was, and whether it had to be reached; `None`: it was not there.
    pub before: Option<(RubricLevel, bool)>,
    /// As it is, and whether it must be reached; `None`: it is gone.
    pub after: Option<(RubricLevel, bool)>,
}

/// Two versions of a competency.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// The competency.
    pub detail: CompetencyDetail,
    /// The one version.
    pub before: VersionView,
    /// The other.
    pub after: VersionView,
    /// Tasks, in the order of the other version; what is gone comes last.
    pub tasks: Vec<TaskChange>,
    /// Levels, lowest first.
    pub levels: Vec<LevelChange>,
}

/// Compares two versions: the latest unless another is named, with the one before it. `None` where there is no such competency for the
/// institution, or no such version of it.
#[crate::boxed]
pub async fn compare(
    world: &World,
    tenant: &TenantId,
    id: &str,
    before: Option<i64>,
    after: Option<i64>,
) -> Result<Option<Comparison>, StoreError> {
    let Some(detail) = competency(world, tenant, id).await? else {
        return Ok(None);
    };
    let after = after.unwrap_or(detail.summary.latest.number);
    let before = before.unwrap_or(after.saturating_sub(1).max(1));
    let version = |number| detail.versions.iter().find(|one| one.row.number == number);
    let Some((before, after)) = version(before).zip(version(after)) else {
        return Ok(None);
    };
    let (before, after) = (before.clone(), after.clone());
    Ok(Some(Comparison {
        tasks: tasks(&before.tasks, &after.tasks),
        levels: levels(&marked(&before), &marked(&after)),
        before,
        after,
        detail,
    }))
}

fn tasks(before: &[Task], after: &[Task]) -> Vec<TaskChange> {
    let there = after.iter().map(|task| {
        let was = before.iter().find(|was| was.id == task.id);
        TaskChange {
            change: match was {
                None => Change::Added,
                Some(was) if was == task => Change::Same,
                Some(_) => Change::Changed,
            },
            before: was.cloned(),
            after: Some(task.clone()),
        }
    });
    let gone = before
        .iter()
        .filter(|was| after.iter().all(|task| task.id != was.id));
    let gone = gone.map(|was| TaskChange {
        change: Change::Gone,
        before: Some(was.clone()),
        after: None,
    });
    there.chain(gone).collect()
}

fn marked(version: &VersionView) -> Vec<(RubricLevel, bool)> {
    let Some(rubric) = &version.rubric else {
        return Vec::new();
    };
    let numbered = (1..).zip(&rubric.levels);
    numbered
        .map(|(number, level)| (level.clone(), number == rubric.required_level))
        .collect()
}

fn levels(before: &[(RubricLevel, bool)], after: &[(RubricLevel, bool)]) -> Vec<LevelChange> {
    let most = before.len().max(after.len());
    (0..most)
        .map(|place| {
            let (was, is) = (before.get(place).cloned(), after.get(place).cloned());
            let change = match (&was, &is) {
                (None, _) => Change::Added,
                (_, None) => Change::Gone,
                (was, is) if was == is => Change::Same,
                _ => Change::Changed,
            };
            LevelChange {
                change,
                before: was,
                after: is,
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use touchstone_crosswalk::role::Need;

    use super::*;

    fn task(id: &str, label: &str) -> Task {
        Task {
            id: id.into(),
            label: label.into(),
            need: Need::Must,
            level: None,
            rubric: None,
            evidence: Vec::new(),
            max_age_days: None,
        }
    }

    #[test]
    fn a_task_is_the_same_by_its_identifier_and_changed_by_what_it_asks() {
        let before = [
            task("a", "Sets"),
            task("b", "Measures"),
            task("c", "Cleans"),
        ];
        let stricter = Task {
            level: Some(3),
            ..task("b", "Measures")
        };
        let after = [task("d", "Plans"), task("a", "Sets"), stricter];
        let said: Vec<(Change, &str)> = tasks(&before, &after)
            .iter()
            .map(|one| {
                let shown = one.after.as_ref().or(one.before.as_ref()).unwrap();
                (one.change, shown.id.clone())
            })
            .map(|(change, id)| (change, id.leak() as &str))
            .collect();
        let expected = [
            (Change::Added, "d"),
            (Change::Same, "a"),
            (Change::Changed, "b"),
            (Change::Gone, "c"),
        ];
        assert_eq!(said, expected);
    }

    #[test]
    fn a_level_that_has_to_be_reached_from_now_on_is_a_change() {
        let level = |name: &str, required| {
            let level = RubricLevel {
                name: name.into(),
                description: "Seen.".into(),
                examples: Vec::new(),
            };
            (level, required)
        };
        let before = [level("Helped", true), level("Alone", false)];
        let after = [
            level("Helped", false),
            level("Alone", true),
            level("Teaches", false),
        ];
        let said: Vec<Change> = levels(&before, &after)
            .iter()
            .map(|one| one.change)
            .collect();
        assert_eq!(said, [Change::Changed, Change::Changed, Change::Added]);
        assert!(
            levels(&after, &after)
                .iter()
                .all(|one| one.change == Change::Same)
        );
        assert_eq!(levels(&after, &before)[2].change, Change::Gone);
    }
}
