//! `POST /api/v1/roles` and `PUT /api/v1/roles/ID`

use axum::extract::{Path, State};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use touchstone_service::World;
use touchstone_service::crosswalk::{RoleOrder, TaskOrder, write_role};
use utoipa::ToSchema;

use super::Task;
use crate::ApiError;
use crate::api::caller::{By, Define};
use crate::api::order::{Made, Order};
use crate::api::wire::moment;
use crate::state::Web;

/// Writes a new role
#[utoipa::path(
    post,
    path = "/api/v1/roles",
    tag = "roles",
    operation_id = "writeRole",
    security(("key" = ["define"])),
    request_body = Wanted,
    responses(
        (status = 201, description = "It is written", body = RoleId),
        (status = 400, description = "`not_json`"),
        (status = 422, description = "`faulty_role`: each field is named; `wrong_body`"),
    )
)]
pub(crate) async fn write(
    State(web): State<Web>,
    order: Order<Define>,
) -> Result<Response, ApiError> {
    let said: Wanted = order.json()?;
    order
        .once(&web, async move |world, by| {
            let id = written(&world, by, None, said).await?;
            Ok(Made::new(RoleId { id }))
        })
        .await
}

/// Writes a role anew
///
/// Tasks that keep their `id` stay what mappings speak of. With `seen`, the `changedAt` of the role that was looked at, nothing is written over
/// that somebody else saved since.
#[utoipa::path(
    put,
    path = "/api/v1/roles/{id}",
    tag = "roles",
    operation_id = "rewriteRole",
    security(("key" = ["define"])),
    params(("id" = String, Path, description = "Its id")),
    request_body = Wanted,
    responses(
        (status = 200, description = "It is written", body = RoleId),
        (status = 400, description = "`not_json`"),
        (status = 404, description = "`role_not_found`"),
        (status = 409, description = "`written_in_between`: the role was written after `seen`; `domain_not_shown`"),
        (status = 422, description = "`faulty_role`: each field is named; `wrong_body`, `bad_time`"),
    )
)]
pub(crate) async fn rewrite(
    State(web): State<Web>,
    Path(id): Path<String>,
    order: Order<Define>,
) -> Result<Response, ApiError> {
    let said: Wanted = order.json()?;
    order
        .once(&web, async move |world, by| {
            let id = written(&world, by, Some(id), said).await?;
            Ok(Made::done(RoleId { id }))
        })
        .await
}

async fn written(
    world: &World,
    by: By<Define>,
    id: Option<String>,
    said: Wanted,
) -> Result<String, ApiError> {
    let mut tasks = Vec::with_capacity(said.tasks.len());
    for (place, task) in said.tasks.into_iter().enumerate() {
        let must = match task.need.as_str() {
            "must" => true,
            "nice" => false,
            _ => {
                return Err(ApiError::unprocessable("faulty_role")
                    .with_field(format!("tasks[{place}].need"), "It is “must” or “nice”."));
            }
        };
        tasks.push(TaskOrder {
            id: task.id,
            label: task.label,
            must,
            level: task.level,
            rubric: task.rubric,
            evidence: task.evidence,
            max_age_days: task.max_age_days,
        });
    }
    let seen = said.seen.as_deref().map(|seen| moment("seen", seen));
    let seen = seen.transpose()?;
    let order = RoleOrder {
        tenant: by.tenant,
        actor: by.actor,
        id,
        title: said.title,
        tasks,
        public: said.public,
        new_link: said.new_link,
        seen: seen.map(|seen| seen.unix_millis()),
        drawn: None,
    };
    Ok(write_role(world, &order).await?)
}

/// A role to be written.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RoleWanted)]
pub(crate) struct Wanted {
    /// What it is called.
    #[schema(min_length = 1, max_length = 200)]
    title: String,
    /// Its tasks, in order.
    #[schema(min_items = 1, max_items = 100)]
    tasks: Vec<Task>,
    /// Whether everybody who has its link may read it and read credentials for it.
    #[serde(default)]
    public: bool,
    /// Whether it has another link from now on, each time it is written so: the one that it has, or had before it was closed, leads nowhere then.
    #[serde(default, rename = "newLink")]
    new_link: bool,
    /// `changedAt` of the role that was looked at; left out, whatever stands there is written over. A new role has none.
    #[serde(default)]
    seen: Option<String>,
}

/// A role that was written.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RoleId {
    /// Its id.
    id: String,
}
