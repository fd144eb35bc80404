//! `POST /api/v1/roles/ID/postings`

use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;
use touchstone_service::hiring::{Opening, open_posting};
use utoipa::ToSchema;

use super::PostingId;
use crate::ApiError;
use crate::api::caller::Hire;
use crate::api::order::{Made, Order};
use crate::state::Web;

/// Opens a role for applications
///
/// Its page asks applicants for the tasks of the role, in plain words and without an account.
#[utoipa::path(
    post,
    path = "/api/v1/roles/{id}/postings",
    tag = "hiring",
    operation_id = "openPosting",
    security(("key" = ["hire"])),
    params(("id" = String, Path, description = "The role’s id")),
    request_body = Wanted,
    responses(
        (status = 201, description = "It is open", body = PostingId),
        (status = 400, description = "`not_json`"),
        (status = 404, description = "`role_not_found`"),
        (status = 409, description = "`posting_name_taken`, `applications_off`"),
        (status = 422, description = "`faulty_posting`: each field is named; `wrong_body`"),
    )
)]
pub(crate) async fn open(
    State(web): State<Web>,
    Path(role): Path<String>,
    order: Order<Hire>,
) -> Result<Response, ApiError> {
    let said: Wanted = order.json()?;
    order
        .once(&web, async move |world, by| {
            let order = Opening {
                tenant: by.tenant,
                actor: by.actor,
                role,
                name: said.name,
                note: said.note,
                blind: said.blind,
                staff: said.staff,
                keep_days: said.keep_days,
                open_days: said.open_days,
                drawn: None,
            };
            let id = open_posting(&world, &order).await?;
            Ok(Made::new(PostingId { id }))
        })
        .await
}

/// How a role is opened.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = PostingWanted)]
pub(crate) struct Wanted {
    /// A name for the link that people can say; empty: nobody finds it without having been told.
    #[schema(max_length = 64)]
    name: String,
    /// What applicants read besides the tasks.
    #[schema(max_length = 2000)]
    note: String,
    /// Whether names are covered until somebody asks for one.
    blind: bool,
    /// Whether it is for the institution’s own people, who find it on their page (`/api/v1/staff-page`). Its link then has no name.
    staff: bool,
    /// How many days an application is kept; left out: as long as this installation keeps one.
    #[schema(minimum = 1)]
    keep_days: Option<u32>,
    /// For how many days applications are taken; left out: until it is closed.
    #[schema(minimum = 1, maximum = 366)]
    open_days: Option<u32>,
}
