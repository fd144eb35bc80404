//! `POST /competencies/ID/VERSION/pilot`

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use touchstone_service::competency::{self, Pilot, PilotError};
use touchstone_service::issuing::VersionError;
use touchstone_service::operations::Permission;

use super::told::{done, refused};
use crate::ApiError;
use crate::signed_in::Posted;
use crate::state::Web;

/// Makes the achievement with which a version is tried out, and leads to it.
pub async fn begin_pilot(
    State(web): State<Web>,
    Path((id, version)): Path<(String, i64)>,
    posted: Posted,
) -> Result<Response, ApiError> {
    posted.by.may(Permission::Define)?;
    let fields = &posted.fields;
    let order = Pilot {
        tenant: posted.by.tenant().clone(),
        actor: posted.by.member.id.clone(),
        competency: id.clone(),
        version,
        slug: fields.text("slug").to_owned(),
        description: fields.text("description").to_owned(),
        assessment_method: fields.text("assessment_method").to_owned(),
        language: fields.text("language").to_owned(),
        until: fields.text("until").to_owned(),
        why: fields.text("why").to_owned(),
    };
    let error = match competency::begin_pilot(&web.world, &order).await {
        Ok(achievement) => {
            return Ok(Redirect::to(&format!("/achievements/{achievement}")).into_response());
        }
        Err(error) => error,
    };
    let (at, words) = (Some(version), error.to_string());
    let field = match error {
        PilotError::Competency(error) => {
            let refused = Err::<(), _>(error);
            return done(&web, &posted, &id, at, "why-pilot", refused).await;
        }
        PilotError::Store(error) | PilotError::Version(VersionError::Store(error)) => {
            return Err(error.into());
        }
        PilotError::Until => "until",
        PilotError::Refused => "why-pilot",
        PilotError::Begun => "slug",
        PilotError::Definition(_) => "description",
        PilotError::Version(_) => "slug",
    };
    refused(&web, &posted, &id, at, field, &words).await
}
