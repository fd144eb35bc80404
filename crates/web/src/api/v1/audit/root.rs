//! `GET` and `POST /api/v1/audit/root`

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use serde::Serialize;
use touchstone_service::operations::{self, RootError, Rooted, rooted};
use utoipa::ToSchema;

use crate::ApiError;
use crate::api::caller::{Audit, By};
use crate::api::order::{Made, Order};
use crate::api::wire::time;
use crate::state::Web;

/// Tells the newest root over your audit record
#[utoipa::path(
    get,
    path = "/api/v1/audit/root",
    tag = "audit",
    operation_id = "showAuditRoot",
    security(("key" = ["audit"])),
    responses(
        (status = 200, description = "The root, or none yet", body = NewestRoot),
    )
)]
pub(crate) async fn show(
    by: By<Audit>,
    State(web): State<Web>,
) -> Result<Json<NewestRoot>, ApiError> {
    let newest = rooted(&web.world, &by.tenant).await?;
    Ok(Json(NewestRoot {
        root: newest.map(Root::from),
    }))
}

/// Takes all lines that there are now into a root for the public log
///
/// It is queued: `logPlace` is told once the public log shows it. Nothing happens where no line came since the last root.
#[utoipa::path(
    post,
    path = "/api/v1/audit/root",
    tag = "audit",
    operation_id = "makeAuditRoot",
    security(("key" = ["audit"])),
    responses(
        (status = 202, description = "The newest root", body = NewestRoot),
    )
)]
pub(crate) async fn make(
    State(web): State<Web>,
    order: Order<Audit>,
) -> Result<Response, ApiError> {
    order
        .once(&web, async move |world, by| {
            match operations::root(&world, &by.tenant).await {
                Ok(()) => {}
                Err(RootError::Store(error)) => return Err(error.into()),
                Err(error) => return Err(ApiError::internal(&error)),
            }
            let newest = rooted(&world, &by.tenant).await?;
            Ok(Made::accepted(NewestRoot {
                root: newest.map(Root::from),
            }))
        })
        .await
}

/// The newest root, if there is one.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NewestRoot {
    /// `null` before the first.
    root: Option<Root>,
}

/// A root over the lines of the audit record, from the first on.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = AuditRoot)]
pub(crate) struct Root {
    /// How many lines it is over.
    lines: u64,
    /// When it was made.
    at: String,
    /// Its number in the public log; `null` until the log shows it.
    log_place: Option<u64>,
    /// Whether lines came since.
    more: bool,
}

impl From<Rooted> for Root {
    fn from(rooted: Rooted) -> Self {
        Self {
            lines: rooted.lines,
            at: time(rooted.at.unix_millis()),
            log_place: rooted.place,
            more: rooted.more,
        }
    }
}
