//! `POST /api/v1/competencies`

use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use touchstone_service::competency::{CompetencyBeginning, begin_competency};
use utoipa::ToSchema;

use crate::ApiError;
use crate::api::caller::Define;
use crate::api::order::{Made, Order};
use crate::api::v1::mapping_sets::Id;
use crate::state::Web;

/// Begins a competency: the tasks of one of your roles, and who drafts the rubric
#[utoipa::path(
    post,
    path = "/api/v1/competencies",
    tag = "competencies",
    operation_id = "beginCompetency",
    security(("key" = ["define"])),
    request_body = Wanted,
    responses(
        (status = 201, description = "It is begun with its version 1", body = Id),
        (status = 400, description = "`not_json`"),
        (status = 404, description = "`mapping_set_not_found`"),
        (status = 409, description = "`not_joined`, `domain_not_shown`, `same_domain`, `slug_taken`"),
        (status = 422, description = "`faulty_competency`, `wrong_body`"),
    )
)]
pub(crate) async fn begin(
    State(web): State<Web>,
    order: Order<Define>,
) -> Result<Response, ApiError> {
    let said: Wanted = order.json()?;
    order
        .once(&web, async move |world, by| {
            let order = CompetencyBeginning {
                tenant: by.tenant,
                actor: by.actor,
                set: said.set,
                role: said.role,
                issuer: said.issuer,
                slug: said.slug,
                title: said.title,
                why: said.why,
            };
            let id = begin_competency(&world, &order).await?;
            Ok(Made::new(Id { id }))
        })
        .await
}

/// A competency to be begun.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CompetencyWanted)]
pub(crate) struct Wanted {
    /// The mapping set whose parties write and vote, by id.
    set: String,
    /// The role whose tasks are written down, by id.
    role: String,
    /// Who drafts the rubric, by short name: one that takes part.
    issuer: String,
    /// Its short name in addresses of the issuer; it never changes.
    #[schema(
        min_length = 1,
        max_length = 64,
        pattern = "^[a-z0-9]([a-z0-9-]*[a-z0-9])?$"
    )]
    slug: String,
    /// What it is called.
    #[schema(min_length = 1, max_length = 200)]
    title: String,
    /// Why it is written.
    #[schema(min_length = 1, max_length = 2000)]
    why: String,
}
