//! `DELETE /api/v1/applications/ID`

use axum::extract::{Path, State};
use axum::response::Response;
use touchstone_service::hiring::{Removal, remove_application};

use super::ApplicationId;
use crate::ApiError;
use crate::api::caller::Hire;
use crate::api::order::{Made, Order};
use crate::state::Web;

/// Deletes an application that is decided, with all that came with it
#[utoipa::path(
    delete,
    path = "/api/v1/applications/{id}",
    tag = "hiring",
    operation_id = "removeApplication",
    security(("key" = ["hire"])),
    params(("id" = String, Path, description = "Its id")),
    responses(
        (status = 200, description = "It is deleted", body = ApplicationId),
        (status = 404, description = "`application_not_found`"),
    )
)]
pub(crate) async fn remove(
    State(web): State<Web>,
    Path(application): Path<String>,
    order: Order<Hire>,
) -> Result<Response, ApiError> {
    order
        .once(&web, async move |world, by| {
            let order = Removal {
                tenant: by.tenant,
                actor: by.actor,
                application,
            };
            let gone = remove_application(&world, &order).await?;
            gone.ok_or_else(|| ApiError::not_found("application_not_found"))?;
            Ok(Made::done(ApplicationId {
                id: order.application,
            }))
        })
        .await
}
