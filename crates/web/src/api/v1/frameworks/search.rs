//! `GET /api/v1/frameworks/statements`

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use touchstone_service::crosswalk::find_statements;
use utoipa::{IntoParams, ToSchema};

use crate::ApiError;
use crate::api::caller::{By, Read};
use crate::api::query::{Asked, limit};
use crate::state::Web;

/// Finds tasks and skills by a few words
#[utoipa::path(
    get,
    path = "/api/v1/frameworks/statements",
    tag = "crosswalk",
    operation_id = "findStatements",
    security(("key" = ["read"])),
    params(Wanted),
    responses(
        (status = 200, description = "The best of each framework, in turns", body = Statements),
        (status = 400, description = "`bad_limit`, `bad_query`"),
    )
)]
pub(crate) async fn search(
    by: By<Read>,
    State(web): State<Web>,
    Asked(asked): Asked<Wanted>,
) -> Result<Json<Statements>, ApiError> {
    let most = limit(asked.limit.unwrap_or(20))?;
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    let framework = asked.framework.as_deref();
    let found = find_statements(&web.world, &by.tenant, framework, &asked.q, most).await?;
    Ok(Json(Statements {
        statements: found
            .into_iter()
            .map(|one| Statement {
                framework: one.framework_name(),
                kind: one.statement.kind.word(),
                uri: one.statement.uri,
                code: one.statement.code,
                label: one.statement.label,
                description: one.statement.description,
            })
            .collect(),
    }))
}

/// What is looked for.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanted {
    /// A few words; the last may be unfinished.
    q: String,
    /// In this framework alone, by its id.
    framework: Option<String>,
    /// How many at most; 20 if it is left out.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<u64>,
}

/// Statements that were found.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Statements {
    /// Those that fit best first; frameworks take turns.
    statements: Vec<Statement>,
}

/// A statement of a framework.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FrameworkStatement)]
pub(crate) struct Statement {
    /// The framework with its version.
    framework: String,
    /// `task`, `activity`, `occupation`, `skill`, `knowledge`, `competency` or `group`.
    kind: &'static str,
    /// Its identifier.
    uri: String,
    /// The publisher’s own code.
    code: Option<String>,
    /// What it is called.
    label: String,
    /// What it means, at length.
    description: Option<String>,
}
