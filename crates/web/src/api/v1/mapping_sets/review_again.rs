//! `POST /api/v1/mapping-sets/ID/mappings/MAPPING/reviews`

use axum::extract::{Path, State};
use axum::response::Response;
use serde::Serialize;
use touchstone_service::crosswalk::{self, ReviewAgain};
use utoipa::ToSchema;

use super::Reason;
use crate::ApiError;
use crate::api::caller::Define;
use crate::api::order::{Made, Order};
use crate::state::Web;

/// Begins another review of a mapping that was decided
///
/// The votes before stay on record and count no more.
#[utoipa::path(
    post,
    path = "/api/v1/mapping-sets/{id}/mappings/{mapping}/reviews",
    tag = "crosswalk",
    operation_id = "reviewMappingAgain",
    security(("key" = ["define"])),
    params(
        ("id" = String, Path, description = "The set’s id"),
        ("mapping" = String, Path, description = "The mapping’s id"),
    ),
    request_body = Reason,
    responses(
        (status = 201, description = "The round that was begun", body = Round),
        (status = 400, description = "`not_json`"),
        (status = 404, description = "`mapping_set_not_found`, `mapping_not_found`"),
        (status = 409, description = "`not_joined`, `domain_not_shown`, `same_domain`, `under_review`, `mapping_withdrawn`, `other_round`"),
        (status = 422, description = "`faulty_mapping`, `wrong_body`"),
    )
)]
pub(crate) async fn review_again(
    State(web): State<Web>,
    Path((set, mapping)): Path<(String, String)>,
    order: Order<Define>,
) -> Result<Response, ApiError> {
    let said: Reason = order.json_or_nothing()?;
    order
        .once(&web, async move |world, by| {
            let order = ReviewAgain {
                tenant: by.tenant,
                actor: by.actor,
                set,
                mapping,
                why: said.why,
            };
            let round = crosswalk::review_again(&world, &order).await?;
            Ok(Made::new(Round { round }))
        })
        .await
}

/// A round of votes.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MappingRound)]
pub(crate) struct Round {
    /// Its number, from 1.
    round: i64,
}
