//! `GET` and `POST /competencies/ID/rubric`: the issuer's part.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use touchstone_service::competency::{
    CompetencyError, RubricLevel, RubricOrder, competency, draft_rubric as draft,
};
use touchstone_service::operations::Permission;

use super::version::task_list;
use crate::ApiError;
use crate::pages::desk::trail;
use crate::signed_in::{Fields, Posted, SignedIn};
use crate::state::Web;
use crate::templates::{Control, Field, Problem, error_summary, field};
use crate::text::sentence;

/// The form, as the latest version fills it.
pub async fn ask(
    State(web): State<Web>,
    by: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    by.may(Permission::Define)?;
    page(&web, &by, &id, None, &[]).await
}

/// Writes the next version.
pub async fn draft_rubric(
    State(web): State<Web>,
    Path(id): Path<String>,
    posted: Posted,
) -> Result<Response, ApiError> {
    posted.by.may(Permission::Define)?;
    let fields = &posted.fields;
    let order = RubricOrder {
        tenant: posted.by.tenant().clone(),
        actor: posted.by.member.id.clone(),
        competency: id.clone(),
        seen: fields.text("seen").parse().unwrap_or_default(),
        required_level: fields.text("required_level").parse().unwrap_or_default(),
        levels: levels(fields),
        why: fields.text("why").to_owned(),
    };
    let error = match draft(&web.world, &order).await {
        Ok(_) => return Ok(Redirect::to(&format!("/competencies/{id}")).into_response()),
        Err(error @ (CompetencyError::NoSuchCompetency | CompetencyError::Store(_))) => {
            return Err(error.into());
        }
        Err(error) => error,
    };
    let field = match error {
        CompetencyError::LevelName(place) => format!("level_name-{place}"),
        CompetencyError::LevelDescription(place) => format!("level_description-{place}"),
        CompetencyError::LevelExamples(place) => format!("level_examples-{place}"),
        CompetencyError::RequiredLevel => "required_level".to_owned(),
        CompetencyError::Why => "why".to_owned(),
        _ => "level_name-1".to_owned(),
    };
    let problem = Problem {
        field,
        words: sentence(&error.to_string()),
    };
    page(&web, &posted.by, &id, Some(fields), &[problem]).await
}

/// The levels that say something, in their order.
fn levels(fields: &Fields) -> Vec<RubricLevel> {
    let mut examples = fields.all("level_examples");
    let named = fields
        .all("level_name")
        .zip(fields.all("level_description"));
    let levels = named.map(|(name, description)| {
        let lines = examples.next().unwrap_or_default().lines().map(str::trim);
        let lines = lines.filter(|line| !line.is_empty());
        RubricLevel {
            name: name.to_owned(),
            description: description.to_owned(),
            examples: lines.map(str::to_owned).collect(),
        }
    });
    levels
        .filter(|level| *level != RubricLevel::default())
        .collect()
}

async fn page(
    web: &Web,
    by: &SignedIn,
    id: &str,
    said: Option<&Fields>,
    problems: &[Problem],
) -> Result<Response, ApiError> {
    let found = competency(&web.world, by.tenant(), id).await?;
    let found = found.ok_or_else(|| ApiError::not_found("competency_not_found"))?;
    let latest = found.versions.first();
    let latest = latest.ok_or_else(|| ApiError::not_found("version_not_found"))?;
    let (levels, required, seen) = match said {
        Some(said) => (
            levels(said),
            said.text("required_level").to_owned(),
            said.text("seen").to_owned(),
        ),
        None => {
            let rubric = latest.rubric.as_ref();
            let required = rubric.map_or(1, |rubric| rubric.required_level);
            let levels = rubric.map_or_else(Vec::new, |rubric| rubric.levels.clone());
            (levels, required.to_string(), latest.row.number.to_string())
        }
    };
    let error = |name: &str| {
        let found = problems.iter().find(|problem| problem.field == name);
        found.map(|problem| problem.words.as_str())
    };
    let room = levels.len().max(2) + 2;
    let empty = RubricLevel::default();
    let here = format!("/competencies/{id}");
    let main = html! {
        (trail(&[("/mappings", "Crosswalks"), ("/competencies", "Written together"), (&here, &found.summary.row.title)]))
        h1 { "The rubric" }
        p { "How well somebody does these tasks, level by level, lowest first. It becomes version " (latest.row.number + 1) ", on which everybody who takes part votes anew." }
        (task_list(&latest.tasks))
        (error_summary("It was not written", problems))
        (by.desk.form(&format!("{here}/rubric"), &html! {
            input type="hidden" name="seen" value=(seen);
            @for place in 0..room { (level(place + 1, levels.get(place).unwrap_or(&empty), &error)) }
            (field(&Field { name: "required_level", label: "Which level must be reached", hint: Some("Its number, counted from the lowest."), value: &required, error: error("required_level"), control: Control::Typed("number"), required: true, ..Field::default() }))
            (field(&Field { name: "why", label: "Why", hint: Some("What is new in it, and for what reason. Shown to everyone who takes part, and in the file of a release. Name no person."), value: said.map_or("", |said| said.text("why")), error: error("why"), control: Control::Lines(2), required: true, ..Field::default() }))
            p.acts { button.main { "Write the next version" } }
        }))
    };
    let status = match problems.is_empty() {
        true => StatusCode::OK,
        false => StatusCode::UNPROCESSABLE_ENTITY,
    };
    Ok((status, by.desk.page("The rubric", "/mappings", &main)).into_response())
}

fn level<'a>(
    place: usize,
    level: &RubricLevel,
    error: &impl Fn(&str) -> Option<&'a str>,
) -> Markup {
    let apart = place.to_string();
    let name = error(&format!("level_name-{place}"));
    let description = error(&format!("level_description-{place}"));
    let examples = error(&format!("level_examples-{place}"));
    let lines = level.examples.join("\n");
    html! { fieldset.level {
        legend { "Level " (place) }
        (field(&Field { name: "level_name", apart: Some(&apart), label: "Its name", value: &level.name, error: name, ..Field::default() }))
        (field(&Field { name: "level_description", apart: Some(&apart), label: "What can be seen", hint: Some("At this level, and not below it."), value: &level.description, error: description, control: Control::Lines(2), ..Field::default() }))
        (field(&Field { name: "level_examples", apart: Some(&apart), label: "Examples", hint: Some("One a line: what was seen of somebody at this level. Name no person."), value: &lines, error: examples, control: Control::Lines(2), ..Field::default() }))
    } }
}
