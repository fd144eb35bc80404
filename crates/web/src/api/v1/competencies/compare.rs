//! `GET /api/v1/competencies/ID/compare`

use axum::Json;
use axum::extract::{Path, State};
use serde::{Deserialize, Serialize};
use touchstone_service::competency::{self, Change, RubricLevel};
use utoipa::{IntoParams, ToSchema};

use super::{Level, show::Version};
use crate::ApiError;
use crate::api::caller::{By, Read};
use crate::api::query::Asked;
use crate::api::v1::roles::Task;
use crate::state::Web;

/// Compares two versions of a competency
#[utoipa::path(
    get,
    path = "/api/v1/competencies/{id}/compare",
    tag = "competencies",
    operation_id = "compareCompetencyVersions",
    security(("key" = ["read"])),
    params(("id" = String, Path, description = "The competency’s id"), Which),
    responses(
        (status = 200, description = "What changed", body = Compared),
        (status = 400, description = "`bad_query`"),
        (status = 404, description = "`version_not_found`"),
    )
)]
pub(crate) async fn compare(
    by: By<Read>,
    State(web): State<Web>,
    Path(id): Path<String>,
    Asked(which): Asked<Which>,
) -> Result<Json<Compared>, ApiError> {
    let found = competency::compare(&web.world, &by.tenant, &id, which.before, which.after);
    let found = found.await?;
    let found = found.ok_or_else(|| ApiError::not_found("version_not_found"))?;
    let tasks = found.tasks.iter().map(|one| TaskChange {
        change: word(one.change),
        before: one.before.as_ref().map(Task::of),
        after: one.after.as_ref().map(Task::of),
    });
    let levels = found.levels.iter().map(|one| LevelChange {
        change: word(one.change),
        before: one.before.as_ref().map(Marked::of),
        after: one.after.as_ref().map(Marked::of),
    });
    Ok(Json(Compared {
        tasks: tasks.collect(),
        levels: levels.collect(),
        before: Version::of(&found.before),
        after: Version::of(&found.after),
    }))
}

fn word(change: Change) -> &'static str {
    match change {
        Change::Same => "same",
        Change::Added => "added",
        Change::Changed => "changed",
        Change::Gone => "gone",
    }
}

/// Which two.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Which {
    /// The one version; the one before the other if it is left out.
    before: Option<i64>,
    /// The other; the latest if it is left out.
    after: Option<i64>,
}

/// Two versions, and what changed from the one to the other.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CompetencyCompared)]
pub(crate) struct Compared {
    /// In the order of the version after; what is gone comes last.
    tasks: Vec<TaskChange>,
    /// Lowest first.
    levels: Vec<LevelChange>,
    /// The one version.
    before: Version,
    /// The other.
    after: Version,
}

/// A task in two versions.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CompetencyTaskChange)]
pub(crate) struct TaskChange {
    /// `same`, `added`, `changed` or `gone`.
    change: &'static str,
    /// As it was; `null`: it was not there.
    before: Option<Task>,
    /// As it is; `null`: it is gone.
    after: Option<Task>,
}

/// A level in two versions.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CompetencyLevelChange)]
pub(crate) struct LevelChange {
    /// `same`, `added`, `changed` or `gone`.
    change: &'static str,
    /// As it was; `null`: it was not there.
    before: Option<Marked>,
    /// As it is; `null`: it is gone.
    after: Option<Marked>,
}

/// A level, and whether it must be reached.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CompetencyMarkedLevel)]
pub(crate) struct Marked {
    #[serde(flatten)]
    level: Level,
    /// Whether it must be reached.
    required: bool,
}

impl Marked {
    fn of((level, required): &(RubricLevel, bool)) -> Self {
        Self {
            level: Level::of(level),
            required: *required,
        }
    }
}
