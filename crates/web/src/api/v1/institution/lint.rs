//! `GET` and `PUT /api/v1/institution/lint`

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use touchstone_service::issuing::{ProfileOrder, choose_profile, chosen_profile};

use crate::ApiError;
use crate::api::caller::{Administer, By, Read};
use crate::api::order::{Made, Order};
use crate::api::v1::achievements::{Holds, Wanted};
use crate::state::Web;

/// Shows what achievements without a choice of their own have to be ready for
#[utoipa::path(
    get,
    path = "/api/v1/institution/lint",
    tag = "institution",
    operation_id = "showProfile",
    security(("key" = ["read"])),
    responses((status = 200, description = "What holds", body = Holds))
)]
pub(crate) async fn show(by: By<Read>, State(web): State<Web>) -> Result<Json<Holds>, ApiError> {
    Ok(Json(
        chosen_profile(&web.world, &by.tenant, None).await?.into(),
    ))
}

/// Chooses what achievements without a choice of their own have to be ready for before they are issued
#[utoipa::path(
    put,
    path = "/api/v1/institution/lint",
    tag = "institution",
    operation_id = "chooseProfile",
    security(("key" = ["administer"])),
    request_body = Wanted,
    responses(
        (status = 200, description = "What holds from now on", body = Holds),
        (status = 400, description = "`not_json`"),
        (status = 422, description = "`wrong_body`, `unknown_profile`"),
    )
)]
pub(crate) async fn choose(
    State(web): State<Web>,
    order: Order<Administer>,
) -> Result<Response, ApiError> {
    let choice = order.json::<Wanted>()?.choice()?;
    order
        .once(&web, async move |world, by| {
            let order = ProfileOrder {
                tenant: by.tenant,
                actor: by.actor,
                achievement: None,
                choice,
            };
            choose_profile(&world, &order).await?;
            let chosen = chosen_profile(&world, &order.tenant, None).await?;
            Ok(Made::done(Holds::from(chosen)))
        })
        .await
}
