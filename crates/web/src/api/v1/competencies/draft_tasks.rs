//! `POST /api/v1/competencies/ID/tasks`

use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;
use touchstone_service::competency::{self, TasksOrder};
use utoipa::ToSchema;

use super::Drafted;
use crate::ApiError;
use crate::api::caller::Define;
use crate::api::order::{Made, Order};
use crate::state::Web;

/// Writes the tasks anew, from one of your roles: the employer’s part
///
/// It is the next version, with the rubric as it was, and is voted on anew.
#[utoipa::path(
    post,
    path = "/api/v1/competencies/{id}/tasks",
    tag = "competencies",
    operation_id = "draftCompetencyTasks",
    security(("key" = ["define"])),
    params(("id" = String, Path, description = "The competency’s id")),
    request_body = Wanted,
    responses(
        (status = 201, description = "The next version", body = Drafted),
        (status = 400, description = "`not_json`"),
        (status = 404, description = "`competency_not_found`, `mapping_set_not_found`"),
        (status = 409, description = "`not_joined`, `domain_not_shown`, `same_domain`, `not_yours`, `written_in_between`, `unchanged`"),
        (status = 422, description = "`faulty_competency`, `wrong_body`"),
    )
)]
pub(crate) async fn draft_tasks(
    State(web): State<Web>,
    Path(competency): Path<String>,
    order: Order<Define>,
) -> Result<Response, ApiError> {
    let said: Wanted = order.json()?;
    order
        .once(&web, async move |world, by| {
            let order = TasksOrder {
                tenant: by.tenant,
                actor: by.actor,
                competency,
                seen: said.seen,
                role: said.role,
                why: said.why,
            };
            let version = competency::draft_tasks(&world, &order).await?;
            Ok(Made::new(Drafted { version }))
        })
        .await
}

/// Tasks to be written down.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CompetencyTasksWanted)]
pub(crate) struct Wanted {
    /// The latest version that was looked at.
    seen: i64,
    /// The role whose tasks are written down, by id.
    role: String,
    /// Why.
    #[schema(min_length = 1, max_length = 2000)]
    why: String,
}
