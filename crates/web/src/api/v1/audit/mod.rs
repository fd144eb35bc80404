//! Who did what.

mod list;
mod record;
mod root;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::Web;

pub(super) fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(list::list))
        .routes(routes!(record::record))
        .routes(routes!(root::show, root::make))
}
