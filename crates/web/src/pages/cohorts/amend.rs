//! Mending a row.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use touchstone_service::issuing::{self, Amendment, Column};
use touchstone_service::operations::Permission;

use crate::ApiError;
use crate::signed_in::Posted;
use crate::state::Web;

/// `POST /cohorts/ID/rows/LINE`
pub async fn amend(
    State(web): State<Web>,
    Path((batch, line)): Path<(String, i64)>,
    posted: Posted,
) -> Result<Response, ApiError> {
    posted.by.may(Permission::Issue)?;
    let column = Column::parse(posted.fields.text("column"))
        .ok_or_else(|| ApiError::bad_request("no_such_column"))?;
    let order = Amendment {
        tenant: posted.by.tenant().clone(),
        actor: posted.by.member.id.clone(),
        batch,
        line,
        changes: vec![(column, posted.fields.text("value").to_owned())],
    };
    issuing::amend(&web.world, &order).await?;
    Ok(Redirect::to(&format!("/cohorts/{}?rows=show", order.batch)).into_response())
}
