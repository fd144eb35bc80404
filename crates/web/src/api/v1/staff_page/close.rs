//! `POST /api/v1/staff-page/close`

use axum::extract::State;
use axum::response::Response;
use touchstone_service::hiring::{StaffPageClosing, close_staff_page};

use super::StaffPage;
use crate::ApiError;
use crate::api::caller::Hire;
use crate::api::order::{Made, Order};
use crate::state::Web;

/// Closes the page for the institution’s own people
///
/// What they sent stays, and the links of the roles themselves.
#[utoipa::path(
    post,
    path = "/api/v1/staff-page/close",
    tag = "hiring",
    operation_id = "closeStaffPage",
    security(("key" = ["hire"])),
    responses(
        (status = 200, description = "It is closed", body = StaffPage),
        (status = 404, description = "`staff_page_not_found`"),
    )
)]
pub(crate) async fn close(
    State(web): State<Web>,
    order: Order<Hire>,
) -> Result<Response, ApiError> {
    order
        .once(&web, async move |world, by| {
            let order = StaffPageClosing {
                tenant: by.tenant,
                actor: by.actor,
            };
            close_staff_page(&world, &order).await?;
            Ok(Made::done(StaffPage::under(&world, None)))
        })
        .await
}
