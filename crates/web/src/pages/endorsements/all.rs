//! `GET /endorsements`: whom one asked, and the form to ask somebody.

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use serde::Deserialize;
use touchstone_service::endorsing::{Endorsement, askable, endorsements};
use touchstone_service::issuing::search::Place;
use touchstone_service::operations::Permission;
use touchstone_service::rows::{EndorsedKind, Page};

use super::words::state;
use crate::ApiError;
use crate::pages::desk::{further, nothing, trail};
use crate::signed_in::SignedIn;
use crate::state::Web;
use crate::templates::{
    Column, Control, Field, Problem, day_text, error_summary, field, icon, ledger, moment,
};
use crate::text::clean;

/// Which page of the list, and what the form begins with.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Sought {
    #[serde(default)]
    after: Option<String>,
    /// A thing as [`name`] writes it.
    #[serde(default)]
    of: String,
}

/// What was typed into the form.
#[derive(Clone, Debug, Default)]
pub(super) struct Typed {
    pub(super) of: String,
    pub(super) email: String,
    pub(super) language: String,
    pub(super) message: String,
    pub(super) ends: String,
    /// The request that can still be answered, where the same was asked before.
    pub(super) open: Option<String>,
}

/// The list.
pub async fn all(
    State(web): State<Web>,
    by: SignedIn,
    Query(sought): Query<Sought>,
) -> Result<Response, ApiError> {
    by.may(Permission::Read)?;
    let typed = Typed {
        of: sought.of.clone(),
        ..Typed::default()
    };
    show(&web, &by, sought.after.as_deref(), &typed, &[]).await
}

pub(super) async fn show(
    web: &Web,
    by: &SignedIn,
    after: Option<&str>,
    typed: &Typed,
    problems: &[Problem],
) -> Result<Response, ApiError> {
    let place = Place::parse(after, None).ok_or_else(|| ApiError::bad_request("bad_cursor"))?;
    let page = endorsements(&web.world, by.tenant(), place.after.as_ref(), PAGE).await?;
    let things = askable(&web.world, by.tenant()).await?;
    let things: Vec<(String, String)> = things.into_iter().map(named).collect();
    let main = html! {
        (trail(&[("/achievements", "Achievements")]))
        h1 { "Endorsements" }
        p { "Somebody outside says in public that they stand behind what an achievement certifies, or behind a mapping set: who, in which words, and until when." }
        (error_summary("Nobody was asked", problems))
        (list(&page))
        @if by.desk.may(Permission::Define) { (form(by, &things, typed, problems)) }
    };
    let status = match (&typed.open, problems.is_empty()) {
        (Some(_), _) => StatusCode::CONFLICT,
        (None, true) => StatusCode::OK,
        (None, false) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let page = by.desk.page("Endorsements", "/achievements", &main);
    Ok((status, page).into_response())
}

fn list(page: &Page<Endorsement>) -> Markup {
    let columns = ["What", "Who", "State", "Asked", "Holds until"].map(Column::words);
    let rows = page.rows.iter().map(|one| {
        let (request, said) = (&one.request, one.said.as_ref());
        [
            html! { a href={ "/endorsements/" (request.id) } { bdi { (clean(&request.title)) } } " " small { (number(request.kind, request.version)) } },
            html! { @match said { Some(said) => { bdi { (clean(&said.organization)) } ", " bdi { (clean(&said.person)) } }, None => bdi { (request.email) } } },
            state(one.state, said.is_some_and(|said| said.hidden_at.is_some())),
            html! { (day_text(moment(request.asked_at))) },
            html! { @match said { Some(said) => (day_text(moment(said.valid_until))), None => "–" } },
        ]
    });
    let next = page.next.as_ref().map(Place::written);
    let next = next.map(|next| format!("/endorsements?after={next}"));
    html! {
        @if page.rows.is_empty() { (nothing("Nobody was asked yet.", None)) } @else { (ledger("Newest first", columns, rows)) }
        (further(next.as_deref()))
    }
}

/// A version or a release, in words.
pub(super) fn number(kind: EndorsedKind, version: i64) -> String {
    match kind {
        EndorsedKind::Achievement => format!("version {version}"),
        EndorsedKind::MappingSet => format!("release {version}"),
    }
}

fn form(by: &SignedIn, things: &[(String, String)], typed: &Typed, problems: &[Problem]) -> Markup {
    let error = |name: &str| {
        let found = problems.iter().find(|problem| problem.field == name);
        found.map(|problem| problem.words.as_str())
    };
    let choices: Vec<(&str, &str)> = things
        .iter()
        .map(|(value, words)| (value.as_str(), words.as_str()))
        .collect();
    html! { section aria-labelledby="ask" {
        h2 id="ask" { "Ask somebody" }
        @if things.is_empty() { (nothing("There is nothing to endorse yet: write an achievement, or release a mapping set.", Some(("/achievements/new", "Write an achievement")))) } @else {
            p { "A mail goes to the address, in your institution’s name. From then on this version does not change any more: a change makes the next one, which nobody has endorsed. One address gets five such mails in a month, whoever asks." }
            (by.desk.form_once("/endorsements", &html! {
                @if let Some(id) = &typed.open { p id="f-open" { a href={ "/endorsements/" (id) } { "See that request: send its link again, or take it back" } } }
                (field(&Field { name: "of", label: "What", value: &typed.of, error: error("of"), control: Control::Choice(&choices), ..Field::default() }))
                (field(&Field { name: "email", label: "Whom: their mail address", hint: Some("Somebody of another organization. What your own says counts for nothing."), value: &typed.email, error: error("email"), control: Control::Typed("email"), required: true, ..Field::default() }))
                (field(&Field { name: "language", label: "Language of the mail", value: &typed.language, control: Control::Choice(LANGUAGES), ..Field::default() }))
                (field(&Field { name: "message", label: "What you want to tell them", hint: Some("Stands in the mail and on the page of the link. May be left empty."), value: &typed.message, error: error("message"), control: Control::Lines(4), ..Field::default() }))
                (field(&Field { name: "ends", label: "Answer wanted by", hint: Some("Within half a year."), value: &typed.ends, error: error("ends"), control: Control::Typed("date"), required: true, ..Field::default() }))
                p.acts { button.main { (icon("mail")) " Ask them" } }
            }))
        }
    } }
}

/// A thing in a form: its kind and its id; and in words.
fn named((kind, id, version, title): (EndorsedKind, String, i64, String)) -> (String, String) {
    let words = format!("{}, {}", clean(&title), number(kind, version));
    (name(kind, &id), words)
}

/// A thing as it stands in a form.
pub(in crate::pages) fn name(kind: EndorsedKind, id: &str) -> String {
    format!("{}:{id}", kind.as_str())
}

const LANGUAGES: &[(&str, &str)] = &[
    ("en", "English"),
    ("de", "Deutsch"),
    ("es", "Español"),
    ("fr", "Français"),
];
const PAGE: u64 = 50;
