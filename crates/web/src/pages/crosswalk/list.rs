//! `GET /mappings`: the sets in which the institution takes part, and its frameworks.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use touchstone_service::crosswalk::{self, SetSummary};
use touchstone_service::operations::Permission;
use touchstone_service::rows::FrameworkRow;

use crate::ApiError;
use crate::pages::desk::{Desk, nothing};
use crate::signed_in::{Fields, SignedIn};
use crate::state::Web;
use crate::templates::{
    Column, Control, Field, Problem, day_text, error_summary, field, ledger, moment, option,
};

/// All of it.
pub async fn all(State(web): State<Web>, by: SignedIn) -> Result<Response, ApiError> {
    by.may(Permission::Read)?;
    page(&web, &by, &Fields::default(), None, &[]).await
}

/// The page, after a form of it was refused or with something to tell.
pub(super) async fn page(
    web: &Web,
    by: &SignedIn,
    said: &Fields,
    told: Option<&str>,
    problems: &[Problem],
) -> Result<Response, ApiError> {
    let sets = crosswalk::sets(&web.world, by.tenant()).await?;
    let frameworks = crosswalk::frameworks(&web.world, by.tenant()).await?;
    let main = show(&by.desk, &sets, &frameworks, said, told, problems);
    let status = match problems.is_empty() {
        true => StatusCode::OK,
        false => StatusCode::UNPROCESSABLE_ENTITY,
    };
    Ok((status, by.desk.page("Crosswalks", "/mappings", &main)).into_response())
}

fn show(
    desk: &Desk,
    sets: &[SetSummary],
    frameworks: &[FrameworkRow],
    said: &Fields,
    told: Option<&str>,
    problems: &[Problem],
) -> Markup {
    let may_define = desk.may(Permission::Define);
    html! {
        h1 { "Crosswalks" }
        p { "What a task or a skill of one framework means in another. A mapping counts once organizations have voted for it; then it can be released as a file that others rely on." }
        (error_summary("It was not saved", problems))
        @if let Some(told) = told { div.note role="status" { p { (told) } } }
        h2 { "Mapping sets" }
        @if sets.is_empty() { (nothing("There is none yet.", None)) } @else {
            (ledger("By title", [Column::words("Title"), Column::numbers("Agreed"), Column::numbers("Wait for votes"), Column::numbers("Out of date"), Column::words("Released")],
                sets.iter().map(|one| [
                    html! { a href={ "/mappings/" (one.set.id) } { bdi { (one.set.title) } } @if !one.joined { small { "you were asked to take part" } } @else if !one.own { small { "published by another institution" } } },
                    html! { (count(one, "agreed")) },
                    html! { (count(one, "proposed") + count(one, "suggested")) },
                    html! { (one.due) },
                    html! { @match &one.latest { Some(latest) => { "Version " (latest.number) ", " (day_text(moment(latest.released_at))) }, None => "Not yet" } },
                ])))
        }
        @if may_define { (begin(desk, said, problems)) (take(desk, said, problems)) (merge(desk, sets, said, problems)) }
        p { a href="/competencies" { "Written together" } ": what a credential certifies, drafted by employers and issuers and voted on by everybody who takes part in a set." }
        h2 { "Frameworks" }
        @if frameworks.is_empty() { (nothing("There is none yet. Take one in, and its tasks and skills can be looked up where achievements, mappings and roles are written.", None)) } @else {
            (ledger("By title", [Column::words("Title"), Column::words("Version"), Column::numbers("Statements"), Column::words("Taken in")],
                frameworks.iter().map(|one| [
                    html! { a href={ "/mappings/frameworks/" (one.id) } { bdi { (one.title) } } small { code { (one.uri) } } },
                    html! { @if one.version.is_empty() { "Not said" } @else { (one.version) } },
                    html! { (one.statements) },
                    html! { (day_text(moment(one.taken_at))) },
                ])))
        }
        @if may_define { (framework(desk, said)) }
    }
}

fn begin(desk: &Desk, said: &Fields, problems: &[Problem]) -> Markup {
    let here = said.text("form") == "begin";
    html! { details open[here] {
        summary { "Begin a mapping set" }
        (desk.form("/mappings", &html! {
            input type="hidden" name="form" value="begin";
            (described(said, "begin", problems, true))
            p.acts { button.main { "Begin" } }
        }))
    } }
}

