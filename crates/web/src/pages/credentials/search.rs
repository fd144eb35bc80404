//! `GET /credentials`

use std::collections::HashMap;

use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use touchstone_service::issuing::search::{self as find, Place};
use touchstone_service::issuing::{achievements, changes, changes_of_batch};
use touchstone_service::operations::Permission;
use touchstone_service::rows::{CredentialFilter, CredentialState, CredentialSummary};

use super::list::{Row, State as Standing, View, show};
use crate::ApiError;
use crate::signed_in::SignedIn;
use crate::state::Web;
use crate::templates::moment;
use crate::text::in_query;

/// What is asked for.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    pub(super) q: String,
    #[serde(default)]
    pub(super) state: String,
    #[serde(default)]
    pub(super) achievement: String,
    #[serde(default)]
    pub(super) batch: String,
    #[serde(default)]
    pub(super) learner: String,
    pub(super) after: Option<String>,
}

/// Finds credentials by anything that a registrar knows of them.
pub async fn search(
    State(web): State<Web>,
    by: SignedIn,
    Query(asked): Query<Asked>,
) -> Result<Response, ApiError> {
    by.may(Permission::Read)?;
    let now = web.world.clock.now().unix_millis();
    let filter = filter(&asked, now);
    let place = Place::parse(asked.after.as_deref(), None)
        .ok_or_else(|| ApiError::bad_request("bad_cursor"))?;
    let found = find::credentials(&web.world, by.tenant(), &filter, &place).await?;
    let total = find::counted(&web.world, by.tenant(), &filter).await?;
    let listed = achievements(&web.world, by.tenant()).await?;
    let names: Vec<(String, String)> = listed
        .into_iter()
        .map(|one| (one.achievement.id, one.achievement.name))
        .collect();
    let by_id: HashMap<&str, &str> = names
        .iter()
        .map(|(id, name)| (id.as_str(), name.as_str()))
        .collect();
    let batch = match asked.batch.as_str() {
        "" => None,
        id => find::batch(&web.world, by.tenant(), id)
            .await?
            .map(|row| (row.id, row.name)),
    };
    let changes = match &batch {
        None => changes(&web.world, by.tenant()).await?,
        Some((id, _)) => changes_of_batch(&web.world, by.tenant(), id).await?,
    };
    let view = View {
        changes,
        rows: found
            .rows
            .iter()
            .map(|row| told(row, &by_id, now))
            .collect(),
        next: found.next.as_ref().map(|next| {
            format!(
                "/credentials?{}&after={}",
                query(&asked),
                Place::written(next)
            )
        }),
        total: Some(total),
        batch,
        learner: asked.learner,
        q: asked.q,
        state: asked.state,
        achievement: asked.achievement,
        achievements: names,
    };
    Ok(show(&by.desk, &view).into_response())
}

pub(super) fn filter(asked: &Asked, now: i64) -> CredentialFilter {
    let some = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    CredentialFilter {
        search: some(&asked.q),
        achievement: some(&asked.achievement),
        batch: some(&asked.batch),
        learner: some(&asked.learner),
        state: match asked.state.as_str() {
            "standing" => Some(CredentialState::Standing { at: now }),
            "revoked" => Some(CredentialState::Revoked),
            "suspended" => Some(CredentialState::Suspended),
            "expired" => Some(CredentialState::Expired { at: now }),
            _ => None,
        },
    }
}

fn query(asked: &Asked) -> String {
    let pairs = [
        ("q", &asked.q),
        ("state", &asked.state),
        ("achievement", &asked.achievement),
        ("batch", &asked.batch),
        ("learner", &asked.learner),
    ];
    let written = pairs
        .iter()
        .filter(|(_, text)| !text.is_empty())
        .map(|(key, text)| format!("{key}={}", in_query(text)));
    written.collect::<Vec<_>>().join("&")
}

fn told(row: &CredentialSummary, names: &HashMap<&str, &str>, now: i64) -> Row {
    Row {
        id: row.id.clone(),
        person: row.learner_name.clone(),
        address: row.learner_email.clone(),
        identifier: row.learner_identifier.clone(),
        achievement: names
            .get(row.achievement.as_str())
            .copied()
            .unwrap_or("–")
            .to_owned(),
        issued: moment(row.issued_at),
        until: row.valid_until.map(moment),
        state: standing(
            row.revoked_at,
            row.suspended_at,
            row.valid_until,
            row.replaced_by.is_some(),
            now,
        ),
    }
}

/// How a credential stands, by its row.
pub(super) fn standing(
    revoked_at: Option<i64>,
    suspended_at: Option<i64>,
    valid_until: Option<i64>,
    replaced: bool,
    now: i64,
) -> Standing {
    match (revoked_at, suspended_at) {
        (Some(_), _) if replaced => Standing::Replaced,
        (Some(_), _) => Standing::Withdrawn,
        (None, Some(_)) => Standing::Paused,
        (None, None) if valid_until.is_some_and(|until| until < now) => Standing::Ended,
        (None, None) => Standing::Stands,
    }
}
