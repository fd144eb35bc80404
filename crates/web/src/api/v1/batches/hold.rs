//! `POST /api/v1/batches/ID/hold`

use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;
use touchstone_service::issuing::{self, Hold};
use utoipa::ToSchema;

use super::{Batch, find};
use crate::ApiError;
use crate::api::caller::Issue;
use crate::api::order::{Made, Order};
use crate::api::wire::moment;
use crate::state::Web;

/// Holds a batch until a time, or no longer
///
/// Once confirmed, it is issued at that time and not before.
#[utoipa::path(
    post,
    path = "/api/v1/batches/{id}/hold",
    tag = "batches",
    operation_id = "holdBatch",
    security(("key" = ["issue"])),
    params(("id" = String, Path, description = "The batch")),
    request_body = Until,
    responses(
        (status = 200, description = "The batch", body = Batch),
        (status = 400, description = "`not_json`"),
        (status = 404, description = "`batch_not_found`"),
        (status = 409, description = "`batch_closed`"),
        (status = 422, description = "`time_is_over`, `bad_time`, `wrong_body`"),
    )
)]
pub(crate) async fn hold(
    State(web): State<Web>,
    Path(batch): Path<String>,
    order: Order<Issue>,
) -> Result<Response, ApiError> {
    let said: Until = order.json()?;
    let until = said.until.map(|text| moment("until", &text)).transpose()?;
    order
        .once(&web, async move |world, by| {
            let order = Hold {
                tenant: by.tenant,
                actor: by.actor,
                batch,
                until,
            };
            issuing::hold(&world, &order).await?;
            Ok(Made::done(find(&world, &order.tenant, &order.batch).await?))
        })
        .await
}

/// Until when.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Until {
    /// RFC 3339; `null`: no longer.
    until: Option<String>,
}
