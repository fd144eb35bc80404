//! `GET /competencies/ID`: one competency at one of its versions, who wrote what and why, and what was released.

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use serde::Deserialize;
use touchstone_service::competency::{CompetencyDetail, VersionView, competency};
use touchstone_service::crosswalk::{KeptRole, roles};
use touchstone_service::governing::{SaidOver, Thing, said_over};
use touchstone_service::operations::Permission;

use super::version::{Entered, acts, reason, shown};
use super::words;
use crate::ApiError;
use crate::pages::crosswalk::no_vote;
use crate::pages::desk::{Desk, nothing, trail};
use crate::pages::responsibilities::over as told_over;
use crate::signed_in::{Fields, SignedIn};
use crate::state::Web;
use crate::templates::{
    Column, Control, Field, Problem, Tone, day_text, error_summary, fact, facts, field, icon,
    ledger, moment, note, outcome,
};

/// Which version; the latest unless it is said.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
pub struct Asked {
    version: Option<i64>,
}

/// The competency.
pub async fn one(
    State(web): State<Web>,
    by: SignedIn,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, ApiError> {
    by.may(Permission::Read)?;
    page(&web, &by, &id, asked.version, &Fields::default(), &[]).await
}

/// The page, after something on it was refused.
pub(super) async fn page(
    web: &Web,
    by: &SignedIn,
    id: &str,
    version: Option<i64>,
    said: &Fields,
    problems: &[Problem],
) -> Result<Response, ApiError> {
    let found = competency(&web.world, by.tenant(), id).await?;
    let found = found.ok_or_else(|| ApiError::not_found("competency_not_found"))?;
    let at = match version {
        None => found.versions.first(),
        Some(number) => found.versions.iter().find(|one| one.row.number == number),
    };
    let at = at.ok_or_else(|| ApiError::not_found("version_not_found"))?;
    let own = match found.summary.employer.own && by.desk.may(Permission::Define) {
        true => roles(&web.world, by.tenant()).await?,
        false => Vec::new(),
    };
    let row = &found.summary.row;
    let over = said_over(&web.world, &row.issuer, (Thing::Competency, id), &row.title).await?;
    let over = over.as_ref();
    let main = show(
        &by.desk,
        &found,
        at,
        &own,
        now(web),
        over,
        Entered { said, problems },
    );
    let status = match problems.is_empty() {
        true => StatusCode::OK,
        false => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let page = by.desk.page(&found.summary.row.title, "/mappings", &main);
    Ok((status, page).into_response())
}

fn now(web: &Web) -> i64 {
    web.world.clock.now().unix_millis()
}

fn show(
    desk: &Desk,
    found: &CompetencyDetail,
    at: &VersionView,
    own: &[KeptRole],
    now: i64,
    over: Option<&SaidOver>,
    entered: Entered<'_>,
) -> Markup {
    let summary = &found.summary;
    let set = format!("/mappings/{}", summary.set.id);
    let here = format!("/competencies/{}", summary.row.id);
    html! {
        (trail(&[("/mappings", "Crosswalks"), (&set, &summary.set.title), ("/competencies", "Written together")]))
        h1 { bdi { (summary.row.title) } }
        (error_summary("It stays as it is", entered.problems))
        (told_over("This competency is no longer to be used", over, &html! {}))
        @if !found.joined { (note(None, Some("people"), "You were asked to take part", &html! {
            p { "Your organization sees what is written. Once it has joined " a href=(set) { bdi { (summary.set.title) } } ", it comments and has one vote." }
        })) } @else if !found.has_vote { (no_vote()) }
        @if summary.due { (note(Some(Tone::Warn), Some("clock"), "The agreement has ended", &html! {
            p { "The latest version has to be reviewed again before it is released." }
        })) }
        (facts(&html! {
            (fact("Tasks by", &html! { bdi { (summary.employer.name) } }))
            (fact("Rubric by", &html! { bdi { (summary.issuer.name) } }))
            (fact("Votes", &html! { "More than half of the organizations decide, with one vote each. Nobody decides alone on what they wrote." }))
            (fact("An agreement is good for", &html! { (summary.set.review_days) " days" }))
        }))
        @if summary.issuer.own { p { a href={ "/responsibilities/competency/" (summary.row.id) } { "Who answers for it, and until when" } } }
        (versions(found, at, &here))
        (shown(at))
        @if found.has_vote { (acts(desk, found, at, entered)) }
        @if found.has_vote { (drafts(desk, found, own, &here, entered)) }
        (releases(found, now))
    }
}

fn versions(found: &CompetencyDetail, at: &VersionView, here: &str) -> Markup {
    let numbers: Vec<String> = found
        .versions
        .iter()
        .map(|one| one.row.number.to_string())
        .collect();
    let names: Vec<String> = numbers.iter().map(|one| format!("Version {one}")).collect();
    let choices: Vec<(&str, &str)> = numbers
        .iter()
        .map(String::as_str)
        .zip(names.iter().map(String::as_str))
        .collect();
    let (one, other) = (numbers.get(1), numbers.first());
    html! { section { h2 { "Versions" }
        (ledger("Newest first", [Column::words("Version"), Column::words("What is new"), Column::words("Written by"), Column::words("When"), Column::words("Why"), Column::words("State")],
            found.versions.iter().map(|one| {
                let (tone, word) = words::state(&one.row, one.due);
                [
                    html! { a href={ (here) "?version=" (one.row.number) } aria-current=[(one.row.number == at.row.number).then_some("true")] { "Version " (one.row.number) } },
                    html! { (words::part(one.row.part)) },
                    html! { bdi { (one.organization.name) } },
                    html! { (day_text(moment(one.row.written_at))) },
                    html! { bdi { (one.row.why) } },
                    html! { span class=(tone.class()) { (outcome(tone, word)) } @if one.pilot.is_some() { ", tried out" } },
                ]
            })))
        @if let (Some(one), Some(other)) = (one, other) {
            form method="get" action={ (here) "/compare" } {
                div.row {
                    (field(&Field { name: "before", label: "This", value: one, control: Control::Choice(&choices), ..Field::default() }))
                    (field(&Field { name: "after", label: "Beside that", value: other, control: Control::Choice(&choices), ..Field::default() }))
                }
                p.acts { button { "Show side by side" } }
            }
        }
    } }
}

/// Writing the next version: the employer its tasks, the issuer its rubric.
fn drafts(
    desk: &Desk,
    found: &CompetencyDetail,
    own: &[KeptRole],
    here: &str,
    entered: Entered<'_>,
) -> Markup {
    let latest = found.summary.latest.number;
    let choices: Vec<(&str, &str)> = own
        .iter()
        .map(|one| (one.row.id.as_str(), one.row.title.as_str()))
        .collect();
    html! {
        @if found.summary.issuer.own && desk.may(Permission::Define) { p.acts { a.button href={ (here) "/rubric" } { "Draft the rubric" } } }
        @if !choices.is_empty() { details open[entered.error("role").is_some() || entered.error("why-tasks").is_some()] {
            summary { "Write the tasks anew" }
            p { "The tasks of the role as they are now become the next version; the rubric stays. Everybody votes anew." }
            (desk.form(&format!("{here}/tasks"), &html! {
                input type="hidden" name="seen" value=(latest);
                (field(&Field { name: "role", label: "The role", value: entered.said.text("role"), error: entered.error("role"), control: Control::Choice(&choices), required: true, ..Field::default() }))
                (reason("tasks", entered, "Write the next version"))
            }))
        } }
    }
}

fn releases(found: &CompetencyDetail, now: i64) -> Markup {
    html! { section { h2 { "Releases" }
        @if found.releases.is_empty() { (nothing("Nothing was released yet.", None)) } @else {
            (ledger("Newest first", [Column::words("Release"), Column::words("Signed by the issuer"), Column::numbers("Version"), Column::words("Why"), Column::words("Released"), Column::words("Good until"), Column::words("SHA-256 of the file")],
                found.releases.iter().map(|(release, path)| [
                    html! { a href=(path) download { (icon("download")) " Release " (release.number) } },
                    html! { a href=(path.replace(".json", ".statement.json")) download { "Statement" span.vh { " about release " (release.number) } } },
                    html! { (release.version) },
                    html! { bdi { (release.why) } },
                    html! { (day_text(moment(release.released_at))) },
                    html! { (day_text(moment(release.valid_until))) @if release.valid_until <= now { " " small.warn { (outcome(Tone::Warn, "Out of date")) } } },
                    html! { code { (release.sha256) } },
                ])))
            @if let Some((public, _)) = found.releases[0].1.rsplit_once('/') { p { a href=(public) { "What everybody sees of it, also as of a day" } } }
        }
    } }
}
