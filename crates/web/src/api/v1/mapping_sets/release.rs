//! `POST /api/v1/mapping-sets/ID/releases`

use axum::extract::{Path, State};
use axum::response::Response;
use serde::Serialize;
use touchstone_service::crosswalk::{self, Release};
use utoipa::ToSchema;

use super::Reason;
use crate::ApiError;
use crate::api::caller::Issue;
use crate::api::order::{Made, Order};
use crate::api::wire::time;
use crate::state::Web;

/// Releases the next version of a mapping set
///
/// In it stands what is agreed, and what people state in the file, or in the release that is still good, from which the set was taken. It is
/// signed, entered in the log, and never changes.
#[utoipa::path(
    post,
    path = "/api/v1/mapping-sets/{id}/releases",
    tag = "crosswalk",
    operation_id = "releaseMappingSet",
    security(("key" = ["issue"])),
    params(("id" = String, Path, description = "The set’s id")),
    request_body = Reason,
    responses(
        (status = 201, description = "It is released", body = Released),
        (status = 400, description = "`not_json`"),
        (status = 404, description = "`mapping_set_not_found`"),
        (status = 409, description = "`nothing_agreed`, `not_yours`, `released_in_between`, `no_signing_key`"),
        (status = 422, description = "`faulty_set`, `wrong_body`"),
    )
)]
pub(crate) async fn release(
    State(web): State<Web>,
    Path(set): Path<String>,
    order: Order<Issue>,
) -> Result<Response, ApiError> {
    let said: Reason = order.json_or_nothing()?;
    order
        .once(&web, async move |world, by| {
            let order = Release {
                tenant: by.tenant,
                actor: by.actor,
                set,
                why: said.why,
            };
            let released = crosswalk::release(&world, &order).await?;
            Ok(Made::new(Released {
                version: released.number,
                url: released.url,
                sha256: released.sha256,
                mappings: released.mappings,
                valid_until: time(released.valid_until),
            }))
        })
        .await
}

/// A version that was released.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = MappingReleased)]
pub(crate) struct Released {
    /// The version.
    version: i64,
    /// Where the file stands.
    url: String,
    /// SHA-256 of the file, in hex.
    sha256: String,
    /// How many mappings it has.
    mappings: i64,
    /// When the first of its agreements ends.
    valid_until: String,
}
