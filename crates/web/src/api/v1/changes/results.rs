//! `GET /api/v1/changes/ID/results`

use axum::Json;
use axum::extract::{Path, State};
use serde::{Deserialize, Serialize};
use touchstone_service::issuing::{ChangeOutcome, outcomes};
use touchstone_service::rows::ItemFilter;
use utoipa::{IntoParams, ToSchema};

use super::find;
use crate::ApiError;
use crate::api::caller::{By, Read};
use crate::api::query::Asked;
use crate::api::v1::credentials::why_code;
use crate::state::Web;
use crate::text::sentence;

/// Lists what became of each credential of a change, in the order asked
#[utoipa::path(
    get,
    path = "/api/v1/changes/{id}/results",
    tag = "credentials",
    operation_id = "listChangeResults",
    security(("key" = ["read"])),
    params(("id" = String, Path, description = "The change"), Part),
    responses(
        (status = 200, description = "Up to a thousand of them", body = Turns),
        (status = 400, description = "`bad_query`"),
        (status = 404, description = "`change_not_found`"),
    )
)]
pub(crate) async fn results(
    by: By<Read>,
    State(web): State<Web>,
    Path(id): Path<String>,
    Asked(asked): Asked<Part>,
) -> Result<Json<Turns>, ApiError> {
    find(&web.world, &by.tenant, &id).await?;
    let after = asked.after.unwrap_or(-1);
    let found = outcomes(&web.world, &by.tenant, &id, ItemFilter::Any, after).await?;
    let full = found.len() == 1_000;
    Ok(Json(Turns {
        next: found.last().filter(|_| full).map(|one| one.position),
        results: found
            .into_iter()
            .map(|one| Turn {
                credential: one.credential,
                state: match one.outcome {
                    ChangeOutcome::Waits => "waiting",
                    ChangeOutcome::Changed => "changed",
                    ChangeOutcome::Stays(_) => "unchanged",
                },
                code: one.outcome.why().map(why_code),
                detail: one.outcome.why().map(|why| sentence(&why.to_string())),
            })
            .collect(),
    }))
}

/// Where to go on.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Part {
    /// What the page before answered as its `next`.
    after: Option<i64>,
}

/// What became of some.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ChangeTurns)]
pub(crate) struct Turns {
    /// In the order asked.
    results: Vec<Turn>,
    /// Where the next page starts.
    next: Option<i64>,
}

/// What became of one.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ChangeTurn)]
pub(crate) struct Turn {
    /// The credential.
    credential: String,
    /// `waiting`, `changed` or `unchanged`.
    state: &'static str,
    /// Why it is unchanged, as in the answer to `POST /api/v1/credentials/revoke`.
    code: Option<&'static str>,
    /// The same in words.
    detail: Option<String>,
}
