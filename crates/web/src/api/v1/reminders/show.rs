//! `GET /api/v1/reminders/TOKEN`

use axum::Json;
use axum::extract::{Path, State};
use touchstone_service::holding::reminder_choice;

use super::{Choice, unknown};
use crate::ApiError;
use crate::state::Web;

/// Tells whether a holder is reminded before a credential ends
#[utoipa::path(
    get,
    path = "/api/v1/reminders/{token}",
    tag = "holders",
    operation_id = "showReminderChoice",
    params(("token" = String, Path, description = "The last part of the link in the mail")),
    responses(
        (status = 200, description = "What is chosen", body = Choice),
        (status = 404, description = "`reminder_link_not_found`"),
    )
)]
pub(crate) async fn show(
    State(web): State<Web>,
    Path(token): Path<String>,
) -> Result<Json<Choice>, ApiError> {
    let choice = reminder_choice(&web.world, &token).await?;
    Ok(Json(choice.ok_or_else(unknown)?.into()))
}
