//! `POST /api/v1/members`

use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use touchstone_service::operations::{self, Invitation};
use utoipa::ToSchema;

use super::{Shown, read_roles};
use crate::ApiError;
use crate::api::caller::Administer;
use crate::api::order::{Made, Order};
use crate::state::Web;

/// Adds a member, or answers with the one who has this address and changes nothing
#[utoipa::path(
    post,
    path = "/api/v1/members",
    tag = "members",
    operation_id = "addMember",
    security(("key" = ["administer"])),
    request_body = Invited,
    responses(
        (status = 201, description = "The member", body = Shown),
        (status = 400, description = "`not_json`"),
        (status = 422, description = "`bad_name`, `bad_address`, `no_role`, `unknown_role`, `wrong_body`"),
    )
)]
pub(crate) async fn join(
    State(web): State<Web>,
    order: Order<Administer>,
) -> Result<Response, ApiError> {
    let said: Invited = order.json()?;
    let roles = read_roles(&said.roles)?;
    order
        .once(&web, async move |world, by| {
            let order = Invitation {
                tenant: by.tenant,
                actor: by.actor,
                name: said.name,
                email: said.email,
                roles,
            };
            Ok(Made::new(Shown::from(
                operations::join(&world, &order).await?,
            )))
        })
        .await
}

/// Somebody to be added.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewMember)]
pub(crate) struct Invited {
    /// Their name.
    name: String,
    /// Their mail address, with which they sign in.
    email: String,
    /// What they are there for.
    roles: Vec<String>,
}
