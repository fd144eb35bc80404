//! The codes of everybody in a cohort who has no mail address: one page to print and cut up, shown this once.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use touchstone_service::holding::{self, MadeCodes, PaperCodes};
use touchstone_service::operations::Permission;

use super::slip::slip;
use crate::ApiError;
use crate::pages::desk::{Desk, trail};
use crate::signed_in::Posted;
use crate::state::Web;
use crate::templates::{Tone, icon, note};

/// `POST /cohorts/ID/codes`
pub async fn codes(
    State(web): State<Web>,
    Path(batch): Path<String>,
    posted: Posted,
) -> Result<Response, ApiError> {
    let by = &posted.by;
    by.may(Permission::Issue)?;
    let order = PaperCodes {
        tenant: by.tenant().clone(),
        actor: by.member.id.clone(),
        batch,
        again: posted.fields.text("again") == "on",
    };
    let made = holding::paper_codes(&web.world, &order).await?;
    Ok(show(&web, &by.desk, &order.batch, &made).into_response())
}

fn show(web: &Web, desk: &Desk, batch: &str, made: &MadeCodes) -> Markup {
    let cohort = format!("/cohorts/{batch}");
    let title = match made.codes.len() {
        1 => "1 code on paper".to_owned(),
        count => format!("{count} codes on paper"),
    };
    let main = html! {
        div.noprint {
            (trail(&[("/cohorts", "Cohorts"), (&cohort, &made.batch)]))
            h1 { (title) }
            (note(Some(Tone::Warn), Some("print"), "Print this page now", &html! {
                p { "The codes cannot be shown again. Cut the page up and give each person their own slip: whoever has it can take the credential." }
                @if made.left > 0 { p { (made.left) @if made.left == 1 { " more person has" } @else { " more people have" } " no code yet. Print this page first, then make the next codes on the page of the cohort." } }
            }))
        }
        ul.slips { @for one in &made.codes { (slip(web, made, one)) } }
        p.acts { a.button href=(cohort) { (icon("people")) " Back to the cohort" } }
    };
    desk.page(&title, "/cohorts", &main)
}
