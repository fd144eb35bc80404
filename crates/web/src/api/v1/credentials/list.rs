//! `GET /api/v1/credentials`

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use touchstone_service::issuing::search::{self, Place};
use touchstone_service::rows::{CredentialFilter, CredentialState};
use utoipa::{IntoParams, ToSchema};

use super::Summary;
use crate::ApiError;
use crate::api::caller::{By, Read};
use crate::api::query::{Asked, place, word};
use crate::state::Web;

/// Finds credentials, newest first
#[utoipa::path(
    get,
    path = "/api/v1/credentials",
    tag = "credentials",
    operation_id = "listCredentials",
    security(("key" = ["read"])),
    params(Sought),
    responses(
        (status = 200, description = "A page of them", body = Credentials),
        (status = 400, description = "`bad_cursor`, `bad_limit`, `bad_query`"),
    )
)]
pub(crate) async fn list(
    by: By<Read>,
    State(web): State<Web>,
    Asked(sought): Asked<Sought>,
) -> Result<Json<Credentials>, ApiError> {
    let now = web.world.clock.now().unix_millis();
    let place = place(sought.after.as_deref(), sought.limit)?;
    let filter = sought.filter(now)?;
    let found = search::credentials(&web.world, &by.tenant, &filter, &place).await?;
    let rows = found.rows.into_iter();
    Ok(Json(Credentials {
        credentials: rows.map(|row| Summary::of(row, now)).collect(),
        next: found.next.as_ref().map(Place::written),
    }))
}

/// Which credentials.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Sought {
    /// Contained in the learner's name, mail address, identifier or DID.
    q: Option<String>,
    /// `standing`, `suspended`, `revoked` or `expired`.
    state: Option<String>,
    /// Of this achievement, by its id.
    achievement: Option<String>,
    /// Of this batch.
    batch: Option<String>,
    /// Of this learner.
    learner: Option<String>,
    /// What the page before answered as its `next`.
    after: Option<String>,
    /// How many at most; 50 if it is left out.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<u64>,
}

impl Sought {
    fn filter(self, now: i64) -> Result<CredentialFilter, ApiError> {
        let parse = |word: &str| match word {
            "standing" => Some(CredentialState::Standing { at: now }),
            "suspended" => Some(CredentialState::Suspended),
            "revoked" => Some(CredentialState::Revoked),
            "expired" => Some(CredentialState::Expired { at: now }),
            _ => None,
        };
        let known = "standing, suspended, revoked, expired";
        Ok(CredentialFilter {
            state: word("state", self.state.as_deref(), parse, known)?,
            search: self.q.filter(|text| !text.trim().is_empty()),
            achievement: self.achievement,
            batch: self.batch,
            learner: self.learner,
        })
    }
}

/// A page of credentials.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Credentials {
    /// Newest first.
    credentials: Vec<Summary>,
    /// Where the next page starts.
    next: Option<String>,
}
