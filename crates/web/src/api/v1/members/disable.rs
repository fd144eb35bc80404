//! `POST /api/v1/members/ID/disable`

use axum::extract::{Path, State};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use touchstone_service::operations;
use utoipa::ToSchema;

use crate::ApiError;
use crate::api::caller::Administer;
use crate::api::order::{Made, Order};
use crate::state::Web;

/// Lets a member in no longer, or again
///
/// Whoever is let in no longer is signed out everywhere, and the keys that they made end, also those made with one of them. They stay ended.
#[utoipa::path(
    post,
    path = "/api/v1/members/{id}/disable",
    tag = "members",
    operation_id = "disableMember",
    security(("key" = ["administer"])),
    params(("id" = String, Path, description = "The member")),
    request_body = Access,
    responses(
        (status = 200, description = "How it is now", body = Access),
        (status = 400, description = "`not_json`"),
        (status = 404, description = "`member_not_found`"),
        (status = 409, description = "`last_owner`"),
        (status = 422, description = "`wrong_body`"),
    )
)]
pub(crate) async fn disable(
    State(web): State<Web>,
    Path(member): Path<String>,
    order: Order<Administer>,
) -> Result<Response, ApiError> {
    let access: Access = order.json()?;
    order
        .once(&web, async move |world, by| {
            operations::disable(&world, &by.tenant, &member, &by.actor, access.disabled).await?;
            Ok(Made::done(access))
        })
        .await
}

/// Whether a member is let in.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = MemberAccess)]
pub(crate) struct Access {
    /// `true`: no longer; `false`: again.
    disabled: bool,
}
