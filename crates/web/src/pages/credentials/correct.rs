//! Issuing a credential anew with what was wrong put right.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use touchstone_service::issuing::{self, Changes, Correction};
use touchstone_service::operations::Permission;

use super::open::{Refused, view};
use super::refuse::refused;
use crate::ApiError;
use crate::signed_in::Posted;
use crate::state::Web;
use crate::templates::Problem;

/// `POST /credentials/ID/correct`: leads to the cohort of one in which the corrected credential is issued.
pub async fn correct(
    State(web): State<Web>,
    Path(id): Path<String>,
    posted: Posted,
) -> Result<Response, ApiError> {
    posted.by.may(Permission::Revoke)?;
    let before = view(&web, &posted.by, &id, Refused::default()).await?;
    let changed = |name: &str, before: Option<&str>| {
        posted
            .fields
            .some(name)
            .filter(|text| Some(text.as_str()) != before)
    };
    let level_before = before
        .levels
        .iter()
        .find(|(_, words)| Some(words) == before.level.as_ref());
    let changes = Changes {
        name: changed("name", Some(&before.person)),
        email: changed("email", before.address.as_deref()),
        level: changed("level", level_before.map(|(value, _)| value.as_str()))
            .and_then(|level| level.parse().ok()),
        result: changed("result", before.result.as_deref()),
    };
    let differs = changes.name.is_some()
        || changes.email.is_some()
        || changes.level.is_some()
        || changes.result.is_some();
    let order = Correction {
        tenant: posted.by.tenant().clone(),
        credential: id.clone(),
        actor: posted.by.member.id.clone(),
        changes,
        drawn: posted.fields.drawn(),
    };
    // Of a form that was sent before, what it changes may stand here by now.
    if !differs && issuing::corrected(&web.world, &order).await?.is_none() {
        let problem = Problem {
            field: "name".into(),
            words: "Nothing differs from what was issued. Change what is wrong.".into(),
        };
        return refused(&web, &posted, &id, problem).await;
    }
    let batch = issuing::correct(&web.world, &order).await?;
    Ok(Redirect::to(&format!("/cohorts/{batch}")).into_response())
}
