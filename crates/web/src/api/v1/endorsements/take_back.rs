//! `POST /api/v1/endorsements/ID/take-back`

use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;
use touchstone_service::endorsing::{self, TakingBack};
use utoipa::ToSchema;

use super::Endorsement;
use crate::ApiError;
use crate::api::caller::Define;
use crate::api::order::{Made, Order};
use crate::state::Web;

/// Takes a request back that nobody answered yet
///
/// Its link takes no answer any more, and the same can be asked anew. Doing it again changes nothing.
#[utoipa::path(
    post,
    path = "/api/v1/endorsements/{id}/take-back",
    tag = "endorsements",
    operation_id = "takeBackEndorsementRequest",
    security(("key" = ["define"])),
    params(("id" = String, Path, description = "The request")),
    request_body = Why,
    responses(
        (status = 200, description = "The request as it stands now", body = Endorsement),
        (status = 400, description = "`not_json`"),
        (status = 404, description = "`endorsement_not_found`"),
        (status = 409, description = "`not_open`: it was answered, or its time is over"),
        (status = 422, description = "`faulty_reason`, `wrong_body`"),
    )
)]
pub(crate) async fn take_back(
    State(web): State<Web>,
    Path(id): Path<String>,
    order: Order<Define>,
) -> Result<Response, ApiError> {
    let said: Why = order.json()?;
    order
        .once(&web, async move |world, by| {
            let order = TakingBack {
                tenant: by.tenant,
                actor: by.actor,
                id,
                why: said.why,
            };
            endorsing::take_back(&world, &order).await?;
            let found = endorsing::endorsement(&world, &order.tenant, &order.id).await?;
            let found = found.ok_or_else(|| ApiError::not_found("endorsement_not_found"))?;
            Ok(Made::done(Endorsement::of(&world, found)))
        })
        .await
}

/// Why it is taken back.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = EndorsementTakingBack)]
pub(crate) struct Why {
    /// Only your institution reads it.
    #[schema(min_length = 1, max_length = 500)]
    why: String,
}
