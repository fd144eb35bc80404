//! `POST /api/v1/roles/drafts`

use axum::extract::State;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use touchstone_service::crosswalk::{DraftRoleError, JobPart, JobWish, Need, draft_role};
use utoipa::ToSchema;

use crate::ApiError;
use crate::api::caller::Define;
use crate::api::order::{Made, Order};
use crate::state::Web;
use crate::text::sentence;

/// Reads a job posting into suggestions for a role
///
/// The posting is plain text, or schema.org JobPosting or JDX JobSchema+ as JSON-LD. Nothing is written: take what you mean into `POST /api/v1/roles`.
#[utoipa::path(
    post,
    path = "/api/v1/roles/drafts",
    tag = "roles",
    operation_id = "draftRole",
    security(("key" = ["define"])),
    request_body = Wanted,
    responses(
        (status = 200, description = "What the posting says, with the nearest tasks and skills", body = Draft),
        (status = 400, description = "`not_json`"),
        (status = 422, description = "`faulty_posting`, `wrong_body`"),
    )
)]
pub(crate) async fn draft(
    State(web): State<Web>,
    order: Order<Define>,
) -> Result<Response, ApiError> {
    let said: Wanted = order.json()?;
    order
        .once(&web, async move |world, by| {
            let read = draft_role(&world, &by.tenant, &said.posting).await;
            let read = read.map_err(|error| match error {
                DraftRoleError::Store(error) => error.into(),
                DraftRoleError::Posting(fault) => ApiError::unprocessable("faulty_posting")
                    .with_field("posting", sentence(&fault.to_string())),
            })?;
            let statements = read.statements.into_iter().map(|(statement, found)| {
                let suggestions = found.into_iter().map(|one| Suggestion {
                    framework: one.framework_name(),
                    id: one.statement.uri,
                    label: one.statement.label,
                });
                Statement {
                    part: part(statement.part),
                    wish: wish(statement.wish),
                    need: match statement.wish.need() {
                        Need::Must => "must",
                        Need::Nice => "nice",
                    },
                    text: statement.text,
                    suggestions: suggestions.collect(),
                }
            });
            Ok(Made::done(Draft {
                title: read.title,
                statements: statements.collect(),
            }))
        })
        .await
}

/// A posting.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = JobPostingWanted)]
pub(crate) struct Wanted {
    /// Plain text, JSON-LD, or a page with JSON-LD in it.
    #[schema(min_length = 1, max_length = 262144)]
    posting: String,
}

/// What a posting says.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RoleDraft)]
pub(crate) struct Draft {
    /// What the job is called; empty if it is not said.
    title: String,
    /// What is said of it.
    statements: Vec<Statement>,
}

/// One thing that a posting says.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RoleDraftStatement)]
pub(crate) struct Statement {
    /// The member of JobPosting in which it stands; `description` for text.
    part: &'static str,
    /// `required`, `preferred`, or `in_place` (an alternative or an equivalent, which may stand in place of something that is required). `required`
    /// also where the posting says nothing of it.
    wish: &'static str,
    /// What that comes to for a task of a role: `must` or `nice`.
    need: &'static str,
    /// In words.
    text: String,
    /// What is nearest in your frameworks.
    suggestions: Vec<Suggestion>,
}

/// A task or a skill.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RoleDraftSuggestion)]
pub(crate) struct Suggestion {
    /// Its identifier.
    id: String,
    /// In words.
    label: String,
    /// The framework with its version.
    framework: String,
}

fn part(part: JobPart) -> &'static str {
    match part {
        JobPart::Responsibilities => "responsibilities",
        JobPart::Qualifications => "qualifications",
        JobPart::Skills => "skills",
        JobPart::EducationRequirements => "educationRequirements",
        JobPart::ExperienceRequirements => "experienceRequirements",
        JobPart::Description => "description",
    }
}

fn wish(wish: JobWish) -> &'static str {
    match wish {
        JobWish::Required => "required",
        JobWish::Preferred => "preferred",
        JobWish::InPlace => "in_place",
    }
}
