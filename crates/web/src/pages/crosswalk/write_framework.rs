//! `GET /mappings/frameworks/ID/FORM`: a framework for other systems, as a file.

use axum::extract::{Path, State};
use axum::response::Response;
use maud::{Markup, html};
use touchstone_service::crosswalk::{self, Form};
use touchstone_service::operations::Permission;

use crate::ApiError;
use crate::pages::audit::file;
use crate::signed_in::SignedIn;
use crate::state::Web;
use crate::templates::icon;

/// The file.
pub async fn write_framework(
    State(web): State<Web>,
    by: SignedIn,
    Path((id, form)): Path<(String, String)>,
) -> Result<Response, ApiError> {
    by.may(Permission::Read)?;
    let form = Form::parse(&form).filter(|form| Form::WRITTEN.contains(form));
    let form = form.ok_or_else(ApiError::no_such_page)?;
    let found = crosswalk::write_framework(&web.world, by.tenant(), &id, form).await?;
    let found = found.ok_or_else(|| ApiError::not_found("framework_not_found"))?;
    Ok(file(found.media_type, &found.file_name, found.text))
}

/// Where the files are.
pub(super) fn links(id: &str) -> Markup {
    html! {
        @for (place, form) in Form::WRITTEN.into_iter().enumerate() {
            @if place > 0 { " · " }
            a href={ "/mappings/frameworks/" (id) "/" (form.name()) } download { (icon("download")) " " (words(form)) }
        }
        small { "CASE and the table hold everything; the others have no place for some of it." }
    }
}

fn words(form: Form) -> &'static str {
    match form {
        Form::Case => "CASE 1.1",
        Form::Ctdl => "CTDL-ASN",
        Form::Rsd => "Rich Skill Descriptors",
        Form::Csv => "Table (CSV)",
        Form::Onet => "O*NET",
        Form::Esco => "ESCO",
    }
}
