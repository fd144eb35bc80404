//! Tasks and skills of the institution's frameworks, found for what is being written. Nothing is inserted that nobody asked for: a
//! button looks, the page's script does as one types, and each thing found has a button that adds its line. Nothing is saved by any.

use std::time::Duration;

use maud::{Markup, html};
use tokio::time::timeout;
use touchstone_service::crosswalk::{self, Found, Statement};

use super::edit::Form;
use super::linked::{joined, linked};
use crate::ApiError;
use crate::signed_in::PostedFile;
use crate::state::Web;
use crate::templates::{Control, Field, field, icon};
use crate::text::clean;

/// What was looked for, and what was found.
#[derive(Clone, Debug, Default)]
pub struct Suggested {
    /// The words that were looked for; empty: what the person can do.
    pub words: String,
    /// What was found; `None` if nobody looked.
    pub found: Option<Vec<Suggestion>>,
}

/// A task or a skill that was found.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Suggestion {
    /// Its identifier.
    pub uri: String,
    /// What it is called.
    pub label: String,
    /// The framework with its version.
    pub framework: String,
    /// What it is: `task`, `skill`.
    pub kind: &'static str,
    /// Whether its line stands in the form.
    pub added: bool,
}

/// Whether a form was sent to look or to add, and not to save.
pub(super) fn asked(posted: &PostedFile) -> bool {
    posted.fields.ticked("find") || posted.fields.ticked("add")
}

/// The form with what was found, and with the line that was asked for.
pub(super) async fn answered(
    web: &Web,
    posted: &PostedFile,
    mut form: Form,
) -> Result<Form, ApiError> {
    let tenant = posted.by.tenant();
    if let Some(uri) = posted.fields.some("add")
        && !is_linked(&form, &uri)
        && let Some(found) = crosswalk::statement(&web.world, tenant, &uri).await?
    {
        if !form.alignment.is_empty() && !form.alignment.ends_with('\n') {
            form.alignment.push('\n');
        }
        form.alignment.push_str(&line(&found));
    }
    form.suggested = found(web, posted, &form).await?;
    Ok(form)
}

/// What is found for what stands in the form as it is typed: nothing where nobody wrote anything, nothing fits, or it takes too long. The
/// preview never waits or fails for it.
pub(super) async fn typed(web: &Web, posted: &PostedFile, form: &Form) -> Suggested {
    let words = posted.fields.text("find_words").to_owned();
    let mut suggested = Suggested { words, found: None };
    if written(form).is_empty() && suggested.words.is_empty() {
        return suggested;
    }
    match timeout(PATIENCE, found(web, posted, form)).await {
        Ok(Ok(looked)) => suggested.found = looked.found.filter(|all| !all.is_empty()),
        Ok(Err(error)) => tracing::warn!(?error, "no tasks could be suggested"),
        Err(_) => {}
    }
    suggested
}

async fn found(web: &Web, posted: &PostedFile, form: &Form) -> Result<Suggested, ApiError> {
    let (world, tenant) = (&web.world, posted.by.tenant());
    let words = posted.fields.text("find_words").to_owned();
    let found = match words.is_empty() {
        true => crosswalk::suggest_statements(world, tenant, &written(form), MOST).await?,
        false => crosswalk::find_statements(world, tenant, None, &words, MOST).await?,
    };
    let found = found.iter().map(|one| Suggestion {
        uri: one.statement.uri.clone(),
        label: clean(&one.statement.label).into_owned(),
        framework: one.framework_name(),
        kind: one.statement.kind.word(),
        added: is_linked(form, &one.statement.uri),
    });
    Ok(Suggested {
        found: Some(found.collect()),
        words,
    })
}

/// What it is about, where no words are looked for.
fn written(form: &Form) -> String {
    format!("{} {}", form.task, form.name).trim().to_owned()
}

/// Whether a line of the form links this very thing: another address may begin with this one.
fn is_linked(form: &Form, uri: &str) -> bool {
    linked(&form.alignment).iter().any(|one| one.url == uri)
}

/// The part of the form. It stands behind the button that saves, so that the key Enter in a field above it saves.
pub(super) fn part(action: &str, suggested: &Suggested) -> Markup {
    html! {
        section aria-labelledby="found" {
            h2 id="found" { "Tasks and skills to link" }
            p { "Looked up in the frameworks that your institution took in under Crosswalks. Nothing is linked unless you add it." }
            // With room for lines: the key Enter looks for nothing there, and saves nothing.
            (field(&Field { name: "find_words", label: "Look for", hint: Some("Empty: what the person can do, and the name."), value: &suggested.words, control: Control::Lines(1), ..Field::default() }))
            p.acts { button name="find" value="yes" formaction=(here(action)) formnovalidate { "Look" } }
            (list(action, suggested))
        }
    }
}

/// What was found: the part that the page's script replaces.
pub(super) fn list(action: &str, suggested: &Suggested) -> Markup {
    html! { div data-part="suggested" {
        @match suggested.found.as_deref() {
            None => {},
            Some([]) => p { "Nothing was found. Use other words, or take in a framework under " a href="/mappings" { "Crosswalks" } "." },
            Some(found) => ul { @for one in found { li {
                bdi { (one.label) } " " span.hint { (one.framework) ", " (one.kind) } " "
                @if one.added { span.hint { "is linked" } } @else {
                    button name="add" value=(one.uri) formaction=(here(action)) formnovalidate { (icon("file")) " Add" span.vh { ": " (one.label) } }
                }
            } } },
        }
    } }
}

/// Where its buttons send the form: the answer shows this part of it.
fn here(action: &str) -> String {
    format!("{action}#found")
}

/// The line of a statement.
fn line(found: &Found) -> String {
    let Statement {
        code, label, uri, ..
    } = &found.statement;
    let kind = match found.statement.kind.word() {
        "task" | "activity" => "ext:Task",
        _ => "ext:Skill",
    };
    let framework = found.framework_name();
    joined([
        &framework,
        code.as_deref().unwrap_or_default(),
        label,
        uri,
        kind,
    ])
}

const MOST: usize = 10;
/// An index that is not made yet takes longer; it is made all the same, and asked the next time.
const PATIENCE: Duration = Duration::from_secs(1);
