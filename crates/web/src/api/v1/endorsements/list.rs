//! `GET /api/v1/endorsements`

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use touchstone_service::endorsing::endorsements;
use touchstone_service::issuing::search::Place;
use utoipa::{IntoParams, ToSchema};

use super::Endorsement;
use crate::ApiError;
use crate::api::caller::{By, Read};
use crate::api::query::{Asked, place};
use crate::state::Web;

/// Lists whom your institution asked for endorsements and what they said, newest first
#[utoipa::path(
    get,
    path = "/api/v1/endorsements",
    tag = "endorsements",
    operation_id = "listEndorsements",
    security(("key" = ["read"])),
    params(Sought),
    responses(
        (status = 200, description = "A page of them", body = Endorsements),
        (status = 400, description = "`bad_cursor`, `bad_limit`, `bad_query`"),
    )
)]
pub(crate) async fn list(
    by: By<Read>,
    State(web): State<Web>,
    Asked(sought): Asked<Sought>,
) -> Result<Json<Endorsements>, ApiError> {
    let place = place(sought.after.as_deref(), sought.limit)?;
    let most = place.limit.unwrap_or(50);
    let found = endorsements(&web.world, &by.tenant, place.after.as_ref(), most).await?;
    let rows = found.rows.into_iter();
    Ok(Json(Endorsements {
        endorsements: rows.map(|one| Endorsement::of(&web.world, one)).collect(),
        next: found.next.as_ref().map(Place::written),
    }))
}

/// Where in the list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Sought {
    /// What the page before answered as its `next`.
    after: Option<String>,
    /// How many at most; 50 if it is left out.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<u64>,
}

/// A page of requests.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Endorsements {
    /// Newest first.
    endorsements: Vec<Endorsement>,
    /// Where the next page starts.
    next: Option<String>,
}
