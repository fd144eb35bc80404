//! Who issues.

mod describe;
mod domain;
mod lint;
mod show;

use serde::Serialize;
use touchstone_service::World;
use touchstone_service::operations;
use touchstone_service::rows::{InstitutionRow, TenantId};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::ApiError;
use crate::state::Web;

pub(super) fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(show::show, describe::describe))
        .routes(routes!(lint::show, lint::choose))
        .routes(routes!(domain::show, domain::name))
        .routes(routes!(domain::check))
}

/// An institution.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Institution {
    /// Its id.
    id: String,
    /// Its short name in addresses; never changes.
    slug: String,
    /// Its name, as it stands on credentials.
    name: String,
    /// ISO 3166-1 alpha-2 code.
    country: Option<String>,
    /// Legal identifier.
    legal_id: Option<String>,
    /// Website.
    website: Option<String>,
    /// Where questions go.
    contact: Option<String>,
    /// The DID under which it issues.
    did: Option<String>,
    /// Its public page.
    page: String,
    /// The address of its brand mark.
    mark: Option<String>,
}

impl Institution {
    fn of(world: &World, row: InstitutionRow) -> Self {
        let page = world.site.link(&format!("/i/{}", row.slug));
        Self {
            id: row.id.to_string(),
            mark: row.mark.map(|_| format!("{page}/mark")),
            page,
            slug: row.slug,
            name: row.name,
            country: row.country,
            legal_id: row.legal_id,
            website: row.website,
            contact: row.contact_email,
            did: row.did,
        }
    }
}

async fn find(world: &World, tenant: &TenantId) -> Result<Institution, ApiError> {
    let row = operations::institution(world, tenant).await?;
    let row = row.ok_or_else(|| ApiError::not_found("institution_not_found"))?;
    Ok(Institution::of(world, row))
}
