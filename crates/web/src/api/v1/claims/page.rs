//! `PUT /api/v1/claims/TOKEN/page`

use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;
use touchstone_service::holding::{close_page, look, open_page};
use utoipa::ToSchema;

use super::Claim;
use crate::ApiError;
use crate::api::holder::HolderOrder;
use crate::api::order::Made;
use crate::state::Web;

/// Switches the public page of a credential that was taken on or off
///
/// Switched on again after it was off, it has another address: the old one never works again.
#[utoipa::path(
    put,
    path = "/api/v1/claims/{token}/page",
    tag = "holders",
    operation_id = "switchPublicPage",
    params(("token" = String, Path, description = "The last part of the link in the mail, or the code on paper")),
    request_body = Wanted,
    responses(
        (status = 200, description = "With the address of the page, or without one", body = Claim),
        (status = 400, description = "`not_json`"),
        (status = 404, description = "`claim_not_found`"),
        (status = 409, description = "`claim_not_taken`"),
        (status = 410, description = "`claim_expired`, `claim_superseded`"),
        (status = 422, description = "`wrong_body`"),
    )
)]
pub(crate) async fn switch(
    State(web): State<Web>,
    Path(token): Path<String>,
    order: HolderOrder,
) -> Result<Response, ApiError> {
    let wanted: Wanted = order.json()?;
    let tenant = look(&web.world, &token).await?.credential.tenant;
    let (site, of) = (web.clone(), token.clone());
    order
        .once(&web, tenant, &of, async move |world| {
            match wanted.on {
                true => _ = open_page(&world, &token).await?,
                false => {
                    let open = look(&world, &token).await?.public_link;
                    close_page(&world, &token).await?;
                    // The page that was made before is not answered with any more.
                    let link = open
                        .as_deref()
                        .and_then(|address| address.rsplit('/').next());
                    if let Some(link) = link {
                        site.forget_page(link);
                    }
                }
            }
            Ok(Made::done(Claim::now(&world, &token).await?))
        })
        .await
}

/// On or off.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PublicPageWanted)]
pub(crate) struct Wanted {
    /// Whether there is a page that everybody with its address may see.
    on: bool,
}
