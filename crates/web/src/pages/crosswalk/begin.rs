//! `POST /mappings`: beginning a set.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use touchstone_service::crosswalk::{Beginning, SetError, begin_set};
use touchstone_service::operations::Permission;

use super::list::page;
use crate::ApiError;
use crate::signed_in::{Fields, Posted, SignedIn};
use crate::state::Web;
use crate::templates::Problem;
use crate::text::sentence;

/// Begins a set and leads to it.
pub async fn begin(State(web): State<Web>, posted: Posted) -> Result<Response, ApiError> {
    posted.by.may(Permission::Define)?;
    match begin_set(&web.world, &beginning(&posted.by, &posted.fields)).await {
        Ok(id) => Ok(Redirect::to(&format!("/mappings/{id}")).into_response()),
        Err(SetError::Store(error)) => Err(error.into()),
        Err(error) => {
            let problems = [problem(&error, "begin")];
            page(&web, &posted.by, &posted.fields, None, &problems).await
        }
    }
}

pub(super) fn beginning(by: &SignedIn, fields: &Fields) -> Beginning {
    Beginning {
        tenant: by.tenant().clone(),
        actor: by.member.id.clone(),
        slug: fields.text("slug").to_owned(),
        title: fields.text("title").to_owned(),
        license: fields.text("license").to_owned(),
        review_days: fields.text("review_days").parse().unwrap_or_default(),
        why: fields.text("why").to_owned(),
    }
}

pub(super) fn problem(error: &SetError, form: &str) -> Problem {
    let field = match error {
        SetError::Slug(_) | SetError::SlugTaken => "slug",
        SetError::Title => "title",
        SetError::License => "license",
        SetError::ReviewDays => "review_days",
        SetError::Reason => "why",
        _ => "file",
    };
    Problem {
        field: format!("{field}-{form}"),
        words: sentence(&error.to_string()),
    }
}
