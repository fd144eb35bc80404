//! `POST /api/v1/mapping-sets`

use axum::extract::State;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use touchstone_service::crosswalk::{
    Beginning, Contradiction, Merging, SetFile, TakenSet, begin_set, merge_sets, take_set,
};
use utoipa::ToSchema;

use crate::ApiError;
use crate::api::caller::Define;
use crate::api::order::{Made, Order};
use crate::state::Web;

/// Begins a mapping set, empty, with what a file says, or with all mappings of several sets
///
/// Of sets the latest released versions are merged. Where they contradict each other, `conflicts` says so and both mappings stay.
///
/// What a program made stays a suggestion until organizations have voted for it, also where it comes from a file.
#[utoipa::path(
    post,
    path = "/api/v1/mapping-sets",
    tag = "crosswalk",
    operation_id = "beginMappingSet",
    security(("key" = ["define"])),
    request_body = Wanted,
    responses(
        (status = 201, description = "It is there", body = Begun),
        (status = 400, description = "`not_json`"),
        (status = 404, description = "`mapping_set_not_found`: one of those to be merged"),
        (status = 409, description = "`slug_taken`; `not_released`: there is no version of a set that is to be merged; `agreement_ended`: its latest version is out of date"),
        (status = 413, description = "`too_many_mappings`, `too_large`"),
        (status = 422, description = "`faulty_set`, `faulty_file`: each fault with its place; `wrong_body`"),
    )
)]
pub(crate) async fn begin(
    State(web): State<Web>,
    order: Order<Define>,
) -> Result<Response, ApiError> {
    let said: Wanted = order.json()?;
    order
        .once(&web, async move |world, by| {
            let beginning = Beginning {
                tenant: by.tenant,
                actor: by.actor,
                slug: said.slug,
                title: said.title,
                license: said.license,
                review_days: said.review_days,
                why: said.why,
            };
            let begun = match (said.file, said.merge) {
                (Some(_), Some(_)) => {
                    let told = "Either a file or sets to be merged.";
                    return Err(ApiError::unprocessable("wrong_body").with_field("merge", told));
                }
                (None, None) => Begun {
                    id: begin_set(&world, &beginning).await?,
                    ..Begun::default()
                },
                (Some(file), None) => {
                    let bytes = file.into_bytes();
                    let order = SetFile { beginning, bytes };
                    Begun::of(take_set(&world, &order).await?)
                }
                (None, Some(sets)) => {
                    let order = Merging { beginning, sets };
                    let merged = merge_sets(&world, &order).await?;
                    Begun {
                        repeated: merged.repeated,
                        conflicts: merged.conflicts.into_iter().map(Disputed::of).collect(),
                        ..Begun::of(merged.taken)
                    }
                }
            };
            Ok(Made::new(begun))
        })
        .await
}

/// A set to be begun.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = MappingSetWanted)]
pub(crate) struct Wanted {
    /// Its short name in addresses; it never changes.
    #[schema(
        min_length = 1,
        max_length = 64,
        pattern = "^[a-z0-9]([a-z0-9-]*[a-z0-9])?$"
    )]
    slug: String,
    /// Its title; empty where the file says it.
    #[serde(default)]
    title: String,
    /// Under which licence others may use it: an address; empty where the file says it.
    #[serde(default)]
    license: String,
    /// For how many days an agreement is good.
    #[serde(default = "two_years")]
    #[schema(minimum = 1, maximum = 3650, default = 730)]
    review_days: i64,
    /// Why it is begun, taken in or made of others.
    #[serde(default)]
    #[schema(required = true, min_length = 1, max_length = 2000)]
    why: String,
    /// SSSOM, as TSV or JSON.
    #[serde(default)]
    file: Option<String>,
    /// From 2 to 20 sets in which the institution takes part, by id: their latest released versions become one set.
    #[serde(default)]
    merge: Option<Vec<String>>,
}

fn two_years() -> i64 {
    730
}

/// A set that was begun.
#[derive(Debug, Default, Serialize, ToSchema)]
#[schema(as = MappingSetBegun)]
pub(crate) struct Begun {
    /// Its id.
    id: String,
    /// How many mappings people state in the file.
    stated: usize,
    /// How many a program made: they stay suggestions.
    suggested: usize,
    /// What its author may want to know.
    notices: Vec<String>,
    /// How many mappings stood in more than one of the sets, word for word, and stand once now.
    repeated: usize,
    /// Pairs on which the sets do not agree.
    conflicts: Vec<Disputed>,
}

/// A pair of which several mappings cannot all be right.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = MappingContradiction)]
pub(crate) struct Disputed {
    /// The subject.
    subject_id: String,
    /// The object.
    object_id: String,
    /// What is said of them: `exact`, `close`, `broad`, `narrow`, `related` or an IRI, with `not ` before it where it is denied.
    said: Vec<String>,
}

impl Disputed {
    fn of(contradiction: Contradiction) -> Self {
        Self {
            subject_id: contradiction.subject,
            object_id: contradiction.object,
            said: contradiction.said,
        }
    }
}

impl Begun {
    fn of(taken: TakenSet) -> Self {
        Self {
            id: taken.id,
            stated: taken.stated,
            suggested: taken.suggested,
            notices: taken.notices.iter().map(ToString::to_string).collect(),
            ..Self::default()
        }
    }
}
