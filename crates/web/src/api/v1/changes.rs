//! `/api/v1/changes`: withdrawing, pausing and reinstating as many as there are.

use axum::Json;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use touchstone_service::issuing::{
    self, Beginning, ChangeOutcome, Fate, ManyChoice, Which, begin_change, choose_many, outcomes,
};
use touchstone_service::rows::{BulkChangeRow, CredentialFilter, CredentialState, ItemFilter};
use touchstone_service::{World, rows::TenantId};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt};
use utoipa_axum::routes;

use super::credentials::why_code;
use crate::ApiError;
use crate::api::caller::{By, Read, Revoke};
use crate::api::order::{Made, Order};
use crate::api::query::Asked;
use crate::api::wire::time;
use crate::state::Web;
use crate::text::sentence;

pub(super) fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(begin).layer(DefaultBodyLimit::max(LARGEST)))
        .routes(routes!(show))
        .routes(routes!(results))
}

/// Withdraws, pauses or reinstates as many credentials as there are, with one reason
///
/// Answers once it is kept whom it is about and the work is queued; each credential then has its turn, also if the server stops
/// meanwhile. Whom a filter finds is decided now, not later.
#[utoipa::path(
    post,
    path = "/api/v1/changes",
    tag = "credentials",
    operation_id = "beginChange",
    security(("key" = ["revoke"])),
    request_body = Wanted,
    responses(
        (status = 202, description = "The change; ask again for how far it is", body = Change),
        (status = 400, description = "`not_json`"),
        (status = 422, description = "`bad_reason`, `bad_choice`, `too_many_credentials`, `wrong_body`"),
    )
)]
pub(crate) async fn begin(
    State(web): State<Web>,
    order: Order<Revoke>,
) -> Result<Response, ApiError> {
    let wanted: Wanted = order.json()?;
    let fate = Fate::parse(&wanted.fate).ok_or_else(|| {
        let words = "One of revoke, suspend, reinstate.";
        ApiError::unprocessable("bad_choice").with_field("fate", words)
    })?;
    let which = which(&web.world, wanted.credentials, wanted.found)?;
    let reason = wanted.reason;
    // Before anything is kept.
    issuing::reason(&reason).map_err(issuing::ManyError::from)?;
    order
        .once(&web, async move |world, by| {
            let choice = ManyChoice {
                tenant: by.tenant.clone(),
                actor: by.actor.clone(),
                fate,
                which,
            };
            let order = Beginning {
                tenant: by.tenant,
                actor: by.actor,
                change: choose_many(&world, &choice).await?,
                reason,
            };
            begin_change(&world, &order).await?;
            Ok(Made::accepted(
                find(&world, &order.tenant, &order.change).await?,
            ))
        })
        .await
}

/// Shows how far a change is
#[utoipa::path(
    get,
    path = "/api/v1/changes/{id}",
    tag = "credentials",
    operation_id = "showChange",
    security(("key" = ["read"])),
    params(("id" = String, Path, description = "The change")),
    responses(
        (status = 200, description = "The change as it stands", body = Change),
        (status = 404, description = "`change_not_found`"),
    )
)]
pub(crate) async fn show(
    by: By<Read>,
    State(web): State<Web>,
    Path(id): Path<String>,
) -> Result<Json<Change>, ApiError> {
    Ok(Json(find(&web.world, &by.tenant, &id).await?))
}

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

/// What is to become of whom, and why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChangeRequest)]
pub(crate) struct Wanted {
    /// `revoke`, `suspend` or `reinstate`.
    fate: String,
    /// Why, in words that the holders and everybody who checks may read.
    #[schema(min_length = 1, max_length = 500)]
    reason: String,
    /// The ids of credentials. Either these or `found`.
    #[schema(min_items = 1, max_items = 100_000)]
    credentials: Option<Vec<String>>,
    /// All credentials that a search finds now. Either this or `credentials`.
    found: Option<Found>,
}

/// A search. At least one of its parts is said.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChangeSearch)]
pub(crate) struct Found {
    /// Contained in the learner's name, mail address or identifier.
    q: Option<String>,
    /// `standing`, `suspended` or `expired`.
    state: Option<String>,
    /// Of this achievement, by its id.
    achievement: Option<String>,
    /// Of this batch.
    batch: Option<String>,
    /// Of this learner.
    learner: Option<String>,
}

/// A change of many credentials.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Change {
    /// Its id.
    id: String,
    /// `revoke`, `suspend` or `reinstate`.
    fate: String,
    /// Why.
    reason: String,
    /// `running` or `done`.
    state: &'static str,
    /// How many credentials it is about.
    total: i64,
    /// How many were changed so far.
    changed: i64,
    /// How many stay as they are.
    unchanged: i64,
    /// When it was asked for.
    created_at: String,
    /// When the last had its turn.
    ended_at: Option<String>,
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

fn which(
    world: &World,
    credentials: Option<Vec<String>>,
    found: Option<Found>,
) -> Result<Which, ApiError> {
    let bad =
        |field, words: &'static str| ApiError::unprocessable("bad_choice").with_field(field, words);
    match (credentials, found) {
        (Some(ids), None) if (1..=MOST).contains(&ids.len()) => Ok(Which::These(ids)),
        (Some(_), None) => {
            let words = format!("Name 1 to {MOST} credentials.");
            Err(ApiError::unprocessable("too_many_credentials").with_field("credentials", words))
        }
        (None, Some(found)) => {
            let at = world.clock.now().unix_millis();
            let state = match found.state.as_deref() {
                None => None,
                Some("standing") => Some(CredentialState::Standing { at }),
                Some("suspended") => Some(CredentialState::Suspended),
                Some("expired") => Some(CredentialState::Expired { at }),
                Some(_) => {
                    return Err(bad("found.state", "One of standing, suspended, expired."));
                }
            };
            let filter = CredentialFilter {
                search: found.q.filter(|text| !text.trim().is_empty()),
                achievement: found.achievement,
                batch: found.batch,
                learner: found.learner,
                state,
            };
            if filter == CredentialFilter::default() {
                let words = "Say what is searched for: that would be every credential ever issued.";
                return Err(bad("found", words));
            }
            Ok(Which::All(filter))
        }
        _ => Err(bad("credentials", "Send either credentials or found.")),
    }
}

async fn find(world: &World, tenant: &TenantId, id: &str) -> Result<Change, ApiError> {
    let found = issuing::change(world, tenant, id).await?;
    let row = found.ok_or_else(|| ApiError::not_found("change_not_found"))?;
    Ok(told(row))
}

fn told(row: BulkChangeRow) -> Change {
    Change {
        id: row.id,
        fate: row.fate,
        reason: row.reason,
        state: row.state.as_str(),
        total: row.total,
        changed: row.changed,
        unchanged: row.stayed,
        created_at: time(row.created_at),
        ended_at: row.ended_at.map(time),
    }
}

const MOST: usize = 100_000;
/// So many ids.
const LARGEST: usize = 8 << 20;
