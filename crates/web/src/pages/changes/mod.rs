//! A change of more credentials than one page shows: whom it is about, beginning it, and how far it is.

mod listed;
mod show;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use touchstone_service::issuing::{
    Beginning, Fate, ManyError, STAYED, begin_change, change, foresee, foresee_chosen, outcomes,
};
use touchstone_service::operations::Permission;
use touchstone_service::rows::{BulkChangeRow, ChangeState};

pub(super) use self::listed::listed;
use self::show::{Ask, Progress, ask, progress};
use super::credentials::{Line, line};
use crate::ApiError;
use crate::signed_in::{Posted, SignedIn};
use crate::state::Web;
use crate::text::sentence;

/// `GET /changes/ID`: whom it would be about, as long as it is not begun; how far it is from then on.
pub async fn open(
    State(web): State<Web>,
    by: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    by.may(Permission::Revoke)?;
    let row = find(&web, &by, &id).await?;
    if row.state == ChangeState::Chosen {
        return Ok(asked(&web, &by, &id, String::new(), None)
            .await?
            .into_response());
    }
    let fate = fate(&row)?;
    let stayed = outcomes(&web.world, by.tenant(), &id, STAYED, -1).await?;
    let shown: Vec<String> = stayed
        .iter()
        .take(SHOWN)
        .map(|one| one.credential.clone())
        .collect();
    let known = foresee(&web.world, by.tenant(), fate, &shown).await?;
    let lines = stayed.iter().take(SHOWN).map(|one| {
        let there = known
            .iter()
            .find(|seen| seen.credential.id == one.credential);
        let there = there.map_or_else(|| Line::unknown(&one.credential), line);
        Line {
            why: one.outcome.why().map(|why| sentence(&why.to_string())),
            ..there
        }
    });
    let view = Progress {
        fate,
        stayed: lines.collect(),
        row,
    };
    Ok(progress(&by.desk, &view).into_response())
}

/// `POST /changes/ID`: begins it.
pub async fn begin(
    State(web): State<Web>,
    Path(id): Path<String>,
    posted: Posted,
) -> Result<Response, ApiError> {
    let by = &posted.by;
    by.may(Permission::Revoke)?;
    let order = Beginning {
        tenant: by.tenant().clone(),
        actor: by.member.id.clone(),
        change: id.clone(),
        reason: posted.fields.text("reason").to_owned(),
    };
    match begin_change(&web.world, &order).await {
        Ok(()) => Ok(Redirect::to(&format!("/changes/{id}")).into_response()),
        Err(ManyError::Reason(error)) => {
            let refused = Some(sentence(&error.to_string()));
            let page = asked(&web, by, &id, order.reason, refused).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

async fn asked(
    web: &Web,
    by: &SignedIn,
    id: &str,
    reason: String,
    refused: Option<String>,
) -> Result<maud::Markup, ApiError> {
    let foreseen = foresee_chosen(&web.world, by.tenant(), id).await?;
    let foreseen = foreseen.ok_or_else(|| ApiError::not_found("change_not_found"))?;
    let view = Ask {
        fate: fate(&foreseen.change)?,
        id: id.to_owned(),
        total: foreseen.change.total.unsigned_abs(),
        changes: foreseen.changes,
        first: foreseen.first.iter().map(line).collect(),
        reason,
        refused,
    };
    Ok(ask(&by.desk, &view))
}

async fn find(web: &Web, by: &SignedIn, id: &str) -> Result<BulkChangeRow, ApiError> {
    let found = change(&web.world, by.tenant(), id).await?;
    found.ok_or_else(|| ApiError::not_found("change_not_found"))
}

fn fate(row: &BulkChangeRow) -> Result<Fate, ApiError> {
    Fate::parse(&row.fate).ok_or_else(|| ApiError::not_found("change_not_found"))
}

/// How many are shown by name.
const SHOWN: usize = 100;
