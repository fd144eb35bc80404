//! `GET /api/v1/learners`

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use touchstone_service::issuing::search::{self, Place};
use touchstone_service::rows::LearnerRow;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::ApiError;
use crate::api::caller::{By, Read};
use crate::api::query::{Asked, place};
use crate::api::wire::time;
use crate::state::Web;

pub(super) fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new().routes(routes!(list))
}

/// Finds learners, newest first
///
/// Their credentials: `GET /api/v1/credentials?learner=ID`.
#[utoipa::path(
    get,
    path = "/api/v1/learners",
    tag = "credentials",
    operation_id = "listLearners",
    security(("key" = ["read"])),
    params(Sought),
    responses(
        (status = 200, description = "A page of them", body = Learners),
        (status = 400, description = "`bad_cursor`, `bad_limit`, `bad_query`"),
    )
)]
pub(crate) async fn list(
    by: By<Read>,
    State(web): State<Web>,
    Asked(sought): Asked<Sought>,
) -> Result<Json<Learners>, ApiError> {
    let place = place(sought.after.as_deref(), sought.limit)?;
    let text = sought.q.unwrap_or_default();
    let found = search::learners(&web.world, &by.tenant, &text, &place).await?;
    Ok(Json(Learners {
        learners: found.rows.into_iter().map(Known::from).collect(),
        next: found.next.as_ref().map(Place::written),
    }))
}

/// Which learners.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Sought {
    /// Contained in the name, mail address, identifier or DID.
    q: Option<String>,
    /// What the page before answered as its `next`.
    after: Option<String>,
    /// How many at most; 50 if it is left out.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<u64>,
}

/// A page of learners.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Learners {
    /// Newest first.
    learners: Vec<Known>,
    /// Where the next page starts.
    next: Option<String>,
}

/// A learner.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = KnownLearner)]
pub(crate) struct Known {
    /// Their id.
    id: String,
    /// Their name.
    name: String,
    /// Their mail address.
    email: Option<String>,
    /// The institution's own number for them.
    identifier: Option<String>,
    /// Their DID.
    did: Option<String>,
    /// The language in which they are written to.
    language: Option<String>,
    /// When they were first awarded something.
    created_at: String,
}

impl From<LearnerRow> for Known {
    fn from(row: LearnerRow) -> Self {
        Self {
            id: row.id,
            name: row.name,
            email: row.email,
            identifier: row.identifier,
            did: row.did,
            language: row.language,
            created_at: time(row.created_at),
        }
    }
}
