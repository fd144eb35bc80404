//! Every key that signs or signed, and rotating to a new one.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use touchstone_service::operations::Permission;
use touchstone_service::operations::did_history::{HistoryError, history_standing};
use touchstone_service::operations::signing_key::{self, Rotation, SigningKeyError, signing_keys};
use touchstone_service::verifying::{Resolution, resolved};

use super::{in_words, is_its_issuer, picture::Bar, show, show::Elsewhere};
use crate::ApiError;
use crate::signed_in::{Posted, SignedIn};
use crate::state::Web;
use crate::templates::Problem;
use crate::text::sentence;

/// `GET /signing-keys`
pub async fn all(State(web): State<Web>, by: SignedIn) -> Result<Response, ApiError> {
    by.may(Permission::Read)?;
    let view = view(&web, &by, String::new(), Vec::new()).await?;
    Ok(show::show(&by.desk, &view).into_response())
}

/// `POST /signing-keys/rotate`
pub async fn rotate(State(web): State<Web>, posted: Posted) -> Result<Response, ApiError> {
    posted.by.may(Permission::Administer)?;
    let reason = posted.fields.text("reason").to_owned();
    let order = Rotation {
        tenant: posted.by.tenant().clone(),
        actor: posted.by.member.id.clone(),
        reason: reason.clone(),
        at_once: posted.fields.text("when") == "now",
    };
    match signing_key::rotate(&web.world, &order).await {
        Ok(begun) => Ok(Redirect::to(&format!("/signing-keys/{}", begun.key.id)).into_response()),
        Err(SigningKeyError::Store(error)) => Err(error.into()),
        Err(error) => {
            let problems = vec![Problem {
                field: "reason".into(),
                words: sentence(&error.to_string()),
            }];
            let view = view(&web, &posted.by, reason, problems).await?;
            let page = show::show(&posted.by.desk, &view);
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
    }
}

async fn view(
    web: &Web,
    by: &SignedIn,
    reason: String,
    problems: Vec<Problem>,
) -> Result<show::View, ApiError> {
    let keys = signing_keys(&web.world, by.tenant()).await?;
    let now = web.world.clock.now();
    let history = history_standing(&web.world, by.tenant()).await?;
    let lines = keys.iter().map(|key| {
        let (tone, words) = in_words(key);
        show::Line {
            id: key.id.clone(),
            tone,
            words,
            algorithm: key.algorithm(),
            custody: key.custody,
            made: key.made_at.into(),
            from: key.signed_from().map(Into::into),
            planned: key.signs_from.map(Into::into),
            until: key.ended_at().map(Into::into),
        }
    });
    Ok(show::View {
        lines: lines.collect(),
        bars: keys.iter().rev().map(|key| Bar::of(key, now)).collect(),
        announce_minutes: web.world.keys.announce_ms / 60_000,
        days: web.world.keys.most_days,
        away: web.world.signer.ready().await.is_err(),
        is_its_key: keys.iter().any(is_its_issuer),
        successor: signing_key::successor(&web.world, by.tenant())
            .await?
            .map(|(_, did)| did),
        history: history.map(|found| show::History {
            versions: found.read.as_ref().map_or(0, |read| read.versions),
            changed: found.read.as_ref().ok().map(|read| read.updated.into()),
            refused: found.read.as_ref().err().map(ToString::to_string),
            lost: match found.next {
                Err(HistoryError::KeyLost(key)) => Some(key),
                _ => None,
            },
            waiting: found.waiting,
            used_percent: found.used_percent,
            path: found.path,
        }),
        elsewhere: resolved(&web.world, by.tenant())
            .await?
            .filter(|found| found.what.is_alarm())
            .map(|found| match (found.is_watched, found.what) {
                (false, _) => Elsewhere::Once(found.at.into()),
                (true, Resolution::GivenUp) => Elsewhere::GivenUp(found.since.into()),
                (true, _) => Elsewhere::Foreign(found.since.into()),
            }),
        reason,
        problems,
    })
}
