//! Whether a holder is reminded before a credential ends, by the token of a mail.

mod choose;
mod show;

use serde::{Deserialize, Serialize};
use touchstone_service::holding::ReminderChoice;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::ApiError;
use crate::state::Web;

pub(super) fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new().routes(routes!(show::show, choose::choose))
}

/// What is chosen.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ReminderChoice)]
pub(crate) struct Choice {
    /// Who reminds.
    institution_name: String,
    /// Whether reminders are on.
    on: bool,
}

impl From<ReminderChoice> for Choice {
    fn from(choice: ReminderChoice) -> Self {
        Self {
            institution_name: choice.institution_name,
            on: choice.on,
        }
    }
}

/// On or off.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ReminderChoiceWanted)]
pub(crate) struct Wanted {
    /// Whether to be reminded.
    on: bool,
}

fn unknown() -> ApiError {
    ApiError::not_found("reminder_link_not_found")
        .with_detail("This token leads nowhere. Look whether the address was copied completely.")
}
