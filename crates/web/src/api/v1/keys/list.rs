//! `GET /api/v1/keys`

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use touchstone_service::operations::{self, Scope};
use utoipa::ToSchema;

use crate::ApiError;
use crate::api::caller::{Administer, By};
use crate::api::wire::time;
use crate::state::Web;

/// Lists keys, newest first, without their secrets
#[utoipa::path(
    get,
    path = "/api/v1/keys",
    tag = "keys",
    operation_id = "listKeys",
    security(("key" = ["administer"])),
    responses((status = 200, description = "All of them", body = Keys))
)]
pub(crate) async fn list(
    by: By<Administer>,
    State(web): State<Web>,
) -> Result<Json<Keys>, ApiError> {
    let found = operations::keys(&web.world, &by.tenant).await?;
    Ok(Json(Keys {
        keys: found.into_iter().map(Key::from).collect(),
    }))
}

/// Keys of the institution.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Keys {
    /// Newest first.
    keys: Vec<Key>,
}

/// A key, without its secret.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Key {
    /// Its id.
    id: String,
    /// What uses it.
    name: String,
    /// How it starts, after `ts_`. It stands so in the audit record.
    prefix: String,
    /// What it may be used for.
    scopes: Vec<&'static str>,
    /// When it was made.
    created_at: String,
    /// When it ends.
    expires_at: Option<String>,
    /// When it was revoked.
    revoked_at: Option<String>,
    /// When it last opened something, to the minute.
    last_used_at: Option<String>,
    /// The id of the member who made it, directly or with a key of theirs, with whose access it ends. `null` where that is not known.
    maker: Option<String>,
}

impl From<operations::ApiKey> for Key {
    fn from(key: operations::ApiKey) -> Self {
        Self {
            scopes: key.scopes.into_iter().map(Scope::as_str).collect(),
            id: key.id,
            name: key.name,
            prefix: key.prefix,
            created_at: time(key.created_at),
            expires_at: key.expires_at.map(time),
            revoked_at: key.revoked_at.map(time),
            last_used_at: key.last_used_at.map(time),
            maker: key.maker,
        }
    }
}
