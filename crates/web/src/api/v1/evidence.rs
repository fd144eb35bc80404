//! `POST /api/v1/evidence`

use axum::extract::{DefaultBodyLimit, State};
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use axum::response::Response;
use serde::Serialize;
use touchstone_service::issuing::{EvidenceError, EvidenceFile, LARGEST_EVIDENCE, keep_evidence};
use utoipa::ToSchema;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt};
use utoipa_axum::routes;

use crate::ApiError;
use crate::api::caller::Issue;
use crate::api::order::{Made, Order};
use crate::state::Web;
use crate::text::sentence;

pub(super) fn routes() -> OpenApiRouter<Web> {
    // One byte more than is taken, so that the answer to too much is ours.
    let all = routes!(keep).layer(DefaultBodyLimit::max(LARGEST_EVIDENCE + 1));
    OpenApiRouter::new().routes(all)
}

/// Keeps a file that an award rests on
///
/// Of the kind that `Content-Type` says; nobody looks into it. Name it in the evidence of a row as `sha256:…`: the credential then
/// says where it can be opened, and everybody who checks the credential sees whether it is still the same file.
#[utoipa::path(
    post,
    path = "/api/v1/evidence",
    tag = "batches",
    operation_id = "keepEvidence",
    security(("key" = ["issue"])),
    request_body(content = Vec<u8>, description = "The file, at most 10 MiB", content_type = "application/octet-stream"),
    responses(
        (status = 201, description = "The file is kept, now or since before", body = Kept),
        (status = 413, description = "`file_too_large`, `too_large`"),
        (status = 422, description = "`empty_file`"),
    )
)]
pub(crate) async fn keep(
    State(web): State<Web>,
    headers: HeaderMap,
    order: Order<Issue>,
) -> Result<Response, ApiError> {
    let media_type = headers
        .get(CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .unwrap_or_default()
        .to_owned();
    let bytes = order.body.to_vec();
    order
        .once(&web, async move |world, by| {
            let order = EvidenceFile {
                tenant: by.tenant,
                actor: by.actor,
                media_type,
                bytes,
            };
            let kept = keep_evidence(&world, &order).await?;
            Ok(Made::new(Kept {
                evidence: format!("sha256:{}", kept.sha256),
                sha256: kept.sha256,
                url: kept.url,
                media_type: kept.media_type,
                bytes: kept.bytes,
                known: kept.known,
            }))
        })
        .await
}

/// A file that is kept.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = KeptEvidence)]
pub(crate) struct Kept {
    /// What to write into the evidence of a row.
    evidence: String,
    /// Its SHA-256, in lower-case hex.
    sha256: String,
    /// Where it can be opened.
    url: String,
    /// What kind it was declared to be.
    media_type: String,
    /// Its size.
    bytes: u64,
    /// It was kept already, of the kind declared then.
    known: bool,
}

impl From<EvidenceError> for ApiError {
    fn from(error: EvidenceError) -> Self {
        let said = sentence(&error.to_string());
        match error {
            EvidenceError::Empty => Self::unprocessable("empty_file").with_detail(said),
            EvidenceError::TooLarge => Self::too_large("file_too_large").with_detail(said),
            EvidenceError::NoSuchInstitution => Self::not_found("institution_not_found"),
            EvidenceError::Object(error) => Self::internal(&error),
            EvidenceError::Store(error) => error.into(),
        }
    }
}
