//! Frameworks of tasks and skills that an institution took in.

mod changes;
mod list;
mod search;
mod take;
mod write;

use axum::extract::DefaultBodyLimit;
use touchstone_service::crosswalk::FrameworkError;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt};
use utoipa_axum::routes;

use crate::ApiError;
use crate::limits::LARGEST_DEFINITIONS;
use crate::state::Web;
use crate::text::sentence;

pub(super) fn routes() -> OpenApiRouter<Web> {
    let many = routes!(list::list, take::take);
    OpenApiRouter::new()
        .routes(many.layer(DefaultBodyLimit::max(LARGEST_DEFINITIONS)))
        .routes(routes!(search::search))
        .routes(routes!(changes::changes))
        .routes(routes!(write::write))
}

impl From<FrameworkError> for ApiError {
    fn from(error: FrameworkError) -> Self {
        let said = sentence(&error.to_string());
        match error {
            FrameworkError::Known | FrameworkError::InBetween => {
                Self::conflict("framework_known").with_detail(said)
            }
            FrameworkError::TooMany => Self::too_large("too_many_statements").with_detail(said),
            FrameworkError::NoIdentifier => {
                Self::unprocessable("faulty_framework").with_field("uri", said)
            }
            FrameworkError::NoFile
            | FrameworkError::Form(_)
            | FrameworkError::Archive(_)
            | FrameworkError::Empty => {
                Self::unprocessable("faulty_framework").with_field("files", said)
            }
            FrameworkError::Faulty(faults) => {
                let first = faults.iter().take(MOST_FAULTS);
                first.fold(Self::unprocessable("faulty_framework"), |error, fault| {
                    error.with_field(fault.at.to_string(), sentence(&fault.to_string()))
                })
            }
            FrameworkError::Store(error) => error.into(),
        }
    }
}

const MOST_FAULTS: usize = 100;
