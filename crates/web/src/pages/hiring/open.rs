//! `POST /roles/ID/postings`: opening a role; and the part of a role's page that leads there.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use touchstone_service::crosswalk::role;
use touchstone_service::hiring::{Opening, Posting, PostingError, open_posting, postings};
use touchstone_service::operations::Permission;

use crate::ApiError;
use crate::pages::desk::{Desk, nothing};
use crate::pages::roles::form;
use crate::signed_in::{Fields, Posted};
use crate::state::Web;
use crate::templates::{
    Column, Control, Field, Problem, Tone, day_text, field, icon, ledger, moment, option, outcome,
};
use crate::text::sentence;

/// Opens a role and leads to its posting.
pub async fn open(
    State(web): State<Web>,
    Path(id): Path<String>,
    posted: Posted,
) -> Result<Response, ApiError> {
    posted.by.may(Permission::Hire)?;
    let fields = &posted.fields;
    let days = |name: &str| match fields.text(name) {
        "" => None,
        // What is no number is out of every range, and told so.
        text => Some(text.parse().unwrap_or(0)),
    };
    let order = Opening {
        tenant: posted.by.tenant().clone(),
        actor: posted.by.member.id.clone(),
        role: id.clone(),
        name: fields.text("name").to_owned(),
        note: fields.text("note").to_owned(),
        blind: fields.ticked("blind"),
        staff: fields.ticked("staff"),
        keep_days: days("keep_days"),
        open_days: days("open_days"),
        drawn: fields.drawn(),
    };
    let error = match open_posting(&web.world, &order).await {
        Ok(id) => return Ok(Redirect::to(&format!("/postings/{id}")).into_response()),
        Err(error @ (PostingError::Store(_) | PostingError::NoSuchRole)) => {
            return Err(error.into());
        }
        Err(error) => error,
    };
    let found = role(&web.world, posted.by.tenant(), &id).await?;
    let found = found.ok_or_else(|| ApiError::not_found("role_not_found"))?;
    let problem = Problem {
        field: match error {
            PostingError::Note => "note",
            PostingError::KeepDays(_) => "keep_days",
            PostingError::OpenDays => "open_days",
            _ => "name",
        }
        .into(),
        words: sentence(&error.to_string()),
    };
    let opened = postings(&web.world, posted.by.tenant(), Some(&id)).await?;
    let shown = form::Form {
        postings: opened,
        opening: fields.clone(),
        ..form::Form::of(&found)
    };
    let shown = form::looked_up(&web, &posted.by, shown).await?;
    Ok(form::show(&web, &posted.by.desk, &shown, &[problem]))
}

/// The part of a role's page about applications.
pub(in crate::pages) fn section(
    web: &Web,
    desk: &Desk,
    role: &str,
    postings: &[Posting],
    said: &Fields,
    problems: &[Problem],
) -> Markup {
    let error = |name: &str| {
        let found = problems.iter().find(|problem| problem.field == name);
        found.map(|problem| problem.words.as_str())
    };
    let most = web.world.applications.keep_days.to_string();
    let keep = match said.text("keep_days") {
        "" => most.as_str(),
        typed => typed,
    };
    html! { section aria-labelledby="applications" {
        h2 id="applications" { "Applications" }
        @if postings.is_empty() { (nothing("This role is not open for applications.", None)) } @else {
            (ledger("Latest first", [Column::words("Opened"), Column::words("State"), Column::numbers("Applications")],
                postings.iter().map(|one| [
                    html! { a href={ "/postings/" (one.row.id) } { (day_text(moment(one.row.opened_at))) } },
                    state(one),
                    html! { (one.applications) },
                ])))
        }
        details open[!problems.is_empty()] {
            summary { "Open it for applications" }
            (desk.form_once(&format!("/roles/{role}/postings"), &html! {
                (field(&Field { name: "name", label: "A name for the link", hint: Some("Small letters, digits and hyphens, so that people can say it. Empty: nobody finds it without having been told."), value: said.text("name"), error: error("name"), ..Field::default() }))
                (field(&Field { name: "note", label: "What applicants read besides the tasks", value: said.text("note"), error: error("note"), control: Control::Lines(3), ..Field::default() }))
                (field(&Field { name: "open_days", label: "Taken for how many days", hint: Some("Empty: until you close it."), value: said.text("open_days"), error: error("open_days"), control: Control::Typed("number"), ..Field::default() }))
                (field(&Field { name: "keep_days", label: "Each is kept for how many days", hint: Some("Then it is deleted. Applicants can take theirs back at any time."), value: keep, error: error("keep_days"), control: Control::Typed("number"), required: true, ..Field::default() }))
                fieldset {
                    legend { "Names" }
                    (option("checkbox", "blind", "yes", &html! { "Cover them " span.hint { "Names and what leads to them are not shown until somebody asks for one; that is put on record." } }, said.ticked("blind")))
                }
                fieldset {
                    legend { "For whom" }
                    (option("checkbox", "staff", "yes", &html! { "Only for your own people " span.hint { "It is listed on their page only, whose address is under Roles. Its link has no name." } }, said.ticked("staff")))
                }
                p.acts { button { (icon("people")) " Open it" } }
            }))
        }
    } }
}

/// Whether applications are taken.
pub(super) fn state(posting: &Posting) -> Markup {
    let (tone, word) = match (posting.open, posting.row.closed_at) {
        (true, _) => (Tone::Pass, "Open"),
        (false, Some(_)) => (Tone::Wait, "Closed"),
        (false, None) => (Tone::Wait, "Its time is over"),
    };
    html! {
        span class=(tone.class()) { (outcome(tone, word)) }
        @if posting.row.staff == Some(1) { " " small { "For your own people" } }
    }
}
