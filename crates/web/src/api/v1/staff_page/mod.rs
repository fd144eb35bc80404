//! The page on which an institution's own people find the roles that are open for them.

mod close;
mod open;
mod show;

use serde::Serialize;
use touchstone_service::hiring::StaffPageError;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::ApiError;
use crate::state::Web;
use crate::text::sentence;

pub(super) fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(show::show, open::open))
        .routes(routes!(close::close))
}

/// The page for the institution’s own people.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StaffPage {
    /// Its address; `null` if it is not open.
    page: Option<String>,
}

impl StaffPage {
    fn under(web: &touchstone_service::World, name: Option<&str>) -> Self {
        Self {
            page: name.map(|name| web.site.link(&format!("/staff/{name}"))),
        }
    }
}

impl From<StaffPageError> for ApiError {
    fn from(error: StaffPageError) -> Self {
        let said = sentence(&error.to_string());
        match error {
            StaffPageError::NotShown => Self::conflict("domain_not_shown").with_detail(said),
            StaffPageError::None => Self::not_found("staff_page_not_found").with_detail(said),
            StaffPageError::Store(error) => error.into(),
        }
    }
}
