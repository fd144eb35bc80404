//! `POST /responsibilities/KIND/ID`

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use touchstone_service::governing::{self, EntrustError, Entrusting};
use touchstone_service::operations::Permission;

use super::{find, one::show};
use crate::ApiError;
use crate::pages::day::end_of;
use crate::signed_in::Posted;
use crate::state::Web;
use crate::templates::Problem;
use crate::text::sentence;

/// Says who answers for a thing.
pub async fn entrust(
    State(web): State<Web>,
    Path((kind, id)): Path<(String, String)>,
    posted: Posted,
) -> Result<Response, ApiError> {
    posted.by.may(Permission::Define)?;
    let found = find(&web, &posted.by, &kind, &id).await?;
    let tenant = posted.by.tenant();
    let before = governing::answered_before(&web.world, tenant, found.thing, &id).await?;
    let fields = &posted.fields;
    let refused = |field: &str, words: String| {
        let problem = Problem {
            field: field.into(),
            words,
        };
        Ok(show(
            &posted.by.desk,
            &found,
            &before,
            Some(fields),
            &[problem],
        ))
    };
    let until = match fields.text("until") {
        "" => None,
        typed => match end_of(typed) {
            Some(until) => Some(until),
            None => return refused("until", "Write the day as 2027-03-31.".into()),
        },
    };
    let order = Entrusting {
        tenant: posted.by.tenant().clone(),
        actor: posted.by.member.id.clone(),
        thing: found.thing,
        id,
        steward: fields.text("steward").to_owned(),
        until,
        successor: fields.text("successor").to_owned(),
        no_longer_used: fields.ticked("deprecated"),
        replaced_by: fields.text("replaced_by").to_owned(),
        seen: fields.text("seen").parse().ok(),
    };
    match governing::entrust(&web.world, &order).await {
        Ok(()) => {
            let here = format!("/responsibilities/{kind}/{}", order.id);
            Ok(Redirect::to(&here).into_response())
        }
        Err(EntrustError::Store(error)) => Err(error.into()),
        Err(EntrustError::NoSuchThing) => Err(ApiError::not_found("responsibility_not_found")),
        Err(EntrustError::InBetween) => in_between(&web, &posted, &kind, &order.id).await,
        Err(error) => refused(field(&error), sentence(&error.to_string())),
    }
}

/// What was said in between, and the form with what was typed. Saved once more, it takes its place.
async fn in_between(
    web: &Web,
    posted: &Posted,
    kind: &str,
    id: &str,
) -> Result<Response, ApiError> {
    let found = find(web, &posted.by, kind, id).await?;
    let tenant = posted.by.tenant();
    let before = governing::answered_before(&web.world, tenant, found.thing, id).await?;
    let problem = Problem {
        field: "seen".into(),
        words: sentence(&EntrustError::InBetween.to_string()),
    };
    let typed = Some(&posted.fields);
    let mut page = show(&posted.by.desk, &found, &before, typed, &[problem]);
    *page.status_mut() = StatusCode::CONFLICT;
    Ok(page)
}

fn field(error: &EntrustError) -> &'static str {
    match error {
        EntrustError::Successor => "successor",
        EntrustError::ReplacedBy => "replaced_by",
        EntrustError::StillUsed => "deprecated-yes",
        _ => "steward",
    }
}
