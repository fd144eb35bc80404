//! `POST /api/v1/competencies/ID/versions/VERSION/conflicts`

use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;
use touchstone_service::competency::{self, DeclaredConflict};
use utoipa::ToSchema;

use super::{Stands, number};
use crate::ApiError;
use crate::api::caller::Issue;
use crate::api::order::{Made, Order};
use crate::state::Web;

/// Declares a conflict of interest in a version
///
/// The key that declares it and whoever made it have no vote on this version in this round, and what they voted before no longer counts.
/// Another reviewer of your institution may still vote for it. Everybody who takes part sees what was declared.
#[utoipa::path(
    post,
    path = "/api/v1/competencies/{id}/versions/{version}/conflicts",
    tag = "competencies",
    operation_id = "declareCompetencyConflict",
    security(("key" = ["issue"])),
    params(
        ("id" = String, Path, description = "The competency’s id"),
        ("version" = i64, Path, description = "The version’s number"),
    ),
    request_body = Wanted,
    responses(
        (status = 201, description = "It is declared; how the version stands now", body = Stands),
        (status = 400, description = "`not_json`"),
        (status = 404, description = "`competency_not_found`, `version_not_found`, `mapping_set_not_found`"),
        (status = 409, description = "`not_joined`, `domain_not_shown`, `same_domain`, `no_rubric`, `other_round`, `agreement_ended`, `declared_before`"),
        (status = 422, description = "`faulty_competency`, `wrong_body`"),
    )
)]
pub(crate) async fn declare_conflict(
    State(web): State<Web>,
    Path((competency, version)): Path<(String, String)>,
    order: Order<Issue>,
) -> Result<Response, ApiError> {
    let version = number(&version)?;
    let said: Wanted = order.json()?;
    order
        .once(&web, async move |world, by| {
            let order = DeclaredConflict {
                tenant: by.tenant,
                actor: by.actor,
                competency,
                version,
                round: said.round,
                comment: said.comment,
            };
            let declared = competency::declare_conflict(&world, &order).await?;
            Ok(Made::new(Stands::of(&declared)))
        })
        .await
}

/// A declaration.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CompetencyConflictWanted)]
pub(crate) struct Wanted {
    /// The round that was looked at.
    round: i64,
    /// In what it lies; a declaration has to say so.
    #[serde(default)]
    #[schema(required = true, min_length = 1, max_length = 2000)]
    comment: String,
}
