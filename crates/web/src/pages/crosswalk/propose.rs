//! `GET` and `POST /mappings/ID/propose`: a form that finds both sides in the institution's frameworks.

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use serde::Deserialize;
use touchstone_service::crosswalk::{
    self, Found, FoundBy, MappingError, Place, Proposal, SetDetail, find_statements,
};
use touchstone_service::issuing::achievements;
use touchstone_service::operations::Permission;

use super::{find, words};
use crate::ApiError;
use crate::pages::desk::{Desk, trail};
use crate::signed_in::{Posted, SignedIn};
use crate::state::Web;
use crate::templates::{Control, Field, Problem, error_summary, field, icon, option};
use crate::text::{clean, in_query, sentence};

/// What stands in the form, and what is looked for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Said {
    subject: String,
    subject_label: String,
    object: String,
    object_label: String,
    relation: String,
    negated: String,
    confidence: String,
    comment: String,
    /// Words to look for in the frameworks.
    q: String,
}

/// The form.
pub async fn ask(
    State(web): State<Web>,
    by: SignedIn,
    Path(set): Path<String>,
    Query(said): Query<Said>,
) -> Result<Response, ApiError> {
    by.may(Permission::Define)?;
    page(&web, &by, &set, &said, &[]).await
}

/// Proposes what the form says.
pub async fn propose(
    State(web): State<Web>,
    Path(set): Path<String>,
    posted: Posted,
) -> Result<Response, ApiError> {
    posted.by.may(Permission::Define)?;
    let text = |name: &str| posted.fields.text(name).to_owned();
    let said = Said {
        subject: text("subject"),
        subject_label: text("subject_label"),
        object: text("object"),
        object_label: text("object_label"),
        relation: text("relation"),
        negated: text("negated"),
        confidence: text("confidence"),
        comment: text("comment"),
        q: String::new(),
    };
    let Some(relation) = words::chosen(&said.relation) else {
        let problem = Problem {
            field: "relation".into(),
            words: "Say how the two are related.".into(),
        };
        return page(&web, &posted.by, &set, &said, &[problem]).await;
    };
    let order = Proposal {
        tenant: posted.by.tenant().clone(),
        actor: posted.by.member.id.clone(),
        set: set.clone(),
        subject: said.subject.clone(),
        subject_label: said.subject_label.clone(),
        relation,
        negated: !said.negated.is_empty(),
        object: said.object.clone(),
        object_label: said.object_label.clone(),
        confidence: said.confidence.clone(),
        comment: said.comment.clone(),
        found_by: FoundBy::Person,
    };
    let problems = match crosswalk::propose(&web.world, &order).await {
        Ok(id) => return Ok(Redirect::to(&format!("/mappings/{set}/{id}")).into_response()),
        Err(error @ (MappingError::NoSuchSet | MappingError::Store(_))) => {
            return Err(error.into());
        }
        Err(error) => told(&error),
    };
    page(&web, &posted.by, &set, &said, &problems).await
}

fn told(error: &MappingError) -> Vec<Problem> {
    let problem = |field: &str, words: &str| Problem {
        field: field.to_owned(),
        words: sentence(words),
    };
    match error {
        MappingError::Faulty(faults) => faults
            .iter()
            .map(|fault| problem(place(&fault.at), &fault.reason.to_string()))
            .collect(),
        MappingError::Comment => vec![problem("comment", &error.to_string())],
        MappingError::SubjectLabel => vec![problem("subject_label", &error.to_string())],
        MappingError::ObjectLabel => vec![problem("object_label", &error.to_string())],
        _ => vec![problem("object", &error.to_string())],
    }
}

/// The field of the form from which a slot of a mapping comes.
fn place(at: &Place) -> &'static str {
    let (Place::Line(_, slot) | Place::Record(_, slot) | Place::Set(slot)) = at;
    match slot.as_deref() {
        Some("subject_id" | "subject_type") => "subject",
        Some("subject_label") => "subject_label",
        Some("object_label") => "object_label",
        Some("predicate_id") => "relation",
        Some("predicate_modifier") => "negated-yes",
        Some("confidence") => "confidence",
        Some("comment") => "comment",
        _ => "object",
    }
}

async fn page(
    web: &Web,
    by: &SignedIn,
    set: &str,
    said: &Said,
    problems: &[Problem],
) -> Result<Response, ApiError> {
    let detail = find(web, by, set).await?;
    let found = match said.q.trim() {
        "" => Vec::new(),
        words => find_statements(&web.world, by.tenant(), None, words, MOST).await?,
    };
    let own = achievements(&web.world, by.tenant()).await?.into_iter();
    let own: Vec<(String, String)> = own
        .map(|one| {
            let path = format!("/i/{}/a/{}", by.desk.slug, one.achievement.slug);
            (web.world.site.link(&path), one.definition.name)
        })
        .collect();
    let main = show(&by.desk, &detail, said, &found, &own, problems);
    let status = match problems.is_empty() {
        true => StatusCode::OK,
        false => StatusCode::UNPROCESSABLE_ENTITY,
    };
    Ok((
        status,
        by.desk.page("Propose a mapping", "/mappings", &main),
    )
        .into_response())
}

