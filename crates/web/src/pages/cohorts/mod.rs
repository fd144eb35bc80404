//! Awarding a cohort: upload a list, look at what will be issued, confirm, watch it go, and take all of it as one file.

mod amend;
mod cancel;
mod codes;
mod confirm;
mod evidence;
mod faults;
mod hold;
pub mod list;
mod mail;
mod open;
pub mod preview;
pub mod progress;
mod slip;
pub mod upload;
mod zip;

use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use touchstone_service::issuing::search::{self, Place};
use touchstone_service::operations::Permission;

pub use amend::amend;
pub use cancel::cancel;
pub use codes::codes;
pub use confirm::confirm;
pub use evidence::evidence;
pub use faults::csv;
pub use hold::hold;
pub use mail::{as_seen as mail_as_seen, mail, test as test_mail};
pub use open::open;
pub use upload::{ask, take};
pub use zip::zip;
pub(crate) use zip::zipped;

use crate::ApiError;
use crate::pages::today::told;
use crate::signed_in::SignedIn;
use crate::state::Web;
use crate::text::in_query;

/// Where in a list.
#[derive(Clone, Debug, Deserialize)]
pub struct Paged {
    /// Contained in the name, or in the file's name.
    #[serde(default)]
    pub q: String,
    /// What the page before gave as its next.
    pub after: Option<String>,
}

/// `GET /cohorts`
pub async fn all(
    State(web): State<Web>,
    by: SignedIn,
    Query(paged): Query<Paged>,
) -> Result<Response, ApiError> {
    by.may(Permission::Read)?;
    let place = Place::parse(paged.after.as_deref(), None)
        .ok_or_else(|| ApiError::bad_request("bad_cursor"))?;
    let page = search::batches(&web.world, by.tenant(), &paged.q, &place).await?;
    let rows = told(&web, by.tenant(), &page.rows).await?;
    let next = page.next.as_ref().map(|next| {
        format!(
            "/cohorts?q={}&after={}",
            in_query(&paged.q),
            Place::written(next)
        )
    });
    Ok(list::show(&by.desk, &paged.q, &rows, next.as_deref()).into_response())
}
