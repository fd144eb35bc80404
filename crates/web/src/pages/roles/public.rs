//! `/r/NAME`: a role for everybody who has its link, and what credentials show of it. Nothing that is handed in is kept.

use axum::Form;
use axum::extract::{Multipart, Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use serde::Deserialize;
use touchstone_service::crosswalk::{KeptRole, Need, ReadError, public_role, read_for_role};
use touchstone_service::holding::shown_by;
use touchstone_service::verifying::Reach;

use super::{name_of, reading};
use crate::ApiError;
use crate::answer::{Cache, keep};
use crate::state::Web;
use crate::templates::{Control, Field, Layout, Problem, error_summary, field, page as framed};
use crate::text::sentence;

/// The role.
pub async fn page(State(web): State<Web>, Path(name): Path<String>) -> Result<Response, ApiError> {
    let (role, institution) = find(&web, &name).await?;
    Ok(show(&web, &role, &institution, &[]))
}

/// Reads the credentials that were handed in.
pub async fn answer(
    State(web): State<Web>,
    Path(name): Path<String>,
    upload: Multipart,
) -> Result<Response, ApiError> {
    let (role, institution) = find(&web, &name).await?;
    let files = files(upload).await?;
    match read_for_role(&web.world, &role, &files, Reach::Network).await {
        Ok(read) => Ok(shown(&web, &role, &institution, &read)),
        Err(ReadError::Store(error)) => Err(error.into()),
        Err(error) => {
            let problem = Problem {
                field: "file".into(),
                words: sentence(&error.to_string()),
            };
            Ok(show(&web, &role, &institution, &[problem]))
        }
    }
}

/// Which role.
#[derive(Debug, Deserialize)]
pub struct Asked {
    #[serde(default)]
    role: String,
}

/// `GET /v/LINK/role`: a page that its holder switched on, read for a role.
pub async fn of_page(
    State(web): State<Web>,
    Path(link): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, ApiError> {
    let page = shown_by(&web.world, &link).await;
    let page = page.map_err(|error| ApiError::internal(&error))?;
    let (row, _) = page.ok_or_else(|| ApiError::not_found("page_not_open"))?;
    read_one(&web, &asked.role, row.bytes, Reach::Own).await
}

/// A credential that a page of ours carried along.
#[derive(Debug, Deserialize)]
pub struct Carried {
    #[serde(default)]
    role: String,
    #[serde(default)]
    credential: String,
}

/// `POST /verify/role`: what was just checked, read for a role.
pub async fn handed_in(
    State(web): State<Web>,
    Form(carried): Form<Carried>,
) -> Result<Response, ApiError> {
    read_one(
        &web,
        &carried.role,
        carried.credential.into_bytes(),
        Reach::Network,
    )
    .await
}

async fn read_one(
    web: &Web,
    typed: &str,
    bytes: Vec<u8>,
    reach: Reach,
) -> Result<Response, ApiError> {
    let (role, institution) = find(web, name_of(typed)).await?;
    match read_for_role(&web.world, &role, &[bytes], reach).await {
        Ok(read) => Ok(shown(web, &role, &institution, &read)),
        Err(ReadError::Store(error)) => Err(error.into()),
        Err(error) => {
            Err(ApiError::unprocessable("cannot_be_read").with_detail(sentence(&error.to_string())))
        }
    }
}

async fn find(web: &Web, name: &str) -> Result<(KeptRole, String), ApiError> {
    let found = public_role(&web.world, name).await?;
    found.ok_or_else(|| {
        ApiError::not_found("role_not_found").with_detail(
            "There is no role with this link, or it is no longer open to everybody. Ask the employer for the link.",
        )
    })
}

fn shown(
    web: &Web,
    role: &KeptRole,
    institution: &str,
    read: &touchstone_service::crosswalk::RoleReading,
) -> Response {
    let page = reading::show(&web.edge.site, role, institution, read);
    keep(page.into_response(), Cache::Never)
}

fn show(web: &Web, kept: &KeptRole, institution: &str, problems: &[Problem]) -> Response {
    let role = &kept.role;
    let main = html! {
        h1 { bdi { (role.title) } }
        p { "A role of " bdi { (institution) } ", as tasks." }
        (error_summary("It was not read", problems))
        ol { @for task in &role.tasks { (line(task)) } }
        section { h2 { "Read credentials for this role" }
            p { "You see task by task what they show. They are checked, and forgotten once the page is made." }
            form method="post" action={ "/r/" (kept.row.public) } enctype="multipart/form-data" {
                (field(&Field { name: "file", label: "Credentials", hint: Some("One or more files: JSON, or a PNG, SVG or PDF that carries one."), error: problems.first().map(|problem| problem.words.as_str()), control: Control::Files, ..Field::default() }))
                (field(&Field { name: "text", label: "Or the text of one", control: Control::Lines(3), ..Field::default() }))
                p.acts { button.main { "Read" } }
            }
        }
    };
    let status = match problems.is_empty() {
        true => StatusCode::OK,
        false => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let page = framed(&Layout::reading(&role.title, &web.edge.site), &main);
    (status, page).into_response()
}

/// A task, and what is asked of it.
pub(in crate::pages) fn line(task: &touchstone_service::crosswalk::Task) -> Markup {
    html! { li {
        bdi { (task.label) } " "
        span.hint {
            @match task.need { Need::Must => "Must", Need::Nice => "Wanted" }
            @if let Some(level) = task.level { ", level " (level) " or higher" }
            @if let Some(days) = task.max_age_days { ", at most " (days) " days old" }
            @if !task.evidence.is_empty() { ", with " (task.evidence.join(" or ")) }
        }
    } }
}

/// The credentials of a form: files, and the text of one.
pub(in crate::pages) async fn files(mut upload: Multipart) -> Result<Vec<Vec<u8>>, ApiError> {
    let unreadable = |status: StatusCode| match status {
        StatusCode::PAYLOAD_TOO_LARGE => ApiError::too_large("file_too_large"),
        _ => ApiError::bad_request("unreadable_form"),
    };
    let mut files = Vec::new();
    while let Some(field) = upload
        .next_field()
        .await
        .map_err(|error| unreadable(error.status()))?
    {
        let wanted = matches!(field.name(), Some("file" | "text"));
        let bytes = field
            .bytes()
            .await
            .map_err(|error| unreadable(error.status()))?;
        if wanted && !bytes.iter().all(u8::is_ascii_whitespace) {
            files.push(bytes.to_vec());
        }
    }
    Ok(files)
}
