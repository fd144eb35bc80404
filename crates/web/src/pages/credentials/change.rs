//! Taking back, pausing, mending, announcing again: each is a form on the credential's page.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use touchstone_service::holding::{self, ResendError, Resending};
use touchstone_service::issuing::{
    self, Changes, Correction, ReasonError, ReinstateError, Reinstatement, Revocation, RevokeError,
    SuspendError, Suspension,
};
use touchstone_service::operations::Permission;

use super::one::show;
use super::open::{Refused, view};
use crate::ApiError;
use crate::signed_in::Posted;
use crate::state::Web;
use crate::templates::Problem;
use crate::text::sentence;

/// `POST /credentials/ID/revoke`
pub async fn revoke(
    State(web): State<Web>,
    Path(id): Path<String>,
    posted: Posted,
) -> Result<Response, ApiError> {
    posted.by.may(Permission::Revoke)?;
    let order = Revocation {
        tenant: posted.by.tenant().clone(),
        credential: id.clone(),
        actor: posted.by.member.id.clone(),
        reason: posted.fields.text("reason").to_owned(),
    };
    match issuing::revoke(&web.world, &order).await {
        Err(RevokeError::Reason(error)) => ask_again(&web, &posted, &id, "revoke", error).await,
        done => {
            done?;
            Ok(back(&id))
        }
    }
}

/// `POST /credentials/ID/suspend`
pub async fn suspend(
    State(web): State<Web>,
    Path(id): Path<String>,
    posted: Posted,
) -> Result<Response, ApiError> {
    posted.by.may(Permission::Revoke)?;
    let order = Suspension {
        tenant: posted.by.tenant().clone(),
        credential: id.clone(),
        actor: posted.by.member.id.clone(),
        reason: posted.fields.text("reason").to_owned(),
    };
    match issuing::suspend(&web.world, &order).await {
        Err(SuspendError::Reason(error)) => ask_again(&web, &posted, &id, "suspend", error).await,
        done => {
            done?;
            Ok(back(&id))
        }
    }
}

/// `POST /credentials/ID/reinstate`
pub async fn reinstate(
    State(web): State<Web>,
    Path(id): Path<String>,
    posted: Posted,
) -> Result<Response, ApiError> {
    posted.by.may(Permission::Revoke)?;
    let order = Reinstatement {
        tenant: posted.by.tenant().clone(),
        credential: id.clone(),
        actor: posted.by.member.id.clone(),
        reason: posted.fields.text("reason").to_owned(),
    };
    match issuing::reinstate(&web.world, &order).await {
        Err(ReinstateError::Reason(error)) => {
            ask_again(&web, &posted, &id, "reinstate", error).await
        }
        done => {
            done?;
            Ok(back(&id))
        }
    }
}

/// `POST /credentials/ID/correct`: leads to the cohort of one in which the corrected credential is issued.
pub async fn correct(
    State(web): State<Web>,
    Path(id): Path<String>,
    posted: Posted,
) -> Result<Response, ApiError> {
    posted.by.may(Permission::Revoke)?;
    let before = view(&web, &posted.by, &id, Refused::default()).await?;
    let changed = |name: &str, before: Option<&str>| {
        posted
            .fields
            .some(name)
            .filter(|text| Some(text.as_str()) != before)
    };
    let level_before = before
        .levels
        .iter()
        .find(|(_, words)| Some(words) == before.level.as_ref());
    let changes = Changes {
        name: changed("name", Some(&before.person)),
        email: changed("email", before.address.as_deref()),
        level: changed("level", level_before.map(|(value, _)| value.as_str()))
            .and_then(|level| level.parse().ok()),
        result: changed("result", before.result.as_deref()),
    };
    if changes.name.is_none()
        && changes.email.is_none()
        && changes.level.is_none()
        && changes.result.is_none()
    {
        let problem = Problem {
            field: "name".into(),
            words: "Nothing differs from what was issued. Change what is wrong.".into(),
        };
        return refused(&web, &posted, &id, problem).await;
    }
    let order = Correction {
        tenant: posted.by.tenant().clone(),
        credential: id.clone(),
        actor: posted.by.member.id.clone(),
        changes,
    };
    let batch = issuing::correct(&web.world, &order).await?;
    Ok(Redirect::to(&format!("/cohorts/{batch}")).into_response())
}

/// `POST /credentials/ID/resend`: to the same address, or to a corrected one.
pub async fn resend(
    State(web): State<Web>,
    Path(id): Path<String>,
    posted: Posted,
) -> Result<Response, ApiError> {
    posted.by.may(Permission::Issue)?;
    let order = Resending {
        tenant: posted.by.tenant().clone(),
        credential: id.clone(),
        actor: posted.by.member.id.clone(),
        address: posted.fields.some("email"),
    };
    match holding::resend(&web.world, &order).await {
        Err(error @ (ResendError::Address | ResendError::NoAddress)) => {
            let problem = Problem {
                field: "email-resend".into(),
                words: sentence(&error.to_string()),
            };
            refused(&web, &posted, &id, problem).await
        }
        done => {
            done?;
            Ok(back(&id))
        }
    }
}

/// `POST /credentials/ID/paper`: a code to print or dictate, shown this once.
pub async fn paper(
    State(web): State<Web>,
    Path(id): Path<String>,
    posted: Posted,
) -> Result<Response, ApiError> {
    posted.by.may(Permission::Issue)?;
    let made =
        holding::paper_code(&web.world, posted.by.tenant(), &id, &posted.by.member.id).await?;
    let shown = Refused {
        code: Some(made),
        ..Refused::default()
    };
    let view = view(&web, &posted.by, &id, shown).await?;
    Ok(show(&posted.by.desk, &view).into_response())
}

fn back(id: &str) -> Response {
    Redirect::to(&format!("/credentials/{id}")).into_response()
}

async fn ask_again(
    web: &Web,
    posted: &Posted,
    id: &str,
    verb: &str,
    error: ReasonError,
) -> Result<Response, ApiError> {
    let problem = Problem {
        field: format!("reason-{verb}"),
        words: sentence(&error.to_string()),
    };
    refused(web, posted, id, problem).await
}

async fn refused(
    web: &Web,
    posted: &Posted,
    id: &str,
    problem: Problem,
) -> Result<Response, ApiError> {
    let reason = posted.fields.text("reason").to_owned();
    let view = view(
        web,
        &posted.by,
        id,
        Refused {
            problems: vec![problem],
            reason,
            code: None,
        },
    )
    .await?;
    Ok((
        StatusCode::UNPROCESSABLE_ENTITY,
        show(&posted.by.desk, &view),
    )
        .into_response())
}
