//! What a claim link and a code on paper lead to.

use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use touchstone_service::holding::{self, Claim, ClaimError, Format, file as make};
use touchstone_service::operations::institution_called;
use touchstone_vc::{Credential, Said, View, in_sentence};

use super::{kept, linkedin, offer};
use crate::ApiError;
use crate::pages::audit::file;
use crate::pages::today::moment;
use crate::pages::verify::read;
use crate::state::Web;
use crate::templates::{Moment, Problem};
use crate::text::sentence;

/// `GET /claim/TOKEN`: the offer, or what was taken.
pub async fn look(State(web): State<Web>, Path(token): Path<String>) -> Result<Response, ApiError> {
    if token == holding::EXAMPLE_TOKEN {
        return Ok(offer::example(&web.edge.site).into_response());
    }
    let claim = match holding::look(&web.world, &token).await {
        Ok(claim) => claim,
        Err(ClaimError::Store(error)) => return Err(error.into()),
        Err(error) => return Ok(ended(&web, &error)),
    };
    let credential =
        Credential::parse(&claim.credential.bytes).map_err(|error| ApiError::internal(&error))?;
    let view = credential.view();
    if claim.claimed_at.is_none() {
        return Ok(
            offer::show(&web.edge.site, &offered(&web, &token, &claim, &view).await?)
                .into_response(),
        );
    }
    let qr_svg = claim
        .public_link
        .as_deref()
        .and_then(|link| web.world.artwork.qr_svg(link).ok());
    let shown = kept::View {
        base: format!("/claim/{token}"),
        issuer: claim.institution_name.clone(),
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
    Ok(kept::show(&web.edge.site, &shown).into_response())
}

/// `POST /claim/TOKEN`
pub async fn take(State(web): State<Web>, Path(token): Path<String>) -> Result<Response, ApiError> {
    match holding::claim(&web.world, &token).await {
        Ok(()) => Ok(Redirect::to(&format!("/claim/{token}")).into_response()),
        Err(ClaimError::Store(error)) => Err(error.into()),
        Err(error) => Ok(ended(&web, &error)),
    }
}

/// `POST /claim/TOKEN/page`
pub async fn page(
    State(web): State<Web>,
    Path(token): Path<String>,
    Form(switch): Form<Switch>,
) -> Result<Response, ApiError> {
    if switch.switch == "on" {
        holding::open_page(&web.world, &token).await?;
    } else {
        let open = holding::look(&web.world, &token).await?.public_link;
        holding::close_page(&web.world, &token).await?;
        if let Some(link) = open
            .as_deref()
            .and_then(|address| address.rsplit('/').next())
        {
            web.recent.forget(link);
        }
    }
    Ok(Redirect::to(&format!("/claim/{token}")).into_response())
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
) -> Result<Response, ApiError> {
    let format = name
        .strip_prefix("credential.")
        .and_then(Format::parse)
        .ok_or_else(ApiError::no_such_page)?;
    let claim = holding::look(&web.world, &token).await?;
    if claim.claimed_at.is_none() {
        return Err(ClaimError::NotClaimed.into());
    }
    let bytes = make(&web.world, &claim.credential, format)
        .await
        .map_err(ApiError::from)?;
    Ok(file(format.media_type(), &name, bytes))
}

/// `GET /claim`
pub async fn code(State(web): State<Web>) -> Response {
    offer::code(&web.edge.site, "", None).into_response()
}

/// `POST /claim`: a code leads to the same offer as a link.
pub async fn typed(State(web): State<Web>, Form(typed): Form<Typed>) -> Result<Response, ApiError> {
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
            let problem = Problem {
                field: "code".into(),
                words: sentence(&error.to_string()),
            };
            let page = offer::code(&web.edge.site, &typed.code, Some(&problem));
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
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
    let said = view.said(true);
    Ok(offer::View {
        action: format!("/claim/{token}"),
        issuer: claim.institution_name.clone(),
        contact: institution.and_then(|row| row.contact_email),
        person: view.subject.names.first().map(|name| (*name).to_owned()),
        verb: match (&said, view.subject.names.is_empty()) {
            (Said::Can(_), _) => "can",
            (Said::Earned(_), false) => "has earned",
            (Said::Earned(_), true) => "have earned",
        },
        says: match said {
            Said::Can(task) => in_sentence(task),
            Said::Earned(name) => format!("“{name}”."),
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

fn ended(web: &Web, error: &ClaimError) -> Response {
    let status = match error {
        ClaimError::NoSuchClaim => StatusCode::NOT_FOUND,
        _ => StatusCode::GONE,
    };
    (
        status,
        offer::ended(&web.edge.site, &sentence(&error.to_string())),
    )
        .into_response()
}

impl From<ClaimError> for ApiError {
    fn from(error: ClaimError) -> Self {
        let said = sentence(&error.to_string());
        match error {
            ClaimError::NoSuchClaim => Self::not_found("claim_not_found").with_detail(said),
            ClaimError::Expired => Self::gone("claim_expired").with_detail(said),
            ClaimError::Superseded => Self::gone("claim_superseded").with_detail(said),
            ClaimError::NotClaimed => Self::conflict("claim_not_taken").with_detail(said),
            ClaimError::Store(error) => error.into(),
        }
    }
}
