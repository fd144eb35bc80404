//! `PUT /api/v1/reminders/TOKEN`

use axum::extract::{Path, State};
use axum::response::Response;
use touchstone_service::holding::{choose_reminders, reminder_choice};

use super::{Choice, Wanted, unknown};
use crate::ApiError;
use crate::api::holder::HolderOrder;
use crate::api::order::Made;
use crate::state::Web;

/// Switches the reminders of a holder on or off
#[utoipa::path(
    put,
    path = "/api/v1/reminders/{token}",
    tag = "holders",
    operation_id = "chooseReminders",
    params(("token" = String, Path, description = "The last part of the link in the mail")),
    request_body = Wanted,
    responses(
        (status = 200, description = "What is chosen now", body = Choice),
        (status = 400, description = "`not_json`"),
        (status = 404, description = "`reminder_link_not_found`"),
        (status = 422, description = "`wrong_body`"),
    )
)]
pub(crate) async fn choose(
    State(web): State<Web>,
    Path(token): Path<String>,
    order: HolderOrder,
) -> Result<Response, ApiError> {
    let wanted: Wanted = order.json()?;
    let choice = reminder_choice(&web.world, &token).await?;
    let tenant = choice.ok_or_else(unknown)?.tenant;
    let of = token.clone();
    order
        .once(&web, tenant, &of, async move |world| {
            if !choose_reminders(&world, &token, wanted.on).await? {
                return Err(unknown());
            }
            let choice = reminder_choice(&world, &token).await?;
            Ok(Made::done(Choice::from(choice.ok_or_else(unknown)?)))
        })
        .await
}
