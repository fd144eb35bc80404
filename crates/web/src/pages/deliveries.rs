//! Mails that arrived, that failed, and the way out for each.

use axum::Extension;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use serde::Deserialize;
use touchstone_service::holding::{deliveries, failed_deliveries, recipients, resend_given_up};
use touchstone_service::issuing::search::Place;
use touchstone_service::operations::Permission;
use touchstone_service::rows::{DeliveryFilter, DeliveryKind, DeliveryRow, DeliveryState};

use super::desk::{Desk, further, nothing};
use crate::ApiError;
use crate::edge::Activity;
use crate::signed_in::{Posted, SignedIn};
use crate::state::Web;
use crate::templates::{
    Column, Control, Field, Moment, Tone, field, icon, ledger, minute_text, moment, note, outcome,
};

/// What is asked for.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    /// `failed`, or nothing for all.
    #[serde(default)]
    state: String,
    after: Option<String>,
    /// How many mails were just queued again, and for how many nobody knows an address.
    queued: Option<u64>,
    without: Option<u64>,
}

/// `GET /deliveries`
pub async fn handler(
    State(web): State<Web>,
    by: SignedIn,
    Query(asked): Query<Asked>,
) -> Result<Response, ApiError> {
    by.may(Permission::Read)?;
    let failed_only = asked.state == "failed";
    let place = Place::parse(asked.after.as_deref(), None)
        .ok_or_else(|| ApiError::bad_request("bad_cursor"))?;
    let (world, tenant) = (&web.world, by.tenant());
    let (found, next) = if failed_only {
        (failed_deliveries(world, tenant, 500).await?, None)
    } else {
        let all = DeliveryFilter::default();
        let page = deliveries(world, tenant, &all, place.after.as_ref(), 50).await?;
        let next = page.next.as_ref().map(Place::written);
        (
            page.rows,
            next.map(|next| format!("/deliveries?after={next}")),
        )
    };
    let people = recipients(world, tenant, &found).await?;
    let rows = found.into_iter().map(|row| {
        let of = people.get(&row.credential);
        let name = of.map_or("", |of| of.name.as_str());
        told(row, name, of.and_then(|of| of.batch.clone()))
    });
    let rows = rows.collect();
    Ok(show(
        &by.desk,
        &View {
            failed_only,
            rows,
            next,
            again: asked.queued.zip(asked.without),
        },
    )
    .into_response())
}

/// `POST /deliveries/resend`: everything that was given up.
pub async fn resend(
    State(web): State<Web>,
    Extension(activity): Extension<Activity>,
    posted: Posted,
) -> Result<Response, ApiError> {
    posted.by.may(Permission::Issue)?;
    let (world, by) = (web.world.clone(), posted.by);
    let sent = async move { resend_given_up(&world, by.tenant(), &by.member.id).await };
    let sent = activity.during(sent).await??;
    let place = format!(
        "/deliveries?queued={}&without={}",
        sent.queued, sent.without_address
    );
    Ok(Redirect::to(&place).into_response())
}

/// A delivery's state as tone and words.
pub(super) fn state_words(kind: DeliveryKind, state: DeliveryState) -> (Tone, &'static str) {
    match (state, kind) {
        (DeliveryState::Queued, DeliveryKind::Mail) => (Tone::Wait, "Waits"),
        (DeliveryState::Queued, DeliveryKind::Paper) => (Tone::Wait, "Waits for a code"),
        (DeliveryState::Sent, DeliveryKind::Mail) => (Tone::Pass, "Sent"),
        (DeliveryState::Sent, DeliveryKind::Paper) => (Tone::Pass, "Code made"),
        (DeliveryState::Retry, _) => (Tone::Warn, "Will be tried again"),
        (DeliveryState::Bounced, _) => (Tone::Fail, "Came back"),
        (DeliveryState::Dead, _) => (Tone::Fail, "Given up"),
    }
}

fn told(row: DeliveryRow, name: &str, batch: Option<String>) -> Row {
    let person = match name {
        "" => "Somebody without a name",
        name => name,
    };
    let (tone, state) = state_words(row.kind, row.state);
    let way = match (row.kind, row.state) {
        (DeliveryKind::Mail, DeliveryState::Queued) => None,
        (DeliveryKind::Mail, _) => Some(Way::Send),
        // An address was learnt, and a mail took its place.
        (DeliveryKind::Paper, DeliveryState::Dead) => None,
        (DeliveryKind::Paper, _) => Some(Way::Code(batch)),
    };
    let ended = (row.kind, row.state) == (DeliveryKind::Mail, DeliveryState::Dead);
    let given_up = ended && row.address.is_some();
    Row {
        id: row.id,
        credential: row.credential,
        person: person.to_owned(),
        address: row.address,
        tone,
        state,
        what: row.last_error,
        attempts: row.attempts,
        at: moment(row.sent_at.unwrap_or(row.created_at)),
        way,
        given_up,
    }
}

