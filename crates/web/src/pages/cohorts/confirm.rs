//! Agreeing to exactly what the preview showed, mending a row, giving a list up.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use touchstone_service::issuing::{
    self, AmendError, Amendment, CancelError, Cancellation, Column, ConfirmError, Confirmation,
};
use touchstone_service::operations::Permission;

use crate::ApiError;
use crate::signed_in::Posted;
use crate::state::Web;
use crate::text::sentence;

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

/// `POST /cohorts/ID/cancel`
pub async fn cancel(
    State(web): State<Web>,
    Path(batch): Path<String>,
    posted: Posted,
) -> Result<Response, ApiError> {
    posted.by.may(Permission::Issue)?;
    let order = Cancellation {
        tenant: posted.by.tenant().clone(),
        actor: posted.by.member.id.clone(),
        batch,
    };
    issuing::cancel(&web.world, &order).await?;
    Ok(Redirect::to("/cohorts").into_response())
}

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

impl From<ConfirmError> for ApiError {
    fn from(error: ConfirmError) -> Self {
        let said = error.to_string();
        match error {
            ConfirmError::NoSuchBatch => Self::not_found("batch_not_found"),
            ConfirmError::NotReadYet => {
                Self::conflict("batch_not_read_yet").with_detail(sentence(&said))
            }
            ConfirmError::Cancelled => {
                Self::conflict("batch_cancelled").with_detail(sentence(&said))
            }
            ConfirmError::UnderWay => {
                Self::conflict("batch_under_way").with_detail(sentence(&said))
            }
            ConfirmError::NothingReady => {
                Self::conflict("batch_nothing_ready").with_detail(sentence(&said))
            }
            ConfirmError::Changed => Self::conflict("batch_changed").with_detail(sentence(&said)),
            ConfirmError::Store(error) => error.into(),
        }
    }
}

impl From<CancelError> for ApiError {
    fn from(error: CancelError) -> Self {
        let said = error.to_string();
        match error {
            CancelError::NoSuchBatch => Self::not_found("batch_not_found"),
            CancelError::UnderWay => Self::conflict("batch_under_way").with_detail(sentence(&said)),
            CancelError::Store(error) => error.into(),
        }
    }
}

impl From<AmendError> for ApiError {
    fn from(error: AmendError) -> Self {
        let said = error.to_string();
        match error {
            AmendError::NoSuchRow => Self::not_found("row_not_found"),
            AmendError::Closed => Self::conflict("batch_closed").with_detail(sentence(&said)),
            AmendError::Correction => {
                Self::conflict("batch_is_correction").with_detail(sentence(&said))
            }
            AmendError::Issued => Self::conflict("row_issued").with_detail(sentence(&said)),
            AmendError::Store(error) => error.into(),
        }
    }
}
