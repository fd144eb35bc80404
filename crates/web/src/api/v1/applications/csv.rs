//! `GET /api/v1/postings/ID/applications.csv`

use axum::extract::{Path, State};
use axum::response::Response;

use crate::ApiError;
use crate::api::caller::{By, Hire};
use crate::pages::hiring::csv_of;
use crate::state::Web;

/// The applications to a posting as a table
///
/// UTF-8 with a byte order mark, RFC 4180, every field in quotes; what would start a formula has an apostrophe in front. Columns:
/// `application` (id), `sent_at`, `ends_at` (RFC 3339), `name`, `contact` (empty while names are covered), `credentials` (how many are read),
/// `status_as_of`, `incomplete`, `unreadable`, `subjects_differ` (as in `listApplications`), one column for each task of the role, in its
/// order, called `task N: LABEL`, with `met`, `met_at_lower_level`, `stale`, `related_only` or `not_shown`, and on whose word that rests:
/// `unknown_issuers` (how many of the credentials are of issuers that nobody here knows), `tasks_by_unknown_issuer` (the numbers of the tasks
/// whose answer only such credentials give, with spaces between), `tasks_not_reviewed` (those behind whose answer nothing stands that
/// organizations reviewed: only the issuer says that the credential is about the task, or the link is one that somebody stated in a file) and
/// `tasks_by_pilot` (those whose answer only credentials give that their issuers tag `pilot`).
#[utoipa::path(
    get,
    path = "/api/v1/postings/{id}/applications.csv",
    tag = "hiring",
    operation_id = "exportApplications",
    security(("key" = ["hire"])),
    params(("id" = String, Path, description = "The posting’s id")),
    responses(
        (status = 200, description = "The table", content_type = "text/csv", body = String),
        (status = 404, description = "`posting_not_found`"),
    )
)]
pub(crate) async fn csv(
    by: By<Hire>,
    State(web): State<Web>,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    csv_of(web, &by.tenant, &id).await
}
