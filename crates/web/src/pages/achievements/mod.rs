//! What can be earned: a list, and the form in which it is written.

mod beside;
mod checks;
pub mod edit;
mod exchange;
mod faults;
mod form;
mod levels;
mod linked;
pub mod lint;
pub mod list;
mod picture;
pub mod reuse;
pub mod suggest;
mod told;
mod write;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use touchstone_service::issuing::{self, Import, ImportError, achievement, achievements};
use touchstone_service::operations::Permission;

pub use checks::checks;
pub use exchange::exchange;
pub use lint::choose;
pub use picture::picture;
pub use write::{ask, define, open, revise};

use crate::ApiError;
use crate::answer::file;
use crate::signed_in::{Sent, SignedIn};
use crate::state::Web;
use crate::templates::{Problem, moment};
use crate::text::sentence;

/// `GET /achievements`
pub async fn all(State(web): State<Web>, by: SignedIn) -> Result<Response, ApiError> {
    by.may(Permission::Read)?;
    Ok(list::show(&by.desk, &rows(&web, &by).await?, &[], &[]).into_response())
}

/// `POST /achievements/import`
pub async fn import(State(web): State<Web>, sent: Sent) -> Result<Response, ApiError> {
    let posted = sent.file(&web, Permission::Define).await?;
    let order = Import {
        tenant: posted.by.tenant().clone(),
        actor: posted.by.member.id.clone(),
        json: posted.bytes,
    };
    match issuing::import(&web.world, &order).await {
        Ok(imported) => {
            let left_out = imported.into_iter().flat_map(|one| one.left_out);
            let left_out: Vec<String> = left_out.collect();
            if left_out.is_empty() {
                return Ok(Redirect::to("/achievements").into_response());
            }
            let rows = rows(&web, &posted.by).await?;
            Ok(list::show(&posted.by.desk, &rows, &[], &left_out).into_response())
        }
        Err(ImportError::Store(error)) => Err(error.into()),
        Err(error) => {
            let words = error.to_string();
            let problems: Vec<Problem> = words
                .lines()
                .map(|line| Problem {
                    field: "file".into(),
                    words: sentence(line),
                })
                .collect();
            let rows = rows(&web, &posted.by).await?;
            let page = list::show(&posted.by.desk, &rows, &problems, &[]);
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
    }
}

/// `GET /achievements/ID/definition.json`
pub async fn export(
    State(web): State<Web>,
    by: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    by.may(Permission::Read)?;
    let found = achievement(&web.world, by.tenant(), &id, None).await?;
    let found = found.ok_or_else(|| ApiError::not_found("achievement_not_found"))?;
    let name = format!("{}.json", found.achievement.slug);
    Ok(file("application/json", &name, found.definition.to_json()))
}

async fn rows(web: &Web, by: &SignedIn) -> Result<Vec<list::Row>, ApiError> {
    let listed = achievements(&web.world, by.tenant()).await?;
    let rows = listed.into_iter().map(|one| list::Row {
        id: one.achievement.id,
        name: one.definition.name,
        slug: one.achievement.slug,
        version: one.version.version,
        since: moment(one.version.created_at),
        archived: one.achievement.archived_at.is_some(),
    });
    Ok(rows.collect())
}
