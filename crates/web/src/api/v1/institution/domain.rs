//! `GET` and `PUT /api/v1/institution/domain`, `POST /api/v1/institution/domain/check`

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use touchstone_service::World;
use touchstone_service::operations::domain::{
    self, DomainError, DomainOrder, check_domain, name_domain,
};
use touchstone_service::rows::TenantId;
use utoipa::ToSchema;

use crate::ApiError;
use crate::api::caller::{Administer, By, Read};
use crate::api::order::{Made, Order};
use crate::api::wire::time;
use crate::state::Web;
use crate::text::sentence;

/// Shows your institution’s domain
#[utoipa::path(
    get,
    path = "/api/v1/institution/domain",
    tag = "institution",
    operation_id = "showDomain",
    security(("key" = ["read"])),
    responses(
        (status = 200, description = "The domain, shown to be yours or not", body = Domain),
        (status = 404, description = "`domain_not_named`"),
    )
)]
pub(crate) async fn show(by: By<Read>, State(web): State<Web>) -> Result<Json<Domain>, ApiError> {
    Ok(Json(known(&web.world, &by.tenant).await?))
}

/// Names your institution’s domain
///
/// Then put a text file with the line at the address, and check.
#[utoipa::path(
    put,
    path = "/api/v1/institution/domain",
    tag = "institution",
    operation_id = "nameDomain",
    security(("key" = ["administer"])),
    request_body = Wanted,
    responses(
        (status = 200, description = "It is named", body = Domain),
        (status = 400, description = "`not_json`"),
        (status = 422, description = "`faulty_domain`, `wrong_body`"),
    )
)]
pub(crate) async fn name(
    State(web): State<Web>,
    order: Order<Administer>,
) -> Result<Response, ApiError> {
    let said: Wanted = order.json()?;
    order
        .once(&web, async move |world, by| {
            let order = DomainOrder {
                tenant: by.tenant,
                actor: by.actor,
            };
            name_domain(&world, &order, &said.domain).await?;
            Ok(Made::done(known(&world, &order.tenant).await?))
        })
        .await
}

/// Looks whether the line stands at your domain
#[utoipa::path(
    post,
    path = "/api/v1/institution/domain/check",
    tag = "institution",
    operation_id = "checkDomain",
    security(("key" = ["administer"])),
    responses(
        (status = 200, description = "It does; that is noted with the day", body = Domain),
        (status = 404, description = "`domain_not_named`"),
        (status = 409, description = "`domain_not_shown`: why, and the way out; `domain_in_between`"),
    )
)]
pub(crate) async fn check(
    State(web): State<Web>,
    order: Order<Administer>,
) -> Result<Response, ApiError> {
    order
        .once(&web, async move |world, by| {
            let order = DomainOrder {
                tenant: by.tenant,
                actor: by.actor,
            };
            check_domain(&world, &order).await?;
            Ok(Made::done(known(&world, &order.tenant).await?))
        })
        .await
}

async fn known(world: &World, tenant: &TenantId) -> Result<Domain, ApiError> {
    let found = domain::domain(world, tenant).await?;
    let found = found.ok_or_else(|| ApiError::from(DomainError::NotNamed))?;
    Ok(Domain {
        name: found.name,
        address: found.address,
        line: found.line,
        verified_at: found.verified_at.map(time),
    })
}

/// A domain.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = InstitutionDomain)]
pub(crate) struct Domain {
    /// The domain, in the letters of the network.
    name: String,
    /// Where the file has to lie.
    address: String,
    /// What has to stand in it, as a line of its own.
    line: String,
    /// When it was found there last; `null` until it was.
    verified_at: Option<String>,
}

/// A domain to be named.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DomainWanted)]
pub(crate) struct Wanted {
    /// Such as `example.edu`.
    domain: String,
}

impl From<DomainError> for ApiError {
    fn from(error: DomainError) -> Self {
        let said = sentence(&error.to_string());
        match error {
            DomainError::Name => Self::unprocessable("faulty_domain").with_field("domain", said),
            DomainError::NotNamed => Self::not_found("domain_not_named").with_detail(said),
            DomainError::InBetween => Self::conflict("domain_in_between").with_detail(said),
            DomainError::Fetch(_) | DomainError::NoLine => {
                Self::conflict("domain_not_shown").with_detail(said)
            }
            DomainError::Identity(error) => Self::internal(&error),
            DomainError::Store(error) => error.into(),
        }
    }
}
