//! `POST /api/v1/mapping-sets/ID/mappings/MAPPING/withdraw`

use axum::extract::{Path, State};
use axum::response::Response;
use touchstone_service::crosswalk::{self, Withdrawal};

use super::{Id, Reason};
use crate::ApiError;
use crate::api::caller::Define;
use crate::api::order::{Made, Order};
use crate::state::Web;

/// Takes back a mapping that your institution proposed
#[utoipa::path(
    post,
    path = "/api/v1/mapping-sets/{id}/mappings/{mapping}/withdraw",
    tag = "crosswalk",
    operation_id = "withdrawMapping",
    security(("key" = ["define"])),
    params(
        ("id" = String, Path, description = "The set’s id"),
        ("mapping" = String, Path, description = "The mapping’s id"),
    ),
    request_body = Reason,
    responses(
        (status = 200, description = "It is withdrawn", body = Id),
        (status = 400, description = "`not_json`"),
        (status = 404, description = "`mapping_set_not_found`, `mapping_not_found`"),
        (status = 409, description = "`not_joined`, `domain_not_shown`, `same_domain`, `not_yours`, `mapping_withdrawn`"),
        (status = 422, description = "`faulty_mapping`, `wrong_body`"),
    )
)]
pub(crate) async fn withdraw(
    State(web): State<Web>,
    Path((set, mapping)): Path<(String, String)>,
    order: Order<Define>,
) -> Result<Response, ApiError> {
    let said: Reason = order.json_or_nothing()?;
    order
        .once(&web, async move |world, by| {
            let order = Withdrawal {
                tenant: by.tenant,
                actor: by.actor,
                set,
                mapping,
                why: said.why,
            };
            crosswalk::withdraw(&world, &order).await?;
            Ok(Made::done(Id { id: order.mapping }))
        })
        .await
}
