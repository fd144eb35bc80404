//! All credentials of a cohort as one file, made while it is sent.

use axum::body::{Body, Bytes};
use axum::extract::{Path, Query, State};
use axum::response::Response;
use futures_util::stream::try_unfold;
use touchstone_service::World;
use touchstone_service::holding::{CohortZip, Format, Zipping};
use touchstone_service::operations::Permission;

use crate::ApiError;
use crate::answer::file;
use crate::signed_in::SignedIn;
use crate::state::Web;

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
    let order = Zipping {
        tenant: by.tenant().clone(),
        batch,
        formats: formats.collect(),
    };
    zipped(&web.world, order).await
}

/// Begins the file, and sends each part of it as it is made. If that fails half-way the connection is cut, so that nobody takes a
/// part for the whole.
pub(crate) async fn zipped(world: &World, order: Zipping) -> Result<Response, ApiError> {
    let zip = CohortZip::open(world, order).await?;
    let parts = try_unfold(zip, |mut zip| async move {
        match zip.next().await {
            Ok(part) => Ok(part.map(|bytes| (Bytes::from(bytes), zip))),
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
