//! Roles that are open for applications.

mod close;
mod list;
mod open;
mod show;

use serde::Serialize;
use touchstone_service::hiring::{self, PostingError};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::ApiError;
use crate::api::wire::time;
use crate::state::Web;
use crate::text::sentence;

pub(super) fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(open::open))
        .routes(routes!(list::list))
        .routes(routes!(show::show))
        .routes(routes!(close::close))
}

/// A posting.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Posting {
    /// Its id.
    id: String,
    /// The role, by id.
    role: String,
    /// What the role is called.
    title: String,
    /// Where everybody who has the link applies.
    page: String,
    /// What applicants read besides the tasks.
    note: String,
    /// Whether applications are taken now.
    open: bool,
    /// Whether names are covered until somebody asks for one.
    blind: bool,
    /// Whether it is for the institution’s own people only.
    staff: bool,
    /// How many days an application is kept.
    keep_days: i64,
    /// When it was opened.
    opened_at: String,
    /// Until when applications are taken.
    closes_at: Option<String>,
    /// When it was closed.
    closed_at: Option<String>,
    /// How many applications there are.
    applications: u64,
}

impl Posting {
    fn of(web: &Web, posting: hiring::Posting) -> Self {
        let row = posting.row;
        Self {
            page: web.world.site.link(&format!("/apply/{}", row.public)),
            id: row.id,
            role: row.role,
            title: posting.role.role.title,
            note: row.note,
            open: posting.open,
            blind: row.blind == 1,
            staff: row.staff == Some(1),
            keep_days: row.keep_days,
            opened_at: time(row.opened_at),
            closes_at: row.closes_at.map(time),
            closed_at: row.closed_at.map(time),
            applications: posting.applications,
        }
    }
}

/// The posting that was opened or closed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PostingId {
    /// Its id.
    id: String,
}

impl From<PostingError> for ApiError {
    fn from(error: PostingError) -> Self {
        let said = sentence(&error.to_string());
        let field = match error {
            PostingError::NoSuchRole => return Self::not_found("role_not_found"),
            PostingError::NoSuchPosting => return Self::not_found("posting_not_found"),
            PostingError::Store(error) => return error.into(),
            PostingError::Closed => return Self::conflict("posting_closed").with_detail(said),
            PostingError::NameTaken => {
                return Self::conflict("posting_name_taken").with_detail(said);
            }
            PostingError::NotShown => {
                return Self::conflict("domain_not_shown").with_detail(said);
            }
            PostingError::Off => return Self::conflict("applications_off").with_detail(said),
            PostingError::Name(_) | PostingError::StaffName => "name",
            PostingError::Note => "note",
            PostingError::KeepDays(_) => "keepDays",
            PostingError::OpenDays => "openDays",
        };
        Self::unprocessable("faulty_posting").with_field(field, said)
    }
}
