//! `POST /api/v1/competencies/ID/versions/VERSION/reviews`

use axum::extract::{Path, State};
use axum::response::Response;
use serde::Serialize;
use touchstone_service::competency::{self, ReviewAgain};
use utoipa::ToSchema;

use super::{Why, number};
use crate::ApiError;
use crate::api::caller::Define;
use crate::api::order::{Made, Order};
use crate::state::Web;

/// Begins another review of a version that was decided
///
/// The votes before stay on record and count no more. What was released stays released.
#[utoipa::path(
    post,
    path = "/api/v1/competencies/{id}/versions/{version}/reviews",
    tag = "competencies",
    operation_id = "reviewCompetencyAgain",
    security(("key" = ["define"])),
    params(
        ("id" = String, Path, description = "The competency’s id"),
        ("version" = i64, Path, description = "The version’s number"),
    ),
    request_body = Why,
    responses(
        (status = 201, description = "The round that was begun", body = Round),
        (status = 400, description = "`not_json`"),
        (status = 404, description = "`competency_not_found`, `version_not_found`, `mapping_set_not_found`"),
        (status = 409, description = "`not_joined`, `domain_not_shown`, `same_domain`, `no_rubric`, `under_review`, `other_round`"),
        (status = 422, description = "`faulty_competency`, `wrong_body`"),
    )
)]
pub(crate) async fn review_again(
    State(web): State<Web>,
    Path((competency, version)): Path<(String, String)>,
    order: Order<Define>,
) -> Result<Response, ApiError> {
    let version = number(&version)?;
    let said: Why = order.json()?;
    order
        .once(&web, async move |world, by| {
            let order = ReviewAgain {
                tenant: by.tenant,
                actor: by.actor,
                competency,
                version,
                why: said.why,
            };
            let round = competency::review_again(&world, &order).await?;
            Ok(Made::new(Round { round }))
        })
        .await
}

/// A round of votes.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CompetencyRound)]
pub(crate) struct Round {
    /// Its number, from 1.
    round: i64,
}
