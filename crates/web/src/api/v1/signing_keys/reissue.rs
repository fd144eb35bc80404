//! `POST /api/v1/signing-keys/ID/reissue`

use axum::extract::{Path, State};
use axum::response::Response;
use serde::Serialize;
use touchstone_service::operations::signing_key;
use utoipa::ToSchema;

use crate::ApiError;
use crate::api::caller::Administer;
use crate::api::order::{Made, Order};
use crate::state::Web;

/// Issues anew what stands and was signed with a compromised key
///
/// Each credential is withdrawn in the moment in which its replacement is signed; holders get mail. Send no body.
#[utoipa::path(
    post,
    path = "/api/v1/signing-keys/{id}/reissue",
    tag = "signing-keys",
    operation_id = "reissueSignedWith",
    security(("key" = ["administer"])),
    params(("id" = String, Path, description = "The key")),
    responses(
        (status = 202, description = "They are being replaced", body = Replaced),
        (status = 404, description = "`signing_key_not_found`"),
        (status = 409, description = "`key_not_compromised`"),
    )
)]
pub(crate) async fn reissue(
    State(web): State<Web>,
    Path(key): Path<String>,
    order: Order<Administer>,
) -> Result<Response, ApiError> {
    order
        .once(&web, async move |world, by| {
            let done = signing_key::reissue(&world, &by.tenant, &key, &by.actor).await?;
            let left = done.left.into_iter();
            Ok(Made::accepted(Replaced {
                replaced: done.replaced,
                left: left
                    .map(|(credential, why)| Left { credential, why })
                    .collect(),
            }))
        })
        .await
}

/// What is being replaced.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KeyReissued)]
pub(crate) struct Replaced {
    /// How many credentials.
    replaced: u64,
    /// Those that stay as they are.
    left: Vec<Left>,
}

/// A credential that stays as it is.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KeyReissueLeft)]
pub(crate) struct Left {
    /// Its id.
    credential: String,
    /// Why.
    why: String,
}
