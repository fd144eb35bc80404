//! Every fault of a list, as a table to work through.

use std::fmt::Write;

use axum::extract::{Path, State};
use axum::response::Response;
use touchstone_service::issuing::{escape_formula, preview, rows};
use touchstone_service::operations::Permission;
use touchstone_service::rows::RowState;

use crate::ApiError;
use crate::answer::file;
use crate::signed_in::SignedIn;
use crate::state::Web;

/// `GET /cohorts/ID/faults.csv`
pub async fn csv(
    State(web): State<Web>,
    by: SignedIn,
    Path(batch): Path<String>,
) -> Result<Response, ApiError> {
    by.may(Permission::Read)?;
    // An empty table about a cohort of others would read as a cohort without faults.
    preview(&web.world, by.tenant(), &batch)
        .await?
        .ok_or_else(|| ApiError::not_found("batch_not_found"))?;
    let mut out = String::from("\u{feff}row,name,column,code,fault\r\n");
    let mut after = -1;
    loop {
        let some = rows(
            &web.world,
            by.tenant(),
            &batch,
            Some(RowState::Faulty),
            after,
            1_000,
        )
        .await?;
        let Some(last) = some.last() else { break };
        after = last.line;
        for row in &some {
            for fault in &row.faults {
                let column = fault.column.map_or("", |column| column.as_str());
                let code = serde_json::to_value(fault.code).unwrap_or_default();
                _ = write!(out, "{}", row.line);
                for field in [
                    row.fields.name.as_str(),
                    column,
                    code.as_str().unwrap_or_default(),
                    &fault.message,
                ] {
                    _ = write!(out, ",\"{}\"", escape_formula(field).replace('"', "\"\""));
                }
                out.push_str("\r\n");
            }
        }
    }
    Ok(file("text/csv; charset=utf-8", "faults.csv", out))
}
