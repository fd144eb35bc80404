//! `POST /api/v1/keys/ID/revoke`

use axum::extract::{Path, State};
use axum::response::Response;
use serde::Serialize;
use touchstone_service::operations::revoke_key;
use utoipa::ToSchema;

use crate::ApiError;
use crate::api::caller::Administer;
use crate::api::order::{Made, Order};
use crate::state::Web;

/// Takes a key out of use
#[utoipa::path(
    post,
    path = "/api/v1/keys/{id}/revoke",
    tag = "keys",
    operation_id = "revokeKey",
    security(("key" = ["administer"])),
    params(("id" = String, Path, description = "The key")),
    responses(
        (status = 200, description = "It is out of use", body = RevokedKey),
        (status = 404, description = "`key_not_found`"),
    )
)]
pub(crate) async fn revoke(
    State(web): State<Web>,
    Path(id): Path<String>,
    order: Order<Administer>,
) -> Result<Response, ApiError> {
    order
        .once(&web, async move |world, by| {
            revoke_key(&world, &by.tenant, &id, &by.actor).await?;
            Ok(Made::done(RevokedKey { id }))
        })
        .await
}

/// A key that is out of use.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RevokedKey {
    /// Its id.
    id: String,
}
