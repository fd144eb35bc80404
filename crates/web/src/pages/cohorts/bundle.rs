//! All credentials of a cohort as one file, made while it is sent.

use axum::body::{Body, Bytes};
use axum::extract::{Path, Query, State};
use axum::response::Response;
use futures_util::stream::try_unfold;
use touchstone_service::World;
use touchstone_service::holding::{Bundle, BundleError, Bundling, Format};
use touchstone_service::operations::Permission;

use crate::ApiError;
use crate::pages::audit::file;
use crate::signed_in::SignedIn;
use crate::state::Web;
use crate::text::sentence;

/// `GET /cohorts/ID/credentials.zip?format=json&format=pdf`
pub async fn zip(
    State(web): State<Web>,
    by: SignedIn,
    Path(batch): Path<String>,
    Query(asked): Query<Vec<(String, String)>>,
) -> Result<Response, ApiError> {
    by.may(Permission::Read)?;
    let named = asked.iter().filter(|(key, _)| key == "format");
    let named: Vec<&str> = named.map(|(_, name)| name.as_str()).collect();
    let formats = Format::ALL
        .into_iter()
        .filter(|format| named.contains(&format.as_str()));
    let order = Bundling {
        tenant: by.tenant().clone(),
        batch,
        formats: formats.collect(),
    };
    bundled(&web.world, order).await
}

/// Begins the file, and sends each part of it as it is made. If that fails half-way the connection is cut, so that nobody takes a
/// part for the whole.
pub(crate) async fn bundled(world: &World, order: Bundling) -> Result<Response, ApiError> {
    let bundle = Bundle::open(world, order).await?;
    let parts = try_unfold(bundle, |mut bundle| async move {
        match bundle.next().await {
            Ok(part) => Ok(part.map(|bytes| (Bytes::from(bytes), bundle))),
            Err(error) => {
                tracing::error!(%error, "a cohort was not sent to its end");
                Err(error)
            }
        }
    });
    Ok(file(
        "application/zip",
        "credentials.zip",
        Body::from_stream(parts),
    ))
}

impl From<BundleError> for ApiError {
    fn from(error: BundleError) -> Self {
        let said = sentence(&error.to_string());
        match error {
            BundleError::NoSuchBatch => Self::not_found("batch_not_found"),
            BundleError::NothingIssued => Self::conflict("batch_nothing_issued").with_detail(said),
            BundleError::NoFormat => Self::bad_request("bad_query").with_field("format", said),
            BundleError::Export(error) => error.into(),
            BundleError::Store(error) => error.into(),
            BundleError::Zip(_) | BundleError::Write(_) => Self::internal(&error),
        }
    }
}
