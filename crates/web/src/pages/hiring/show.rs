//! Applications side by side: a row for each task, a column for each application.

use maud::{Markup, PreEscaped, html};
use touchstone_service::crosswalk::{Need, ShownCredential, Task, TaskAnswer};
use touchstone_service::hiring::{Application, ApplicationList};

use super::{
    open::state,
    part::{self, DIFFER, WHOSE},
    posting::Asked,
    short,
};
use crate::pages::desk::{Desk, further, nothing, trail};
use crate::pages::roles::words;
use crate::state::Web;
use crate::templates::{
    Control, Field, Tone, csrf, day_text, fact, facts, field, icon, moment, note, option, outcome,
};
use crate::text::{clean, in_query};

pub(super) fn page(
    web: &Web,
    desk: &Desk,
    list: &ApplicationList,
    asked: &Asked,
    credits: &[String],
) -> Markup {
    let posting = &list.posting;
    let (row, role) = (&posting.row, &posting.role);
    let here = format!("/postings/{}", row.id);
    let open = web.world.site.link(&format!("/apply/{}", row.public));
    html! {
        (trail(&[("/roles", "Roles"), (&format!("/roles/{}", role.row.id), &role.role.title)]))
        h1 { "Applications: " bdi { (role.role.title) } }
        (facts(&html! {
            (fact("State", &state(posting)))
            (fact("Link for applicants", &html! { a href={ "/apply/" (row.public) } { (open) } }))
            @if let Some(closes) = row.closes_at { (fact("Taken until", &html! { (day_text(moment(closes))) })) }
            (fact("Each is kept for", &html! { (row.keep_days) " days" }))
            (fact("Names", &html! { @if row.blind == 1 { "Covered until somebody asks for one; that is put on record" } @else { "Shown" } }))
        }))
        @if let Ok(svg) = web.world.artwork.qr_svg(&open) { details {
            summary { "The link as a code to scan" }
            div.qr role="img" aria-label="QR code of the link for applicants" { (PreEscaped(svg)) }
        } }
        @if posting.open { (desk.button(&format!("{here}/close"), &html! { "Take no more applications" })) }
        @if asked.waiting > 0 && posting.applications > 0 { (note(Some(Tone::Wait), Some("clock"), "Applications are being deleted", &html! {
            p { "There were too many to be deleted at once: the rest goes within a few minutes. Load this page again to see how many are left." }
        })) }
        section { h2 { "Side by side" }
            @if list.applications.is_empty() { (nothing("There is none.", None)) } @else {
                p { "Task by task. There is no score, and they stand in no order unless you say by what. " strong { "Nothing shared does not mean “cannot”." } " " (WHOSE) }
                (order(&here, list, asked))
                @if list.too_many { (note(Some(Tone::Warn), None, "They stand in no order", &html! { p { "There are too many to be ordered." } })) }
                (table(desk, &here, &role.role.tasks, &list.applications))
                @for line in credits { p { small { (line) } } }
                p.acts { a.button href={ (here) "/applications.csv" } download { (icon("download")) " All of them as a table" small { " CSV" } } }
                (further(list.next.as_ref().map(|next| format!("{here}?after={}", in_query(next))).as_deref()))
            }
        }
    }
}

fn order(here: &str, list: &ApplicationList, asked: &Asked) -> Markup {
    let tasks = list.posting.role.role.tasks.iter().enumerate();
    let tasks: Vec<(String, String)> = tasks
        .map(|(place, task)| {
            let label: String = task.label.chars().take(60).collect();
            (
                (place + 1).to_string(),
                format!("What is shown of: {label}"),
            )
        })
        .collect();
    let mut choices = vec![("", "Nothing"), ("sent", "When they were sent")];
    choices.extend(
        tasks
            .iter()
            .map(|(value, words)| (value.as_str(), words.as_str())),
    );
    html! { form.noprint method="get" action=(here) {
        (field(&Field { name: "by", label: "Order them by", value: &asked.by, control: Control::Choice(&choices), ..Field::default() }))
        p.acts { button { "Order" } }
    } }
}

fn table(desk: &Desk, here: &str, tasks: &[Task], applications: &[Application]) -> Markup {
    let names: Vec<String> = applications.iter().map(called).collect();
    html! { form method="post" action={ (here) "/choose" } {
        (csrf(&desk.form_token))
        @for (application, name) in applications.iter().zip(&names) {
            (option("checkbox", "one", &application.id, &html! {
                a href={ "/applications/" (application.id) } { (icon("people")) " " bdi { (name) } }
                " " small { (part::age(&application.age)) @if application.subjects_differ { (DIFFER) } }
            }, false))
        }
        p.acts.noprint {
            button { "Delete those that are ticked" } " "
            button name="all" value="1" { "Delete all applications" }
        }
    }
    div.scroll tabindex="0" role="region" aria-label="Task by task" {
        table.stack {
            caption { "Task by task" }
            thead { tr {
                th scope="col" { "Task" }
                @for name in &names { th scope="col" { bdi { (name) } } }
            } }
            tbody { @for (place, task) in tasks.iter().enumerate() { tr {
                th scope="row" data-l="Task" { bdi { (task.label) } small { @match task.need { Need::Must => "Must", Need::Nice => "Wanted" } } }
                @for (application, name) in applications.iter().zip(&names) { td data-l=(name) { (cell(&application.reading.tasks[place], &application.reading.shown)) } }
            } } }
        }
    }
    }
}

fn cell(answer: &TaskAnswer, shown: &[ShownCredential]) -> Markup {
    let (tone, word) = words::verdict(answer.verdict);
    html! {
        span class=(tone.class()) { (outcome(tone, word)) }
        @if let Some(said) = words::denied(answer) { small { (said) } }
        @if let Some(best) = answer.shown_by.first() {
            @if let Some(position) = &best.position { small { (position.place) " of " (position.of) @if !position.name.is_empty() { ", " bdi { (clean(&position.name)) } } } }
            @let one = &shown[best.credential];
            @let (known, said) = words::recognized(one.verdict);
            small class=(known.class()) { (outcome(known, said)) }
            @if let Some(said) = words::pilot(one) { small { (said) } }
            small { @if one.issuer_id.is_empty() { (words::issuer(one)) } @else { code { (one.issuer_id) } } }
            @if let Some(assessor) = &best.assessor { small { "Assessed by " bdi { (clean(assessor)) } } }
        }
        @if !answer.unchecked.is_empty() { small { (answer.unchecked.len()) " could not be checked" } }
    }
}

/// What an application is called: by its sender's name, or by a number that says nothing.
pub(super) fn called(application: &Application) -> String {
    let person = application.person.as_ref();
    called_by(&application.id, person.map(|person| person.name.as_str()))
}

pub(super) fn called_by(id: &str, name: Option<&str>) -> String {
    match name.filter(|name| !name.is_empty()) {
        Some(name) => name.to_owned(),
        None => format!("Application {}", short(id)),
    }
}
