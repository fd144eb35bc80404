//! `POST /api/v1/competencies/ID/versions/VERSION/comments`

use axum::extract::{Path, State};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use touchstone_service::competency;
use utoipa::ToSchema;

use super::number;
use crate::ApiError;
use crate::api::caller::Issue;
use crate::api::order::{Made, Order};
use crate::state::Web;

/// Says something of a version, to everybody who takes part
#[utoipa::path(
    post,
    path = "/api/v1/competencies/{id}/versions/{version}/comments",
    tag = "competencies",
    operation_id = "commentOnCompetency",
    security(("key" = ["issue"])),
    params(
        ("id" = String, Path, description = "The competency’s id"),
        ("version" = i64, Path, description = "The version’s number"),
    ),
    request_body = Wanted,
    responses(
        (status = 201, description = "It is written down", body = Said),
        (status = 400, description = "`not_json`"),
        (status = 404, description = "`competency_not_found`, `version_not_found`, `mapping_set_not_found`"),
        (status = 409, description = "`not_joined`, `domain_not_shown`, `same_domain`"),
        (status = 422, description = "`faulty_competency`, `wrong_body`"),
    )
)]
pub(crate) async fn comment(
    State(web): State<Web>,
    Path((competency, version)): Path<(String, String)>,
    order: Order<Issue>,
) -> Result<Response, ApiError> {
    let version = number(&version)?;
    let said: Wanted = order.json()?;
    order
        .once(&web, async move |world, by| {
            let order = competency::Comment {
                tenant: by.tenant,
                actor: by.actor,
                competency,
                version,
                said: said.comment,
                drawn: None,
            };
            competency::comment(&world, &order).await?;
            Ok(Made::new(Said {
                competency: order.competency,
                version,
            }))
        })
        .await
}

/// A comment.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CompetencyCommentWanted)]
pub(crate) struct Wanted {
    /// What is said.
    #[schema(min_length = 1, max_length = 2000)]
    comment: String,
}

/// Of what something was said.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CompetencySaid)]
pub(crate) struct Said {
    /// The competency’s id.
    competency: String,
    /// The version.
    version: i64,
}
