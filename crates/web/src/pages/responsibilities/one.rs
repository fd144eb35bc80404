//! `GET /responsibilities/KIND/ID`

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use touchstone_service::governing::{Responsibility, answered_before};
use touchstone_service::operations::Permission;
use touchstone_service::rows::PastStewardshipRow;

use super::{find, kind};
use crate::ApiError;
use crate::pages::desk::{Desk, trail};
use crate::signed_in::{Fields, SignedIn};
use crate::state::Web;
use crate::templates::{
    Control, Field, Problem, day_text, day_value, error_summary, fact, facts, field, moment, option,
};

/// One thing, and who answers for it.
pub async fn one(
    State(web): State<Web>,
    by: SignedIn,
    Path((kind, id)): Path<(String, String)>,
) -> Result<Response, ApiError> {
    by.may(Permission::Read)?;
    let found = find(&web, &by, &kind, &id).await?;
    let before = answered_before(&web.world, by.tenant(), found.thing, &id).await?;
    Ok(show(&by.desk, &found, &before, None, &[]))
}

pub(super) fn show(
    desk: &Desk,
    found: &Responsibility,
    before: &[PastStewardshipRow],
    typed: Option<&Fields>,
    problems: &[Problem],
) -> Response {
    let main = html! {
        (trail(&[("/institution", "Institution"), ("/responsibilities", "Who answers for what")]))
        h1 { bdi { (found.title) } }
        (error_summary("It was not saved", problems))
        (facts(&html! {
            (fact("Kind", &html! { (kind(found.thing)) }))
            @if let Some(said) = &found.said {
                (fact("Who answers", &html! { bdi { (said.steward) } }))
                (fact("Until", &html! { @match said.until { Some(until) => { (day_text(moment(until))) @if found.ended { ", which is over" } }, None => "No end is set" } }))
                (fact("Who takes over", &html! { @if said.successor.is_empty() { "Nobody was named" } @else { bdi { (said.successor) } } }))
                @if let Some(since) = said.deprecated_at { (fact("No longer used since", &html! { (day_text(moment(since))) @if !said.replaced_by.is_empty() { ". In its place: " bdi { (said.replaced_by) } } })) }
                (fact("Said on", &html! { (day_text(moment(said.changed_at))) }))
            } @else { (fact("Who answers", &html! { "Nobody was named" })) }
        }))
        @if !before.is_empty() { section { h2 { "Before" }
            ul { @for past in before { li {
                bdi { (past.steward) } ", said on " (day_text(moment(past.said_at)))
                @if let Some(until) = past.until { ", until " (day_text(moment(until))) }
                @if !past.successor.is_empty() { ", then " bdi { (past.successor) } }
                @if past.deprecated_at.is_some() { ", no longer used" @if !past.replaced_by.is_empty() { ", in its place " bdi { (past.replaced_by) } } }
                ". Said otherwise on " (day_text(moment(past.replaced_at))) "."
            } } }
        } }
        @if desk.may(Permission::Define) { (form(desk, found, typed, problems)) }
    };
    let status = match problems.is_empty() {
        true => StatusCode::OK,
        false => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let page = desk.page(&found.title, "/institution", &main);
    (status, page).into_response()
}

fn form(
    desk: &Desk,
    found: &Responsibility,
    typed: Option<&Fields>,
    problems: &[Problem],
) -> Markup {
    let error = |name: &str| {
        let found = problems.iter().find(|problem| problem.field == name);
        found.map(|problem| problem.words.as_str())
    };
    let said = found.said.as_ref();
    let text = |name: &str, known: &str| typed.map_or(known, |typed| typed.text(name)).to_owned();
    let until = said.and_then(|said| said.until);
    let until = until.map(|until| day_value(moment(until)));
    let steward = text("steward", said.map_or("", |said| &said.steward));
    let until = text("until", until.as_deref().unwrap_or_default());
    let successor = text("successor", said.map_or("", |said| &said.successor));
    let replaced = text("replaced_by", said.map_or("", |said| &said.replaced_by));
    let known = said.is_some_and(|said| said.deprecated_at.is_some());
    let no_longer_used = typed.map_or(known, |typed| typed.ticked("deprecated"));
    let current = said.map_or(0, |said| said.changed_at).to_string();
    let typed = typed.filter(|_| error("seen").is_none());
    let seen = typed.map_or(current, |typed| typed.text("seen").to_owned());
    let here = format!("/responsibilities/{}/{}", found.thing.as_str(), found.id);
    html! {
        h2 { "Say who answers" }
        (desk.form(&here, &html! {
            input type="hidden" name="seen" value=(seen);
            @if error("seen").is_some() { p id="f-seen" { "What was said meanwhile stands above, and what you typed below." } }
            (field(&Field { name: "steward", label: "Who answers for it", hint: Some("An office lasts longer than a person."), value: &steward, error: error("steward"), required: true, ..Field::default() }))
            (field(&Field { name: "until", label: "Until", hint: Some("Empty: no end is set."), value: &until, error: error("until"), control: Control::Typed("date"), ..Field::default() }))
            (field(&Field { name: "successor", label: "Who takes over then", value: &successor, error: error("successor"), ..Field::default() }))
            fieldset {
                legend { "Use" }
                (option("checkbox", "deprecated", "yes", &html! { "It should no longer be used " span.hint { "What was issued or released under it stays as it is." } }, no_longer_used))
            }
            (field(&Field { name: "replaced_by", label: "What takes its place", hint: Some("An address, or a name. Everybody reads this."), value: &replaced, error: error("replaced_by"), ..Field::default() }))
            p.acts { button.main { "Save" } }
        }))
    }
}
