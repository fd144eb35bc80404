//! `POST /api/v1/competencies/ID/versions/VERSION/releases`

use axum::extract::{Path, State};
use axum::response::Response;
use serde::Serialize;
use touchstone_service::competency::{self, Release};
use utoipa::ToSchema;

use super::{Why, number};
use crate::ApiError;
use crate::api::caller::Issue;
use crate::api::order::{Made, Order};
use crate::api::wire::time;
use crate::state::Web;

/// Releases a version that the votes agree with
///
/// It is signed, entered in the log, and never changes.
#[utoipa::path(
    post,
    path = "/api/v1/competencies/{id}/versions/{version}/releases",
    tag = "competencies",
    operation_id = "releaseCompetency",
    security(("key" = ["issue"])),
    params(
        ("id" = String, Path, description = "The competency’s id"),
        ("version" = i64, Path, description = "The version’s number"),
    ),
    request_body = Why,
    responses(
        (status = 201, description = "It is released", body = Released),
        (status = 400, description = "`not_json`"),
        (status = 404, description = "`competency_not_found`, `version_not_found`, `mapping_set_not_found`"),
        (status = 409, description = "`not_joined`, `domain_not_shown`, `same_domain`, `not_yours`, `no_rubric`, `not_agreed`, `agreement_ended`, `released_before`, `version_replaced`, `released_in_between`, `no_signing_key`"),
        (status = 422, description = "`faulty_competency`, `wrong_body`"),
    )
)]
pub(crate) async fn release(
    State(web): State<Web>,
    Path((competency, version)): Path<(String, String)>,
    order: Order<Issue>,
) -> Result<Response, ApiError> {
    let version = number(&version)?;
    let said: Why = order.json()?;
    order
        .once(&web, async move |world, by| {
            let order = Release {
                tenant: by.tenant,
                actor: by.actor,
                competency,
                version,
                why: said.why,
            };
            let released = competency::release(&world, &order).await?;
            Ok(Made::new(Released {
                release: released.number,
                url: released.url,
                sha256: released.sha256,
                valid_until: time(released.valid_until),
            }))
        })
        .await
}

/// A version that was released.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CompetencyReleased)]
pub(crate) struct Released {
    /// Which release it is, from 1.
    release: i64,
    /// Where the file stands.
    url: String,
    /// SHA-256 of the file, in hex.
    sha256: String,
    /// When its agreement ends.
    valid_until: String,
}
