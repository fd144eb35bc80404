//! `PATCH /api/v1/batches/ID/rows/LINE`

use std::collections::BTreeMap;

use axum::extract::{Path, State};
use axum::response::Response;
use touchstone_service::issuing::{self, Amendment, Column};

use super::Row;
use crate::ApiError;
use crate::api::caller::Issue;
use crate::api::order::{Made, Order};
use crate::state::Web;

/// Mends a row and judges it anew
#[utoipa::path(
    patch,
    path = "/api/v1/batches/{id}/rows/{line}",
    tag = "batches",
    operation_id = "amendBatchRow",
    security(("key" = ["issue"])),
    params(
        ("id" = String, Path, description = "The batch"),
        ("line" = i64, Path, description = "The row's number, as a spreadsheet program shows it"),
    ),
    request_body(content = BTreeMap<String, String>, description = "The fields that change, by the name of the column"),
    responses(
        (status = 200, description = "The row as it stands now, which may still be faulty", body = Row),
        (status = 400, description = "`not_json`"),
        (status = 404, description = "`row_not_found`"),
        (status = 409, description = "`batch_closed`, `batch_is_correction`, `row_issued`"),
        (status = 422, description = "`unknown_column`, `wrong_body`"),
    )
)]
pub(crate) async fn amend(
    State(web): State<Web>,
    Path((batch, line)): Path<(String, String)>,
    order: Order<Issue>,
) -> Result<Response, ApiError> {
    let line = line
        .parse()
        .map_err(|_| ApiError::not_found("row_not_found"))?;
    let said: BTreeMap<String, String> = order.json()?;
    let changes = said
        .into_iter()
        .map(|(name, text)| match Column::parse(&name) {
            Some(column) => Ok((column, text)),
            None => Err(unknown(name)),
        });
    let changes = changes.collect::<Result<Vec<_>, _>>()?;
    order
        .once(&web, async move |world, by| {
            let order = Amendment {
                tenant: by.tenant,
                actor: by.actor,
                batch,
                line,
                changes,
            };
            Ok(Made::done(Row::from(issuing::amend(&world, &order).await?)))
        })
        .await
}

fn unknown(name: String) -> ApiError {
    let known = Column::ALL.map(Column::as_str).join(", ");
    let words = format!("There is no such column; the columns are {known}.");
    ApiError::unprocessable("unknown_column").with_field(name, words)
}
