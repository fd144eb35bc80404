//! `POST /competencies/ID/tasks`: the employer's part.

use axum::extract::{Path, State};
use axum::response::Response;
use touchstone_service::competency::{self, TasksOrder};
use touchstone_service::operations::Permission;

use super::told::done;
use crate::ApiError;
use crate::signed_in::Posted;
use crate::state::Web;

/// Writes the tasks anew, from a role.
pub async fn draft_tasks(
    State(web): State<Web>,
    Path(id): Path<String>,
    posted: Posted,
) -> Result<Response, ApiError> {
    posted.by.may(Permission::Define)?;
    let order = TasksOrder {
        tenant: posted.by.tenant().clone(),
        actor: posted.by.member.id.clone(),
        competency: id.clone(),
        seen: posted.fields.text("seen").parse().unwrap_or_default(),
        role: posted.fields.text("role").to_owned(),
        why: posted.fields.text("why").to_owned(),
    };
    let written = competency::draft_tasks(&web.world, &order).await;
    done(&web, &posted, &id, None, "why-tasks", written).await
}
