//! `POST /api/v1/mapping-sets/ID/mappings/MAPPING/conflicts`

use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;
use touchstone_service::crosswalk::{self, DeclaredConflict};
use utoipa::ToSchema;

use super::mappings::VoteTally;
use super::vote::Voted;
use crate::ApiError;
use crate::api::caller::Issue;
use crate::api::order::{Made, Order};
use crate::state::Web;

/// Declares a conflict of interest in a mapping
///
/// The key that declares it and whoever made it have no vote on this mapping in this round, and what they voted before no longer counts.
/// Another reviewer of your institution may still vote for it. Everybody who takes part sees what was declared.
#[utoipa::path(
    post,
    path = "/api/v1/mapping-sets/{id}/mappings/{mapping}/conflicts",
    tag = "crosswalk",
    operation_id = "declareMappingConflict",
    security(("key" = ["issue"])),
    params(
        ("id" = String, Path, description = "The set’s id"),
        ("mapping" = String, Path, description = "The mapping’s id"),
    ),
    request_body = Wanted,
    responses(
        (status = 201, description = "It is declared; how the mapping stands now", body = Voted),
        (status = 400, description = "`not_json`"),
        (status = 404, description = "`mapping_set_not_found`, `mapping_not_found`"),
        (status = 409, description = "`not_joined`, `domain_not_shown`, `same_domain`, `other_round`, `agreement_ended`, `declared_before`, `mapping_withdrawn`"),
        (status = 422, description = "`faulty_mapping`, `wrong_body`"),
    )
)]
pub(crate) async fn declare_conflict(
    State(web): State<Web>,
    Path((set, mapping)): Path<(String, String)>,
    order: Order<Issue>,
) -> Result<Response, ApiError> {
    let said: Wanted = order.json()?;
    order
        .once(&web, async move |world, by| {
            let order = DeclaredConflict {
                tenant: by.tenant,
                actor: by.actor,
                set,
                mapping,
                round: said.round,
                comment: said.comment,
            };
            let declared = crosswalk::declare_conflict(&world, &order).await?;
            Ok(Made::new(Voted {
                state: declared.state.as_str(),
                tally: VoteTally::of(&declared.tally),
            }))
        })
        .await
}

/// A declaration.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = MappingConflictWanted)]
pub(crate) struct Wanted {
    /// The round that was looked at.
    round: i64,
    /// In what it lies; a declaration has to say so.
    #[serde(default)]
    #[schema(required = true, min_length = 1, max_length = 2000)]
    comment: String,
}