/// Everything on the page.
#[derive(Clone, Debug, Default)]
pub struct View {
    /// Only those that failed.
    pub failed_only: bool,
    /// The rows.
    pub rows: Vec<Row>,
    /// Where the next ones stand.
    pub next: Option<String>,
    /// What was just sent again: how many are queued, and how many have no address.
    pub again: Option<(u64, u64)>,
}

/// One delivery.
#[derive(Clone, Debug)]
#[expect(missing_docs)] // The names say it.
pub struct Row {
    pub id: String,
    pub credential: String,
    pub person: String,
    pub address: Option<String>,
    pub tone: Tone,
    pub state: &'static str,
    pub what: Option<String>,
    pub attempts: i64,
    pub at: Moment,
    pub way: Option<Way>,
    /// A mail that is not tried any more.
    pub given_up: bool,
}

/// What can be done about a delivery.
#[derive(Clone, Debug)]
pub enum Way {
    /// Send it again.
    Send,
    /// Make a code: this one, or those of the whole cohort.
    Code(Option<String>),
}

/// Renders it.
pub fn show(desk: &Desk, view: &View) -> Markup {
    let main = html! {
        h1 { "Deliveries" }
        p {
            @if view.failed_only { "Those that failed. " a href="/deliveries" { "Show all" } }
            @else { "How credentials were announced. " a href="/deliveries?state=failed" { "Show those that failed" } }
        }
        @if let Some((queued, without)) = view.again {
            (note((queued > 0).then_some(Tone::Pass), None, if queued > 0 { "Sent again" } else { "Nothing was left to send" }, &html! {
                @if queued > 0 { p { (queued) @if queued == 1 { " mail is queued." } @else { " mails are queued." } } }
                @if without > 0 { p { "For " (without) " nobody knows an address: enter it, or make a code on paper." } }
            }))
        }
        @if view.rows.is_empty() {
            (nothing(if view.failed_only { "None failed." } else { "Nothing was sent yet." }, None))
        } @else {
            @if view.failed_only && desk.may(Permission::Issue) && view.rows.iter().any(|row| row.given_up) {
                (desk.button("/deliveries/resend", &html! { (icon("mail")) " Send again all that were given up" }))
                p { "To the address that is on record now, once your mail server takes mail again. What came back needs the right address first." }
            }
            (ledger("Newest first",
                [Column::words("Person"), Column::words("Where"), Column::words("What happened"), Column::words("Way out")],
                view.rows.iter().map(|row| cells(desk, row))))
            (further(view.next.as_deref()))
        }
    };
    desk.page("Deliveries", "/deliveries", &main)
}

fn cells(desk: &Desk, row: &Row) -> [Markup; 4] {
    [
        html! { a href={ "/credentials/" (row.credential) } { bdi { (row.person) } } },
        html! { (row.address.as_deref().unwrap_or("On paper")) },
        html! {
            span class=(row.tone.class()) { (outcome(row.tone, row.state)) } " " (minute_text(row.at))
            @if let Some(what) = &row.what { small { (what) @if row.attempts > 1 { ", tried " (row.attempts) " times" } } }
        },
        way_out(desk, row),
    ]
}

fn way_out(desk: &Desk, row: &Row) -> Markup {
    let may = desk.may(Permission::Issue);
    let address = |summary: &str, button: &str| {
        html! {
            details {
                summary { (summary) span.vh { " of " (row.person) } }
                (desk.form(&format!("/credentials/{}/resend", row.credential), &html! {
                    (field(&Field { name: "email", apart: Some(&row.id), label: "E-mail", value: row.address.as_deref().unwrap_or_default(), control: Control::Typed("email"), required: true, ..Field::default() }))
                    button { (button) }
                }))
            }
        }
    };
    html! { @match &row.way {
        None => {}
        Some(Way::Send) if !may => { "A registrar can send it again." }
        Some(Way::Send) => {
            (desk.button(&format!("/credentials/{}/resend", row.credential), &html! { (icon("mail")) " Send again" span.vh { " to " (row.person) } }))
            (address("Correct the address", "Correct and send"))
        }
        Some(Way::Code(batch)) => {
            @if let Some(batch) = batch { a href={ "/cohorts/" (batch) "#codes" } { "The codes of its cohort" span.vh { ", with that of " (row.person) } } }
            @if may {
                (desk.button(&format!("/credentials/{}/paper", row.credential), &html! { (icon("print")) " Make this code" span.vh { " for " (row.person) } }))
                (address("Enter the address", "Keep and send"))
            } @else { " A registrar can make a code." }
        }
    } }
}
