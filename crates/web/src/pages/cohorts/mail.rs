//! The mail of a cohort before it goes: look at it in each language, and have it sent to oneself.

use axum::extract::{Path, State};
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use maud::{Markup, html};
use sha2::{Digest, Sha256};
use touchstone_service::holding::{
    self, ExampleMail, MailPreview, TestMail, TestMailError, preview_mail,
};
use touchstone_service::operations::Permission;

use crate::ApiError;
use crate::pages::desk::{nothing, trail};
use crate::signed_in::{Posted, SignedIn};
use crate::state::Web;
use crate::templates::{Tone, fact, facts, icon, note};
use crate::text::sentence;

/// `GET /cohorts/ID/mail`
pub async fn mail(
    State(web): State<Web>,
    by: SignedIn,
    Path(batch): Path<String>,
) -> Result<Response, ApiError> {
    by.may(Permission::Read)?;
    let preview = found(&web, &by, &batch).await?;
    Ok(show(&by, &batch, &preview, &html! {}).into_response())
}

/// `GET /cohorts/ID/mail/LANGUAGE`: the mail itself, as a mail program shows it.
///
/// It has its own policy: its one style, named by its digest, and nothing else.
pub async fn as_seen(
    State(web): State<Web>,
    by: SignedIn,
    Path((batch, language)): Path<(String, String)>,
) -> Result<Response, ApiError> {
    by.may(Permission::Read)?;
    let preview = found(&web, &by, &batch).await?;
    let mut mails = preview.mails.into_iter().map(|mail| mail.message);
    let message = mails
        .find(|message| message.language == language)
        .ok_or_else(ApiError::no_such_page)?;
    let style = message.html.split_once("<style>");
    let style = style.and_then(|(_, rest)| rest.split_once("</style>"));
    let digest = BASE64_STANDARD.encode(Sha256::digest(style.map_or("", |(style, _)| style)));
    let policy =
        format!("sandbox; default-src 'none'; style-src 'sha256-{digest}'; frame-ancestors 'none'");
    let policy = HeaderValue::from_str(&policy).map_err(|error| ApiError::internal(&error))?;
    let kind = HeaderValue::from_static("text/html; charset=utf-8");
    Ok((
        [(CONTENT_SECURITY_POLICY, policy), (CONTENT_TYPE, kind)],
        message.html,
    )
        .into_response())
}

/// `POST /cohorts/ID/mail/test`: sends it to whoever asks.
pub async fn test(
    State(web): State<Web>,
    Path(batch): Path<String>,
    posted: Posted,
) -> Result<Response, ApiError> {
    let by = &posted.by;
    by.may(Permission::Issue)?;
    let order = TestMail {
        tenant: by.tenant().clone(),
        actor: by.member.id.clone(),
        batch: batch.clone(),
        language: posted.fields.text("language").to_owned(),
        to: by.member.email.clone(),
    };
    let (status, said) = match holding::test_mail(&web.world, &order).await {
        Ok(()) => (
            StatusCode::OK,
            note(
                Some(Tone::Pass),
                Some("mail"),
                "It is on its way",
                &html! { p { "Sent to " (order.to) ". If it does not come, look into the folder for unwanted mail first." } },
            ),
        ),
        Err(error @ TestMailError::Mail(_)) => (
            StatusCode::BAD_GATEWAY,
            note(
                Some(Tone::Fail),
                Some("fail"),
                "It was not sent",
                &html! { p { (sentence(&error.to_string())) " Whoever runs this installation can look with " code { "touchstone doctor" } "." } },
            ),
        ),
        Err(error) => return Err(error.into()),
    };
    let preview = found(&web, by, &batch).await?;
    Ok((status, show(by, &batch, &preview, &said)).into_response())
}

async fn found(web: &Web, by: &SignedIn, batch: &str) -> Result<MailPreview, ApiError> {
    let preview = preview_mail(&web.world, by.tenant(), batch).await?;
    preview.ok_or_else(|| ApiError::not_found("batch_not_found"))
}

fn show(by: &SignedIn, batch: &str, preview: &MailPreview, said: &Markup) -> Markup {
    let back = format!("/cohorts/{batch}");
    let main = html! {
        (trail(&[("/cohorts", "Cohorts"), (&back, "The cohort")]))
        h1 { "The mail, before it goes" }
        (said)
        @if preview.mails.is_empty() {
            (nothing("Nobody in this cohort who is still to be awarded has a mail address.", Some((&back, "Back to the cohort"))))
        } @else {
            p { "Each person gets it in their own language, if we speak it, and in English otherwise. Here it is as the first of them will read it; only the link is another." }
        }
        @if preview.on_paper > 0 { p { (preview.on_paper) @if preview.on_paper == 1 { " person has" } @else { " people have" } " no address and get" @if preview.on_paper == 1 { "s" } " no mail. Once they are awarded, print their codes on the page of the cohort." } }
        @for mail in &preview.mails { (one(by, batch, mail)) }
    };
    by.desk.page("The mail, before it goes", "/cohorts", &main)
}

fn one(by: &SignedIn, batch: &str, mail: &ExampleMail) -> Markup {
    let message = &mail.message;
    let language = &message.language;
    html! {
        h2 { (name(language)) ": " (mail.readers) @if mail.readers == 1 { " person" } @else { " people" } }
        (facts(&html! {
            (fact("From", &html! { (message.from_name) }))
            (fact("To", &html! { bdi { (message.to_name) } " " (message.to) }))
            @if let Some(reply) = &message.reply_to { (fact("Answers to", &html! { (reply) })) }
            (fact("Subject", &html! { span lang=(language) { (message.subject) } }))
        }))
        pre lang=(language) { (message.text) }
        p.acts {
            a.button href={ "/cohorts/" (batch) "/mail/" (language) } { (icon("mail")) " See it as mail programs show it" span.vh { ": " (name(language)) } }
        }
        @if by.desk.may(Permission::Issue) {
            (by.desk.form(&format!("/cohorts/{batch}/mail/test"), &html! {
                input type="hidden" name="language" value=(language);
                p.acts { button { "Send it to " (by.member.email) span.vh { ": " (name(language)) } } }
            }))
        }
    }
}

fn name(language: &str) -> &str {
    match language {
        "en" => "English",
        "de" => "German",
        "es" => "Spanish",
        "fr" => "French",
        other => other,
    }
}
