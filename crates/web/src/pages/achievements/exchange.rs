//! `GET /achievements/ID/exchange/FORM`: an achievement for other systems, as a file.

use axum::extract::{Path, State};
use axum::response::Response;
use maud::{Markup, html};
use touchstone_service::issuing::{self, ExchangeForm};
use touchstone_service::operations::Permission;

use crate::ApiError;
use crate::answer::file;
use crate::signed_in::SignedIn;
use crate::state::Web;
use crate::templates::icon;

/// The file.
pub async fn exchange(
    State(web): State<Web>,
    by: SignedIn,
    Path((id, form)): Path<(String, String)>,
) -> Result<Response, ApiError> {
    by.may(Permission::Read)?;
    let form = ExchangeForm::parse(&form).ok_or_else(ApiError::no_such_page)?;
    let found = issuing::exchange(&web.world, by.tenant(), &id, None, form).await?;
    let found = found.ok_or_else(|| ApiError::not_found("achievement_not_found"))?;
    Ok(file(found.media_type, &found.file_name, found.text))
}

/// Where the files are.
pub(super) fn links(id: &str) -> Markup {
    let words = |form| match form {
        ExchangeForm::Ctdl => "CTDL",
        ExchangeForm::Case => "CASE 1.1",
        ExchangeForm::Elm => "European Learning Model",
        ExchangeForm::JsonLd => "JSON-LD",
    };
    html! {
        p { "For other systems: "
            @for (place, form) in ExchangeForm::ALL.into_iter().enumerate() {
                @if place > 0 { " · " }
                a href={ "/achievements/" (id) "/exchange/" (form.as_str()) } download { (icon("download")) " " (words(form)) }
            }
        }
    }
}
