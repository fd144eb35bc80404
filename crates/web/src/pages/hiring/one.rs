//! `GET /applications/ID`: one application, task by task, with everything it rests on.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use touchstone_service::hiring::{ApplicationInFull, Shared, application_in_full};
use touchstone_service::operations::Permission;

use super::{part, show::called};
use crate::ApiError;
use crate::answer::file;
use crate::pages::desk::{Desk, trail};
use crate::pages::roles::reading;
use crate::signed_in::SignedIn;
use crate::state::Web;
use crate::templates::{day_text, fact, facts, icon, moment, note};
use crate::text::clean;

/// The application.
pub async fn one(
    State(web): State<Web>,
    by: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    by.may(Permission::Hire)?;
    let found = find(&web, &by, &id).await?;
    let main = show(&by.desk, &found);
    Ok(by
        .desk
        .page(&called(&found.application), "/roles", &main)
        .into_response())
}

/// `GET /applications/ID/credentials/N`: a credential as it was sent, where names are not covered.
pub async fn credential(
    State(web): State<Web>,
    by: SignedIn,
    Path((id, number)): Path<(String, usize)>,
) -> Result<Response, ApiError> {
    by.may(Permission::Hire)?;
    let found = find(&web, &by, &id).await?;
    if found.application.person.is_none() {
        return Err(covered());
    }
    let place = number.checked_sub(1);
    let one = place.and_then(|place| found.credentials.get(place));
    let one = one.ok_or_else(|| ApiError::not_found("credential_not_found"))?;
    // A credential is JSON, or a JSON Web Token as a text.
    let (kind, ending) = match one.bytes.first() {
        Some(b'{' | b'[') => ("application/json", "json"),
        _ => ("application/jwt", "jwt"),
    };
    Ok(file(
        kind,
        &format!("credential-{number}.{ending}"),
        one.bytes.clone(),
    ))
}

/// Names are covered.
pub(crate) fn covered() -> ApiError {
    ApiError::not_found("credential_covered")
        .with_detail("Names are covered, and they stand in the credential. Ask for the name first.")
}

pub(super) async fn find(
    web: &Web,
    by: &SignedIn,
    id: &str,
) -> Result<ApplicationInFull, ApiError> {
    let found = application_in_full(&web.world, by.tenant(), id).await?;
    found.ok_or_else(|| {
        ApiError::not_found("application_not_found").with_detail(
            "There is no such application. Its sender may have taken it back, or its time has ended.",
        )
    })
}

fn show(desk: &Desk, in_full: &ApplicationInFull) -> Markup {
    let found = &in_full.application;
    let posting = &found.posting;
    let here = format!("/applications/{}", found.id);
    html! {
        (trail(&[("/roles", "Roles"), (&format!("/postings/{}", posting.row.id), &posting.role.role.title)]))
        h1 { bdi { (called(found)) } }
        (facts(&html! {
            (fact("Sent", &html! { (day_text(moment(found.sent_at))) }))
            (fact("What others publish about it", &html! { (part::age(&found.age)) }))
            (fact("Deleted by itself on", &html! { (day_text(moment(found.ends_at))) }))
            @if let Some(person) = &found.person {
                (fact("Name", &html! { @if person.name.is_empty() { "Not given" } @else { bdi { (person.name) } } }))
                (fact("How they can be reached", &html! { @if person.contact.is_empty() { "Not given" } @else { bdi { (person.contact) } } }))
            }
        }))
        @if found.person.is_none() { (note(None, Some("lock"), "Names are covered", &html! {
            p { "Neither the name nor anything that leads to it is on this page. If you ask for it, that is put on record, and the applicant sees when." }
            (desk.button(&format!("{here}/uncover"), &html! { "Show the name" }))
        })) }
        h2 { "Task by task" }
        (part::whose(found.subjects_differ))
        (reading::answers(&posting.role, &found.reading))
        p.acts {
            a.button href={ (here) "/answer.pdf" } download { (icon("print")) " On paper" small { " PDF" } } " "
            a.button href={ (here) "/answer.json" } download { (icon("download")) " For programs" small { " JSON" } } " "
            @if found.person.is_some() { a.button href={ (here) "/ler-rs.json" } download { (icon("download")) " As a resume for HR systems" small { " LER-RS" } } }
        }
        (reading::made(&found.reading))
        @if found.person.is_some() { (shared(&here, &in_full.credentials)) }
        section { h2 { "When it is decided" }
            p { "Delete what you no longer need. The applicant’s link then leads nowhere." }
            (desk.button(&format!("{here}/remove"), &html! { "Delete this application" }))
        }
    }
}

fn shared(here: &str, credentials: &[Shared]) -> Markup {
    html! { section { h2 { "What was shared" }
        @for (place, shared) in credentials.iter().enumerate() {
            h3 { bdi { (clean(&shared.name)) } }
            (part::told(shared))
            p { a href={ (here) "/credentials/" (place + 1) } download { (icon("download")) " The credential as it was sent" span.vh { ": " (clean(&shared.name)) } } }
        }
    } }
}
