//! `PUT /api/v1/achievements/ID`

use axum::extract::{Path, State};
use axum::response::Response;
use touchstone_service::issuing::{self, Definition, DefinitionOrder, achievement};

use super::WrittenVersion;
use crate::ApiError;
use crate::api::caller::Define;
use crate::api::order::{Made, Order};
use crate::api::wire::DefinitionDocument;
use crate::state::Web;

/// Says anew what can be earned
///
/// While nothing was issued under the newest version, it is replaced; from then on it stands, and a new version follows.
#[utoipa::path(
    put,
    path = "/api/v1/achievements/{id}",
    tag = "achievements",
    operation_id = "reviseAchievement",
    security(("key" = ["define"])),
    params(("id" = String, Path, description = "Its id or its short name")),
    request_body = DefinitionDocument,
    responses(
        (status = 200, description = "It is revised", body = WrittenVersion),
        (status = 400, description = "`not_json`"),
        (status = 404, description = "`achievement_not_found`"),
        (status = 413, description = "`definition_too_large`"),
        (status = 422, description = "`faulty_definition`: each field is named; `other_slug`, `unknown_achievement`, `circle`"),
    )
)]
pub(crate) async fn revise(
    State(web): State<Web>,
    Path(id): Path<String>,
    order: Order<Define>,
) -> Result<Response, ApiError> {
    let known = achievement(&web.world, &order.by.tenant, &id, None).await?;
    let known = known.ok_or_else(|| ApiError::not_found("achievement_not_found"))?;
    let definition = Definition::from_json(&order.body)?;
    if definition.slug.as_str() != known.achievement.slug {
        let words = format!(
            "The short name of this achievement is “{}” and stays so.",
            known.achievement.slug
        );
        return Err(ApiError::unprocessable("other_slug").with_field("slug", words));
    }
    order
        .once(&web, async move |world, by| {
            let order = DefinitionOrder {
                tenant: by.tenant,
                actor: by.actor,
                definition,
            };
            let written = issuing::revise(&world, &order).await?;
            Ok(Made::done(WrittenVersion::from(written)))
        })
        .await
}
