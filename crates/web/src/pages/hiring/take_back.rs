//! `POST /application/TOKEN/take-back`

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use maud::html;
use touchstone_service::hiring;

use super::sent::unknown;
use crate::ApiError;
use crate::answer::{Cache, keep};
use crate::state::Web;
use crate::templates::{Layout, icon, page};

/// Deletes what was sent.
pub async fn take_back(
    State(web): State<Web>,
    Path(token): Path<String>,
) -> Result<Response, ApiError> {
    if !hiring::take_back(&web.world, &token).await? {
        return Err(unknown());
    }
    let main = html! {
        p.verdict.pass { (icon("pass")) " " strong { "Taken back" } }
        h1 { "Your application is deleted" }
        p { "Everything that you sent was deleted: credentials, name and address. The employer finds it no more. Your credentials themselves stay as they are, with you." }
    };
    let page = page(&Layout::reading("Taken back", &web.edge.site), &main);
    Ok(keep(page.into_response(), Cache::Never))
}
