//! Withdrawing, pausing or reinstating many: choose them in the list, see who it is about, give a reason, and read what came of it.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use touchstone_service::issuing::search::{self as find, Place};
use touchstone_service::issuing::{
    Fate, Foreseen, ManyChanges, ManyChoice, ManyError, Which, change_many, choose_many, foresee,
};
use touchstone_service::operations::Permission;
use touchstone_service::rows::CredentialFilter;
use touchstone_vc::Credential;

use super::many_view::{Line, Result as Outcome, View, show, told};
use super::search::{Asked, filter};
use crate::ApiError;
use crate::signed_in::Posted;
use crate::state::Web;
use crate::text::sentence;

/// `POST /credentials/choose`: shows whom it is about. Nothing is changed.
pub async fn choose(State(web): State<Web>, posted: Posted) -> Result<Response, ApiError> {
    posted.by.may(Permission::Revoke)?;
    let fate = fate(&posted)?;
    let ids = match chosen(&web, &posted).await? {
        Chosen::Few(ids) => ids,
        Chosen::All(filter) => {
            let choice = ManyChoice {
                tenant: posted.by.tenant().clone(),
                actor: posted.by.member.id.clone(),
                fate,
                which: Which::All(filter),
            };
            let change = choose_many(&web.world, &choice).await?;
            return Ok(Redirect::to(&format!("/changes/{change}")).into_response());
        }
    };
    let view = view(&web, &posted, fate, &ids).await?;
    let status = if view.changes.is_empty() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    Ok((status, show(&posted.by.desk, &view)).into_response())
}

/// `POST /credentials/change`: changes exactly those that were shown.
pub async fn change(State(web): State<Web>, posted: Posted) -> Result<Response, ApiError> {
    posted.by.may(Permission::Revoke)?;
    let fate = fate(&posted)?;
    let order = ManyChanges {
        tenant: posted.by.tenant().clone(),
        credentials: ids(&posted),
        actor: posted.by.member.id.clone(),
        fate,
        reason: posted.fields.text("reason").to_owned(),
    };
    // Who they are is read before: afterwards they would all be "as they are".
    let before = view(&web, &posted, fate, &order.credentials).await?;
    let changed = match change_many(&web.world, &order).await {
        Ok(changed) => changed,
        Err(ManyError::Reason(error)) => {
            let view = View {
                reason: order.reason,
                refused: Some(sentence(&error.to_string())),
                ..before
            };
            let page = show(&posted.by.desk, &view);
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
        }
        Err(error) => return Err(error.into()),
    };
    let lines: Vec<Line> = before.changes.into_iter().chain(before.stays).collect();
    let mut outcome = Outcome {
        fate,
        reason: order.reason,
        changed: Vec::new(),
        stayed: Vec::new(),
    };
    for one in changed {
        let line = lines.iter().find(|line| line.id == one.credential);
        let line = line
            .cloned()
            .unwrap_or_else(|| Line::unknown(&one.credential));
        match one.outcome.why() {
            None => outcome.changed.push(line),
            Some(why) => outcome.stayed.push(Line {
                why: Some(sentence(&why.to_string())),
                ..line
            }),
        }
    }
    Ok(told(&posted.by.desk, &outcome).into_response())
}

fn fate(posted: &Posted) -> Result<Fate, ApiError> {
    Fate::parse(posted.fields.text("fate")).ok_or_else(|| ApiError::bad_request("unreadable_form"))
}

/// Whom the form names, each once.
fn ids(posted: &Posted) -> Vec<String> {
    let mut ids: Vec<String> = Vec::new();
    let mut seen = std::collections::HashSet::new();
    for id in posted.fields.all("id").take(MOST) {
        if seen.insert(id) {
            ids.push(id.to_owned());
        }
    }
    ids
}

enum Chosen {
    /// As many as one page shows.
    Few(Vec<String>),
    /// All that a search finds, which are more.
    All(CredentialFilter),
}

/// The ticked ones, or all that the search finds.
async fn chosen(web: &Web, posted: &Posted) -> Result<Chosen, ApiError> {
    if !posted.fields.ticked("all") {
        return Ok(Chosen::Few(ids(posted)));
    }
    let text = |name: &str| posted.fields.text(name).to_owned();
    let asked = Asked {
        q: text("q"),
        state: text("state"),
        achievement: text("achievement"),
        batch: text("batch"),
        learner: text("learner"),
        after: None,
    };
    let filter = filter(&asked, web.world.clock.now().unix_millis());
    let place = Place {
        after: None,
        limit: Some(MOST as u64),
    };
    let found = find::credentials(&web.world, posted.by.tenant(), &filter, &place).await?;
    Ok(match found.next {
        Some(_) => Chosen::All(filter),
        None => Chosen::Few(found.rows.into_iter().map(|row| row.id).collect()),
    })
}

async fn view(web: &Web, posted: &Posted, fate: Fate, ids: &[String]) -> Result<View, ApiError> {
    let seen = foresee(&web.world, posted.by.tenant(), fate, ids).await?;
    let (changes, stays): (Vec<_>, Vec<_>) = seen.into_iter().partition(|one| one.outcome.is_ok());
    Ok(View {
        fate,
        changes: changes.iter().map(line).collect(),
        stays: stays.iter().map(line).collect(),
        reason: String::new(),
        refused: None,
    })
}

pub(in crate::pages) fn line(seen: &Foreseen) -> Line {
    let learner = seen.learner.as_ref();
    let known = learner
        .map(|learner| learner.name.clone())
        .filter(|name| !name.is_empty());
    let read = Credential::parse(&seen.credential.bytes).ok();
    let title = read
        .as_ref()
        .and_then(|read| read.view().title().map(str::to_owned));
    Line {
        id: seen.credential.id.clone(),
        person: known.unwrap_or_else(|| "Somebody without a name".into()),
        address: learner.and_then(|learner| learner.email.clone()),
        identifier: learner.and_then(|learner| learner.identifier.clone()),
        achievement: title.unwrap_or_default(),
        issued: crate::templates::moment(seen.credential.issued_at),
        why: seen.outcome.err().map(|why| sentence(&why.to_string())),
    }
}

/// How many are named in one form, and changed while one waits. More are changed as `pages/changes` tells.
const MOST: usize = 1_000;
