//! `GET /api/v1/postings/ID/applications`

use axum::Json;
use axum::extract::{Path, Query, State};
use serde::{Deserialize, Serialize};
use touchstone_service::crosswalk::Besides;
use touchstone_service::hiring::applications;
use utoipa::{IntoParams, ToSchema};

use super::Application;
use crate::ApiError;
use crate::api::caller::{By, Hire};
use crate::pages::hiring::ordered;
use crate::state::Web;

/// Lists the applications to a posting, each read task by task
///
/// There is no score. They stand in an order that means nothing, unless `by` says by what. The credentials are not in it: each application has
/// its own.
#[utoipa::path(
    get,
    path = "/api/v1/postings/{id}/applications",
    tag = "hiring",
    operation_id = "listApplications",
    security(("key" = ["hire"])),
    params(("id" = String, Path, description = "The posting’s id"), Asked),
    responses(
        (status = 200, description = "Some of them", body = Applications),
        (status = 404, description = "`posting_not_found`"),
    )
)]
pub(crate) async fn list(
    by: By<Hire>,
    State(web): State<Web>,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Json<Applications>, ApiError> {
    let (order, after) = (ordered(&asked.by), asked.after);
    let (tenant, besides) = (&by.tenant, Besides::Told);
    let found = applications(&web.world, tenant, &id, order, &after, PAGE, besides).await?;
    let found = found.ok_or_else(|| ApiError::not_found("posting_not_found"))?;
    Ok(Json(Applications {
        applications: found
            .applications
            .into_iter()
            .map(Application::of)
            .collect(),
        next: found.next,
        in_no_order: found.too_many,
    }))
}

/// By what, and from where on.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Asked {
    /// `sent`: when they were sent; a number from 1: what is shown of that task. Left out: nothing.
    #[serde(default)]
    by: String,
    /// The id after which to go on.
    #[serde(default)]
    after: String,
}

/// Applications.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Applications {
    /// Some of them.
    applications: Vec<Application>,
    /// After which to go on; `null` at the end.
    next: Option<String>,
    /// There are too many to be ordered as asked.
    in_no_order: bool,
}

const PAGE: u64 = 20;
