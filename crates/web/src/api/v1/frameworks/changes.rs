//! `GET /api/v1/frameworks/ID/changes`

use axum::Json;
use axum::extract::{Path, State};
use serde::Serialize;
use touchstone_service::crosswalk::{Concern, framework_changes};
use utoipa::ToSchema;

use crate::ApiError;
use crate::api::caller::{By, Read};
use crate::state::Web;

/// Tells what a version of a framework says otherwise than the one before, and what of yours that is about
#[utoipa::path(
    get,
    path = "/api/v1/frameworks/{id}/changes",
    tag = "crosswalk",
    operation_id = "frameworkChanges",
    security(("key" = ["read"])),
    params(("id" = String, Path, description = "The version, by its id here")),
    responses(
        (status = 200, description = "What changed", body = Changes),
        (status = 404, description = "`framework_not_found`"),
    )
)]
pub(crate) async fn changes(
    by: By<Read>,
    State(web): State<Web>,
    Path(id): Path<String>,
) -> Result<Json<Changes>, ApiError> {
    let found = framework_changes(&web.world, &by.tenant, &id).await?;
    let found = found.ok_or_else(|| ApiError::not_found("framework_not_found"))?;
    let statements = found.statements.into_iter().map(|one| Statement {
        uri: one.uri,
        label: one.label,
        gone: one.fields.is_none(),
        successor: one.successor,
        fields: (one.fields.into_iter().flatten())
            .map(|field| Field {
                field: field.field,
                before: field.before,
                after: field.after,
            })
            .collect(),
        concerns: one.concerns.into_iter().map(About::of).collect(),
        more_concerns: one.more_concerns,
    });
    Ok(Json(Changes {
        id: found.framework.id,
        before: found.before.map(|before| before.id),
        added: found.added,
        statements: statements.collect(),
        more: found.more,
    }))
}

/// What changed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FrameworkChanges)]
pub(crate) struct Changes {
    /// The version.
    id: String,
    /// The version that was taken in before it; `null` of the first.
    before: Option<String>,
    /// How many statements are new.
    added: usize,
    /// Those that are gone or said otherwise: first those that something of yours is about; 500 at most.
    statements: Vec<Statement>,
    /// How many of those are not listed.
    more: usize,
}

/// A statement that is gone or said otherwise.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ChangedStatement)]
pub(crate) struct Statement {
    /// Its identifier.
    uri: String,
    /// What it was called.
    label: String,
    /// Whether it is gone.
    gone: bool,
    /// What may take the place of one that is gone, by identifier.
    successor: Option<String>,
    /// What is said otherwise.
    fields: Vec<Field>,
    /// What of yours is about it, 20 at most.
    concerns: Vec<About>,
    /// How much more is.
    more_concerns: usize,
}

/// A field of a statement that changed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ChangedField)]
pub(crate) struct Field {
    /// Its name.
    field: &'static str,
    /// What it was; empty if nothing.
    before: Vec<String>,
    /// What it is; empty if nothing.
    after: Vec<String>,
}

/// Something that is about a statement.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FrameworkConcern)]
pub(crate) struct About {
    /// `achievement`, `mapping` or `role`.
    kind: &'static str,
    /// Its id.
    id: String,
    /// The set of a mapping.
    set: Option<String>,
    /// What it is called; of a mapping, its set.
    title: String,
}

impl About {
    fn of(concern: Concern) -> Self {
        let (kind, id, set, title) = match concern {
            Concern::Achievement { id, name } => ("achievement", id, None, name),
            Concern::Mapping { set, id, title } => ("mapping", id, Some(set), title),
            Concern::Role { id, title } => ("role", id, None, title),
        };
        Self {
            kind,
            id,
            set,
            title,
        }
    }
}
