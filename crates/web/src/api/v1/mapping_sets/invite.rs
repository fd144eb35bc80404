//! `POST /api/v1/mapping-sets/ID/parties`

use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;
use touchstone_service::crosswalk::{self, InvitedParty};
use utoipa::ToSchema;

use super::Id;
use crate::ApiError;
use crate::api::caller::Administer;
use crate::api::order::{Made, Order};
use crate::state::Web;

/// Asks another institution to take part
#[utoipa::path(
    post,
    path = "/api/v1/mapping-sets/{id}/parties",
    tag = "crosswalk",
    operation_id = "inviteToMappingSet",
    security(("key" = ["administer"])),
    params(("id" = String, Path, description = "The set’s id")),
    request_body = Wanted,
    responses(
        (status = 200, description = "It is asked", body = Id),
        (status = 400, description = "`not_json`"),
        (status = 404, description = "`mapping_set_not_found`"),
        (status = 409, description = "`not_yours`, `asked_before`"),
        (status = 422, description = "`unknown_institution`, `faulty_set`, `wrong_body`"),
    )
)]
pub(crate) async fn invite(
    State(web): State<Web>,
    Path(set): Path<String>,
    order: Order<Administer>,
) -> Result<Response, ApiError> {
    let said: Wanted = order.json()?;
    order
        .once(&web, async move |world, by| {
            let order = InvitedParty {
                tenant: by.tenant,
                actor: by.actor,
                set,
                institution: said.institution,
                why: said.why,
            };
            crosswalk::invite(&world, &order).await?;
            Ok(Made::done(Id { id: order.set }))
        })
        .await
}

/// Who is asked.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = MappingPartyWanted)]
pub(crate) struct Wanted {
    /// The institution’s short name.
    institution: String,
    /// Why it is asked.
    #[serde(default)]
    #[schema(required = true, min_length = 1, max_length = 2000)]
    why: String,
}
