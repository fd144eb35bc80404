//! `POST /api/v1/competencies/ID/versions/VERSION/pilot`

use axum::extract::{Path, State};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use touchstone_service::competency::{self, Pilot};
use utoipa::ToSchema;

use super::number;
use crate::ApiError;
use crate::api::caller::Define;
use crate::api::order::{Made, Order};
use crate::state::Web;

/// Tries a version out: makes an achievement that says that it is a pilot, and until when it is issued
#[utoipa::path(
    post,
    path = "/api/v1/competencies/{id}/versions/{version}/pilot",
    tag = "competencies",
    operation_id = "beginCompetencyPilot",
    security(("key" = ["define"])),
    params(
        ("id" = String, Path, description = "The competency’s id"),
        ("version" = i64, Path, description = "The version’s number"),
    ),
    request_body = Wanted,
    responses(
        (status = 201, description = "The achievement", body = Begun),
        (status = 400, description = "`not_json`"),
        (status = 404, description = "`competency_not_found`, `version_not_found`, `mapping_set_not_found`"),
        (status = 409, description = "`not_joined`, `domain_not_shown`, `same_domain`, `not_yours`, `no_rubric`, `pilot_begun`, `version_refused`, `slug_taken`"),
        (status = 422, description = "`faulty_pilot`, `faulty_competency`, `faulty_definition`, `wrong_body`"),
    )
)]
pub(crate) async fn begin_pilot(
    State(web): State<Web>,
    Path((competency, version)): Path<(String, String)>,
    order: Order<Define>,
) -> Result<Response, ApiError> {
    let version = number(&version)?;
    let said: Wanted = order.json()?;
    order
        .once(&web, async move |world, by| {
            let order = Pilot {
                tenant: by.tenant,
                actor: by.actor,
                competency,
                version,
                slug: said.slug,
                description: said.description,
                assessment_method: said.assessment_method,
                language: said.language,
                until: said.until,
                why: said.why,
            };
            let achievement = competency::begin_pilot(&world, &order).await?;
            Ok(Made::new(Begun { achievement }))
        })
        .await
}

/// A pilot to be begun.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = CompetencyPilotWanted)]
pub(crate) struct Wanted {
    /// The short name of the achievement that is made.
    #[schema(
        min_length = 1,
        max_length = 64,
        pattern = "^[a-z0-9]([a-z0-9-]*[a-z0-9])?$"
    )]
    slug: String,
    /// What a person who earned it can do, in a sentence.
    #[schema(min_length = 1, max_length = 2000)]
    description: String,
    /// How it is assessed.
    #[schema(min_length = 1, max_length = 4000)]
    assessment_method: String,
    /// The language of its texts.
    #[schema(example = "en")]
    language: String,
    /// The last day on which it is issued.
    #[schema(example = "2026-12-31")]
    until: String,
    /// Why it is tried out.
    #[schema(min_length = 1, max_length = 2000)]
    why: String,
}

/// A pilot that was begun.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CompetencyPilotBegun)]
pub(crate) struct Begun {
    /// The achievement with which the version is tried out, by id.
    achievement: String,
}
