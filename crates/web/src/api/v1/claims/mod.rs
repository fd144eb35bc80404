//! What was awarded to a holder, by the token of a mail or the code on paper.

mod file;
mod page;
mod show;
mod take;

use serde::Serialize;
use touchstone_service::World;
use touchstone_service::holding::{ClaimError, look};
use touchstone_vc::Credential;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::ApiError;
use crate::api::wire::time;
use crate::state::Web;
use crate::text::sentence;

pub(super) fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(show::show))
        .routes(routes!(take::take))
        .routes(routes!(page::switch))
        .routes(routes!(file::file))
}

/// What was awarded, as its holder sees it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Claim {
    /// The credential.
    credential: String,
    /// Who issued it, by short name.
    institution: String,
    /// Who issued it.
    institution_name: String,
    /// What was earned.
    name: String,
    /// When it was taken; `null` if it was not.
    taken_at: Option<String>,
    /// Until when it can be taken.
    take_by: String,
    /// The public page; `null` while it is off.
    page: Option<String>,
    /// When it was withdrawn.
    revoked_at: Option<String>,
    /// Why.
    revoke_reason: Option<String>,
}

impl Claim {
    /// As it is now. Looking changes nothing.
    async fn now(world: &World, token: &str) -> Result<Self, ApiError> {
        let claim = look(world, token).await?;
        let row = &claim.credential;
        let credential =
            Credential::parse(&row.bytes).map_err(|error| ApiError::internal(&error))?;
        Ok(Self {
            credential: row.id.clone(),
            institution: claim.institution_slug,
            institution_name: claim.institution_name,
            name: credential.view().title().unwrap_or_default().to_owned(),
            taken_at: claim.claimed_at.map(time),
            take_by: time(claim.expires_at),
            page: claim.public_link,
            revoked_at: row.revoked_at.map(time),
            revoke_reason: row.revoke_reason.clone(),
        })
    }
}

impl From<ClaimError> for ApiError {
    fn from(error: ClaimError) -> Self {
        let said = sentence(&error.to_string());
        match error {
            ClaimError::NoSuchClaim => Self::not_found("claim_not_found").with_detail(said),
            ClaimError::Expired => Self::gone("claim_expired").with_detail(said),
            ClaimError::Superseded => Self::gone("claim_superseded").with_detail(said),
            ClaimError::NotClaimed => Self::conflict("claim_not_taken").with_detail(said),
            ClaimError::Store(error) => error.into(),
        }
    }
}
