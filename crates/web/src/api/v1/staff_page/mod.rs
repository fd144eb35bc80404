//! The page on which an institution's own people find the roles that are open for them.

mod close;
mod open;
mod show;

use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::Web;

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
