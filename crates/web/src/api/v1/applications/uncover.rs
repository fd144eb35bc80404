//! `POST /api/v1/applications/ID/uncover`

use axum::extract::{Path, State};
use axum::response::Response;
use touchstone_service::hiring::{self, Uncovering};

use super::ApplicationId;
use crate::ApiError;
use crate::api::caller::Hire;
use crate::api::order::{Made, Order};
use crate::state::Web;

/// Has a covered name shown
///
/// That is put on record, and the applicant sees when.
#[utoipa::path(
    post,
    path = "/api/v1/applications/{id}/uncover",
    tag = "hiring",
    operation_id = "uncoverApplication",
    security(("key" = ["hire"])),
    params(("id" = String, Path, description = "Its id")),
    responses(
        (status = 200, description = "It is shown from here on", body = ApplicationId),
        (status = 404, description = "`application_not_found`"),
    )
)]
pub(crate) async fn uncover(
    State(web): State<Web>,
    Path(application): Path<String>,
    order: Order<Hire>,
) -> Result<Response, ApiError> {
    order
        .once(&web, async move |world, by| {
            let order = Uncovering {
                tenant: by.tenant,
                actor: by.actor,
                application,
            };
            if !hiring::uncover(&world, &order).await? {
                return Err(ApiError::not_found("application_not_found"));
            }
            Ok(Made::done(ApplicationId {
                id: order.application,
            }))
        })
        .await
}
