//! `POST /api/v1/staff-page`

use axum::extract::State;
use axum::response::Response;
use touchstone_service::hiring::{StaffPageOpening, open_staff_page};

use super::StaffPage;
use crate::ApiError;
use crate::api::caller::Hire;
use crate::api::order::{Made, Order};
use crate::state::Web;

/// Opens the page for the institution’s own people, or gives it a new address
///
/// The address that it had leads nowhere from then on.
#[utoipa::path(
    post,
    path = "/api/v1/staff-page",
    tag = "hiring",
    operation_id = "openStaffPage",
    security(("key" = ["hire"])),
    responses(
        (status = 201, description = "It is open", body = StaffPage),
        (status = 409, description = "`domain_not_shown`"),
    )
)]
pub(crate) async fn open(State(web): State<Web>, order: Order<Hire>) -> Result<Response, ApiError> {
    order
        .once(&web, async move |world, by| {
            let order = StaffPageOpening {
                tenant: by.tenant,
                actor: by.actor,
            };
            let name = open_staff_page(&world, &order).await?;
            Ok(Made::new(StaffPage::under(&world, Some(&name))))
        })
        .await
}
