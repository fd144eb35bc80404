//! `GET` and `POST /apply/NAME`: what a posting asks for, and what one's credentials show of it. Nothing is kept.

use axum::Extension;
use axum::extract::{Multipart, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::html;
use touchstone_service::hiring::{MOST_CREDENTIALS, Posting, preview};

use super::credentials::{Refused, Still, WITH_BUNDLES, credentials, refused};
use super::{find, links, part, preview as shown};
use crate::ApiError;
use crate::answer::{Cache, keep};
use crate::credits;
use crate::edge::{Activity, ClientAddress};
use crate::pages::brought::{Brought, files};
use crate::pages::profile::domain;
use crate::pages::roles::line;
use crate::state::Web;
use crate::templates::{Layout, Problem, Tone, error_summary, icon, note, page as framed};

/// What is asked for.
pub async fn ask(State(web): State<Web>, Path(name): Path<String>) -> Result<Response, ApiError> {
    let posting = find(&web, &name).await?;
    show(&web, &posting, &Still::default(), &[]).await
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
    let mut followed = links::follow(&web, &links, by).await?;
    activity.goes_on();
    files.append(&mut followed.had);
    if !followed.problems.is_empty() {
        let (still, problems) = refused(Refused::Links(followed), links, files).await?;
        return show(&web, &posting, &still, &problems).await;
    }
    match preview(&web.world, &posting, &files).await {
        Ok(preview) => {
            let credits = credits::of(&web, &posting.role, &posting.institution.name).await?;
            let said = shown::Said::default();
            let page = shown::show(&web.edge.site, &posting, &preview, &said, &credits, &[]);
            Ok(keep(page.into_response(), Cache::Never))
        }
        Err(error) => {
            let (still, problems) = refused(Refused::Read(error), links, files).await?;
            show(&web, &posting, &still, &problems).await
        }
    }
}

pub(super) async fn show(
    web: &Web,
    posting: &Posting,
    still: &Still,
    problems: &[Problem],
) -> Result<Response, ApiError> {
    let domain = domain::of(web, &posting.row.tenant).await?;
    let role = &posting.role.role;
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
                    (credentials(still, problems, "Your credentials", WITH_BUNDLES))
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
