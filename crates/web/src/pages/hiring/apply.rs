//! `GET` and `POST /apply/NAME`: what a posting asks for, and what one's credentials show of it. Nothing is kept.

use axum::Extension;
use axum::extract::{Multipart, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use maud::html;
use touchstone_service::crosswalk::ReadError;
use touchstone_service::hiring::{
    ApplyError, MOST_CREDENTIALS, MOST_LINKS, Posting, kept_in_form, preview,
};

use super::{find, links, part, preview as shown};
use crate::ApiError;
use crate::answer::{Cache, keep};
use crate::credits;
use crate::edge::{Activity, ClientAddress};
use crate::pages::profile::domain;
use crate::pages::roles::{Brought, files, line};
use crate::state::Web;
use crate::templates::{
    Control, Field, Layout, Problem, Tone, error_summary, field, icon, note, page as framed,
};
use crate::text::sentence;

/// What is asked for.
pub async fn ask(State(web): State<Web>, Path(name): Path<String>) -> Result<Response, ApiError> {
    let posting = find(&web, &name).await?;
    show(&web, &posting, &Still::default(), &[]).await
}

/// What stays in the form where it was refused, so that nobody has to hand it in twice.
#[derive(Default)]
pub(super) struct Still {
    /// Links that led nowhere, or were not followed, one a line.
    links: String,
    /// Credentials that can be read.
    kept: Vec<Vec<u8>>,
}

/// What the credentials show that were handed in, before anything is sent.
pub async fn look(
    State(web): State<Web>,
    Path(name): Path<String>,
    by: Option<Extension<ClientAddress>>,
    Extension(activity): Extension<Activity>,
    upload: Multipart,
) -> Result<Response, ApiError> {
    let posting = find(&web, &name).await?;
    let brought = files(upload, MOST_CREDENTIALS).await?;
    let Brought {
        mut files, links, ..
    } = brought;
    if !posting.open {
        return show(&web, &posting, &Still::default(), &[]).await;
    }
    let by = by.as_ref().map(|Extension(address)| address);
    let followed = links::follow(&web, &links, by).await?;
    activity.goes_on();
    files.extend(followed.had);
    if !followed.problems.is_empty() {
        let still = Still {
            links: followed.missed,
            kept: kept_in_form(&files),
        };
        return show(&web, &posting, &still, &followed.problems).await;
    }
    match preview(&web.world, &posting, &files).await {
        Ok(preview) => {
            let credits = credits::of(&web, &posting.role, &posting.institution.name).await?;
            let said = shown::Said::default();
            let page = shown::show(&web.edge.site, &posting, &preview, &said, &credits, &[]);
            Ok(keep(page.into_response(), Cache::Never))
        }
        Err(ApplyError::Store(error) | ApplyError::Read(ReadError::Store(error))) => {
            Err(error.into())
        }
        Err(error) => {
            let problem = Problem {
                field: "file".into(),
                words: sentence(&error.to_string()),
            };
            let still = match error {
                ApplyError::Read(ReadError::Credential(..)) => Still {
                    kept: kept_in_form(&files),
                    ..Still::default()
                },
                // There is too much of it: whoever chooses begins anew.
                _ => Still {
                    links,
                    ..Still::default()
                },
            };
            show(&web, &posting, &still, &[problem]).await
        }
    }
}

pub(super) async fn show(
    web: &Web,
    posting: &Posting,
    still: &Still,
    problems: &[Problem],
) -> Result<Response, ApiError> {
    let of = |name: &str| {
        let found = problems.iter().filter(|problem| problem.field == name);
        let words: Vec<&str> = found.map(|problem| problem.words.as_str()).collect();
        (!words.is_empty()).then(|| words.join(" "))
    };
    let (of_files, of_links) = (of("file"), of("links"));
    let domain = domain::of(web, &posting.row.tenant).await?;
    let role = &posting.role.role;
    let hint = format!(
        "One a line, at most {MOST_LINKS}: of a page that shows a credential, or of the credential itself. The site is asked once, now, by this installation."
    );
    let main = html! {
        h1 { bdi { (role.title) } }
        p { bdi { (posting.institution.name) } " asks for these tasks:" }
        @if posting.row.staff == Some(1) { p { "This role is for people who work at " bdi { (posting.institution.name) } " already." } }
        (error_summary("It was not read", problems))
        ol { @for task in &role.tasks { (line(task)) } }
        @if !posting.row.note.is_empty() { p { (posting.row.note) } }
        (part::about(posting, &domain))
        @if posting.open {
            section { h2 { "Apply with credentials" }
                p { "You need no account. First you see what your credentials show of these tasks, what would be shared, and what is missing. Nothing is sent or kept before you say so." }
                form method="post" action={ "/apply/" (posting.row.public) } enctype="multipart/form-data" {
                    (field(&Field { name: "file", label: "Your credentials", hint: Some("One or more files: JSON, a proof bundle, or a PNG, SVG or PDF that carries one."), error: of_files.as_deref(), control: Control::Files, ..Field::default() }))
                    (field(&Field { name: "links", label: "Or links to them", hint: Some(&hint), error: of_links.as_deref(), value: &still.links, control: Control::Lines(3), ..Field::default() }))
                    (field(&Field { name: "text", label: "Or the text of one", control: Control::Lines(3), ..Field::default() }))
                    @if !still.kept.is_empty() { (note(None, Some("file"), "Still in this form", &html! {
                        p { @if still.kept.len() == 1 { "What you handed in before" } @else { (still.kept.len()) " files that you handed in before" } " and that can be read. You need not choose it again; what you do not want to share, you leave out afterwards." }
                        @for one in &still.kept { input type="hidden" name="carried" value=(BASE64.encode(one)); }
                    })) }
                    p.acts { button.main { (icon("file")) " See what they show" } }
                }
            }
        } @else {
            (note(Some(Tone::Warn), Some("clock"), "Applications are no longer taken", &html! { p { "The employer closed this. Ask them whether it opens again." } }))
        }
        @if !posting.role.row.public.is_empty() { p { a href={ "/r/" (posting.role.row.public) } { "Only read a credential for these tasks, without applying" } } }
    };
    let status = match problems.is_empty() {
        true => StatusCode::OK,
        false => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let credits = credits::of(web, &posting.role, &posting.institution.name).await?;
    let layout = Layout {
        attributions: &credits,
        ..Layout::reading(&role.title, &web.edge.site)
    };
    Ok((status, framed(&layout, &main)).into_response())
}
