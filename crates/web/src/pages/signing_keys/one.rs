//! One key with all that became of it.

use std::collections::HashMap;

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use touchstone_service::operations::signing_key::{KeyState, affected, signing_key};
use touchstone_service::operations::{Permission, members};

use super::{has_history, in_words, is_its_issuer, show_one};
use crate::ApiError;
use crate::signed_in::SignedIn;
use crate::state::Web;
use crate::templates::Problem;
use crate::text::sentence;

/// `GET /signing-keys/ID`
pub async fn one(
    State(web): State<Web>,
    Path(id): Path<String>,
    by: SignedIn,
) -> Result<Response, ApiError> {
    by.may(Permission::Read)?;
    let view = view(&web, &by, &id, Vec::new()).await?;
    Ok(show_one::show(&by.desk, &view).into_response())
}

pub(super) async fn view(
    web: &Web,
    by: &SignedIn,
    id: &str,
    problems: Vec<Problem>,
) -> Result<show_one::View, ApiError> {
    let tenant = by.tenant();
    let key = signing_key(&web.world, tenant, id).await?;
    let key = key.ok_or_else(|| ApiError::not_found("signing_key_not_found"))?;
    let since = key.compromised_since.unwrap_or(key.made_at);
    let rests = affected(&web.world, tenant, id, since).await?;
    let names: HashMap<String, String> = members(&web.world, tenant)
        .await?
        .into_iter()
        .map(|member| (member.id, member.name))
        .collect();
    let (tone, words) = in_words(&key);
    let history = key.history.iter().map(|step| show_one::Step {
        state: step.state,
        at: step.at.into(),
        since: step.since.into(),
        who: match names.get(&step.actor) {
            Some(name) => name.clone(),
            None if step.actor == "touchstone" => "by itself".to_owned(),
            None => step.actor.clone(),
        },
        reason: sentence(&step.reason).trim_end_matches('.').to_owned(),
        entry: step.entry,
    });
    Ok(show_one::View {
        tone,
        words,
        history: history.collect(),
        can_activate: key.state == KeyState::Pending,
        can_retire: key.state == KeyState::Active && !is_its_issuer(&key),
        can_compromise: key.state != KeyState::Compromised,
        can_destroy: matches!(
            key.state,
            KeyState::Pending | KeyState::Retired | KeyState::Compromised
        ),
        given_up: key.compromised_since.is_some(),
        planned: key.signs_from.map(Into::into),
        has_history: has_history(&key),
        algorithm: key.algorithm(),
        custody: key.custody,
        name: key.name,
        public_key: key.public_key,
        id: key.id,
        signed: rests.signed,
        standing: rests.standing.len(),
        waiting: rests.waiting,
        problems,
    })
}
