//! `GET /api/v1/audit`

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use touchstone_service::operations::audit;
use touchstone_service::rows::{AuditFilter, AuditRow};
use utoipa::{IntoParams, ToSchema};

use crate::ApiError;
use crate::api::caller::{Audit, By};
use crate::api::query::{Asked, limit};
use crate::api::wire::{moment, time};
use crate::state::Web;

/// Reads the audit record, newest first
#[utoipa::path(
    get,
    path = "/api/v1/audit",
    tag = "audit",
    operation_id = "listAuditLines",
    security(("key" = ["audit"])),
    params(Sought),
    responses(
        (status = 200, description = "A page of it", body = Lines),
        (status = 400, description = "`bad_limit`, `bad_query`"),
        (status = 422, description = "`bad_time`"),
    )
)]
pub(crate) async fn list(
    by: By<Audit>,
    State(web): State<Web>,
    Asked(sought): Asked<Sought>,
) -> Result<Json<Lines>, ApiError> {
    let most = limit(sought.limit.unwrap_or(100))?;
    let millis = |name, text: Option<String>| {
        let moment = text.map(|text| moment(name, &text)).transpose();
        moment.map(|moment| moment.map(|at| at.unix_millis()))
    };
    let filter = AuditFilter {
        actor: sought.actor,
        action: sought.action,
        subject: sought.subject,
        from: millis("from", sought.from)?,
        until: millis("until", sought.until)?,
    };
    let rows = audit(&web.world, &by.tenant, &filter, sought.after, most).await?;
    let full = u64::try_from(rows.len()).is_ok_and(|length| length == most);
    Ok(Json(Lines {
        next: rows.last().filter(|_| full).map(|row| row.seq),
        lines: rows.into_iter().map(Line::from).collect(),
    }))
}

/// Which lines.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Sought {
    /// Of this actor: a member's id, or `key:` and a key's prefix.
    actor: Option<String>,
    /// Of this action, such as `credential.revoke`.
    action: Option<String>,
    /// To this subject: an id.
    subject: Option<String>,
    /// Not before this time.
    from: Option<String>,
    /// Before this time.
    until: Option<String>,
    /// What the page before answered as its `next`.
    after: Option<i64>,
    /// How many at most; 100 if it is left out.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<u64>,
}

/// A page of the record.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AuditLines)]
pub(crate) struct Lines {
    /// Newest first.
    lines: Vec<Line>,
    /// Where the next page starts.
    next: Option<i64>,
}

/// One line of the record.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AuditLine)]
pub(crate) struct Line {
    /// Its place in the record.
    seq: i64,
    /// When.
    at: String,
    /// Who: a member's id, or `key:` and a key's prefix.
    actor: String,
    /// What.
    action: String,
    /// To what.
    subject: String,
    /// More about it.
    #[schema(value_type = Object)]
    detail: Value,
}

impl From<AuditRow> for Line {
    fn from(row: AuditRow) -> Self {
        Self {
            seq: row.seq,
            at: time(row.at),
            actor: row.actor,
            action: row.action,
            subject: row.subject,
            detail: serde_json::from_str(&row.detail).unwrap_or(Value::String(row.detail)),
        }
    }
}
