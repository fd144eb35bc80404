//! What a claim link and a code on paper lead to.

use axum::extract::{Form, Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use touchstone_service::holding::{self, Claim, ClaimError, Format, file as make};
use touchstone_service::operations::institution_called;
use touchstone_vc::{Credential, Said, View, full_stop, in_sentence};

use super::words::Words;
use super::{kept, linkedin, offer};
use crate::ApiError;
use crate::answer::file;
use crate::pages::verify::read;
use crate::state::Web;
use crate::templates::{Moment, Problem, moment};

/// `GET /claim/TOKEN`: the offer, or what was taken.
pub async fn look(
    State(web): State<Web>,
    Path(token): Path<String>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    if token == holding::EXAMPLE_TOKEN {
        return Ok(offer::example(&web.edge.site, Words::asked(&headers)).into_response());
    }
    let claim = match holding::look(&web.world, &token).await {
        Ok(claim) => claim,
        Err(ClaimError::Store(error)) => return Err(error.into()),
        Err(error) => return ended(&web, &token, &headers, &error).await,
    };
    let credential =
        Credential::parse(&claim.credential.bytes).map_err(|error| ApiError::internal(&error))?;
    let (view, words) = (credential.view(), Words::of(claim.language));
    if claim.claimed_at.is_none() {
        let offered = offered(&web, &token, &claim, &view).await?;
        return Ok(offer::show(&web.edge.site, words, &offered).into_response());
    }
    let qr_svg = claim
        .public_link
        .as_deref()
        .and_then(|link| web.world.artwork.qr_svg(link).ok());
    let shown = kept::View {
        base: format!("/claim/{token}"),
        issuer: claim.institution_name.clone(),
        language: written_in(&view),
        achievement: view.title().unwrap_or_default().to_owned(),
        linkedin: claim
            .public_link
            .as_deref()
            .map(|link| linkedin::link(&view, link)),
        qr_svg,
        public: claim.public_link.clone(),
        withdrawn: claim
            .credential
            .revoked_at
            .map(|_| claim.credential.revoke_reason.clone().unwrap_or_default()),
    };
    Ok(kept::show(&web.edge.site, words, &shown).into_response())
}

/// `POST /claim/TOKEN`
pub async fn take(
    State(web): State<Web>,
    Path(token): Path<String>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    match holding::claim(&web.world, &token).await {
        Ok(()) => Ok(Redirect::to(&format!("/claim/{token}")).into_response()),
        Err(ClaimError::Store(error)) => Err(error.into()),
        Err(error) => ended(&web, &token, &headers, &error).await,
    }
}

/// `POST /claim/TOKEN/page`
pub async fn page(
    State(web): State<Web>,
    Path(token): Path<String>,
    headers: HeaderMap,
    Form(switch): Form<Switch>,
) -> Result<Response, ApiError> {
    let switched = match switch.switch == "on" {
        true => holding::open_page(&web.world, &token).await.map(|_| None),
        false => close(&web, &token).await,
    };
    match switched {
        Err(ClaimError::Store(error)) => return Err(error.into()),
        Err(error) => return ended(&web, &token, &headers, &error).await,
        Ok(open) => {
            if let Some(link) = open
                .as_deref()
                .and_then(|address| address.rsplit('/').next())
            {
                web.forget_page(link);
            }
        }
    }
    Ok(Redirect::to(&format!("/claim/{token}")).into_response())
}

/// Switches the page off, and says where it was.
async fn close(web: &Web, token: &str) -> Result<Option<String>, ClaimError> {
    let open = holding::look(&web.world, token).await?.public_link;
    holding::close_page(&web.world, token).await?;
    Ok(open)
}

/// Which way the switch goes.
#[derive(Debug, Deserialize)]
pub struct Switch {
    switch: String,
}

/// `GET /claim/TOKEN/credential.FORMAT`: once it was taken.
pub async fn export(
    State(web): State<Web>,
    Path((token, name)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let format = name
        .strip_prefix("credential.")
        .and_then(Format::parse)
        .ok_or_else(ApiError::no_such_page)?;
    let claim = match holding::look(&web.world, &token).await {
        Ok(claim) if claim.claimed_at.is_none() => Err(ClaimError::NotClaimed),
        found => found,
    };
    let claim = match claim {
        Ok(claim) => claim,
        Err(ClaimError::Store(error)) => return Err(error.into()),
        Err(error) => return ended(&web, &token, &headers, &error).await,
    };
    let bytes = make(&web.world, &claim.credential, format)
        .await
        .map_err(ApiError::from)?;
    Ok(file(format.media_type(), &name, bytes))
}

/// `GET /claim`
pub async fn code(State(web): State<Web>, headers: HeaderMap) -> Response {
    offer::code(&web.edge.site, Words::asked(&headers), "", None).into_response()
}

/// `POST /claim`: a code leads to the same offer as a link.
pub async fn typed(
    State(web): State<Web>,
    headers: HeaderMap,
    Form(typed): Form<Typed>,
) -> Result<Response, ApiError> {
    let code: String = typed
        .code
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .take(64)
        .collect();
    match holding::look(&web.world, &code).await {
        Ok(_) => Ok(Redirect::to(&format!("/claim/{code}")).into_response()),
        Err(ClaimError::Store(error)) => Err(error.into()),
        Err(error) => {
            let words = Words::asked(&headers);
            let problem = Problem {
                field: "code".into(),
                words: words.why(&words.code.why, &error),
            };
            let page = offer::code(&web.edge.site, words, &typed.code, Some(&problem));
            // Only what was never a code counts as a guess: whoever has a sheet of before is no guesser.
            let status = match error {
                ClaimError::NoSuchClaim => StatusCode::UNPROCESSABLE_ENTITY,
                _ => StatusCode::GONE,
            };
            Ok((status, page).into_response())
        }
    }
}

/// The code on paper.
#[derive(Debug, Deserialize)]
pub struct Typed {
    code: String,
}

async fn offered(
    web: &Web,
    token: &str,
    claim: &Claim,
    view: &View<'_>,
) -> Result<offer::View, ApiError> {
    let institution = institution_called(&web.world, &claim.institution_slug).await?;
    let (said, written) = (view.said(true), written_in(view));
    // One sentence is in one language: that of what it says, where we speak it.
    let sentence = written.as_deref().and_then(Words::spoken);
    let sentence = sentence.unwrap_or_else(|| Words::of(claim.language));
    Ok(offer::View {
        action: format!("/claim/{token}"),
        issuer: claim.institution_name.clone(),
        contact: institution.and_then(|row| row.contact_email),
        person: view.subject.names.first().map(|name| (*name).to_owned()),
        can: matches!(said, Said::Can(_)),
        sentence,
        language: written,
        says: match said {
            // Nouns have capitals there, and a task may begin with one.
            Said::Can(task) if sentence.language == "de" => full_stop(task),
            Said::Can(task) => in_sentence(task),
            Said::Earned(name) => {
                let [before, after] = sentence.offer.quotes;
                format!("{before}{name}{after}.")
            }
        },
        achievement: view.title().unwrap_or_default().to_owned(),
        level: view.results.iter().find_map(read::level),
        assessor: view
            .assessor
            .as_ref()
            .and_then(|assessor| assessor.name)
            .map(str::to_owned),
        awarded: view.awarded_date.or(view.valid_from).map(Moment::from),
        until: view.valid_until.map(Moment::from),
        take_by: moment(claim.expires_at),
    })
}

/// The language of what the issuer wrote.
fn written_in(view: &View<'_>) -> Option<String> {
    let language = view.achievement.as_ref()?.in_language?;
    Some(language.to_owned())
}

/// That a link leads no further, in the language of whom it was made for.
async fn ended(
    web: &Web,
    token: &str,
    headers: &HeaderMap,
    error: &ClaimError,
) -> Result<Response, ApiError> {
    let status = match error {
        ClaimError::NoSuchClaim => StatusCode::NOT_FOUND,
        ClaimError::NotClaimed => StatusCode::CONFLICT,
        _ => StatusCode::GONE,
    };
    let known = holding::claim_language(&web.world, token).await?;
    let words = known.map_or_else(|| Words::asked(headers), Words::of);
    let page = offer::ended(&web.edge.site, words, &words.why(&words.ended.why, error));
    Ok((status, page).into_response())
}
