//! `GET /application/TOKEN`: an application as its sender sees it. Whoever has the address has the application.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use touchstone_service::hiring::{Sent, look};

use super::part;
use crate::ApiError;
use crate::answer::{Cache, keep};
use crate::pages::roles::reading;
use crate::state::Web;
use crate::templates::{Layout, SiteFrame, day_text, fact, facts, icon, moment, note, page};
use crate::text::clean;

/// The application.
pub async fn sent(State(web): State<Web>, Path(token): Path<String>) -> Result<Response, ApiError> {
    let found = look(&web.world, &token).await?.ok_or_else(unknown)?;
    let page = show(&web.edge.site, &token, &found);
    Ok(keep(page.into_response(), Cache::Never))
}

/// There is nothing behind this link, and why that can be.
pub(super) fn unknown() -> ApiError {
    ApiError::not_found("application_not_found").with_detail(
        "There is no application behind this link. It was taken back, its time has ended, or the address was not copied completely.",
    )
}

fn show(site: &SiteFrame, token: &str, sent: &Sent) -> Markup {
    let employer = &sent.posting.institution.name;
    let main = html! {
        p.verdict.pass { (icon("mail")) " " strong { "Sent" } " " span { (day_text(moment(sent.row.sent_at))) } }
        h1 { "Your application: " bdi { (sent.posting.role.role.title) } }
        (note(None, Some("key"), "Keep the address of this page", &html! {
            p { "It is the only way back to your application. Whoever has it can look at it and take it back, so keep it to yourself." }
        }))
        (facts(&html! {
            (fact("Sent to", &html! { a href={ "/i/" (sent.posting.institution.slug) } { bdi { (employer) } } }))
            (fact("Your name", &html! { @if sent.row.name.is_empty() { "Not given" } @else { bdi { (sent.row.name) } } }))
            (fact("How you can be reached", &html! { @if sent.row.contact.is_empty() { "Not given" } @else { bdi { (sent.row.contact) } } }))
            (fact("Deleted by itself on", &html! { (day_text(moment(sent.row.ends_at))) }))
            (fact("Names are covered", &html! { @match (sent.posting.row.blind == 1, sent.row.uncovered_at) {
                (false, _) => "No",
                (true, None) => "Yes. Nobody has asked for your name yet.",
                (true, Some(at)) => { "Until " (day_text(moment(at))) ", when somebody asked for your name" },
            } }))
        }))
        h2 { "What " bdi { (employer) } " reads" }
        (part::whose(sent.subjects_differ))
        p { small { (part::age(&sent.age)) } }
        (reading::answers(&sent.posting.role, &sent.reading))
        h2 { "What you shared" }
        @for shared in &sent.credentials { h3 { bdi { (clean(&shared.name)) } } (part::told(shared)) }
        section { h2 { "Take it back" }
            p { "Everything that you sent is deleted here at once: credentials, name and address. What the employer copied before, and what lies in backups of this installation, cannot be reached by this button." }
            form method="post" action={ "/application/" (token) "/take-back" } {
                p.acts { button { (icon("lock")) " Take my application back" } }
            }
        }
    };
    page(&Layout::reading("Your application", site), &main)
}
