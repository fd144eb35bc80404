//! `POST /api/v1/mapping-sets/ID/join`

use axum::extract::{Path, State};
use axum::response::Response;
use touchstone_service::crosswalk::{self, Joining};

use super::{Id, Reason};
use crate::ApiError;
use crate::api::caller::Administer;
use crate::api::order::{Made, Order};
use crate::state::Web;

/// Says yes to taking part
#[utoipa::path(
    post,
    path = "/api/v1/mapping-sets/{id}/join",
    tag = "crosswalk",
    operation_id = "joinMappingSet",
    security(("key" = ["administer"])),
    params(("id" = String, Path, description = "The set’s id")),
    request_body = Reason,
    responses(
        (status = 200, description = "Your institution takes part", body = Id),
        (status = 400, description = "`not_json`"),
        (status = 404, description = "`mapping_set_not_found`"),
        (status = 409, description = "`joined_before`, `domain_not_shown`, `same_domain`"),
        (status = 422, description = "`faulty_set`, `wrong_body`"),
    )
)]
pub(crate) async fn join(
    State(web): State<Web>,
    Path(set): Path<String>,
    order: Order<Administer>,
) -> Result<Response, ApiError> {
    let said: Reason = order.json_or_nothing()?;
    order
        .once(&web, async move |world, by| {
            let order = Joining {
                tenant: by.tenant,
                actor: by.actor,
                set,
                why: said.why,
            };
            crosswalk::join_set(&world, &order).await?;
            Ok(Made::done(Id { id: order.set }))
        })
        .await
}
