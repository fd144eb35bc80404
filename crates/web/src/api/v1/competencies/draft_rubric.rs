//! `POST /api/v1/competencies/ID/rubric`

use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;
use touchstone_service::competency::{self, RubricLevel, RubricOrder};
use utoipa::ToSchema;

use super::{Drafted, Level};
use crate::ApiError;
use crate::api::caller::Define;
use crate::api::order::{Made, Order};
use crate::state::Web;

/// Drafts the rubric: the issuer’s part
///
/// It is the next version, with the tasks as they were, and is voted on anew.
#[utoipa::path(
    post,
    path = "/api/v1/competencies/{id}/rubric",
    tag = "competencies",
    operation_id = "draftCompetencyRubric",
    security(("key" = ["define"])),
    params(("id" = String, Path, description = "The competency’s id")),
    request_body = Wanted,
    responses(
        (status = 201, description = "The next version", body = Drafted),
        (status = 400, description = "`not_json`"),
        (status = 404, description = "`competency_not_found`, `mapping_set_not_found`"),
        (status = 409, description = "`not_joined`, `domain_not_shown`, `same_domain`, `not_yours`, `written_in_between`, `unchanged`"),
        (status = 422, description = "`faulty_competency`, `wrong_body`"),
    )
)]
pub(crate) async fn draft_rubric(
    State(web): State<Web>,
    Path(competency): Path<String>,
    order: Order<Define>,
) -> Result<Response, ApiError> {
    let said: Wanted = order.json()?;
    order
        .once(&web, async move |world, by| {
            let levels = said.levels.into_iter().map(|level| RubricLevel {
                name: level.name,
                description: level.description,
                examples: level.examples,
            });
            let order = RubricOrder {
                tenant: by.tenant,
                actor: by.actor,
                competency,
                seen: said.seen,
                required_level: said.required_level,
                levels: levels.collect(),
                why: said.why,
            };
            let version = competency::draft_rubric(&world, &order).await?;
            Ok(Made::new(Drafted { version }))
        })
        .await
}

/// A rubric to be drafted.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = CompetencyRubricWanted)]
pub(crate) struct Wanted {
    /// The latest version that was looked at.
    seen: i64,
    /// The level that must be reached, counted from 1.
    #[schema(minimum = 1, maximum = 20)]
    required_level: u32,
    /// 2 to 20 levels, lowest first.
    levels: Vec<Level>,
    /// Why.
    #[schema(min_length = 1, max_length = 2000)]
    why: String,
}
