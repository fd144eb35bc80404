//! A code for paper, which claims the credential.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use touchstone_service::holding;
use touchstone_service::operations::Permission;

use super::one::show;
use super::open::{Refused, view};
use crate::ApiError;
use crate::signed_in::Posted;
use crate::state::Web;

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
