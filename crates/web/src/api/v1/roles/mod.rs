//! Roles as tasks, and what credentials show of them.

mod answer;
mod dcql;
mod draft;
mod list;
mod show;
mod write;

pub(crate) use answer::Answer;
pub use answer::reading_document;

use axum::extract::DefaultBodyLimit;
use serde::{Deserialize, Serialize};
use touchstone_service::crosswalk::{self, KeptRole, Need, ReadError, RoleError, frameworks};
use touchstone_service::operations::institution;
use touchstone_service::rows::TenantId;
use utoipa::ToSchema;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt};
use utoipa_axum::routes;

use crate::ApiError;
use crate::api::wire::time;
use crate::credits;
use crate::state::Web;
use crate::text::sentence;

pub(super) fn routes() -> OpenApiRouter<Web> {
    let answers = routes!(answer::answer);
    OpenApiRouter::new()
        .routes(routes!(list::list, write::write))
        .routes(routes!(show::show, write::rewrite))
        .routes(routes!(dcql::dcql))
        .routes(routes!(draft::draft))
        .routes(answers.layer(DefaultBodyLimit::max(LARGEST)))
}

/// A role.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Role {
    /// Its id.
    id: String,
    /// What it is called.
    title: String,
    /// Its tasks, in order.
    tasks: Vec<Task>,
    /// What the licences of the frameworks that tasks are taken from ask you to show beside them: a line for each.
    attributions: Vec<String>,
    /// Where everybody who has the link reads it; `null` if nobody outside may.
    page: Option<String>,
    /// When it was last written.
    changed_at: String,
}

/// A task of a role.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = RoleTask)]
pub(crate) struct Task {
    /// Its identifier in a framework; empty in a request: it is in your own words and gets one.
    #[serde(default)]
    id: String,
    /// In words.
    #[schema(min_length = 1, max_length = 1000)]
    label: String,
    /// `must` or `nice`.
    need: String,
    /// The least level, from 1.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 20)]
    level: Option<u32>,
    /// The rubric that this is a level of: the address of a competency (`https://…/i/SLUG/competencies/NAME`), or of one release of it. Left out:
    /// levels are compared by their place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    rubric: Option<String>,
    /// Kinds of evidence of which one must be there; none means any.
    #[serde(default)]
    evidence: Vec<String>,
    /// How many days ago it may have been awarded at most.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 36500)]
    max_age_days: Option<u32>,
}

impl Task {
    pub(super) fn of(task: &crosswalk::Task) -> Self {
        Self {
            id: task.id.clone(),
            label: task.label.clone(),
            need: match task.need {
                Need::Must => "must".to_owned(),
                Need::Nice => "nice".to_owned(),
            },
            level: task.level,
            rubric: task.rubric.clone(),
            evidence: task.evidence.clone(),
            max_age_days: task.max_age_days,
        }
    }
}

/// Roles of an institution, as they are told.
async fn told(web: &Web, tenant: &TenantId, kept: &[KeptRole]) -> Result<Vec<Role>, ApiError> {
    let ours = institution(&web.world, tenant).await?;
    let ours = ours.map(|row| row.name).unwrap_or_default();
    let known = frameworks(&web.world, tenant).await?;
    let told = kept
        .iter()
        .map(|one| Role::of(web, one, credits::among(&known, one, &ours)));
    Ok(told.collect())
}

impl Role {
    fn of(web: &Web, kept: &KeptRole, attributions: Vec<String>) -> Self {
        let tasks = kept.role.tasks.iter().map(Task::of);
        let page = web.world.site.link(&format!("/r/{}", kept.row.public));
        Self {
            id: kept.row.id.clone(),
            title: kept.row.title.clone(),
            tasks: tasks.collect(),
            attributions,
            page: (!kept.row.public.is_empty()).then_some(page),
            changed_at: time(kept.row.changed_at),
        }
    }
}

impl From<RoleError> for ApiError {
    fn from(error: RoleError) -> Self {
        let said = sentence(&error.to_string());
        let field = match error {
            RoleError::NoSuchRole => return Self::not_found("role_not_found"),
            RoleError::Store(error) => return error.into(),
            RoleError::InBetween => {
                return Self::conflict("written_in_between").with_detail(said);
            }
            RoleError::NotShown => {
                return Self::conflict("domain_not_shown").with_detail(said);
            }
            RoleError::Title => "title".to_owned(),
            RoleError::NoTask | RoleError::TooManyTasks => "tasks".to_owned(),
            RoleError::Label(place) => format!("tasks[{}].label", place - 1),
            RoleError::Address(place) | RoleError::Twice(place) => {
                format!("tasks[{}].id", place - 1)
            }
            RoleError::Level(place) => format!("tasks[{}].level", place - 1),
            RoleError::Rubric(place) => format!("tasks[{}].rubric", place - 1),
            RoleError::Age(place) => format!("tasks[{}].maxAgeDays", place - 1),
            RoleError::Evidence(place) => format!("tasks[{}].evidence", place - 1),
        };
        Self::unprocessable("faulty_role").with_field(field, said)
    }
}

impl From<ReadError> for ApiError {
    fn from(error: ReadError) -> Self {
        let said = sentence(&error.to_string());
        match error {
            ReadError::Store(error) => error.into(),
            ReadError::Credential(place, _) => Self::unprocessable("cannot_be_read")
                .with_field(format!("credentials[{}]", place - 1), said),
            ReadError::Nothing | ReadError::TooMany(_) => {
                Self::unprocessable("cannot_be_read").with_field("credentials", said)
            }
        }
    }
}

/// Some fifty credentials.
const LARGEST: usize = 16 << 20;
