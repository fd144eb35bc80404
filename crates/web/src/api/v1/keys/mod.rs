//! With which programs come in.

mod list;
mod make;
mod revoke;

use touchstone_service::operations::KeyError;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::ApiError;
use crate::state::Web;
use crate::text::sentence;

pub(super) fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(list::list, make::make))
        .routes(routes!(revoke::revoke))
}

impl From<KeyError> for ApiError {
    fn from(error: KeyError) -> Self {
        let said = sentence(&error.to_string());
        match error {
            KeyError::Name => Self::unprocessable("bad_name").with_field("name", said),
            KeyError::NoScope => Self::unprocessable("no_scope").with_field("scopes", said),
            KeyError::Days => Self::unprocessable("bad_days").with_field("days", said),
            KeyError::Maker => Self::forbidden("role_missing").with_detail(said),
            KeyError::NoSuchKey => Self::not_found("key_not_found").with_detail(said),
            KeyError::Store(error) => error.into(),
        }
    }
}
