//! `GET /postings/ID/applications.csv`: the applications to a posting as a table, made while it is sent.

use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::response::Response;
use futures_util::stream::try_unfold;
use touchstone_service::hiring::{ApplicationsCsv, posting};
use touchstone_service::operations::Permission;
use touchstone_service::rows::TenantId;

use crate::ApiError;
use crate::answer::file;
use crate::signed_in::SignedIn;
use crate::state::Web;

/// The table.
pub async fn csv(
    State(web): State<Web>,
    by: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    by.may(Permission::Hire)?;
    sent(web, by.tenant(), &id).await
}

/// Sends the table. If that fails half-way the connection is cut, so that nobody takes a part for the whole.
pub(crate) async fn sent(web: Web, tenant: &TenantId, id: &str) -> Result<Response, ApiError> {
    let found = posting(&web.world, tenant, id).await?;
    let found = found.ok_or_else(|| ApiError::not_found("posting_not_found"))?;
    let table = ApplicationsCsv::new(tenant.clone(), found);
    let parts = try_unfold((web, table), |(web, mut table)| async move {
        match table.next(&web.world).await {
            Ok(part) => Ok(part.map(|part| (Bytes::from(part), (web, table)))),
            Err(error) => {
                tracing::error!(%error, "a table of applications was not sent to its end");
                Err(error)
            }
        }
    });
    Ok(file(
        "text/csv; charset=utf-8",
        "applications.csv",
        Body::from_stream(parts),
    ))
}
