//! `GET /api/v1/keys`

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use touchstone_service::operations::keys;
use touchstone_service::rows::{ApiKeyRow, StoreError};
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
    let rows = keys(&web.world, &by.tenant).await?.into_iter();
    Ok(Json(Keys {
        keys: rows.map(Key::read).collect::<Result<_, _>>()?,
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
    scopes: Vec<String>,
    /// When it was made.
    created_at: String,
    /// When it ends.
    expires_at: Option<String>,
    /// When it was revoked.
    revoked_at: Option<String>,
}

impl Key {
    fn read(row: ApiKeyRow) -> Result<Self, StoreError> {
        let corrupt = StoreError::Corrupt {
            table: "api_key",
            column: "scopes",
        };
        Ok(Self {
            scopes: serde_json::from_str(&row.scopes).map_err(|_| corrupt)?,
            id: row.id,
            name: row.name,
            prefix: row.prefix,
            created_at: time(row.created_at),
            expires_at: row.expires_at.map(time),
            revoked_at: row.revoked_at.map(time),
        })
    }
}
