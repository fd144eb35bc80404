//! `POST /api/v1/members/ID/roles`

use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;
use touchstone_service::operations::{self, RoleChange};
use utoipa::ToSchema;

use super::{Shown, read_roles};
use crate::ApiError;
use crate::api::caller::Administer;
use crate::api::order::{Made, Order};
use crate::state::Web;

/// Gives a member these roles and no others
///
/// It holds at once, also where they are signed in. The only owner stays one. Where somebody is an owner no longer, the keys that they made end.
#[utoipa::path(
    post,
    path = "/api/v1/members/{id}/roles",
    tag = "members",
    operation_id = "changeMemberRoles",
    security(("key" = ["administer"])),
    params(("id" = String, Path, description = "The member")),
    request_body = Roles,
    responses(
        (status = 200, description = "The member", body = Shown),
        (status = 400, description = "`not_json`"),
        (status = 404, description = "`member_not_found`"),
        (status = 409, description = "`last_owner`"),
        (status = 422, description = "`no_role`, `unknown_role`, `wrong_body`"),
    )
)]
pub(crate) async fn roles(
    State(web): State<Web>,
    Path(member): Path<String>,
    order: Order<Administer>,
) -> Result<Response, ApiError> {
    let said: Roles = order.json()?;
    let roles = read_roles(&said.roles)?;
    order
        .once(&web, async move |world, by| {
            let order = RoleChange {
                tenant: by.tenant,
                actor: by.actor,
                member,
                roles,
            };
            let changed = operations::change_roles(&world, &order).await?;
            Ok(Made::done(Shown::from(changed)))
        })
        .await
}

/// What a member may do from now on.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = MemberRoles)]
pub(crate) struct Roles {
    /// `owner`, `registrar`, `approver`, `assessor`, `auditor`, `billing`; at least one.
    #[schema(min_items = 1)]
    roles: Vec<String>,
}
