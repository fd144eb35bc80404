//! Mails that arrived, that failed, and the way out for each.

use maud::{Markup, html};

use super::desk::{Desk, further, nothing};
use crate::templates::{
    Column, Control, Field, Moment, Tone, field, icon, ledger, minute_text, outcome,
};

/// Everything on the page.
#[derive(Clone, Debug, Default)]
pub struct View {
    /// Only those that failed.
    pub failed_only: bool,
    /// The rows.
    pub rows: Vec<Row>,
    /// Where the next ones stand.
    pub next: Option<String>,
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
    /// It can be sent again.
    pub resend: bool,
}

/// Renders it.
pub fn show(desk: &Desk, view: &View) -> Markup {
    let main = html! {
        h1 { "Deliveries" }
        p {
            @if view.failed_only { "Those that failed. " a href="/deliveries" { "Show all" } }
            @else { "How credentials were announced. " a href="/deliveries?state=failed" { "Show those that failed" } }
        }
        @if view.rows.is_empty() {
            (nothing(if view.failed_only { "None failed." } else { "Nothing was sent yet." }, None))
        } @else {
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
        html! { @if row.resend {
            (desk.button(&format!("/deliveries/{}/resend", row.id), &html! { (icon("mail")) " Send again" span.vh { " to " (row.person) } }))
            details {
                summary { "Correct the address" span.vh { " of " (row.person) } }
                (desk.form(&format!("/deliveries/{}/address", row.id), &html! {
                    (field(&Field { name: "email", apart: Some(&row.id), label: "E-mail", value: row.address.as_deref().unwrap_or_default(), control: Control::Typed("email"), required: true, ..Field::default() }))
                    button { "Correct and send" }
                }))
            }
        } },
    ]
}
