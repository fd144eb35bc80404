//! Programs of the institution that are told what became of applications.

mod add;
mod list;
mod remove;

use touchstone_service::hiring::WebhookError;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::ApiError;
use crate::state::Web;
use crate::text::sentence;

pub(super) fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(list::list, add::add))
        .routes(routes!(remove::remove))
}

impl From<WebhookError> for ApiError {
    fn from(error: WebhookError) -> Self {
        let said = sentence(&error.to_string());
        match error {
            WebhookError::Address => Self::unprocessable("bad_webhook_address").with_detail(said),
            WebhookError::Known => Self::conflict("webhook_known").with_detail(said),
            WebhookError::TooMany => Self::conflict("too_many_webhooks").with_detail(said),
            WebhookError::NoSuchWebhook => Self::not_found("webhook_not_found"),
            WebhookError::Store(error) => error.into(),
        }
    }
}
