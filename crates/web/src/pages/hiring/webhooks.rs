//! `GET` and `POST /webhooks`, `POST /webhooks/ID/remove`: programs that are told what became of applications.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use touchstone_service::hiring::{
    self, NewWebhook, Webhook, WebhookError, WebhookRemoval, add_webhook, remove_webhook,
};
use touchstone_service::operations::Permission;
use touchstone_service::rows::{WebhookMessageRow, WebhookState};

use crate::ApiError;
use crate::answer::{Cache, keep};
use crate::pages::desk::{nothing, trail};
use crate::signed_in::{Posted, SignedIn};
use crate::state::Web;
use crate::templates::{
    Column, Field, Problem, Tone, error_summary, field, icon, ledger, minute, moment, note, outcome,
};
use crate::text::sentence;

/// Shows them.
pub async fn webhooks(State(web): State<Web>, by: SignedIn) -> Result<Response, ApiError> {
    by.may(Permission::Hire)?;
    let page = page(&web, &by, &Said::default()).await?;
    Ok(page.into_response())
}

/// Adds one. Its secret stands on the page that answers, and nowhere else.
pub async fn add(State(web): State<Web>, posted: Posted) -> Result<Response, ApiError> {
    posted.by.may(Permission::Hire)?;
    let address = posted.fields.text("address");
    let order = NewWebhook {
        tenant: posted.by.tenant().clone(),
        actor: posted.by.member.id.clone(),
        address: address.to_owned(),
    };
    let (status, said) = match add_webhook(&web.world, &order).await {
        Ok(added) => (
            StatusCode::OK,
            Said {
                secret: Some(added.secret),
                ..Said::default()
            },
        ),
        Err(WebhookError::Store(error)) => return Err(error.into()),
        Err(error) => (
            StatusCode::UNPROCESSABLE_ENTITY,
            Said {
                typed: address.to_owned(),
                problems: vec![Problem {
                    field: "address".into(),
                    words: sentence(&error.to_string()),
                }],
                ..Said::default()
            },
        ),
    };
    let page = page(&web, &posted.by, &said).await?;
    Ok(keep((status, page).into_response(), Cache::Never))
}

/// Removes one.
pub async fn remove(
    State(web): State<Web>,
    Path(id): Path<String>,
    posted: Posted,
) -> Result<Response, ApiError> {
    posted.by.may(Permission::Hire)?;
    let order = WebhookRemoval {
        tenant: posted.by.tenant().clone(),
        actor: posted.by.member.id.clone(),
        webhook: id,
    };
    remove_webhook(&web.world, &order).await?;
    Ok(Redirect::to("/webhooks").into_response())
}

#[derive(Default)]
struct Said {
    secret: Option<String>,
    typed: String,
    problems: Vec<Problem>,
}

async fn page(web: &Web, by: &SignedIn, said: &Said) -> Result<Markup, ApiError> {
    let all = hiring::webhooks(&web.world, by.tenant()).await?;
    let main = html! {
        (trail(&[("/roles", "Roles")]))
        h1 { "Programs that are told of applications" }
        (error_summary("That was not done", &said.problems))
        @if let Some(secret) = &said.secret { (note(Some(Tone::Pass), Some("key"), "The secret of the new address", &html! {
            p { "Copy it now, into the program that listens there. With it the program checks that a message is from here. It cannot be shown again." }
            p { code { (secret) } }
        })) }
        p { "When an application is sent or taken back, a program of yours is told: which application, and where to read it. No name and no credential is in the message; the program reads the rest with a key of its own. Messages are signed as the " a href="https://www.standardwebhooks.com/" rel="noopener noreferrer" { "Standard Webhooks" } " specification says." }
        @if all.is_empty() { (nothing("No program is told.", None)) }
        @for one in &all { (shown(by, one)) }
        section { h2 { "Tell another program" }
            (by.desk.form("/webhooks", &html! {
                (field(&Field { name: "address", label: "Its address", hint: Some("Where the program listens, with https://."), value: &said.typed, error: said.problems.first().map(|problem| problem.words.as_str()), required: true, ..Field::default() }))
                p.acts { button.main { (icon("mail")) " Tell it" } }
            }))
        }
    };
    Ok(by
        .desk
        .page("Programs that are told of applications", "/roles", &main))
}

fn shown(by: &SignedIn, one: &Webhook) -> Markup {
    html! { section {
        h2 { code { (one.address) } }
        @if one.disabled_at.is_some() { (note(Some(Tone::Warn), None, "It is told nothing more", &html! {
            p { "The address answered that it is gone (410). Remove it, and add it anew once the program is back." }
        })) }
        @if one.given_up > 0 { p {
            span.warn { (outcome(Tone::Warn, "Given up")) } " "
            @match one.given_up { 1 => "One message was not taken in three days.", many => { (many) " messages were not taken in three days." } }
        } }
        @if one.waiting > 0 { p {
            span.wait { (outcome(Tone::Wait, "Waiting")) } " "
            @match one.waiting { 1 => "One message waits to be sent, or to be tried again.", many => { (many) " messages wait to be sent, or to be tried again." } }
        } }
        @if one.messages.is_empty() { p { "It was told nothing in the last 30 days." } } @else {
            (ledger("The newest messages", [Column::words("When"), Column::words("What"), Column::words("State"), Column::numbers("Tries")], one.messages.iter().map(line)))
        }
        (by.desk.button(&format!("/webhooks/{}/remove", one.id), &html! { "Tell it nothing more" span.vh { ": " (one.address) } }))
    } }
}

fn line(message: &WebhookMessageRow) -> [Markup; 4] {
    let (tone, word) = match message.state {
        WebhookState::Waiting if message.attempts == 0 => (Tone::Wait, "Waits"),
        WebhookState::Waiting => (Tone::Warn, "Tried again later"),
        WebhookState::Delivered => (Tone::Pass, "Taken"),
        WebhookState::Dead => (Tone::Fail, "Given up"),
    };
    [
        html! { (minute(moment(message.at))) },
        html! { code { (message.kind) } " " small { (message.subject) } },
        html! {
            span class=(tone.class()) { (outcome(tone, word)) }
            @if let Some(error) = &message.last_error { " " small { (sentence(error)) } }
            @if let (WebhookState::Waiting, Some(next)) = (message.state, message.next_at) { " " small { "Next try: " (minute(moment(next))) } }
        },
        html! { (message.attempts) },
    ]
}
