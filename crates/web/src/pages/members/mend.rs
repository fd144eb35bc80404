//! Mending a member's name and address.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use touchstone_service::operations::{self, MemberError, Mending, Permission};

use super::{one, show_one};
use crate::ApiError;
use crate::signed_in::Posted;
use crate::state::Web;
use crate::templates::Problem;
use crate::text::sentence;

/// `POST /members/ID`
pub async fn mend(
    State(web): State<Web>,
    Path(id): Path<String>,
    Posted { by, fields }: Posted,
) -> Result<Response, ApiError> {
    by.may(Permission::Administer)?;
    let order = Mending {
        tenant: by.tenant().clone(),
        actor: by.member.id.clone(),
        member: id,
        name: fields.text("name").to_owned(),
        email: fields.text("email").to_owned(),
    };
    let error = match operations::mend(&web.world, &order).await {
        Ok(member) => return Ok(Redirect::to(&format!("/members/{}", member.id)).into_response()),
        Err(
            error @ (MemberError::Name
            | MemberError::Email
            | MemberError::EmailTaken
            | MemberError::NotShown),
        ) => error,
        Err(error) => return Err(error.into()),
    };
    let problem = Problem {
        field: match error {
            MemberError::Name => "name".into(),
            _ => "email".into(),
        },
        words: sentence(&error.to_string()),
    };
    let member = one::find(&web, &by, &order.member).await?;
    let view = show_one::View {
        entered: (order.name, order.email),
        ..one::view(&web, &by, member, vec![problem]).await?
    };
    let page = show_one::show(&by.desk, &view);
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}
