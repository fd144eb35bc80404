//! `POST /api/v1/signing-keys/rotate`

use axum::extract::State;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use touchstone_service::operations::signing_key::{self, Rotation};
use utoipa::ToSchema;

use super::Shown;
use crate::ApiError;
use crate::api::caller::Administer;
use crate::api::order::{Made, Order};
use crate::state::Web;

/// Rotates to a new key
///
/// It is published at once and signs after a while, so that readers who keep the issuer's document know it; the old key
/// finishes what was approved under it and is then retired. A key that is pending already is the one that is rotated to.
#[utoipa::path(
    post,
    path = "/api/v1/signing-keys/rotate",
    tag = "signing-keys",
    operation_id = "rotateSigningKey",
    security(("key" = ["administer"])),
    request_body = Wanted,
    responses(
        (status = 202, description = "It has begun", body = Begun),
        (status = 400, description = "`not_json`"),
        (status = 409, description = "`issuer_is_its_key`, `wrong_key_state`, `did_history_full`"),
        (status = 422, description = "`bad_reason`, `wrong_body`"),
        (status = 503, description = "`signer_unavailable`"),
    )
)]
pub(crate) async fn rotate(
    State(web): State<Web>,
    order: Order<Administer>,
) -> Result<Response, ApiError> {
    let said: Wanted = order.json()?;
    order
        .once(&web, async move |world, by| {
            let order = Rotation {
                tenant: by.tenant,
                actor: by.actor,
                reason: said.reason,
                at_once: said.at_once,
            };
            let begun = signing_key::rotate(&world, &order).await?;
            Ok(Made::accepted(Begun {
                key: begun.key.into(),
                signs_from: begun.signs_from.to_string(),
                follows: begun.follows,
            }))
        })
        .await
}

/// A rotation to be begun.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = KeyRotation)]
pub(crate) struct Wanted {
    /// 1 to 1,000 characters, for the record.
    #[schema(min_length = 1, max_length = 1000)]
    reason: String,
    /// The new key signs at once; readers that have an older copy of the issuer's document do not know it yet. Of a `did:webvh` it
    /// is pending until its line of the DID's history is out.
    #[serde(default)]
    at_once: bool,
}

/// A rotation that has begun.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = KeyRotationBegun)]
pub(crate) struct Begun {
    /// The new key.
    key: Shown,
    /// From when on it signs.
    signs_from: String,
    /// Ids of the keys that it follows.
    follows: Vec<String>,
}
