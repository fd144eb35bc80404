//! `POST /api/v1/postings/ID/applications/remove`

use axum::extract::{Path, State};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use touchstone_service::hiring::{self, RemovalOfMany, Whom, remove_applications};
use utoipa::ToSchema;

use crate::ApiError;
use crate::api::caller::Hire;
use crate::api::order::{Made, Order};
use crate::state::Web;

/// Which applications.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RemoveApplications {
    /// These, by id: up to 200. What is not there any more is passed over.
    #[serde(default)]
    applications: Vec<String>,
    /// All that came to the posting until now.
    #[serde(default)]
    all: bool,
}

/// What was deleted.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RemovedApplications {
    /// So many are deleted.
    removed: u64,
    /// So many are deleted in the background.
    waiting: u64,
}

/// Deletes many applications to a posting, with all that came with them
///
/// With `all`, some are deleted at once and the rest in the background; what comes after the request stays.
#[utoipa::path(
    post,
    path = "/api/v1/postings/{id}/applications/remove",
    tag = "hiring",
    operation_id = "removeApplications",
    security(("key" = ["hire"])),
    params(("id" = String, Path, description = "The posting’s id")),
    request_body = RemoveApplications,
    responses(
        (status = 200, description = "So many are deleted", body = RemovedApplications),
        (status = 400, description = "`applications_not_chosen`: name 1 to 200 applications, or `all`, not both"),
        (status = 404, description = "`posting_not_found`"),
    )
)]
pub(crate) async fn remove_many(
    State(web): State<Web>,
    Path(posting): Path<String>,
    order: Order<Hire>,
) -> Result<Response, ApiError> {
    let asked: RemoveApplications = order.json()?;
    order
        .once(&web, async move |world, by| {
            let found = hiring::posting(&world, &by.tenant, &posting).await?;
            found.ok_or_else(|| ApiError::not_found("posting_not_found"))?;
            let whom = match (asked.all, asked.applications) {
                (true, ids) if ids.is_empty() => Whom::All,
                (false, ids) if (1..=200).contains(&ids.len()) => Whom::These(ids),
                _ => {
                    return Err(ApiError::bad_request("applications_not_chosen")
                        .with_detail("Name 1 to 200 applications, or say `all`, and not both."));
                }
            };
            let order = RemovalOfMany {
                tenant: by.tenant,
                actor: by.actor,
                posting,
                whom,
                until: None,
            };
            let removed = remove_applications(&world, &order).await?;
            let removed = removed.ok_or_else(|| ApiError::not_found("posting_not_found"))?;
            Ok(Made::done(RemovedApplications {
                removed: removed.gone,
                waiting: removed.waiting,
            }))
        })
        .await
}