fn take(desk: &Desk, said: &Fields, problems: &[Problem]) -> Markup {
    let here = said.text("form") == "take";
    html! { details open[here] {
        summary { "Take a mapping set from a file" }
        (desk.upload("/mappings/take", &html! {
            input type="hidden" name="form" value="take";
            (described(said, "take", problems, false))
            (field(&Field { name: "file", apart: Some("take"), label: "The file", hint: Some("SSSOM, as TSV or JSON. What a program made stays a suggestion until organizations have voted for it."), control: Control::File(".tsv,.json,text/tab-separated-values,application/json"), required: true, ..Field::default() }))
            p.acts { button { "Take it" } }
        }))
    } }
}

/// One set from several: offered where there are several to choose from.
fn merge(desk: &Desk, sets: &[SetSummary], said: &Fields, problems: &[Problem]) -> Markup {
    let here = said.text("form") == "merge";
    let released: Vec<&SetSummary> = sets.iter().filter(|one| one.latest.is_some()).collect();
    let error = problems
        .iter()
        .find(|problem| problem.field == "file-merge");
    let chosen: Vec<&str> = said.all("set").collect();
    html! { @if released.len() > 1 { details open[here] {
        summary { "Make one set of several" }
        (desk.form("/mappings/merge", &html! {
            input type="hidden" name="form" value="merge";
            fieldset id="f-file-merge" {
                legend { "Of which sets" }
                p.hint { "Of each the latest version. Where they contradict each other, you are told and both mappings stay." }
                @if let Some(problem) = error { span.err { (problem.words) } }
                @for one in &released { (option("checkbox", "set", &one.set.id, &html! { bdi { (one.set.title) } }, chosen.contains(&one.set.id.as_str()))) }
            }
            (described(said, "merge", problems, true))
            p.acts { button { "Make one set" } }
        }))
    } } }
}

fn described(said: &Fields, apart: &str, problems: &[Problem], required: bool) -> Markup {
    let here = said.text("form") == apart;
    let value = |name: &str| if here { said.text(name) } else { "" };
    let error = |name: &str| {
        let found = problems
            .iter()
            .find(|problem| here && problem.field == format!("{name}-{apart}"));
        found.map(|problem| problem.words.as_str())
    };
    let from_file = (!required).then_some("Empty: as the file says.");
    html! {
        (field(&Field { name: "title", apart: Some(apart), label: "Title", hint: from_file, value: value("title"), error: error("title"), required, ..Field::default() }))
        (field(&Field { name: "slug", apart: Some(apart), label: "Short name in addresses", hint: Some("Small letters, digits and hyphens. It never changes."), value: value("slug"), error: error("slug"), required: true, ..Field::default() }))
        (field(&Field { name: "license", apart: Some(apart), label: "Licence", hint: Some(from_file.unwrap_or("An address, such as https://creativecommons.org/licenses/by/4.0/")), value: value("license"), error: error("license"), required, ..Field::default() }))
        (field(&Field { name: "review_days", apart: Some(apart), label: "An agreement is good for how many days", value: match value("review_days") { "" => "730", days => days }, error: error("review_days"), control: Control::Typed("number"), required: true, ..Field::default() }))
        (field(&Field { name: "why", apart: Some(apart), label: "Why", hint: Some("Stands in the record."), value: value("why"), error: error("why"), control: Control::Lines(2), required: true, ..Field::default() }))
    }
}

fn framework(desk: &Desk, said: &Fields) -> Markup {
    let here = said.text("form") == "framework";
    let value = |name: &str| if here { said.text(name) } else { "" };
    html! { details open[here] {
        summary { "Take in a framework" }
        p { "O*NET, ESCO, CASE, CTDL-ASN, Rich Skill Descriptors, or a table with the columns uri and label. A new version stands beside the one before, and you are told what changed." }
        (desk.upload("/mappings/frameworks", &html! {
            input type="hidden" name="form" value="framework";
            (field(&Field { name: "uri", label: "Its address", hint: Some("Where the file does not say it."), value: value("uri"), ..Field::default() }))
            (field(&Field { name: "title", apart: Some("framework"), label: "Its title", hint: Some("Where the file does not say it: O*NET"), value: value("title"), ..Field::default() }))
            (field(&Field { name: "version", label: "Its version", hint: Some("Where the file does not say it: 29.3"), value: value("version"), ..Field::default() }))
            (field(&Field { name: "file", apart: Some("framework"), label: "The file", control: Control::File(".csv,.tsv,.txt,.json,.jsonld,.zip"), hint: Some("A table, a JSON document, or the ZIP file of O*NET’s or ESCO’s download."), required: true, ..Field::default() }))
            p.acts { button { "Take it in" } }
        }))
    } }
}

fn count(one: &SetSummary, state: &str) -> i64 {
    one.counts.get(state).copied().unwrap_or_default()
}
