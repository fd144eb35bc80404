//! `GET /mappings/frameworks/ID/FORM`: a framework for other systems, as a file.

use axum::extract::{Path, State};
use axum::response::Response;
use maud::{Markup, html};
use touchstone_service::crosswalk::{self, Form};
use touchstone_service::operations::Permission;

use crate::ApiError;
use crate::answer::file;
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
    let form = Form::parse(&form).ok_or_else(ApiError::no_such_page)?;
    let found = crosswalk::write_framework(&web.world, by.tenant(), &id, form).await?;
    let found = found.ok_or_else(|| ApiError::not_found("framework_not_found"))?;
    Ok(file(found.media_type, &found.file_name, found.bytes))
}

/// Where the files are.
pub(super) fn links(id: &str, taken_as: &str) -> Markup {
    let taken_as = Form::parse(taken_as).unwrap_or(Form::Csv);
    let forms = Form::ALL.into_iter().map(|(_, form)| form);
    let forms = forms.filter(|form| form.writes(taken_as));
    html! {
        @for (place, form) in forms.enumerate() {
            @if place > 0 { " · " }
            a href={ "/mappings/frameworks/" (id) "/" (form.name()) } download { (icon("download")) " " (words(form)) }
        }
        br;
        small { "CASE holds everything; tables leave the framework’s own title and version to whoever reads them; the others have no place for some of it." }
    }
}

fn words(form: Form) -> &'static str {
    match form {
        Form::Case => "CASE 1.1",
        Form::Ctdl => "CTDL-ASN",
        Form::Rsd => "Rich Skill Descriptors",
        Form::Csv => "Table (CSV)",
        Form::Onet => "O*NET (ZIP)",
        Form::Esco => "ESCO (ZIP)",
    }
}
