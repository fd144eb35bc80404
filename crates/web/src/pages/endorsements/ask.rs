//! `POST /endorsements`

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use touchstone_service::endorsing::{AskEndorsement, AskError, ask_endorsement};
use touchstone_service::operations::Permission;
use touchstone_service::rows::EndorsedKind;

use super::all::{Typed, show};
use crate::ApiError;
use crate::pages::day::end_of;
use crate::signed_in::Posted;
use crate::state::Web;
use crate::templates::Problem;
use crate::text::sentence;

/// Asks somebody.
pub async fn ask(State(web): State<Web>, posted: Posted) -> Result<Response, ApiError> {
    posted.by.may(Permission::Define)?;
    let said = |name: &str| posted.fields.text(name).to_owned();
    let mut typed = Typed {
        of: said("of"),
        email: said("email"),
        language: said("language"),
        message: said("message"),
        ends: said("ends"),
        open: None,
    };
    let thing = typed.of.split_once(':');
    let thing = thing.and_then(|(kind, id)| Some((EndorsedKind::parse(kind)?, id)));
    let (kind, thing) = thing.ok_or_else(|| ApiError::not_found("nothing_to_endorse"))?;
    let order = AskEndorsement {
        tenant: posted.by.tenant().clone(),
        actor: posted.by.member.id.clone(),
        kind,
        thing: thing.to_owned(),
        version: None,
        email: typed.email.clone(),
        language: typed.language.clone(),
        message: typed.message.clone(),
        // What is no day is never a day in time.
        ends_at: end_of(&typed.ends).unwrap_or(0),
        drawn: posted.fields.drawn(),
    };
    let error = match ask_endorsement(&web.world, &order).await {
        Ok(asked) => {
            return Ok(Redirect::to(&format!("/endorsements/{}", asked.id)).into_response());
        }
        Err(error @ (AskError::Store(_) | AskError::NoSuchThing | AskError::Elsewhere(_))) => {
            return Err(error.into());
        }
        Err(error) => error,
    };
    if let AskError::Asked(id) = &error {
        typed.open = Some(id.clone());
    }
    let problem = Problem {
        field: field(&error).to_owned(),
        words: sentence(&error.to_string()),
    };
    show(&web, &posted.by, None, &typed, &[problem]).await
}

/// To which field an error belongs.
fn field(error: &AskError) -> &'static str {
    match error {
        AskError::Asked(_) => "open",
        AskError::Message => "message",
        AskError::Ends => "ends",
        AskError::Address | AskError::Enough | AskError::TooMany(_) => "email",
        _ => "of",
    }
}
