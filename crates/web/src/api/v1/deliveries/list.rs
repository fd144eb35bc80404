//! `GET /api/v1/deliveries`

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use touchstone_service::holding::deliveries;
use touchstone_service::issuing::search::Place;
use touchstone_service::rows::{DeliveryFilter, DeliveryRow, DeliveryState};
use utoipa::{IntoParams, ToSchema};

use crate::ApiError;
use crate::api::caller::{By, Read};
use crate::api::query::{Asked, place, word};
use crate::api::wire::time;
use crate::state::Web;

/// Lists deliveries, newest first
#[utoipa::path(
    get,
    path = "/api/v1/deliveries",
    tag = "deliveries",
    operation_id = "listDeliveries",
    security(("key" = ["read"])),
    params(Sought),
    responses(
        (status = 200, description = "A page of them", body = Deliveries),
        (status = 400, description = "`bad_cursor`, `bad_limit`, `bad_query`"),
    )
)]
pub(crate) async fn list(
    by: By<Read>,
    State(web): State<Web>,
    Asked(sought): Asked<Sought>,
) -> Result<Json<Deliveries>, ApiError> {
    let place = place(sought.after.as_deref(), sought.limit)?;
    let state = word(
        "state",
        sought.state.as_deref(),
        DeliveryState::parse,
        STATES,
    )?;
    let filter = DeliveryFilter {
        credential: sought.credential,
        batch: sought.batch,
        state,
        standing: false,
    };
    let most = place.limit.unwrap_or(50);
    let after = place.after.as_ref();
    let found = deliveries(&web.world, &by.tenant, &filter, after, most).await?;
    Ok(Json(Deliveries {
        deliveries: found.rows.into_iter().map(Delivery::from).collect(),
        next: found.next.as_ref().map(Place::written),
    }))
}

/// Which deliveries.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Sought {
    /// Of this credential.
    credential: Option<String>,
    /// Of this batch's credentials.
    batch: Option<String>,
    /// `queued`, `sent`, `retry`, `bounced` or `dead`.
    state: Option<String>,
    /// What the page before answered as its `next`.
    after: Option<String>,
    /// How many at most; 50 if it is left out.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<u64>,
}

/// A page of deliveries.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Deliveries {
    /// Newest first.
    deliveries: Vec<Delivery>,
    /// Where the next page starts.
    next: Option<String>,
}

/// One way of a claim to its holder.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Delivery {
    /// Its id.
    id: String,
    /// What is delivered.
    credential: String,
    /// `mail` or `paper`.
    kind: &'static str,
    /// `queued`, `sent`, `retry`, `bounced` or `dead`.
    state: &'static str,
    /// To which address.
    address: Option<String>,
    /// In which language.
    language: Option<String>,
    /// How often it was tried.
    attempts: i64,
    /// When it is tried next.
    next_at: Option<String>,
    /// Why the last attempt failed.
    last_error: Option<String>,
    /// When it was sent.
    sent_at: Option<String>,
    /// When it was queued.
    created_at: String,
}

impl From<DeliveryRow> for Delivery {
    fn from(row: DeliveryRow) -> Self {
        Self {
            id: row.id,
            credential: row.credential,
            kind: row.kind.as_str(),
            state: row.state.as_str(),
            address: row.address,
            language: row.language,
            attempts: row.attempts,
            next_at: row.next_at.map(time),
            last_error: row.last_error,
            sent_at: row.sent_at.map(time),
            created_at: time(row.created_at),
        }
    }
}

const STATES: &str = "queued, sent, retry, bounced, dead";
