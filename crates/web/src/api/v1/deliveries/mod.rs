//! How credentials reach their holders.

mod list;
mod paper_code;
mod resend;
mod resend_given_up;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::Web;

pub(super) fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(list::list))
        .routes(routes!(resend::resend))
        .routes(routes!(resend_given_up::resend_given_up))
        .routes(routes!(paper_code::paper_code))
}
