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
use crate::text::sentence;

/// Takes in definition documents: all of them, or nothing
///
/// What is new is defined, what is known is revised; what others require may come in any order. A document of the European Learning
/// Model (a specification, or a European Digital Credential) stands among them as it is, and defines what is new only.
#[utoipa::path(
    post,
    path = "/api/v1/definitions",
    tag = "achievements",
    operation_id = "importDefinitions",
    security(("key" = ["define"])),
    request_body(content = Vec<DefinitionDocument>, description = "A list of definition documents, or one of them; documents of the European Learning Model may stand for some"),
    responses(
        (status = 200, description = "What became of each, what others require first", body = Imported),
        (status = 400, description = "`not_json`"),
        (status = 409, description = "`slug_taken`"),
        (status = 413, description = "`definition_too_large`, `too_large`"),
        (status = 422, description = "`faulty_definition`: each field is named with the number of its document; `nothing_learnt`, `unknown_achievement`, `circle`"),
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
            let versions = written.into_iter().map(ImportedVersion::from).collect();
            Ok(Made::done(Imported { versions }))
        })
        .await
}

/// What became of each document.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Imported {
    /// In the order in which they were written.
    versions: Vec<ImportedVersion>,
}

/// A version as it was written, and what was not.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ImportedVersion {
    #[serde(flatten)]
    version: WrittenVersion,
    /// What a document of the European Learning Model says and a definition has no place for, by that model's names.
    left_out: Vec<String>,
}

impl From<issuing::Imported> for ImportedVersion {
    fn from(imported: issuing::Imported) -> Self {
        Self {
            version: imported.written.into(),
            left_out: imported.left_out,
        }
    }
}

impl From<ImportError> for ApiError {
    fn from(error: ImportError) -> Self {
        match error {
            ImportError::Document { number, fault } | ImportError::Incomplete { number, fault } => {
                let mut error = faulty(&fault);
                for field in &mut error.fields {
                    field.field = format!("document {number}: {}", field.field).into();
                }
                error
            }
            error @ ImportError::NothingLearnt { .. } => {
                Self::unprocessable("nothing_learnt").with_detail(sentence(&error.to_string()))
            }
            error @ ImportError::Known(_) => {
                Self::conflict("slug_taken").with_detail(sentence(&error.to_string()))
            }
            ImportError::Version(error) => error.into(),
            ImportError::Store(error) => error.into(),
        }
    }
}
