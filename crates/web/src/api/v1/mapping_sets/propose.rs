//! `POST /api/v1/mapping-sets/ID/mappings`

use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;
use touchstone_service::crosswalk::{self, FoundBy, Proposal};
use utoipa::ToSchema;

use super::{Id, relation};
use crate::ApiError;
use crate::api::caller::Define;
use crate::api::order::{Made, Order};
use crate::state::Web;

/// Proposes a mapping
///
/// It counts for nothing until organizations have voted for it. What a program found says so in `mappingJustification` and stays a
/// suggestion until then.
#[utoipa::path(
    post,
    path = "/api/v1/mapping-sets/{id}/mappings",
    tag = "crosswalk",
    operation_id = "proposeMapping",
    security(("key" = ["define"])),
    params(("id" = String, Path, description = "The set’s id")),
    request_body = Wanted,
    responses(
        (status = 201, description = "It is proposed", body = Id),
        (status = 400, description = "`not_json`"),
        (status = 404, description = "`mapping_set_not_found`"),
        (status = 409, description = "`not_joined`, `domain_not_shown`, `same_domain`, `mapping_known`"),
        (status = 422, description = "`faulty_mapping`: each fault with its slot; `wrong_body`"),
    )
)]
pub(crate) async fn propose(
    State(web): State<Web>,
    Path(set): Path<String>,
    order: Order<Define>,
) -> Result<Response, ApiError> {
    let said: Wanted = order.json()?;
    order
        .once(&web, async move |world, by| {
            let found_by = match said.mapping_justification.as_str() {
                "" | "ManualMappingCuration" => FoundBy::Person,
                kind => FoundBy::Program(kind.to_owned()),
            };
            let order = Proposal {
                tenant: by.tenant,
                actor: by.actor,
                set,
                subject: said.subject_id,
                subject_label: said.subject_label,
                relation: relation(&said.relation),
                negated: said.negated,
                object: said.object_id,
                object_label: said.object_label,
                confidence: said
                    .confidence
                    .map_or_else(String::new, |sure| sure.to_string()),
                comment: said.comment,
                found_by,
            };
            let id = crosswalk::propose(&world, &order).await?;
            Ok(Made::new(Id { id }))
        })
        .await
}

/// A mapping to be proposed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = MappingWanted)]
pub(crate) struct Wanted {
    /// What is mapped: an IRI.
    subject_id: String,
    /// What it is called.
    #[serde(default)]
    #[schema(max_length = 2000)]
    subject_label: String,
    /// `exact`, `close`, `broad` (the object is broader), `narrow`, `related`, or a predicate by IRI.
    relation: String,
    /// It is stated that the relation does not hold.
    #[serde(default)]
    negated: bool,
    /// To what: an IRI.
    object_id: String,
    /// What that is called.
    #[serde(default)]
    #[schema(max_length = 2000)]
    object_label: String,
    /// How sure the author is.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 1)]
    confidence: Option<f64>,
    /// Why.
    #[serde(default)]
    #[schema(max_length = 2000)]
    comment: String,
    /// How a program found it: the end of a SEMAPV identifier such as `LexicalMatching`; empty for a person.
    #[serde(default)]
    mapping_justification: String,
}
