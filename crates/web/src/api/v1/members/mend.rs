//! `PUT /api/v1/members/ID`

use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;
use touchstone_service::operations::{self, Mending};
use utoipa::ToSchema;

use super::Shown;
use crate::ApiError;
use crate::api::caller::Administer;
use crate::api::order::{Made, Order};
use crate::state::Web;

/// Writes a member's name and address anew
///
/// They are signed out everywhere, and links that were sent before open nothing. Where the address changes, their passkeys are removed, too: they
/// may be somebody else's. Where both are so already, nothing changes.
#[utoipa::path(
    put,
    path = "/api/v1/members/{id}",
    tag = "members",
    operation_id = "mendMember",
    security(("key" = ["administer"])),
    params(("id" = String, Path, description = "The member")),
    request_body = Said,
    responses(
        (status = 200, description = "The member", body = Shown),
        (status = 400, description = "`not_json`"),
        (status = 404, description = "`member_not_found`"),
        (status = 409, description = "`address_taken`"),
        (status = 422, description = "`bad_name`, `bad_address`, `wrong_body`"),
    )
)]
pub(crate) async fn mend(
    State(web): State<Web>,
    Path(member): Path<String>,
    order: Order<Administer>,
) -> Result<Response, ApiError> {
    let said: Said = order.json()?;
    order
        .once(&web, async move |world, by| {
            let order = Mending {
                tenant: by.tenant,
                actor: by.actor,
                member,
                name: said.name,
                email: said.email,
            };
            let mended = operations::mend(&world, &order).await?;
            Ok(Made::done(Shown::from(mended)))
        })
        .await
}

/// Who a member is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = MemberDescription)]
pub(crate) struct Said {
    /// Their name.
    name: String,
    /// Their mail address, with which they sign in.
    email: String,
}
