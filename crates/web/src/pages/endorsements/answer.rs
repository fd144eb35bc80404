//! `GET` and `POST /endorsements/for/TOKEN`: answering for one's own institution, which signs with its key.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::html;
use touchstone_service::endorsing::{
    self, AnswerError, MemberAnswer, State as Standing, answer_as_member,
};
use touchstone_service::operations::Permission;

use crate::ApiError;
use crate::pages::day::end_of;
use crate::pages::endorse::{about, problem_of, words};
use crate::signed_in::{Fields, Posted, SignedIn};
use crate::state::Web;
use crate::templates::{Problem, Tone, day_text, error_summary, icon, moment, note};
use crate::text::clean;

/// What would be endorsed, and by whom.
pub async fn look(
    State(web): State<Web>,
    by: SignedIn,
    Path(token): Path<String>,
) -> Result<Response, ApiError> {
    by.may(Permission::Confirm)?;
    show(&web, &by, &token, &Fields::default(), None).await
}

/// Endorses it.
pub async fn answer(
    State(web): State<Web>,
    Path(token): Path<String>,
    posted: Posted,
) -> Result<Response, ApiError> {
    posted.by.may(Permission::Confirm)?;
    let order = MemberAnswer {
        tenant: posted.by.tenant().clone(),
        actor: posted.by.member.id.clone(),
        comment: posted.fields.text("comment").to_owned(),
        // What is no day is never a day in time.
        until: end_of(posted.fields.text("until")).unwrap_or(0),
    };
    match answer_as_member(&web.world, &token, &order).await {
        Ok(()) => Ok(Redirect::to(&format!("/endorse/{token}")).into_response()),
        Err(error @ (AnswerError::Comment | AnswerError::Until)) => {
            let problem = problem_of(&error);
            show(&web, &posted.by, &token, &posted.fields, problem.as_ref()).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn show(
    web: &Web,
    by: &SignedIn,
    token: &str,
    typed: &Fields,
    problem: Option<&Problem>,
) -> Result<Response, ApiError> {
    let found = endorsing::look(&web.world, token).await?;
    let found = found.ok_or_else(|| ApiError::not_found("endorsement_link_not_found"))?;
    let own = found.request.tenant == *by.tenant();
    let asker = clean(&found.institution.name);
    let title = format!("Endorse “{}”?", clean(&found.endorsed.title));
    let main = html! {
        h1 { (title) }
        (error_summary("It was not signed", problem.map(std::slice::from_ref).unwrap_or_default()))
        @if found.state != Standing::TakenBack { p { bdi { (asker) } " wants an answer by " (day_text(moment(found.request.ends_at))) "." } }
        (about(&found.endorsed))
        @if own {
            (note(Some(Tone::Warn), Some("people"), "Your own institution asked", &html! { p { "Another organization has to answer. Hand the link to nobody but whom it was sent to." } }))
        } @else if found.state != Standing::Asked {
            (note(Some(Tone::Wait), Some("clock"), "This was answered or taken back, or its time is over", &html! { p { a href={ "/endorse/" (token) } { "What was said" } } }))
        } @else {
            h2 { "Answer for " bdi { (clean(&by.desk.institution)) } }
            p { "Your institution signs this with its key. Its name, yours and these words are public until the day that you choose, and stand in the public log by their hash." }
            (by.desk.form(&format!("/endorsements/for/{token}"), &html! {
                (words(typed.text("comment"), typed.text("until"), problem))
                p.acts { button.main { (icon("key")) " Sign and endorse" } " " a.button href={ "/endorse/" (token) } { "Other ways to answer" } }
            }))
        }
    };
    let status = match problem {
        None => StatusCode::OK,
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let page = by.desk.page(&title, "/achievements", &main);
    Ok((status, page).into_response())
}
