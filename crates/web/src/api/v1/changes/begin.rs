//! `POST /api/v1/changes`

use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use touchstone_service::World;
use touchstone_service::issuing::{
    self, Beginning, Fate, ManyChoice, Which, begin_change, choose_many,
};
use touchstone_service::rows::{CredentialFilter, CredentialState};
use utoipa::ToSchema;

use super::{Change, find};
use crate::ApiError;
use crate::api::caller::Revoke;
use crate::api::order::{Made, Order};
use crate::state::Web;

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

const MOST: usize = 100_000;
