//! `POST /api/v1/definitions`

use axum::extract::State;
use axum::response::Response;
use serde::Serialize;
use touchstone_service::issuing::{self, Import, ImportError};
use utoipa::ToSchema;

use super::{WrittenVersion, faulty};
use crate::ApiError;
use crate::api::caller::Define;
use crate::api::order::{Made, Order};
use crate::api::wire::DefinitionDocument;
use crate::state::Web;

/// Takes in definition documents: all of them, or nothing
///
/// What is new is defined, what is known is revised; what others require may come in any order.
#[utoipa::path(
    post,
    path = "/api/v1/definitions",
    tag = "achievements",
    operation_id = "importDefinitions",
    security(("key" = ["define"])),
    request_body(content = Vec<DefinitionDocument>, description = "A list of definition documents, or one of them"),
    responses(
        (status = 200, description = "What became of each, what others require first", body = Imported),
        (status = 400, description = "`not_json`"),
        (status = 409, description = "`slug_taken`"),
        (status = 413, description = "`definition_too_large`, `too_large`"),
        (status = 422, description = "`faulty_definition`: each field is named with the number of its document; `unknown_achievement`, `circle`"),
    )
)]
pub(crate) async fn import(
    State(web): State<Web>,
    order: Order<Define>,
) -> Result<Response, ApiError> {
    let json = order.body.to_vec();
    order
        .once(&web, async move |world, by| {
            let order = Import {
                tenant: by.tenant,
                actor: by.actor,
                json,
            };
            let written = issuing::import(&world, &order).await?;
            let versions = written.into_iter().map(WrittenVersion::from).collect();
            Ok(Made::done(Imported { versions }))
        })
        .await
}

/// What became of each document.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Imported {
    /// In the order in which they were written.
    versions: Vec<WrittenVersion>,
}

impl From<ImportError> for ApiError {
    fn from(error: ImportError) -> Self {
        match error {
            ImportError::Document { number, fault } => {
                let mut error = faulty(&fault);
                for field in &mut error.fields {
                    field.field = format!("document {number}: {}", field.field).into();
                }
                error
            }
            ImportError::Version(error) => error.into(),
            ImportError::Store(error) => error.into(),
        }
    }
}
