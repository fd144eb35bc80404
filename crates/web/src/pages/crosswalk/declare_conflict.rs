//! `POST /mappings/ID/MAPPING/conflict`

use axum::extract::{Path, State};
use axum::response::Response;
use touchstone_service::crosswalk::{self, DeclaredConflict};
use touchstone_service::operations::Permission;

use super::told::done;
use crate::ApiError;
use crate::signed_in::Posted;
use crate::state::Web;

/// Declares the member's conflict of interest.
pub async fn declare_conflict(
    State(web): State<Web>,
    Path((set, id)): Path<(String, String)>,
    posted: Posted,
) -> Result<Response, ApiError> {
    posted.by.may(Permission::Confirm)?;
    let order = DeclaredConflict {
        tenant: posted.by.tenant().clone(),
        actor: posted.by.member.id.clone(),
        set: set.clone(),
        mapping: id.clone(),
        round: posted.fields.text("round").parse().unwrap_or_default(),
        comment: posted.fields.text("conflict").to_owned(),
    };
    let declared = crosswalk::declare_conflict(&web.world, &order).await;
    done(&web, &posted, &set, &id, "conflict", declared).await
}
