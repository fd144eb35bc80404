//! `GET /api/v1/claims/TOKEN`

use axum::Json;
use axum::extract::{Path, State};

use super::Claim;
use crate::ApiError;
use crate::state::Web;

/// Shows what was awarded. It takes nothing
#[utoipa::path(
    get,
    path = "/api/v1/claims/{token}",
    tag = "holders",
    operation_id = "showClaim",
    params(("token" = String, Path, description = "The last part of the link in the mail, or the code on paper")),
    responses(
        (status = 200, description = "What was awarded", body = Claim),
        (status = 404, description = "`claim_not_found`"),
        (status = 410, description = "`claim_expired`, `claim_superseded`"),
    )
)]
pub(crate) async fn show(
    State(web): State<Web>,
    Path(token): Path<String>,
) -> Result<Json<Claim>, ApiError> {
    Ok(Json(Claim::now(&web.world, &token).await?))
}
