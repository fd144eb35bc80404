//! Agreeing to exactly what the preview showed.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use touchstone_service::issuing::{self, Confirmation};
use touchstone_service::operations::Permission;

use crate::ApiError;
use crate::signed_in::Posted;
use crate::state::Web;

/// `POST /cohorts/ID/confirm`
pub async fn confirm(
    State(web): State<Web>,
    Path(batch): Path<String>,
    posted: Posted,
) -> Result<Response, ApiError> {
    posted.by.may(Permission::Confirm)?;
    let order = Confirmation {
        tenant: posted.by.tenant().clone(),
        actor: posted.by.member.id.clone(),
        batch,
        fingerprint: posted.fields.text("fingerprint").to_owned(),
    };
    issuing::confirm(&web.world, &order).await?;
    Ok(Redirect::to(&format!("/cohorts/{}", order.batch)).into_response())
}
