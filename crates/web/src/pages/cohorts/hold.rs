//! Issuing a list not before a day.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use touchstone_service::issuing::{self, Hold, HoldError};
use touchstone_service::operations::Permission;
use touchstone_vc::Timestamp;

use crate::ApiError;
use crate::signed_in::Posted;
use crate::state::Web;
use crate::templates::Problem;

/// `POST /cohorts/ID/hold`: not before a day, or as soon as it is confirmed.
pub async fn hold(
    State(web): State<Web>,
    Path(batch): Path<String>,
    posted: Posted,
) -> Result<Response, ApiError> {
    posted.by.may(Permission::Issue)?;
    let refused = async |words: &str| {
        let problem = Problem {
            field: "hold_until".into(),
            words: format!("Not before: {words}."),
        };
        let page = super::open::with_problems(&web, &posted.by, &batch, vec![problem]).await?;
        Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
    };
    let until = match posted.fields.text("hold_until") {
        "" => None,
        day => match Timestamp::parse(&format!("{day}T00:00:00Z")) {
            Ok(until) => Some(until),
            Err(_) => return refused("this is no day; write it as 2026-11-21").await,
        },
    };
    let order = Hold {
        tenant: posted.by.tenant().clone(),
        actor: posted.by.member.id.clone(),
        batch: batch.clone(),
        until,
    };
    match issuing::hold(&web.world, &order).await {
        Err(error @ HoldError::Past) => refused(&error.to_string()).await,
        held => {
            held?;
            Ok(Redirect::to(&format!("/cohorts/{batch}")).into_response())
        }
    }
}
