//! What is done with one button: releasing, asking, joining, reviewing again, withdrawing.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use touchstone_service::crosswalk::{
    self, InvitedParty, Joining, MappingError, PartyError, Release, ReleaseError, ReviewAgain,
    Withdrawal,
};
use touchstone_service::operations::Permission;

use super::{mapping, one};
use crate::ApiError;
use crate::signed_in::Posted;
use crate::state::Web;
use crate::templates::Problem;
use crate::text::sentence;

/// `POST /mappings/ID/release`
pub async fn release(
    State(web): State<Web>,
    Path(set): Path<String>,
    posted: Posted,
) -> Result<Response, ApiError> {
    posted.by.may(Permission::Issue)?;
    let order = Release {
        tenant: posted.by.tenant().clone(),
        actor: posted.by.member.id.clone(),
        set: set.clone(),
    };
    match crosswalk::release(&web.world, &order).await {
        Ok(_) => Ok(Redirect::to(&format!("/mappings/{set}")).into_response()),
        Err(error @ (ReleaseError::NothingAgreed | ReleaseError::InBetween)) => {
            refused(&web, &posted, &set, "state", &error.to_string()).await
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /mappings/ID/invite`
pub async fn invite(
    State(web): State<Web>,
    Path(set): Path<String>,
    posted: Posted,
) -> Result<Response, ApiError> {
    posted.by.may(Permission::Administer)?;
    let order = InvitedParty {
        tenant: posted.by.tenant().clone(),
        actor: posted.by.member.id.clone(),
        set: set.clone(),
        institution: posted.fields.text("institution").to_owned(),
    };
    match crosswalk::invite(&web.world, &order).await {
        Ok(()) => Ok(Redirect::to(&format!("/mappings/{set}")).into_response()),
        Err(error @ (PartyError::NoSuchInstitution | PartyError::Asked)) => {
            refused(&web, &posted, &set, "institution", &error.to_string()).await
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /mappings/ID/join`
pub async fn join(
    State(web): State<Web>,
    Path(set): Path<String>,
    posted: Posted,
) -> Result<Response, ApiError> {
    posted.by.may(Permission::Administer)?;
    let order = Joining {
        tenant: posted.by.tenant().clone(),
        actor: posted.by.member.id.clone(),
        set: set.clone(),
    };
    crosswalk::join_set(&web.world, &order).await?;
    Ok(Redirect::to(&format!("/mappings/{set}")).into_response())
}

/// `POST /mappings/ID/MAPPING/again`
pub async fn again(
    State(web): State<Web>,
    Path((set, id)): Path<(String, String)>,
    posted: Posted,
) -> Result<Response, ApiError> {
    posted.by.may(Permission::Define)?;
    let order = ReviewAgain {
        tenant: posted.by.tenant().clone(),
        actor: posted.by.member.id.clone(),
        set: set.clone(),
        mapping: id.clone(),
    };
    done(
        &web,
        &posted,
        &set,
        &id,
        crosswalk::review_again(&web.world, &order).await,
    )
    .await
}

/// `POST /mappings/ID/MAPPING/withdraw`
pub async fn withdraw(
    State(web): State<Web>,
    Path((set, id)): Path<(String, String)>,
    posted: Posted,
) -> Result<Response, ApiError> {
    posted.by.may(Permission::Define)?;
    let order = Withdrawal {
        tenant: posted.by.tenant().clone(),
        actor: posted.by.member.id.clone(),
        set: set.clone(),
        mapping: id.clone(),
    };
    done(
        &web,
        &posted,
        &set,
        &id,
        crosswalk::withdraw(&web.world, &order).await,
    )
    .await
}

/// The mapping again, with why it stays as it is if it does.
pub(super) async fn done<T>(
    web: &Web,
    posted: &Posted,
    set: &str,
    id: &str,
    outcome: Result<T, MappingError>,
) -> Result<Response, ApiError> {
    match outcome {
        Ok(_) => Ok(Redirect::to(&format!("/mappings/{set}/{id}")).into_response()),
        Err(
            error
            @ (MappingError::NoSuchSet | MappingError::NoSuchMapping | MappingError::Store(_)),
        ) => Err(error.into()),
        Err(error) => {
            let problems = [problem("comment", &error.to_string())];
            mapping::page(web, &posted.by, set, id, &problems).await
        }
    }
}

async fn refused(
    web: &Web,
    posted: &Posted,
    set: &str,
    field: &str,
    words: &str,
) -> Result<Response, ApiError> {
    let problems = [problem(field, words)];
    one::page(web, &posted.by, set, &one::Asked::default(), &problems).await
}

fn problem(field: &str, words: &str) -> Problem {
    Problem {
        field: field.to_owned(),
        words: sentence(words),
    }
}
