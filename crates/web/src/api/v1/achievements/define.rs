//! `POST /api/v1/achievements`

use axum::extract::State;
use axum::response::Response;
use touchstone_service::issuing::{self, Definition, DefinitionOrder};

use super::WrittenVersion;
use crate::ApiError;
use crate::api::caller::Define;
use crate::api::order::{Made, Order};
use crate::api::wire::DefinitionDocument;
use crate::state::Web;

/// Defines what can be earned
#[utoipa::path(
    post,
    path = "/api/v1/achievements",
    tag = "achievements",
    operation_id = "defineAchievement",
    security(("key" = ["define"])),
    request_body = DefinitionDocument,
    responses(
        (status = 201, description = "It is defined", body = WrittenVersion),
        (status = 400, description = "`not_json`"),
        (status = 409, description = "`slug_taken`"),
        (status = 413, description = "`definition_too_large`"),
        (status = 422, description = "`faulty_definition`: each field is named; `unknown_achievement`, `circle`"),
    )
)]
pub(crate) async fn define(
    State(web): State<Web>,
    order: Order<Define>,
) -> Result<Response, ApiError> {
    let definition = Definition::from_json(&order.body)?;
    order
        .once(&web, async move |world, by| {
            let order = DefinitionOrder {
                tenant: by.tenant,
                actor: by.actor,
                definition,
                seen: None,
            };
            let written = issuing::define(&world, &order).await?;
            Ok(Made::new(WrittenVersion::from(written)))
        })
        .await
}
