//! `GET /competencies`: what is written together, in every bloc in which the institution takes part.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use touchstone_service::competency::{CompetencySummary, competencies};
use touchstone_service::operations::Permission;

use super::words;
use crate::ApiError;
use crate::pages::desk::{Desk, nothing, trail};
use crate::signed_in::SignedIn;
use crate::state::Web;
use crate::templates::{Column, day_text, ledger, moment, outcome};

/// All of them.
pub async fn all(State(web): State<Web>, by: SignedIn) -> Result<Response, ApiError> {
    by.may(Permission::Read)?;
    let all = competencies(&web.world, by.tenant(), None).await?;
    let main = html! {
        (trail(&[("/mappings", "Crosswalks")]))
        h1 { "Written together" }
        p { "What a credential certifies, before it is issued: an employer drafts the tasks, an issuer drafts the rubric, and the organizations of a mapping set comment and vote." }
        @if by.desk.may(Permission::Define) { p.acts { a.button href="/competencies/new" { "Begin a competency" } } }
        (listed(&all))
    };
    Ok(by
        .desk
        .page("Written together", "/mappings", &main)
        .into_response())
}

/// What is written in one bloc, on the page of its mapping set.
pub(in crate::pages) fn section(
    desk: &Desk,
    set: &str,
    joined: bool,
    all: &[CompetencySummary],
) -> Markup {
    html! { section { h2 { "Written together" }
        p { "What a credential certifies, before it is issued: tasks of an employer, a rubric of an issuer, and the votes of everybody who takes part." }
        (listed(all))
        @if joined && desk.may(Permission::Define) { p.acts { a.button href={ "/competencies/new?set=" (set) } { "Begin a competency" } } }
    } }
}

fn listed(all: &[CompetencySummary]) -> Markup {
    if all.is_empty() {
        return nothing("There is none yet.", None);
    }
    let columns = [
        Column::words("Title"),
        Column::words("Employer"),
        Column::words("Issuer"),
        Column::words("Latest version"),
        Column::words("Released"),
    ];
    ledger(
        "By title",
        columns,
        all.iter().map(|one| {
            let (tone, word) = words::state(&one.latest, one.due);
            [
                html! { a href={ "/competencies/" (one.row.id) } { bdi { (one.row.title) } } },
                html! { bdi { (one.employer.name) } },
                html! { bdi { (one.issuer.name) } },
                html! { (one.latest.number) ": " span class=(tone.class()) { (outcome(tone, word)) } },
                html! { @match one.releases.first() { Some(release) => { "Release " (release.number) ", " (day_text(moment(release.released_at))) }, None => "Not yet" } },
            ]
        }),
    )
}
