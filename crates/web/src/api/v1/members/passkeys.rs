//! `GET /api/v1/members/ID/passkeys` and `POST /api/v1/members/ID/passkeys/PASSKEY/remove`

use axum::Json;
use axum::extract::{Path, State};
use axum::response::Response;
use serde::Serialize;
use touchstone_service::operations::member;
use touchstone_service::operations::passkey::{self, Removal, passkeys};
use utoipa::ToSchema;

use crate::ApiError;
use crate::api::caller::{Administer, By};
use crate::api::order::{Made, Order};
use crate::api::wire::time;
use crate::state::Web;

/// Lists the passkeys of a member
#[utoipa::path(
    get,
    path = "/api/v1/members/{id}/passkeys",
    tag = "members",
    operation_id = "listMemberPasskeys",
    security(("key" = ["administer"])),
    params(("id" = String, Path, description = "The member")),
    responses(
        (status = 200, description = "All of them, newest first", body = Passkeys),
        (status = 404, description = "`member_not_found`"),
    )
)]
pub(crate) async fn list(
    by: By<Administer>,
    State(web): State<Web>,
    Path(id): Path<String>,
) -> Result<Json<Passkeys>, ApiError> {
    let found = member(&web.world, &by.tenant, &id).await?;
    let found = found.ok_or_else(|| ApiError::not_found("member_not_found"))?;
    let passkeys = passkeys(&web.world, &found.id).await?.into_iter();
    let passkeys = passkeys.map(|one| Passkey {
        id: one.id,
        label: one.label,
        added_at: time(one.added_at),
        used_at: one.used_at.map(time),
    });
    Ok(Json(Passkeys {
        passkeys: passkeys.collect(),
    }))
}

/// Removes the passkey of a member
///
/// It opens nothing from now on, and whoever is signed in as this member is signed out.
#[utoipa::path(
    post,
    path = "/api/v1/members/{id}/passkeys/{passkey}/remove",
    tag = "members",
    operation_id = "removeMemberPasskey",
    security(("key" = ["administer"])),
    params(
        ("id" = String, Path, description = "The member"),
        ("passkey" = String, Path, description = "The passkey"),
    ),
    responses(
        (status = 200, description = "It opens nothing any more", body = RemovedPasskey),
        (status = 404, description = "`passkey_not_found`"),
    )
)]
pub(crate) async fn remove(
    State(web): State<Web>,
    Path((member, passkey)): Path<(String, String)>,
    order: Order<Administer>,
) -> Result<Response, ApiError> {
    order
        .once(&web, async move |world, by| {
            let order = Removal {
                tenant: by.tenant,
                actor: by.actor,
                member,
                passkey,
            };
            passkey::remove(&world, &order).await?;
            Ok(Made::done(RemovedPasskey { id: order.passkey }))
        })
        .await
}

/// The passkeys of a member.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MemberPasskeys)]
pub(crate) struct Passkeys {
    /// All of them, newest first.
    passkeys: Vec<Passkey>,
}

/// A passkey.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = MemberPasskey)]
pub(crate) struct Passkey {
    /// Its id.
    id: String,
    /// What the member calls it.
    label: String,
    /// When it was added.
    added_at: String,
    /// When it last signed in.
    used_at: Option<String>,
}

/// A passkey that is gone.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RemovedPasskey {
    /// Its id.
    id: String,
}