fn show(
    desk: &Desk,
    detail: &SetDetail,
    said: &Said,
    found: &[Found],
    own: &[(String, String)],
    problems: &[Problem],
) -> Markup {
    let set = format!("/mappings/{}", detail.summary.set.id);
    let here = format!("{set}/propose");
    let error = |name: &str| {
        let found = problems.iter().find(|problem| problem.field == name);
        found.map(|problem| problem.words.as_str())
    };
    let line = |name, label, hint, value, required| {
        field(&Field {
            name,
            label,
            hint,
            value,
            error: error(name),
            required,
            ..Field::default()
        })
    };
    html! {
        (trail(&[("/mappings", "Crosswalks"), (&set, &detail.summary.set.title)]))
        h1 { "Propose a mapping" }
        (error_summary("It was not proposed", problems))
        form method="get" action=(here) {
            (kept(said))
            (field(&Field { name: "q", label: "Look for a task or a skill", hint: Some("In the frameworks that your institution took in."), value: &said.q, ..Field::default() }))
            p.acts { button { "Look" } }
        }
        @if !said.q.trim().is_empty() { (results(&here, said, found)) }
        @if said.subject.is_empty() && !own.is_empty() { details {
            summary { "Take one of your achievements" }
            ul { @for (iri, name) in own { li { a href=(with_side(&here, said, "subject", iri, name)) { bdi { (name) } span.vh { ": as this" } } } } }
        } }
        (desk.form(&here, &html! {
            (line("subject", "This", Some("Its address, as its framework gives it."), &said.subject, true))
            (line("subject_label", "What it is called", None, &said.subject_label, false))
            (field(&Field { name: "relation", label: "Relation", value: &said.relation, control: Control::Choice(&words::RELATIONS), required: true, ..Field::default() }))
            (option("checkbox", "negated", "yes", &html! { "It is stated that this does not hold" }, !said.negated.is_empty()))
            (line("object", "That", Some("Its address."), &said.object, true))
            (line("object_label", "What that is called", None, &said.object_label, false))
            (line("confidence", "How sure you are", Some("From 0 to 1; may be left empty."), &said.confidence, false))
            (field(&Field { name: "comment", label: "Why", hint: Some("What at the work makes them the same, or not."), value: &said.comment, error: error("comment"), control: Control::Lines(3), ..Field::default() }))
            p.acts { button.main { "Propose" } }
        }))
    }
}

fn results(here: &str, said: &Said, found: &[Found]) -> Markup {
    html! { section aria-label="Found" {
        h2 { "Found" }
        @if found.is_empty() { p { "Nothing has these words. Try fewer, or take in a framework under Crosswalks." } }
        ul { @for one in found { li {
            bdi { (clean(&one.statement.label)) } " " span.hint { (one.framework_name()) ", " (one.statement.kind.word()) } " "
            a href=(with_side(here, said, "subject", &one.statement.uri, &one.statement.label)) { (icon("file")) " Take as this" span.vh { ": " (clean(&one.statement.label)) } } " "
            a href=(with_side(here, said, "object", &one.statement.uri, &one.statement.label)) { (icon("file")) " Take as that" span.vh { ": " (clean(&one.statement.label)) } }
        } } }
    } }
}

/// The form again, with one side chosen.
fn with_side(here: &str, said: &Said, side: &str, iri: &str, label: &str) -> String {
    // What a framework's file calls it is not typed, and has to be fit to be sent.
    let (mut said, label) = (said.clone(), clean(label));
    match side {
        "subject" => (said.subject, said.subject_label) = (iri.to_owned(), label.into_owned()),
        _ => (said.object, said.object_label) = (iri.to_owned(), label.into_owned()),
    }
    let pairs = fields(&said).map(|(name, value)| format!("{name}={}", in_query(value)));
    format!("{here}?{}", pairs.join("&"))
}

fn kept(said: &Said) -> Markup {
    html! { @for (name, value) in fields(said) { @if !value.is_empty() { input type="hidden" name=(name) value=(value); } } }
}

fn fields(said: &Said) -> [(&'static str, &str); 8] {
    [
        ("subject", &said.subject),
        ("subject_label", &said.subject_label),
        ("object", &said.object),
        ("object_label", &said.object_label),
        ("relation", &said.relation),
        ("negated", &said.negated),
        ("confidence", &said.confidence),
        ("comment", &said.comment),
    ]
}

const MOST: usize = 12;
