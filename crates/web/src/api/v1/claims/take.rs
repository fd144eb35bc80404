//! `POST /api/v1/claims/TOKEN/take`

use axum::extract::{Path, State};
use axum::response::Response;
use touchstone_service::holding::{claim, look};

use super::Claim;
use crate::ApiError;
use crate::api::holder::HolderOrder;
use crate::api::order::Made;
use crate::state::Web;

/// Takes what was awarded. Taking it again changes nothing
#[utoipa::path(
    post,
    path = "/api/v1/claims/{token}/take",
    tag = "holders",
    operation_id = "takeClaim",
    params(("token" = String, Path, description = "The last part of the link in the mail, or the code on paper")),
    responses(
        (status = 200, description = "It is taken", body = Claim),
        (status = 404, description = "`claim_not_found`"),
        (status = 410, description = "`claim_expired`, `claim_superseded`"),
    )
)]
pub(crate) async fn take(
    State(web): State<Web>,
    Path(token): Path<String>,
    order: HolderOrder,
) -> Result<Response, ApiError> {
    let tenant = look(&web.world, &token).await?.credential.tenant;
    let of = token.clone();
    order
        .once(&web, tenant, &of, async move |world| {
            claim(&world, &token).await?;
            Ok(Made::done(Claim::now(&world, &token).await?))
        })
        .await
}
