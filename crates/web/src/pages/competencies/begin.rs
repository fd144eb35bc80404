//! `GET /competencies/new` and `POST /competencies`: beginning one.

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::html;
use serde::Deserialize;
use touchstone_service::competency::{CompetencyBeginning, CompetencyError, begin_competency};
use touchstone_service::crosswalk::{roles, set, sets};
use touchstone_service::operations::Permission;

use crate::ApiError;
use crate::pages::crosswalk::no_vote;
use crate::pages::desk::{nothing, trail};
use crate::signed_in::{Fields, Posted, SignedIn};
use crate::state::Web;
use crate::templates::{Control, Field, Problem, error_summary, field};
use crate::text::sentence;

/// In which bloc.
#[derive(Clone, Debug, Deserialize)]
pub struct Asked {
    #[serde(default)]
    set: String,
}

/// The form.
pub async fn ask(
    State(web): State<Web>,
    by: SignedIn,
    Query(asked): Query<Asked>,
) -> Result<Response, ApiError> {
    by.may(Permission::Define)?;
    match asked.set.as_str() {
        "" => choose(&web, &by).await,
        set => page(&web, &by, set, &Fields::default(), &[]).await,
    }
}

/// Begins it and leads to it.
pub async fn begin(State(web): State<Web>, posted: Posted) -> Result<Response, ApiError> {
    posted.by.may(Permission::Define)?;
    let fields = &posted.fields;
    let order = CompetencyBeginning {
        tenant: posted.by.tenant().clone(),
        actor: posted.by.member.id.clone(),
        set: fields.text("set").to_owned(),
        role: fields.text("role").to_owned(),
        issuer: fields.text("issuer").to_owned(),
        slug: fields.text("slug").to_owned(),
        title: fields.text("title").to_owned(),
        why: fields.text("why").to_owned(),
    };
    let error = match begin_competency(&web.world, &order).await {
        Ok(id) => return Ok(Redirect::to(&format!("/competencies/{id}")).into_response()),
        Err(error @ (CompetencyError::NoSuchSet | CompetencyError::Store(_))) => {
            return Err(error.into());
        }
        Err(error) => error,
    };
    let field = match error {
        CompetencyError::NoSuchRole => "role",
        CompetencyError::NoSuchIssuer => "issuer",
        CompetencyError::Slug(_) | CompetencyError::SlugTaken => "slug",
        CompetencyError::Why => "why",
        _ => "title",
    };
    let problem = Problem {
        field: field.to_owned(),
        words: sentence(&error.to_string()),
    };
    page(&web, &posted.by, &order.set, fields, &[problem]).await
}

/// In which bloc it is begun, where none was named.
async fn choose(web: &Web, by: &SignedIn) -> Result<Response, ApiError> {
    let blocs = sets(&web.world, by.tenant()).await?;
    let joined: Vec<_> = blocs.iter().filter(|one| one.joined).collect();
    let main = html! {
        (trail(&[("/mappings", "Crosswalks"), ("/competencies", "Written together")]))
        h1 { "Begin a competency" }
        @if joined.is_empty() { (nothing("Your organization takes part in no mapping set yet. Those who take part in one write and vote together.", Some(("/mappings", "Crosswalks")))) } @else {
            p { "Who takes part in the mapping set comments and votes." }
            ul { @for one in joined { li { a href={ "/competencies/new?set=" (one.set.id) } { bdi { (one.set.title) } } } } }
        }
    };
    Ok(by
        .desk
        .page("Begin a competency", "/mappings", &main)
        .into_response())
}

async fn page(
    web: &Web,
    by: &SignedIn,
    id: &str,
    said: &Fields,
    problems: &[Problem],
) -> Result<Response, ApiError> {
    let bloc = set(&web.world, by.tenant(), id).await?;
    let bloc = bloc.ok_or_else(|| ApiError::not_found("mapping_set_not_found"))?;
    let own = roles(&web.world, by.tenant()).await?;
    let choices: Vec<(&str, &str)> = own
        .iter()
        .map(|one| (one.row.id.as_str(), one.row.title.as_str()))
        .collect();
    let parties = bloc.parties.iter().filter(|one| one.has_vote);
    let parties: Vec<(&str, &str)> = parties
        .map(|one| (one.slug.as_str(), one.name.as_str()))
        .collect();
    let error = |name: &str| {
        let found = problems.iter().find(|problem| problem.field == name);
        found.map(|problem| problem.words.as_str())
    };
    let here = format!("/mappings/{id}");
    let main = html! {
        (trail(&[("/mappings", "Crosswalks"), (&here, &bloc.summary.set.title)]))
        h1 { "Begin a competency" }
        p { "Your organization drafts the tasks: those of one of its roles, as they are now. The issuer then drafts the rubric; everybody who takes part in " bdi { (bloc.summary.set.title) } " comments and votes." }
        (error_summary("It was not begun", problems))
        @if bloc.summary.joined && !bloc.has_vote { (no_vote()) } @else if own.is_empty() { (nothing("Your organization has described no role yet.", Some(("/roles/new", "Describe a role")))) } @else {
            (by.desk.form("/competencies", &html! {
                input type="hidden" name="set" value=(id);
                (field(&Field { name: "title", label: "Title", hint: Some("What somebody can do who has it."), value: said.text("title"), error: error("title"), required: true, ..Field::default() }))
                (field(&Field { name: "role", label: "The role whose tasks are written down", value: said.text("role"), error: error("role"), control: Control::Choice(&choices), required: true, ..Field::default() }))
                (field(&Field { name: "issuer", label: "Who drafts the rubric and issues", value: said.text("issuer"), error: error("issuer"), control: Control::Choice(&parties), required: true, ..Field::default() }))
                (field(&Field { name: "slug", label: "Short name in addresses", hint: Some("Small letters, digits and hyphens. It never changes."), value: said.text("slug"), error: error("slug"), required: true, ..Field::default() }))
                (field(&Field { name: "why", label: "Why", hint: Some("Shown to everyone who takes part, and in the file of a release. Name no person."), value: said.text("why"), error: error("why"), control: Control::Lines(2), required: true, ..Field::default() }))
                p.acts { button.main { "Begin" } }
            }))
        }
    };
    let status = match problems.is_empty() {
        true => StatusCode::OK,
        false => StatusCode::UNPROCESSABLE_ENTITY,
    };
    Ok((
        status,
        by.desk.page("Begin a competency", "/mappings", &main),
    )
        .into_response())
}
