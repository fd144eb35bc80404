//! `GET /api/v1/roles/ID/dcql`

use axum::Json;
use axum::extract::{Path, State};
use serde::Serialize;
use touchstone_service::crosswalk::{ask_wallet, dcql_document, role};
use utoipa::ToSchema;

use crate::ApiError;
use crate::api::caller::{By, Read};
use crate::state::Web;

/// Shows a role as a question to wallets (DCQL)
///
/// One credential set for each task, expanded to the identifiers of achievements, with the hashes of the mapping sets through which they
/// were found.
#[utoipa::path(
    get,
    path = "/api/v1/roles/{id}/dcql",
    tag = "roles",
    operation_id = "askWalletForRole",
    security(("key" = ["read"])),
    params(("id" = String, Path, description = "Its id")),
    responses(
        (status = 200, description = "`dcql_query`, `tasks`, `mapping_sets`, `uncovered_tasks`", body = Question),
        (status = 404, description = "`role_not_found`"),
    )
)]
pub(crate) async fn dcql(
    by: By<Read>,
    State(web): State<Web>,
    Path(id): Path<String>,
) -> Result<Json<Question>, ApiError> {
    let found = role(&web.world, &by.tenant, &id).await?;
    let found = found.ok_or_else(|| ApiError::not_found("role_not_found"))?;
    let compiled = ask_wallet(&web.world, &found).await?;
    Ok(Json(Question(dcql_document(&found, &compiled))))
}

/// `dcql_query` (OpenID for Verifiable Presentations 1.0, section 6), `tasks`, `mapping_sets` and `uncovered_tasks`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(transparent)]
#[schema(as = RoleQuestion, value_type = Object)]
pub(crate) struct Question(serde_json::Value);
