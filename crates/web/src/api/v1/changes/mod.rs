//! `/api/v1/changes`: withdrawing, pausing and reinstating as many as there are.

mod begin;
mod list;
mod results;
mod show;

use axum::extract::DefaultBodyLimit;
use serde::Serialize;
use touchstone_service::issuing;
use touchstone_service::rows::BulkChangeRow;
use touchstone_service::{World, rows::TenantId};
use utoipa::ToSchema;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt};
use utoipa_axum::routes;

use crate::ApiError;
use crate::api::wire::time;
use crate::state::Web;

pub(super) fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(list::list, begin::begin).layer(DefaultBodyLimit::max(LARGEST)))
        .routes(routes!(show::show))
        .routes(routes!(results::results))
}

/// A change of many credentials.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
// Another `Change` is what happened to one credential.
#[schema(as = ChangeOfMany)]
pub(crate) struct Change {
    /// Its id.
    id: String,
    /// `revoke`, `suspend` or `reinstate`.
    fate: String,
    /// Why.
    reason: String,
    /// `running` or `done`.
    state: &'static str,
    /// How many credentials it is about.
    total: i64,
    /// How many were changed so far.
    changed: i64,
    /// How many stay as they are.
    unchanged: i64,
    /// When it was asked for.
    created_at: String,
    /// When the last had its turn.
    ended_at: Option<String>,
}

async fn find(world: &World, tenant: &TenantId, id: &str) -> Result<Change, ApiError> {
    let found = issuing::change(world, tenant, id).await?;
    let row = found.ok_or_else(|| ApiError::not_found("change_not_found"))?;
    Ok(told(row))
}

fn told(row: BulkChangeRow) -> Change {
    Change {
        id: row.id,
        fate: row.fate,
        reason: row.reason,
        state: row.state.as_str(),
        total: row.total,
        changed: row.changed,
        unchanged: row.stayed,
        created_at: time(row.created_at),
        ended_at: row.ended_at.map(time),
    }
}

/// So many ids.
const LARGEST: usize = 8 << 20;
