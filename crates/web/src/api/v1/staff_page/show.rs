//! `GET /api/v1/staff-page`

use axum::Json;
use axum::extract::State;
use touchstone_service::hiring::staff_page;

use super::StaffPage;
use crate::ApiError;
use crate::api::caller::{By, Hire};
use crate::state::Web;

/// Says where the institution’s own people find the roles that are open for them
#[utoipa::path(
    get,
    path = "/api/v1/staff-page",
    tag = "hiring",
    operation_id = "showStaffPage",
    security(("key" = ["hire"])),
    responses((status = 200, description = "Its address, if it is open", body = StaffPage))
)]
pub(crate) async fn show(
    by: By<Hire>,
    State(web): State<Web>,
) -> Result<Json<StaffPage>, ApiError> {
    let row = staff_page(&web.world, &by.tenant).await?;
    let name = row.as_ref().map(|row| row.public.as_str());
    Ok(Json(StaffPage::under(&web.world, name)))
}
