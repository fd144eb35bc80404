//! `GET /api/v1/signing-keys`

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use touchstone_service::operations::signing_key::signing_keys;
use utoipa::ToSchema;

use super::Shown;
use crate::ApiError;
use crate::api::caller::{By, Read};
use crate::state::Web;

/// Lists the keys that sign, newest first, with all that became of each
#[utoipa::path(
    get,
    path = "/api/v1/signing-keys",
    tag = "signing-keys",
    operation_id = "listSigningKeys",
    security(("key" = ["read"])),
    responses((status = 200, description = "All of them", body = SigningKeys))
)]
pub(crate) async fn list(
    by: By<Read>,
    State(web): State<Web>,
) -> Result<Json<SigningKeys>, ApiError> {
    let found = signing_keys(&web.world, &by.tenant).await?;
    Ok(Json(SigningKeys {
        keys: found.into_iter().map(Shown::from).collect(),
    }))
}

/// The keys that sign.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SigningKeys {
    /// Newest first.
    keys: Vec<Shown>,
}
