//! `GET /mappings/frameworks/ID`: a version of a framework, what it says otherwise than the one before, and for whom.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use touchstone_service::crosswalk::{
    ChangedStatement, Concern, FrameworkChanges, framework_changes,
};
use touchstone_service::operations::Permission;

use super::write_framework;
use crate::ApiError;
use crate::pages::desk::{nothing, trail};
use crate::signed_in::SignedIn;
use crate::state::Web;
use crate::templates::{Column, day_text, fact, facts, ledger, moment};
use crate::text::clean;

/// One version.
pub async fn framework(
    State(web): State<Web>,
    by: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    by.may(Permission::Read)?;
    let found = framework_changes(&web.world, by.tenant(), &id).await?;
    let found = found.ok_or_else(|| ApiError::not_found("framework_not_found"))?;
    let page = by
        .desk
        .page(&found.framework.title, "/mappings", &show(&found));
    Ok(page.into_response())
}

fn show(found: &FrameworkChanges) -> Markup {
    let one = &found.framework;
    html! {
        (trail(&[("/mappings", "Crosswalks")]))
        h1 { bdi { (one.title) } }
        (facts(&html! {
            (fact("Identifier", &html! { code { (one.uri) } }))
            (fact("Version", &html! { @if one.version.is_empty() { "Not said" } @else { (one.version) } }))
            (fact("Statements", &html! { (one.statements) }))
            (fact("Taken in", &html! { (day_text(moment(one.taken_at))) }))
            (fact("Fingerprint", &html! { code { (one.sha256) } }))
            (fact("For other systems", &write_framework::links(&one.id, &one.form)))
        }))
        h2 { "What it says otherwise" }
        @match &found.before {
            None => (nothing("It is the first version that was taken in.", None)),
            Some(before) => {
                p {
                    "Compared with " @if before.version.is_empty() { "the version before" } @else { "version " (before.version) } ", taken in on " (day_text(moment(before.taken_at))) ": "
                    (found.added) " new, " (found.statements.len() + found.more) " gone or said otherwise. What was released and issued before stays as it was."
                }
                @if !found.statements.is_empty() { (table(found)) }
                @if found.more > 0 { p { "And " (found.more) " more." } }
            }
        }
    }
}

fn table(found: &FrameworkChanges) -> Markup {
    ledger(
        "What concerns you first",
        [
            Column::words("Statement"),
            Column::words("What changed"),
            Column::words("What is about it here"),
        ],
        found.statements.iter().map(|one| {
            [
                html! { bdi { (clean(&one.label)) } small { code { (one.uri) } } },
                changed(one),
                html! { @if one.concerns.is_empty() { "Nothing" } @else { ul { @for concern in &one.concerns { li { (told(concern)) } } @if one.more_concerns > 0 { li { "and " (one.more_concerns) " more" } } } } },
            ]
        }),
    )
}

fn changed(one: &ChangedStatement) -> Markup {
    html! {
        @match &one.fields {
            None => {
                "Gone"
                @if let Some(successor) = &one.successor { "; what may take its place: " code { (successor) } }
            }
            Some(fields) => {
                @for field in fields {
                    p {
                        (field_words(field.field)) ": "
                        @if field.before.is_empty() { "nothing was said" } @else { "“" bdi { (clean(&field.before.join("; "))) } "”" }
                        @if field.after.is_empty() { ", and is no longer said" } @else { ", and now “" bdi { (clean(&field.after.join("; "))) } "”" }
                    }
                }
            }
        }
    }
}

/// What a field of a statement is called.
fn field_words(field: &str) -> &str {
    match field {
        "label" => "What it says",
        "code" => "Its code",
        "kind" => "Its kind",
        "description" => "Its description",
        "alternates" => "Other words for it",
        "keywords" => "Its keywords",
        "parents" => "What it belongs to",
        "links" => "What it is linked to",
        other => other,
    }
}

fn told(concern: &Concern) -> Markup {
    html! { @match concern {
        Concern::Achievement { id, name } => { "The achievement " a href={ "/achievements/" (id) } { bdi { (name) } } }
        Concern::Mapping { set, id, title } => { "A mapping of " a href={ "/mappings/" (set) "/" (id) } { bdi { (title) } } }
        Concern::Role { id, title } => { "The role " a href={ "/roles/" (id) } { bdi { (title) } } }
    } }
}
