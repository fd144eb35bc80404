//! `POST /api/v1/mapping-sets`

use axum::extract::State;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use touchstone_service::crosswalk::{Beginning, SetFile, begin_set, take_set};
use utoipa::ToSchema;

use crate::ApiError;
use crate::api::caller::Define;
use crate::api::order::{Made, Order};
use crate::state::Web;

/// Begins a mapping set, empty or with what a file says
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
        (status = 409, description = "`slug_taken`"),
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
            };
            let Some(file) = said.file else {
                let id = begin_set(&world, &beginning).await?;
                return Ok(Made::new(Begun::empty(id)));
            };
            let order = SetFile {
                beginning,
                bytes: file.into_bytes(),
            };
            let taken = take_set(&world, &order).await?;
            Ok(Made::new(Begun {
                id: taken.id,
                stated: taken.stated,
                suggested: taken.suggested,
                notices: taken.notices.iter().map(ToString::to_string).collect(),
            }))
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
    /// SSSOM, as TSV or JSON.
    #[serde(default)]
    file: Option<String>,
}

fn two_years() -> i64 {
    730
}

/// A set that was begun.
#[derive(Debug, Serialize, ToSchema)]
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
}

impl Begun {
    fn empty(id: String) -> Self {
        Self {
            id,
            stated: 0,
            suggested: 0,
            notices: Vec::new(),
        }
    }
}
