//! `GET /endorsements/ID`

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use touchstone_service::endorsing::{self, Endorsement, State as Standing};
use touchstone_service::operations::Permission;
use touchstone_service::rows::EndorsementRow;

use super::all::number;
use super::words::state;
use crate::ApiError;
use crate::pages::desk::{Desk, trail};
use crate::pages::endorse::way;
use crate::signed_in::SignedIn;
use crate::state::Web;
use crate::templates::{
    Control, Field, Problem, Tone, day_text, error_summary, fact, facts, field, icon, moment,
    outcome,
};
use crate::text::clean;

/// One request, with what came of it.
pub async fn one(
    State(web): State<Web>,
    by: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    by.may(Permission::Read)?;
    show(&web, &by, &id, ("", None)).await
}

/// The page; once more with the reason that was typed for taking the request back, and what was refused of it.
pub(super) async fn show(
    web: &Web,
    by: &SignedIn,
    id: &str,
    (why, refused): (&str, Option<String>),
) -> Result<Response, ApiError> {
    let found = endorsing::endorsement(&web.world, by.tenant(), id).await?;
    let found = found.ok_or_else(|| ApiError::not_found("endorsement_not_found"))?;
    let title = clean(&found.request.title);
    let problem = refused.map(|words| Problem {
        field: "why".to_owned(),
        words,
    });
    let problem = problem.as_ref();
    let main = html! {
        (trail(&[("/achievements", "Achievements"), ("/endorsements", "Endorsements")]))
        h1 { bdi { (title) } " " small { (number(found.request.kind, found.request.version)) } }
        (error_summary("It was not taken back", problem.map(std::slice::from_ref).unwrap_or_default()))
        (asked(&found))
        @if let Some(said) = &found.said { (answered(&by.desk, &found, said)) }
        @if by.desk.may(Permission::Define) { (acts(&by.desk, &found, why, problem)) }
    };
    let status = match problem {
        None => StatusCode::OK,
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let page = by.desk.page(&title, "/achievements", &main);
    Ok((status, page).into_response())
}

fn asked(found: &Endorsement) -> Markup {
    let request = &found.request;
    let hidden = found
        .said
        .as_ref()
        .is_some_and(|said| said.hidden_at.is_some());
    facts(&html! {
        (fact("State", &state(found.state, hidden)))
        (fact("Asked", &html! { bdi { (request.email) } }))
        (fact("By", &html! { @match &found.asker { Some(asker) => bdi { (clean(asker)) }, None => "A program" } ", on " (day_text(moment(request.asked_at))) }))
        @match request.taken_back() {
            None => (fact("Answer wanted by", &html! { (day_text(moment(request.ends_at))) })),
            Some(why) => {
                (fact("Taken back on", &html! { (day_text(moment(request.ends_at))) }))
                (fact("Why", &lines(why)))
            }
        }
        (fact("Mails", &html! { (request.mails) }))
        @if let Some(at) = request.refused_at {
            (fact("Not delivered", &html! { span class=(Tone::Warn.class()) { (outcome(Tone::Warn, "The mail server refused the last mail")) } ", on " (day_text(moment(at))) ". Look whether the address is right; if it is not, ask anew under the right one." }))
        }
        @if !request.message.is_empty() { (fact("What you told them", &lines(&request.message))) }
        @if let (None, Some(at)) = (&found.said, request.answered_at) {
            (fact("Declined on", &html! { (day_text(moment(at))) }))
            (fact("Why", &html! { @match request.declined.as_deref() { None | Some("") => "They gave no reason.", Some(why) => (lines(why)) } }))
        }
        (fact("Exact text", &html! { small { "SHA-256 " code { (request.sha256) } } }))
    })
}

fn answered(desk: &Desk, found: &Endorsement, said: &EndorsementRow) -> Markup {
    html! {
        h2 { "What they said" }
        (facts(&html! {
            (fact("Who", &html! { bdi { (clean(&said.organization)) } ", " bdi { (clean(&said.person)) } ", on " (day_text(moment(said.answered_at))) }))
            (fact("Words", &html! { @if said.comment.is_empty() { "None" } @else { (lines(&said.comment)) } }))
            (fact("Holds until", &html! { (day_text(moment(said.valid_until))) }))
            (fact("Signed", &way(said, &clean(&desk.institution))))
            @if said.own == 1 { (fact("Counts", &html! { "No: it comes from your own organization." })) }
            @if let Some(at) = said.withdrawn_at {
                (fact("Taken back on", &html! { (day_text(moment(at))) }))
                (fact("Why", &html! { @if said.withdrawn_why.is_empty() { "They gave no reason." } @else { (lines(&said.withdrawn_why)) } }))
            }
            @if let Some(at) = said.hidden_at { (fact("Not shown since", &html! { (day_text(moment(at))) })) }
            @if let Some(path) = &found.path { (fact("Signed document", &html! { a href=(path) { (icon("file")) " JSON" } })) }
        }))
    }
}

fn acts(desk: &Desk, found: &Endorsement, why: &str, problem: Option<&Problem>) -> Markup {
    let here = format!("/endorsements/{}", found.request.id);
    let shown = found
        .said
        .as_ref()
        .is_some_and(|said| said.hidden_at.is_none());
    html! {
        @if matches!(found.state, Standing::Asked | Standing::Endorsed) {
            section { h2 { "The link was lost?" }
                p { "A new one goes to the same address. The old one opens nothing any more once the mail server took the new mail." }
                (desk.form(&format!("{here}/again"), &html! {
                    input type="hidden" name="mails" value=(found.request.mails);
                    p.acts { button { (icon("mail")) " Send the link again" } }
                }))
            }
        }
        @if found.state == Standing::Asked {
            section { h2 { "Something in it is wrong?" }
                p { "Take the request back, and ask anew. Nobody can answer it from now on; its link says that you took it back." }
                (desk.form(&format!("{here}/take-back"), &html! {
                    (field(&Field { name: "why", label: "Why", hint: Some("Stands here and in the record. Whoever was asked does not read it."), value: why, error: problem.map(|problem| problem.words.as_str()), control: Control::Lines(2), required: true, ..Field::default() }))
                    p.acts { button { (icon("retry")) " Take the request back" } }
                }))
            }
        }
        @if shown {
            section { h2 { "Show it no more" }
                p { "It is taken from your public pages and counts for nothing. This cannot be undone; you can ask again. That it was given stays in the public log." }
                (desk.button(&format!("{here}/hide"), &html! { "Show it no more" }))
            }
        }
    }
}

fn lines(text: &str) -> Markup {
    html! { @for (place, line) in text.lines().enumerate() { @if place > 0 { br; } span dir="auto" { (clean(line)) } } }
}
