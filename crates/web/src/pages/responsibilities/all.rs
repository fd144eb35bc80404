//! `GET /responsibilities`: the calendar. What ends first stands first.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use maud::html;
use touchstone_service::governing::{
    Ending, EndingKind, Responsibility, Thing, endings, responsibilities,
};
use touchstone_service::operations::Permission;

use super::kind;
use crate::ApiError;
use crate::pages::desk::{nothing, trail};
use crate::signed_in::SignedIn;
use crate::state::Web;
use crate::templates::{Column, Tone, day_text, ledger, moment, outcome};

/// Everything for which somebody could answer.
pub async fn all(State(web): State<Web>, by: SignedIn) -> Result<Response, ApiError> {
    by.may(Permission::Read)?;
    let all = responsibilities(&web.world, by.tenant()).await?;
    let endings = endings(&web.world, by.tenant()).await?;
    let main = html! {
        (trail(&[("/institution", "Institution")]))
        h1 { "Who answers for what" }
        p { "For each definition somebody should answer, until a day, with somebody who takes over. What ends first stands first. Every change is in the record." }
        @if all.is_empty() { (nothing("There is nothing yet: no achievement, no role, no mapping set.", None)) } @else {
            (ledger("By day", [Column::words("What"), Column::words("Kind"), Column::words("Who answers"), Column::words("Until"), Column::words("State")],
                all.iter().map(|one| [
                    html! { a href={ "/responsibilities/" (one.thing.as_str()) "/" (one.id) } { bdi { (one.title) } } },
                    html! { (kind(one.thing)) },
                    html! { @match &one.said { Some(said) => bdi { (said.steward) }, None => "Nobody was named" } },
                    html! { @match one.said.as_ref().and_then(|said| said.until) { Some(until) => (day_text(moment(until))), None => "No end is set" } },
                    state(one),
                ])))
        }
        h2 { "What has to be looked at again" }
        p { "Agreements, endorsements, pilots and responsibilities end on a day. What ended or ends first stands first." }
        @if endings.is_empty() { p { "Nothing has an end yet." } } @else {
            (ledger("By day", [Column::words("What"), Column::words("Kind"), Column::words("What ends"), Column::words("When"), Column::words("State")],
                endings.iter().map(|one| [
                    html! { a href=(place(one)) { bdi { (one.title) } } },
                    html! { (kind(one.thing)) },
                    ending(one),
                    html! { (day_text(moment(one.at))) },
                    if one.over { html! { span class=(Tone::Warn.class()) { (outcome(Tone::Warn, "Over")) } } } else { html! { span class=(Tone::Pass.class()) { (outcome(Tone::Pass, "Holds")) } } },
                ])))
        }
    };
    Ok(by
        .desk
        .page("Who answers for what", "/institution", &main)
        .into_response())
}

/// Where it is looked at again.
fn place(one: &Ending) -> String {
    let id = &one.id;
    match (one.what, one.thing) {
        (EndingKind::Endorsement, _) => "/endorsements".to_owned(),
        (EndingKind::Agreement | EndingKind::Pilot, Thing::MappingSet) => format!("/mappings/{id}"),
        (EndingKind::Agreement | EndingKind::Pilot, Thing::Competency) => {
            format!("/competencies/{id}")
        }
        (_, thing) => format!("/responsibilities/{}/{id}", thing.as_str()),
    }
}

fn ending(one: &Ending) -> maud::Markup {
    let whose = one.whose.as_deref().unwrap_or_default();
    html! { @match one.what {
        EndingKind::Agreement => { "The agreement under which it was released" @if !whose.is_empty() { " by " bdi { (whose) } } },
        EndingKind::Endorsement => { "The endorsement of " bdi { (whose) } },
        EndingKind::Pilot => "The pilot",
        EndingKind::Responsibility => { "The time of " bdi { (whose) } },
    } }
}

fn state(one: &Responsibility) -> maud::Markup {
    let (tone, word) = match &one.said {
        None => (Tone::Warn, "Open"),
        Some(said) if said.deprecated_at.is_some() => (Tone::Wait, "No longer used"),
        Some(_) if one.ended => (Tone::Warn, "Out of date"),
        Some(_) => (Tone::Pass, "Settled"),
    };
    html! { span class=(tone.class()) { (outcome(tone, word)) } }
}
