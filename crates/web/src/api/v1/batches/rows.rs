//! `GET /api/v1/batches/ID/rows`

use axum::Json;
use axum::extract::{Path, State};
use serde::{Deserialize, Serialize};
use touchstone_service::issuing;
use touchstone_service::rows::RowState;
use utoipa::{IntoParams, ToSchema};

use super::{Row, find};
use crate::ApiError;
use crate::api::caller::{By, Read};
use crate::api::query::{Asked, limit, word};
use crate::state::Web;

/// Lists the rows of a batch, in order
#[utoipa::path(
    get,
    path = "/api/v1/batches/{id}/rows",
    tag = "batches",
    operation_id = "listBatchRows",
    security(("key" = ["read"])),
    params(("id" = String, Path, description = "The batch"), Part),
    responses(
        (status = 200, description = "A page of them", body = Rows),
        (status = 400, description = "`bad_query`, `bad_limit`"),
        (status = 404, description = "`batch_not_found`"),
    )
)]
pub(crate) async fn rows(
    by: By<Read>,
    State(web): State<Web>,
    Path(id): Path<String>,
    Asked(asked): Asked<Part>,
) -> Result<Json<Rows>, ApiError> {
    let state = word("state", asked.state.as_deref(), RowState::parse, STATES)?;
    let most = limit(asked.limit.unwrap_or(100))?;
    find(&web.world, &by.tenant, &id).await?;
    let after = asked.after.unwrap_or(-1);
    let found = issuing::rows(&web.world, &by.tenant, &id, state, after, most).await?;
    let full = u64::try_from(found.len()).is_ok_and(|length| length == most);
    Ok(Json(Rows {
        next: found.last().filter(|_| full).map(|row| row.line),
        rows: found.into_iter().map(Row::from).collect(),
    }))
}

/// Which rows.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Part {
    /// `ready`, `faulty`, `duplicate`, `reserved` or `sealed`.
    state: Option<String>,
    /// What the page before answered as its `next`.
    after: Option<i64>,
    /// How many at most; 100 if it is left out.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<u64>,
}

/// A page of rows.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Rows {
    /// In the order of the list.
    rows: Vec<Row>,
    /// Where the next page starts.
    next: Option<i64>,
}

const STATES: &str = "ready, faulty, duplicate, reserved, sealed";
