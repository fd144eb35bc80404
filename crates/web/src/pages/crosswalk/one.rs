//! `GET /mappings/ID`: one set, its mappings, who takes part, what was released.

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use serde::Deserialize;
use touchstone_service::competency::competencies;
use touchstone_service::crosswalk::{self, MappingList, ReleaseView, SetDetail};
use touchstone_service::governing::{SaidOver, Thing, said_over};
use touchstone_service::operations::Permission;
use touchstone_service::rows::{MappingFilter, MappingState};

use super::{Sent, find, no_vote, thing, why, words};
use crate::ApiError;
use crate::pages::competencies::section;
use crate::pages::desk::{Desk, further, nothing, trail};
use crate::pages::endorsements::endorsed_by;
use crate::pages::responsibilities::over as told_over;
use crate::signed_in::{Fields, SignedIn};
use crate::state::Web;
use crate::templates::{
    Column, Control, Field, Tone, day_text, error_summary, fact, facts, field, icon, ledger,
    moment, note, outcome,
};
use crate::text::{clean, in_query};

/// Which mappings to list.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    state: String,
    after: Option<String>,
}

/// The set.
pub async fn one(
    State(web): State<Web>,
    by: SignedIn,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, ApiError> {
    by.may(Permission::Read)?;
    let sent = Sent {
        said: &Fields::default(),
        problems: &[],
    };
    page(&web, &by, &id, &asked, sent).await
}

/// The page, after something on it was refused.
pub(super) async fn page(
    web: &Web,
    by: &SignedIn,
    id: &str,
    asked: &Asked,
    sent: Sent<'_>,
) -> Result<Response, ApiError> {
    let detail = find(web, by, id).await?;
    let now = web.world.clock.now().unix_millis();
    let filter = MappingFilter {
        state: MappingState::parse(&asked.state),
        due_by: (asked.state == "due").then_some(now),
        ..MappingFilter::default()
    };
    let after = asked.after.as_deref();
    let listed = crosswalk::mappings(&web.world, by.tenant(), id, &filter, after, PAGE).await?;
    let listed = listed.ok_or_else(|| ApiError::not_found("mapping_set_not_found"))?;
    let written = competencies(&web.world, by.tenant(), Some(id)).await?;
    let set = &detail.summary.set;
    let over = said_over(&web.world, &set.tenant, (Thing::MappingSet, id), &set.title).await?;
    let main = html! {
        (show(&by.desk, &detail, &listed, asked, now, over.as_ref(), sent))
        (section(&by.desk, id, detail.has_vote, &written))
    };
    let status = match sent.problems.is_empty() {
        true => StatusCode::OK,
        false => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let page = by.desk.page(&detail.summary.set.title, "/mappings", &main);
    Ok((status, page).into_response())
}

fn show(
    desk: &Desk,
    detail: &SetDetail,
    listed: &MappingList,
    asked: &Asked,
    now: i64,
    over: Option<&SaidOver>,
    sent: Sent<'_>,
) -> Markup {
    let (set, summary) = (&detail.summary.set, &detail.summary);
    let here = format!("/mappings/{}", set.id);
    let may_define = desk.may(Permission::Define);
    html! {
        (trail(&[("/mappings", "Crosswalks")]))
        h1 { bdi { (set.title) } }
        (error_summary("It was not done", sent.problems))
        (told_over("This crosswalk is no longer to be used", over, &html! { "Credentials are read through it until its agreements end." }))
        @if !summary.joined { (note(None, Some("people"), "You were asked to take part", &html! {
            p { "Your organization sees this set. Once it has joined, it proposes mappings and has one vote on each." }
            @if desk.may(Permission::Administer) { (desk.form(&format!("{here}/join"), &html! { (why("join", sent)) p.acts { button { "Join" } } })) }
        })) } @else if !detail.has_vote { (no_vote()) }
        @if summary.due > 0 { (note(Some(Tone::Warn), Some("clock"), "Some agreements have ended", &html! {
            p { (summary.due) " mappings have to be reviewed again, or voted on. Until then they are in no new release. " a href={ (here) "?state=due" } { "Show them" } }
        })) }
        (facts(&html! {
            (fact("Identifier", &html! { code { (detail.iri) } }))
            (fact("Licence", &html! { a href=(set.license) rel="noopener noreferrer" { (set.license) } }))
            (fact("Votes", &html! { "More than half of the organizations decide, with one vote each. Nobody decides alone on what they proposed." }))
            (fact("An agreement is good for", &html! { (set.review_days) " days" }))
        }))
        section { h2 { "Mappings" }
            form method="get" action=(here) {
                (field(&Field { name: "state", label: "Show", value: &asked.state, control: Control::Choice(&words::STATES), ..Field::default() }))
                p.acts { button { "Show" } @if may_define && detail.has_vote { " " a.button href={ (here) "/propose" } { "Propose a mapping" } } }
            }
            @if listed.mappings.is_empty() { (nothing("There is none.", None)) } @else {
                (ledger("In the order in which they came", [Column::words("This"), Column::words("Relation"), Column::words("That"), Column::words("State")],
                    listed.mappings.iter().map(|row| {
                        let relation = crosswalk::Relation::from_iri(&row.predicate);
                        let (tone, word) = words::state(row, now);
                        [
                            html! { a href={ (here) "/" (row.id) } { @if row.subject_label.is_empty() { (row.subject) } @else { bdi { (clean(&row.subject_label)) } } } },
                            html! { (words::relation(&relation, row.negated == 1)) },
                            thing(&row.object_label, &row.object),
                            html! { span class=(tone.class()) { (outcome(tone, word)) } },
                        ]
                    })))
                (further(listed.next.as_ref().map(|next| format!("{here}?state={}&after={}", in_query(&asked.state), in_query(next))).as_deref()))
            }
        }
        (releases(desk, detail, &here, now, sent))
        (parties(desk, detail, &here, sent))
    }
}

fn releases(desk: &Desk, detail: &SetDetail, here: &str, now: i64, sent: Sent<'_>) -> Markup {
    html! { section { h2 { "Releases" }
        @if detail.releases.is_empty() { (nothing("Nothing was released yet.", None)) } @else {
            (ledger("Newest first", [Column::words("Version"), Column::words("Signed by the publisher"), Column::numbers("Mappings"), Column::words("Released"), Column::words("Good until"), Column::words("SHA-256 of the file")],
                detail.releases.iter().map(|ReleaseView { release, path, endorsements, endorsers }| [
                    html! {
                        a href=(path) download { (icon("download")) " Version " (release.number) }
                        @if let Some(names) = endorsers { small.under { a href=(endorsements) { (endorsed_by(names)) span.vh { ": version " (release.number) } } } }
                    },
                    html! { a href=(path.replace(".sssom.tsv", ".statement.json")) download { "Statement" span.vh { " about version " (release.number) } } },
                    html! { (release.mappings) },
                    html! { (day_text(moment(release.released_at))) },
                    html! { (day_text(moment(release.valid_until))) @if release.valid_until <= now { small.warn { (outcome(Tone::Warn, "Out of date")) } } },
                    html! { code { (release.sha256) } },
                ])))
            @if let Some((public, _)) = detail.releases[0].path.rsplit_once('/') { p { a href=(public) { "What everybody sees of it, also as of a day" } } }
        }
        @if detail.summary.own && desk.may(Permission::Issue) {
            p { "A release holds every mapping that is agreed, and what people state in the file from which the set was taken; what was taken over from releases, as long as those are good. It is signed by your institution, entered in the log, and never changes. Where nothing is agreed any more, the next version is empty and takes the place of the one before." }
            (desk.form(&format!("{here}/release"), &html! { (why("release", sent)) p.acts { button { (icon("key")) " Release the next version" } } }))
        }
    } }
}

fn parties(desk: &Desk, detail: &SetDetail, here: &str, sent: Sent<'_>) -> Markup {
    let asked = sent.said.text("institution");
    html! { section { h2 { "Who takes part" }
        (ledger("In the order in which they came", [Column::words("Organization"), Column::words("Since")],
            detail.parties.iter().map(|party| [
                html! { a href={ "/i/" (party.slug) } { bdi { (party.name) } } },
                html! { @match party.joined_at { Some(at) => (day_text(moment(at))), None => span.wait { (outcome(Tone::Wait, "Was asked")) } } },
            ])))
        @if detail.summary.own && desk.may(Permission::Administer) { details open[sent.is_of("invite")] {
            summary { "Ask another institution" }
            (desk.form(&format!("{here}/invite"), &html! {
                (field(&Field { name: "institution", label: "Its short name", hint: Some("As it stands in its address here: riverside"), value: asked, error: sent.error("institution"), required: true, ..Field::default() }))
                (why("invite", sent))
                p.acts { button { (icon("people")) " Ask" } }
            }))
        } }
    } }
}

const PAGE: u64 = 50;
