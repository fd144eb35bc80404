//! `GET /api/v1/credentials/ID`

use axum::Json;
use axum::extract::{Path, State};
use serde::Serialize;
use touchstone_service::World;
use touchstone_service::issuing::record;
use touchstone_service::rows::TenantId;
use utoipa::ToSchema;

use super::{Learner, standing};
use crate::ApiError;
use crate::api::caller::{By, Read};
use crate::api::wire::time;
use crate::state::Web;

/// Shows how a credential stands
#[utoipa::path(
    get,
    path = "/api/v1/credentials/{id}",
    tag = "credentials",
    operation_id = "showCredential",
    security(("key" = ["read"])),
    params(("id" = String, Path, description = "The credential")),
    responses(
        (status = 200, description = "The credential", body = Credential),
        (status = 404, description = "`credential_not_found`"),
    )
)]
pub(crate) async fn show(
    by: By<Read>,
    State(web): State<Web>,
    Path(id): Path<String>,
) -> Result<Json<Credential>, ApiError> {
    Ok(Json(find(&web.world, &by.tenant, &id).await?))
}

/// A credential.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Credential {
    /// Its id: in the credential itself `urn:uuid:` stands before it.
    id: String,
    /// How it stands: `standing`, `suspended`, `revoked` or `expired`.
    state: &'static str,
    /// The achievement's id.
    achievement: String,
    /// The version of the achievement.
    version: i64,
    /// Its batch.
    batch: Option<String>,
    /// To whom it was issued.
    learner: Option<Learner>,
    /// SHA-256 of the sealed bytes, in hex.
    sha256: String,
    /// The key that signed it.
    key: String,
    /// It can be revoked.
    revocable: bool,
    /// It can be suspended.
    suspendable: bool,
    /// When it was sealed.
    issued_at: String,
    /// When it ends.
    valid_until: Option<String>,
    /// That it was revoked.
    revoked: Option<Change>,
    /// That it is suspended.
    suspended: Option<Change>,
    /// The credential that it corrects.
    replaces: Option<String>,
    /// The credential that corrects it.
    replaced_by: Option<String>,
    /// Its public page, if the holder switched it on.
    page: Option<String>,
}

/// What happened to a credential.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Change {
    /// When.
    at: String,
    /// By whom.
    by: Option<String>,
    /// Why.
    reason: Option<String>,
}

/// Reads a credential of this institution.
pub(super) async fn find(
    world: &World,
    tenant: &TenantId,
    id: &str,
) -> Result<Credential, ApiError> {
    let found = record(world, tenant, id).await?;
    let found = found.ok_or_else(|| ApiError::not_found("credential_not_found"))?;
    let row = found.credential;
    let now = world.clock.now().unix_millis();
    let change = |at: Option<i64>, by, reason| {
        at.map(|at| Change {
            at: time(at),
            by,
            reason,
        })
    };
    Ok(Credential {
        state: standing(row.revoked_at, row.suspended_at, row.valid_until, now),
        learner: found.learner.map(|learner| Learner {
            id: learner.id,
            name: learner.name,
            email: learner.email,
            identifier: learner.identifier,
            did: learner.did,
        }),
        revocable: row.status_list.is_some(),
        suspendable: row.suspension_list.is_some(),
        issued_at: time(row.issued_at),
        valid_until: row.valid_until.map(time),
        revoked: change(row.revoked_at, row.revoked_by, row.revoke_reason),
        suspended: change(row.suspended_at, row.suspended_by, row.suspend_reason),
        page: found
            .public_link
            .map(|link| world.site.link(&format!("/v/{link}"))),
        id: row.id,
        achievement: row.achievement,
        version: row.version,
        batch: row.batch,
        sha256: row.sha256,
        key: row.key_id,
        replaces: row.replaces,
        replaced_by: row.replaced_by,
    })
}
