//! `GET /staff/NAME`: the roles that are open for an institution's own people; and where a member opens that page.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use touchstone_service::crosswalk::frameworks;
use touchstone_service::hiring::{self, StaffPage};

use super::credentials::{Still, WITH_BUNDLES, credentials};
use crate::ApiError;
use crate::answer::{Cache, keep};
use crate::credits;
use crate::pages::desk::nothing;
use crate::pages::roles::line;
use crate::signed_in::SignedIn;
use crate::state::Web;
use crate::templates::{
    Layout, Problem, day_text, error_summary, fact, facts, icon, moment, note, page,
};

/// The roles, and a form for one's credentials.
pub async fn staff_page(
    State(web): State<Web>,
    Path(name): Path<String>,
) -> Result<Response, ApiError> {
    let found = find(&web, &name).await?;
    show(&web, &found, &Still::default(), &[]).await
}

/// The page of whoever has its address.
pub(super) async fn find(web: &Web, name: &str) -> Result<StaffPage, ApiError> {
    let found = hiring::public_staff_page(&web.world, name).await?;
    found.ok_or_else(|| {
        ApiError::not_found("staff_page_not_found").with_detail(
            "No page is found under this address, or no longer. Ask your employer for the one of today.",
        )
    })
}

pub(super) async fn show(
    web: &Web,
    found: &StaffPage,
    still: &Still,
    problems: &[Problem],
) -> Result<Response, ApiError> {
    let (employer, credits) = (&found.institution.name, credits_of(web, found).await?);
    let main = html! {
        h1 { "Roles for the people of " bdi { (employer) } }
        p { "They are open for whoever works here already." }
        (error_summary("It was not read", problems))
        @if found.postings.is_empty() { (nothing("None is open now.", None)) } @else {
            @for posting in &found.postings { section {
                h2 { a href={ "/apply/" (posting.row.public) } { bdi { (posting.role.role.title) } } }
                @if !posting.row.note.is_empty() { p { (posting.row.note) } }
                details { summary { (posting.role.role.tasks.len()) " tasks" span.vh { ": " (posting.role.role.title) } }
                    ol { @for task in &posting.role.role.tasks { (line(task)) } }
                }
            } }
            section { h2 { "What do you show of them already?" }
                p { "Your credentials are read for all of these roles at once, task by task. Nothing is kept or sent, and nobody is told that you looked." }
                form method="post" action={ "/staff/" (found.row.public) } enctype="multipart/form-data" {
                    (credentials(still, problems, "Your credentials", WITH_BUNDLES))
                    p.acts { button.main { (icon("file")) " See what they show" } }
                }
            }
        }
        (note(None, Some("lock"), "Keep the address among yourselves", &html! { p { "Whoever has it sees these roles. It cannot be guessed, and search engines are asked to leave it out." } }))
    };
    let title = format!("Roles for the people of {employer}");
    let layout = Layout {
        attributions: &credits,
        ..Layout::reading(&title, &web.edge.site)
    };
    let status = match problems.is_empty() {
        true => StatusCode::OK,
        false => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let shown = (status, page(&layout, &main)).into_response();
    Ok(keep(shown, Cache::Never))
}

/// Whose the tasks of these roles are, each line once.
pub(super) async fn credits_of(web: &Web, found: &StaffPage) -> Result<Vec<String>, ApiError> {
    let known = frameworks(&web.world, &found.row.tenant).await?;
    let mut credits = Vec::new();
    for posting in &found.postings {
        for line in credits::among(&known, &posting.role, &found.institution.name) {
            if !credits.contains(&line) {
                credits.push(line);
            }
        }
    }
    Ok(credits)
}

/// The part of the list of roles about this page.
pub(in crate::pages) async fn own(web: &Web, by: &SignedIn) -> Result<Markup, ApiError> {
    let (open, desk) = (hiring::staff_page(&web.world, by.tenant()).await?, &by.desk);
    Ok(html! { section aria-labelledby="staff" {
        h2 id="staff" { "For your own people" }
        p { "One page lists the roles that you open for whoever works with you already. They see on it what their credentials show of each, and what could close a gap; you learn of it when they apply." }
        @match &open {
            None => (desk.button("/staff-page", &html! { "Open the page" })),
            Some(row) => {
                (facts(&html! {
                    (fact("Its address", &html! { a href={ "/staff/" (row.public) } { (web.world.site.link(&format!("/staff/{}", row.public))) } }))
                    (fact("Open since", &html! { (day_text(moment(row.opened_at))) }))
                }))
                p.hint { "With a new address, or closed, the page leads nowhere for whoever knew the old one. The links of the roles themselves stay open until each is closed." }
                (desk.button("/staff-page", &html! { "Give the page a new address" }))
                (desk.button("/staff-page/close", &html! { "Close the page" }))
            }
        }
    } })
}
